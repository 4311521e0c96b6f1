"""Cash leaves a drawer: declared, and signed for by the one who gives it and the one who carries it."""

import datetime as dt
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.money import Money
from core.state_machines import Machine
from finance import chart
from finance.tills.models import Remittance
from finance.tills.queries import till_balance
from finance.tills.services.books import account_of, is_empty_till, post, till_of
from finance.tills.services.drawers import NotYourDrawer, refuse_foreign_drawer
from finance.tills.services.turns import CashDayNotOpen, take_turn
from ledger.services import Leg, MadeBy, NotEnough
from stations.accounts.models import User
from stations.models import Station
from stations.scope import post_reaching
from stations.two_persons import is_same_person, require_two_persons

HAND_OVER = "finance.hand_over_cash"
#: No letter or digit that is mistaken for another when it is read aloud or typed from paper.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8

_S, _WAY, _VIA = Remittance.Status, Remittance.Direction, Remittance.Via
REMITTANCE = Machine(
    name="remittance",
    states=Remittance.Status,
    arrows={
        "cancel_remittance": frozenset({_S.DECLARED}),
        "hand_over_cash": frozenset({_S.DECLARED}),
        "receive_remittance": frozenset({_S.IN_TRANSIT}),
        # A bank line says that a slip has arrived; a count does it in the same breath as it is received.
        "match_remittance": frozenset({_S.IN_TRANSIT, _S.RECEIVED}),
        "report_loss": frozenset({_S.IN_TRANSIT}),
    },
)


class NothingToBring(Refused):
    """A remittance is of an amount."""

    code = "nothing_to_bring"
    status = 422
    message = _("Enter the amount to bring.")


class NoCentre(Refused):
    """Cash goes to the centre of the county."""

    code = "no_centre"
    message = _("This county has no centre that receives cash.")


class CentreKeepsItsOwn(Refused):
    """The centre itself pays in at the bank."""

    code = "centre_keeps_its_own"
    status = 422
    message = _("The county centre takes its own cash to the bank.")


class CarrierMissing(Refused):
    """Somebody carries the cash, or a bank slip says that it was paid in."""

    code = "carrier_missing"
    status = 422
    message = _("Enter the carrier.")


class NotTheCarrier(Refused):
    """The carrier signs for what he takes."""

    code = "not_the_carrier"
    message = _("Only the giver and the person named as carrier can sign for this.")


class SlipMissing(Refused):
    """What was paid in at the bank is proved by the photo of the slip."""

    code = "slip_missing"
    status = 422
    message = _("Add a photo of the bank’s slip.")


class TillTooSmallToBring(Refused):
    """The drawer does not hold what was declared."""

    code = "till_too_small"
    message = _("The till holds less than %(amount)s.")


@refuses(NotYourDrawer, NothingToBring, CarrierMissing, SamePerson, CentreKeepsItsOwn, NoCentre, TillTooSmallToBring)
@transaction.atomic
def declare_remittance(
    *, station: Station, direction: str, via: str, amount: Money, carrier: User | None, by: User, at: dt.datetime
) -> Remittance:
    """Say that so much will be brought, and by whom; nothing moves yet. `carrier` is None with a bank slip."""
    if direction == _WAY.TO_COUNTY:
        refuse_foreign_drawer(station, "finance.declare_remittance", by)
    if amount.minor <= 0:
        raise NothingToBring(field="amount")
    _refuse_carrier(direction, via, carrier, by)
    centre = _centre_of(station)
    _refuse_more_than_held(station if direction == _WAY.TO_COUNTY else centre, amount, field="amount")
    remittance = Remittance.objects.create(
        station=station,
        centre=centre,
        direction=direction,
        via=via,
        carrier=carrier,
        amount_minor=amount.minor,
        currency=amount.currency,
        reference="".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH)),
        declared_by=by,
        declared_at=at,
    )
    record_change(remittance, old="", new=remittance.status, at=at, actor=by.pk)
    return remittance


@refuses(WrongState)
@transaction.atomic
def cancel_remittance(*, remittance: Remittance, by: User, at: dt.datetime) -> Remittance:
    """Call off what has not left the drawer."""
    remittance = lock(remittance)
    REMITTANCE.check("cancel_remittance", remittance.status)
    return change(remittance, _S.CANCELLED, at=at, by=by)


@refuses(WrongState, SlipMissing, SamePerson, NotTheCarrier, NotYourDrawer, CashDayNotOpen, TillTooSmallToBring)
@transaction.atomic
def hand_over_cash(
    *, remittance: Remittance, by: User, at: dt.datetime, slip_photo: StoredFile | None = None
) -> Remittance:
    """Sign for the cash, as giver or as carrier; with the second signature it leaves: cash_in_transit -> till.

    A bank slip needs the giver alone, and its photo. Nobody signs for cash that cannot leave: the day is open, and
    the drawer holds as much.
    """
    remittance = lock(remittance)
    REMITTANCE.check("hand_over_cash", remittance.status)
    _sign(remittance, slip_photo, by=by, at=at)
    take_turn(station=remittance.leaves, at=at)
    _refuse_more_than_held(remittance.leaves, remittance.amount)
    if not _is_signed(remittance):
        remittance.save()
        return remittance
    remittance.handed_transfer_id = _leave(remittance, by=by, at=at)
    return change(remittance, _S.IN_TRANSIT, at=at, by=by)


def change(remittance: Remittance, new: str, *, at: dt.datetime, by: User | None) -> Remittance:
    """Take an arrow of the machine."""
    before = remittance.status
    remittance.status = new
    remittance.save()
    record_change(remittance, old=before, new=new, at=at, actor=by.pk if by else None)
    return remittance


def _refuse_more_than_held(station: Station, amount: Money, *, field: str | None = None) -> None:
    if till_balance(station) < amount:
        raise TillTooSmallToBring(field=field, amount=amount.display())


def _refuse_carrier(direction: str, via: str, carrier: User | None, by: User) -> None:
    if via == _VIA.BANK_SLIP:
        if carrier is not None or direction != _WAY.TO_COUNTY:
            raise CarrierMissing(field="carrier")
        return
    if carrier is None:
        raise CarrierMissing(field="carrier")
    if is_same_person(by, carrier.pk):
        raise SamePerson(field="carrier")


def _centre_of(station: Station) -> Station:
    if station.kind == Station.Kind.COUNTY_CENTRE:
        raise CentreKeepsItsOwn
    centre = Station.objects.filter(county=station.county_id, kind=Station.Kind.COUNTY_CENTRE)
    found = centre.exclude(status=Station.Status.CLOSED).first()
    if found is None:
        raise NoCentre
    return found


def _sign(remittance: Remittance, slip_photo: StoredFile | None, *, by: User, at: dt.datetime) -> None:
    if remittance.via == _VIA.BANK_SLIP:
        if slip_photo is None:
            raise SlipMissing(field="slip_photo")
        remittance.given_by, remittance.given_at, remittance.slip_photo = by, at, slip_photo
    elif by.pk == remittance.carrier_id:
        if remittance.taken_at is not None:
            raise SamePerson
        remittance.taken_at = at
    else:
        _sign_as_giver(remittance, by=by, at=at)


def _sign_as_giver(remittance: Remittance, *, by: User, at: dt.datetime) -> None:
    if remittance.given_by_id is not None:
        raise SamePerson if is_same_person(by, remittance.given_by_id) else NotTheCarrier
    if post_reaching(by, HAND_OVER, remittance.leaves) is None:
        raise NotTheCarrier
    refuse_foreign_drawer(remittance.leaves, HAND_OVER, by)
    require_two_persons(by, remittance.carrier_id)
    remittance.given_by, remittance.given_at = by, at


def _is_signed(remittance: Remittance) -> bool:
    return remittance.given_by_id is not None and (remittance.via == _VIA.BANK_SLIP or remittance.taken_at is not None)


def _leave(remittance: Remittance, *, by: User, at: dt.datetime) -> Any:
    station = remittance.leaves
    transit = account_of(chart.cash_in_transit(remittance.station), remittance.station, at)
    try:
        [transfer] = post(
            [Leg(transit, till_of(station, at), remittance.amount, "cash handed over")],
            station=station,
            event_type="remittance_handed_over",
            event_id=str(remittance.pk),
            made_by=MadeBy("person", by.pk),
            at=at,
        )
    except NotEnough as refusal:
        if not is_empty_till(refusal):
            raise
        raise TillTooSmallToBring(amount=remittance.amount.display()) from refusal
    return transfer
