"""Float that one partner lends another: held when it is sent, moved when it is accepted, free again after a day."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from core.state_machines import Machine
from finance import chart
from finance.floats.models import FloatTransfer
from finance.floats.services.forecasts import foresee_later
from finance.floats.services.limits import (
    FloatStopped,
    FloatTooSmall,
    NoPartnerHere,
    NothingToMove,
    NotYourFloat,
    PartnerChanged,
    most_of,
    over_most,
    refuse_too_much,
    running_contract,
)
from ledger.queries import balance, business_date_of
from ledger.services import HoldExpired, HoldResolved, MadeBy, NotEnough, book_of, hold, post_hold, void_hold
from stations.accounts.models import User
from stations.network.models import Station

#: How long a transfer waits for its receiver.
WAITS = dt.timedelta(hours=24)
SENT = "float_sent"

Status = FloatTransfer.Status
TRANSFER = Machine(
    name="float transfer",
    states=Status,
    arrows={
        "accept_float": frozenset({Status.SENT}),
        "decline_float": frozenset({Status.SENT}),
        "recall_float": frozenset({Status.SENT}),
        "expire_float": frozenset({Status.SENT}),
    },
)


class SameStation(Refused):
    """A station sends nothing to itself."""

    code = "same_station"
    status = 422
    message = _("This is your own station. Pick another one.")


class TooFarAway(Refused):
    """Floats of two countries, or of two currencies, never meet."""

    code = "too_far_away"
    status = 422
    message = _("This station is in another country or uses another currency.")


class TransferExpired(Refused):
    """Nobody answered within 24 hours: the money is back with the sender."""

    code = "transfer_expired"
    message = _("This transfer was not accepted within 24 hours. The money is back with the sender.")


class NotTheReceiver(Refused):
    """Only the partner it was sent to answers."""

    code = "not_the_receiver"
    message = _("Only the receiving partner can accept or decline it.")


class NotTheSender(Refused):
    """Only the partner who sent it takes it back."""

    code = "not_the_sender"
    message = _("Only the partner who sent it can withdraw it.")


@refuses(NothingToMove, SameStation, TooFarAway, NoPartnerHere, FloatStopped, NotYourFloat, FloatTooSmall)
@transaction.atomic
def send_float(*, station: Station, to: Station, amount: Money, by: User, at: dt.datetime) -> FloatTransfer:
    """Lend float to the partner of another station: it is held until he answers, at most 24 hours."""
    if amount.minor <= 0:
        raise NothingToMove(field="amount")
    _refuse_pair(station, to)
    contract, receiver = running_contract(station), running_contract(to)
    if contract.user_id != by.pk:
        raise NotYourFloat
    refuse_too_much(to, amount, at)
    transfer = FloatTransfer(
        from_station=station,
        to_station=to,
        amount_minor=amount.minor,
        currency=amount.currency,
        sent_by=by,
        receiver=receiver.user,
        sent_at=at,
        expires_at=at + WAITS,
    )
    transfer.hold_transfer_id = _hold(transfer, at)
    transfer.save(force_insert=True)
    record_change(transfer, old="", new=transfer.status, at=at, actor=by.pk)
    _tell(transfer, receiver.user, "float_sent", station, at)
    return transfer


@refuses(TransferExpired, WrongState, NotTheReceiver, NoPartnerHere, FloatStopped, PartnerChanged)
@transaction.atomic
def accept_float(*, transfer: FloatTransfer, by: User, at: dt.datetime) -> FloatTransfer:
    """Take in what was sent."""
    transfer = _waiting(transfer, "accept_float", at)
    _refuse_unless_receiver(transfer, by)
    if running_contract(transfer.to_station).user_id != by.pk:
        raise PartnerChanged
    _end_hold(transfer, post_hold, "float_accepted", MadeBy("person", by.pk), at)
    _refuse_above_most(transfer, at)
    _end(transfer, Status.ACCEPTED, by=by, at=at)
    _tell(transfer, transfer.sent_by, "float_accepted", transfer.to_station, at)
    for station in (transfer.from_station, transfer.to_station):
        foresee_later(station, because=f"transfer:{transfer.pk}:{station.pk}", at=at)
    return transfer


@refuses(TransferExpired, WrongState, NotTheReceiver)
@transaction.atomic
def decline_float(*, transfer: FloatTransfer, by: User, at: dt.datetime) -> FloatTransfer:
    """Say no: the money is free again at once."""
    transfer = _waiting(transfer, "decline_float", at)
    _refuse_unless_receiver(transfer, by)
    _end_hold(transfer, void_hold, "float_declined", MadeBy("person", by.pk), at)
    _end(transfer, Status.DECLINED, by=by, at=at)
    _tell(transfer, transfer.sent_by, "float_declined", transfer.to_station, at)
    return transfer


@refuses(TransferExpired, WrongState, NotTheSender)
@transaction.atomic
def recall_float(*, transfer: FloatTransfer, by: User, at: dt.datetime) -> FloatTransfer:
    """Take back what nobody has accepted yet."""
    transfer = _waiting(transfer, "recall_float", at)
    if by.pk != transfer.sent_by_id:
        raise NotTheSender
    _end_hold(transfer, void_hold, "float_recalled", MadeBy("person", by.pk), at)
    return _end(transfer, Status.RECALLED, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def expire_float(*, transfer: FloatTransfer, at: dt.datetime) -> FloatTransfer:
    """The ledger has given the money free: nobody answered in time. A second call changes nothing."""
    transfer = lock(transfer)
    if transfer.status != Status.SENT:
        return transfer
    TRANSFER.check("expire_float", transfer.status)
    _end(transfer, Status.EXPIRED, by=None, at=at)
    _tell(transfer, transfer.sent_by, "float_expired", transfer.to_station, at)
    return transfer


@refuses(TransferExpired)
@transaction.atomic
def stop_transfers(*, partner: UUID, at: dt.datetime) -> int:
    """A partner's float stands still: what he sent and what was sent to him goes back; how many."""
    open_ones = FloatTransfer.objects.filter(
        Q(sent_by=partner) | Q(receiver=partner), status=Status.SENT, expires_at__gt=at
    )
    rows = lock_all(open_ones)
    for transfer in rows:
        status = Status.RECALLED if transfer.sent_by_id == partner else Status.DECLINED
        _end_hold(transfer, void_hold, "float_stopped", MadeBy("system"), at)
        _end(transfer, status, by=None, at=at)
    return len(rows)


def _refuse_pair(station: Station, to: Station) -> None:
    if station.pk == to.pk:
        raise SameStation(field="to_station")
    if (station.currency, station.county.country) != (to.currency, to.county.country):
        raise TooFarAway(field="to_station")


def _hold(transfer: FloatTransfer, at: dt.datetime) -> Any:
    station = transfer.from_station
    country = station.county.country
    source = chart.float_of(station, transfer.sent_by_id)
    target = chart.float_of(transfer.to_station, transfer.receiver_id)
    opened = chart.open_all([source, target], country=country, currency=transfer.currency, at=at)
    try:
        return hold(
            debit=opened[source],
            credit=opened[target],
            amount=transfer.amount,
            event_type=SENT,
            event_id=str(transfer.pk),
            reason="float sent to another station",
            business_date=business_date_of(book_of(country), at),
            made_by=MadeBy("person", transfer.sent_by_id),
            at=at,
            expires_at=transfer.expires_at,
        )
    except NotEnough as refusal:
        available = balance(opened[source]).available
        raise FloatTooSmall(
            field="amount", available=available.display(), needed=transfer.amount.display()
        ) from refusal


def _waiting(transfer: FloatTransfer, verb: str, at: dt.datetime) -> FloatTransfer:
    """The transfer, held, while it can still be answered."""
    transfer = lock(transfer)
    if transfer.status == Status.EXPIRED or (transfer.status == Status.SENT and at >= transfer.expires_at):
        raise TransferExpired
    TRANSFER.check(verb, transfer.status)
    return transfer


def _refuse_unless_receiver(transfer: FloatTransfer, by: User) -> None:
    if by.pk != transfer.receiver_id:
        raise NotTheReceiver


def _end_hold(transfer: FloatTransfer, end: Any, event_type: str, made_by: MadeBy, at: dt.datetime) -> None:
    book = book_of(transfer.from_station.county.country)
    try:
        end(
            pending_id=transfer.hold_transfer_id,
            event_type=event_type,
            event_id=str(transfer.pk),
            reason=event_type.replace("_", " "),
            business_date=business_date_of(book, at),
            made_by=made_by,
            at=at,
        )
    except (HoldExpired, HoldResolved) as refusal:  # the database's clock was ahead of ours
        raise TransferExpired from refusal


def _refuse_above_most(transfer: FloatTransfer, at: dt.datetime) -> None:
    """Looked at afterwards: only now nobody else moves this float."""
    station = transfer.to_station
    key = chart.float_of(station, transfer.receiver_id)
    account = chart.open_one(key, country=station.county.country, currency=transfer.currency, at=at)
    held, most = balance(account).posted, most_of(station, at)
    if most < held:
        raise over_most(most, held - transfer.amount)


def _end(transfer: FloatTransfer, status: str, *, by: User | None, at: dt.datetime) -> FloatTransfer:
    transfer.status, transfer.answered_by, transfer.answered_at = status, by, at
    transfer.save(update_fields=["status", "answered_by", "answered_at", "updated_at"])
    record_change(transfer, old=Status.SENT, new=status, at=at, actor=by.pk if by else None)
    return transfer


def _tell(transfer: FloatTransfer, user: User, template: str, other: Station, at: dt.datetime) -> None:
    notify(
        template=template,
        params={"amount": transfer.amount.display(user.language), "station": other.name},
        language=user.language,
        user=user,
        link=f"/finance/floats/transfers/{transfer.pk}/",
        dedupe_key=f"{template}:{transfer.pk}",
        at=at,
    )
