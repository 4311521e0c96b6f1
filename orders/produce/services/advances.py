"""A part of what fruit will bring is paid to the farmer at the scale, from the drawer, before it is sold."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.money import Money
from finance import chart
from finance.payments.services import PhoneBelongsToStaff
from finance.payments.services.refunds import TillTooSmall
from finance.settlement.services import charge_payable
from finance.tills.services import take_turn
from ledger.services import NotEnough
from orders.produce.machine import INTAKE
from orders.produce.models import Intake, Lot
from orders.produce.queries import advanced, lots_below, sales_below
from orders.produce.services.agreeing import FarmerHasNoPhone, SlipWitnessMissing
from orders.produce.services.harvests import names_of
from orders.produce.services.steps import held_intake, tell_farmer
from stations.accounts.models import User
from stations.accounts.queries import staff_phones
from stations.network.paper_numbers import paper_number
from stations.people.models import Person, PhoneCode
from stations.people.services.codes import send_advance_code as send_phone_code
from stations.people.services.codes import use_code
from stations.two_persons import require_two_persons

EVENT = "produce_advance"
_W = Intake.Word


class NothingToAdvance(Refused):
    """An advance is a part of what fruit is expected to bring, and of fruit that is not delivered or called back."""

    code = "nothing_to_advance"
    message = _("It is unknown what this fruit will bring, or it is delivered or called back: there is no advance.")


class AdvanceTooLarge(Refused):
    """At most half of what city buyers would pay."""

    code = "advance_too_large"
    status = 422
    message = _("An advance is at most %(most)s: half of what the fruit is expected to bring.")


class AdvancePaid(Refused):
    """One intake, one advance; a corrected weight brings no second one."""

    code = "advance_paid"
    message = _("The advance for this fruit is paid already.")


class FarmerGone(Refused):
    """Nobody of this file can receive money."""

    code = "farmer_gone"
    message = _("The file of this farmer is closed. Nothing is paid in advance.")


@refuses(
    WrongState,
    NothingToAdvance,
    AdvanceTooLarge,
    AdvancePaid,
    FarmerGone,
    SamePerson,
    FarmerHasNoPhone,
    PhoneBelongsToStaff,
    *refused_by(send_phone_code),
)
@transaction.atomic
def send_advance_code(*, intake: Intake, amount: Money, by: User, at: dt.datetime) -> Intake:
    """Send the farmer a code for exactly this amount; who has no phone signs the slip before a witness.

    Refused: as `pay_advance` before it asks for the code, and `farmer_has_no_phone`, `phone_belongs_to_staff`,
    `too_many`.
    """
    intake = held_intake(intake)
    INTAKE.check("send_advance_code", intake.status)
    _refuse_unless_due(intake, amount, by=by)
    phone = str(intake.farmer.phone or "")
    if not phone:
        raise FarmerHasNoPhone
    if phone in staff_phones(intake.station, at=at):
        raise PhoneBelongsToStaff
    send_phone_code(person=intake.farmer, amount=amount, about=_about(intake, amount), by=by, at=at)
    return intake


@refuses(
    WrongState,
    NothingToAdvance,
    AdvanceTooLarge,
    AdvancePaid,
    FarmerGone,
    SamePerson,
    SlipWitnessMissing,
    TillTooSmall,
    *refused_by(take_turn, charge_payable, use_code),
)
@atomic_but_tries
def pay_advance(
    *, intake: Intake, amount: Money, by: User, at: dt.datetime, code: str = "", witness: Person | None = None
) -> Intake:
    """Pay a farmer at most half of what accepted fruit is expected to bring: farmer -> till.

    Against the code that the farmer was sent for exactly this amount, or a signature that `witness` saw; a wrong code
    uses up a try. The farmer's account goes below nothing by it, and stays so whatever becomes of the fruit: it is
    netted with the next statement that earns something. Refused: `wrong_state`, `nothing_to_advance`,
    `advance_too_large`, `advance_paid`, `farmer_gone`, `same_person`, `code_expired`, `code_locked`, `code_wrong`,
    `slip_witness_missing`, `cash_day_not_open`, `till_too_small`.
    """
    intake = held_intake(intake)
    INTAKE.check("pay_advance", intake.status)
    _refuse_unless_due(intake, amount, by=by)
    if code:
        about = _about(intake, amount)
        use_code(person=intake.farmer, purpose=PhoneCode.Purpose.ADVANCE, code=code, about=about, at=at)
    elif witness is None:
        raise SlipWitnessMissing(field="witness_card")
    else:
        require_two_persons(witness, by.pk, intake.farmer_id)
    take_turn(station=intake.station, at=at)
    _post(intake, amount, at=at)
    intake.advance_minor, intake.advance_by, intake.advance_at = amount.minor, by, at
    intake.advance_word, intake.advance_witness = (_W.CODE, None) if code else (_W.SIGNED, witness)
    intake.advance_number = paper_number(intake.station, "V", at)
    intake.save()
    record_change(intake, old=intake.status, new=intake.status, at=at, actor=by.pk, reason=intake.advance_number)
    told = {"crop": names_of(intake.crop), "amount": amount.display(intake.farmer.language)}
    tell_farmer(intake.farmer, intake.station, "produce_advance", told, about=intake.pk, at=at)
    return intake


@refuses(NothingToAdvance, AdvanceTooLarge, AdvancePaid, FarmerGone, SamePerson)
def _refuse_unless_due(intake: Intake, amount: Money, *, by: User) -> None:
    farmer = intake.farmer
    if farmer.died_date or farmer.merged_into_id or farmer.erased_at:
        raise FarmerGone
    if advanced(intake) is not None:
        raise AdvancePaid
    require_two_persons(by, intake.farmer_id)
    most = most_in_advance(intake)
    if most is None or _is_over(intake):
        raise NothingToAdvance
    if not 0 < amount.minor <= most.minor or amount.currency != most.currency:
        raise AdvanceTooLarge(field="amount", most=most.display())


def _about(intake: Intake, amount: Money) -> str:
    """What the code is bound to: the fruit and the amount."""
    return f"advance:{intake.pk}:{amount.minor}"


def most_in_advance(intake: Intake) -> Money | None:
    """Half of what the fruit is expected to bring, rounded down; None where nobody knows, or half is nothing."""
    half = (intake.expected_minor or 0) // 2
    return Money(half, intake.currency) if half else None


def _is_over(intake: Intake) -> bool:
    """Whether some of it is delivered (the farmer gets, or has, the money itself) or called back (nobody pays it)."""
    lots = Lot.objects.filter(sources__intake_grade__intake=intake).distinct()
    return any(
        sales_below(lot).filter(delivered_at__isnull=False).exists()
        or Lot.objects.filter(pk__in=lots_below(lot), status=Lot.Status.RECALLED).exists()
        for lot in lots
    )


@refuses(TillTooSmall, *refused_by(charge_payable))
def _post(intake: Intake, amount: Money, *, at: dt.datetime) -> None:
    keys = chart.farmer(intake.farmer_id), chart.till(intake.station)
    opened = chart.open_all(keys, country=intake.station.county.country, currency=amount.currency, at=at)
    try:
        charge_payable(
            event_type=EVENT,
            event_id=str(intake.pk),
            account=opened[keys[0]],
            amount=amount,
            target=opened[keys[1]],
            explanation={"intake": intake.slip_number, "expected_minor": intake.expected_minor},
            station=intake.station,
            at=at,
        )
    except NotEnough as refusal:
        if refusal.params["kind"] != "till":
            raise
        raise TillTooSmall(amount=amount.display()) from refusal
