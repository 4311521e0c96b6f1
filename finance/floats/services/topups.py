"""Filling the float: asked for by the partner, seen on a bank line, credited by another person."""

import datetime as dt
import re
import secrets
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from core.notices.services import notify
from core.state_machines import Machine
from finance import chart
from finance.floats.models import FloatTopUp
from finance.floats.queries import began_after, partner_of
from finance.floats.services.forecasts import foresee_later
from finance.floats.services.limits import (
    FloatStopped,
    NoPartnerHere,
    NothingToAdd,
    PartnerChanged,
    refuse_too_much,
    running_contract,
)
from finance.recon.models import BankStatementLine
from finance.recon.services import note_explained
from ledger.queries import business_date_of, transfers_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import require_two_persons

#: No letter or digit that is mistaken for another when it is read aloud or typed from paper.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8

TOP_UP = Machine(
    name="float top-up",
    states=FloatTopUp.Status,
    arrows={
        "take_topup_cash": frozenset({FloatTopUp.Status.REQUESTED}),
        "match_topup": frozenset({FloatTopUp.Status.REQUESTED}),
        "credit_topup": frozenset({FloatTopUp.Status.FUNDS_SEEN}),
        "reject_topup": frozenset({FloatTopUp.Status.REQUESTED}),
        "ask_undo_topup": frozenset({FloatTopUp.Status.FUNDS_SEEN, FloatTopUp.Status.CREDITED}),
        "undo_topup": frozenset({FloatTopUp.Status.FUNDS_SEEN, FloatTopUp.Status.CREDITED}),
    },
)


class BankLineTaken(Refused):
    """A bank line fills one float once, and only with what nobody has said to be something else."""

    code = "bank_line_taken"
    message = _("This bank line is already used.")


class BankLineUnfit(Refused):
    """Money that left our account, or came in another currency, fills no float."""

    code = "bank_line_unfit"
    status = 422
    message = _("This bank line cannot be a top-up: it is outgoing, or in another currency.")


@refuses(NothingToAdd, NoPartnerHere, FloatStopped)
@transaction.atomic
def request_topup(
    *, station: Station, amount: Money, by: User, at: dt.datetime, via: str = FloatTopUp.Via.BANK
) -> FloatTopUp:
    """Ask to fill the float: by bank transfer, whose text must carry the reference, or in cash at the county centre."""
    if amount.minor <= 0:
        raise NothingToAdd(field="amount")
    running_contract(station)
    refuse_too_much(station, amount, at)
    topup = FloatTopUp.objects.create(
        station=station,
        via=via,
        amount_minor=amount.minor,
        currency=amount.currency,
        reference=_new_reference(),
        requested_by=by,
        requested_at=at,
    )
    record_change(topup, old="", new=topup.status, at=at, actor=by.pk)
    return topup


@refuses(NoPartnerHere, BankLineTaken, BankLineUnfit)
@transaction.atomic
def record_topup(*, bank_line: BankStatementLine, station: Station, by: User, at: dt.datetime) -> FloatTopUp:
    """Say that a bank line, whole, was sent for this station's float, though nobody had asked for a top-up.

    Another person then credits it. Money that has come is taken, however much the float may hold.
    """
    bank_line = lock(bank_line)
    _refuse_taken(bank_line)
    if not _may_bring(bank_line, station.currency, station):
        raise BankLineUnfit(field="station")
    if partner_of(station) is None:
        raise NoPartnerHere(field="station")
    topup = FloatTopUp.objects.create(
        station=station,
        amount_minor=bank_line.amount_minor,
        currency=bank_line.currency,
        reference=_new_reference(),
        status=FloatTopUp.Status.FUNDS_SEEN,
        requested_by=by,
        requested_at=at,
        bank_line=bank_line,
        matched_by=by,
    )
    record_change(topup, old="", new=topup.status, at=at, actor=by.pk)
    return topup


def _new_reference() -> str:
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


@refuses(WrongState, BankLineTaken, BankLineUnfit)
@transaction.atomic
def match_topup(*, topup: FloatTopUp, bank_line: BankStatementLine, by: User | None, at: dt.datetime) -> FloatTopUp:
    """Say which bank line brought the money; `by` is None when the exact reference was found by machine."""
    topup = lock(topup)
    TOP_UP.check("match_topup", topup.status)
    bank_line = lock(bank_line)
    _refuse_taken(bank_line)
    if not _may_bring(bank_line, topup.currency, topup.station):
        raise BankLineUnfit
    topup.bank_line, topup.matched_by, topup.status = bank_line, by, FloatTopUp.Status.FUNDS_SEEN
    topup.via = FloatTopUp.Via.BANK  # the one who meant to bring cash has sent it
    topup.save(update_fields=["via", "bank_line", "matched_by", "status", "updated_at"])
    record_change(topup, old="requested", new=topup.status, at=at, actor=by.pk if by else None)
    return topup


@refuses(WrongState, BankLineTaken, BankLineUnfit)
@transaction.atomic
def match_by_reference(*, bank_line: BankStatementLine, at: dt.datetime) -> FloatTopUp | None:
    """Match a bank line whose text carries the exact reference of one waiting top-up; otherwise leave it to people."""
    if bank_line.direction != bank_line.Direction.IN or bank_line.explained_minor or hasattr(bank_line, "topup"):
        return None
    words = set(re.findall(r"[A-Z0-9]+", bank_line.text.upper()))  # Chinese words stand beside it without a space
    waiting = FloatTopUp.objects.filter(
        reference__in=words,
        status=FloatTopUp.Status.REQUESTED,
        currency=bank_line.currency,
        station__county__country=bank_line.country,
    )
    found = list(waiting[:2])
    return match_topup(topup=found[0], bank_line=bank_line, by=None, at=at) if len(found) == 1 else None


def _refuse_taken(bank_line: BankStatementLine) -> None:
    if bank_line.explained_minor or FloatTopUp.objects.filter(bank_line=bank_line).exists():
        raise BankLineTaken


def _may_bring(bank_line: BankStatementLine, currency: str, station: Station) -> bool:
    """Whether it is money that came, in the float's currency and the book of its country."""
    came = bank_line.direction == bank_line.Direction.IN
    return came and (bank_line.currency, bank_line.country) == (currency, station.county.country)


@refuses(WrongState, SamePerson, NoPartnerHere, PartnerChanged, *refused_by(note_explained))
@transaction.atomic
def credit_topup(*, topup: FloatTopUp, by: User, at: dt.datetime) -> FloatTopUp:
    """Add what the bank line brought to the float of the partner who asked: suspense -> float."""
    topup = lock(topup)
    TOP_UP.check("credit_topup", topup.status)
    require_two_persons(by, topup.matched_by_id, topup.requested_by_id)
    line = present(topup.bank_line)
    amount = Money(line.amount_minor, line.currency)
    topup = add_to_float(topup=topup, source=chart.suspense(line.bank_account), amount=amount, by=by, at=at)
    [moved] = transfers_of("topup_credited", str(topup.pk))
    note_explained(
        line=line, kind="float", account=moved.credit, amount=amount, transfer=topup.transfer_id, by=by, at=at
    )
    return topup


@refuses(NoPartnerHere, PartnerChanged)
def owner_of(topup: FloatTopUp) -> Any:
    """The id of the partner into whose float it goes."""
    station = topup.station
    partner = partner_of(station)
    if partner is None:
        raise NoPartnerHere
    if partner != topup.requested_by_id and began_after(station, day_in(station.zone, topup.requested_at)):
        raise PartnerChanged
    return partner


@refuses(NoPartnerHere, PartnerChanged)
def add_to_float(
    *, topup: FloatTopUp, source: chart.AccountKey, amount: Money, by: User, at: dt.datetime
) -> FloatTopUp:
    """Move the money of a locked top-up into the float, tell the partner, and look ahead anew."""
    station, before = topup.station, topup.status
    owner = owner_of(topup)
    country, target = station.county.country, chart.float_of(station, owner)
    opened = chart.open_all([source, target], country=country, currency=topup.currency, at=at)
    [transfer] = post_transfers(
        legs=[Leg(opened[source], opened[target], amount, "float top-up")],
        event_type="topup_credited",
        event_id=str(topup.pk),
        business_date=business_date_of(book_of(country), at),
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    topup.status, topup.credited_by, topup.transfer_id = FloatTopUp.Status.CREDITED, by, transfer
    topup.save(update_fields=["status", "via", "credited_by", "transfer", "updated_at"])
    record_change(topup, old=before, new=topup.status, at=at, actor=by.pk)
    partner = User.objects.get(pk=owner)
    notify(
        template="topup_credited",
        params={"amount": amount.display(partner.language)},
        language=partner.language,
        user=partner,
        link="/finance/floats/",
        dedupe_key=f"topup_credited:{topup.pk}",
        at=at,
    )
    foresee_later(station, because=f"topup:{topup.pk}", at=at)
    return topup


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def reject_topup(*, topup: FloatTopUp, reason: str, by: User, at: dt.datetime) -> FloatTopUp:
    """Say that no such money will come."""
    topup = lock(topup)
    TOP_UP.check("reject_topup", topup.status)
    topup.status, topup.reason = FloatTopUp.Status.REJECTED, reason
    topup.save(update_fields=["status", "reason", "updated_at"])
    record_change(topup, old="requested", new=topup.status, at=at, actor=by.pk, reason=reason)
    return topup


@transaction.atomic
def stop_topups(*, partner: UUID, at: dt.datetime) -> int:
    """A partner's contract has ended: what was asked for and has not arrived will not be waited for; how many."""
    rows = lock_all(FloatTopUp.objects.filter(requested_by=partner, status=FloatTopUp.Status.REQUESTED))
    for topup in rows:
        topup.status, topup.reason = FloatTopUp.Status.REJECTED, "contract ended"
        topup.save(update_fields=["status", "reason", "updated_at"])
        record_change(topup, old="requested", new=topup.status, at=at, reason=topup.reason)
    return len(rows)
