"""A phone recharged: number read, plan or amount found, quoted, paid."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries
from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.gateways.models import Instruction
from core.money import Money
from finance.fees.services import FeeQuote, quote_fees
from finance.payments.models import Payment
from finance.payments.services import Tender, sell
from finance.recharge.models import Operator, Plan, Recharge
from finance.recharge.numbers import Number, PhoneInvalid, operator_of, read_number, refuse_unless_theirs
from finance.recharge.services.sales import SERVICE, RechargeInProgress, RechargeSale, Wanted
from stations.models import Station, User
from stations.network.services import refuse_unless_open


class OperatorNotServed(Refused):
    """The operator is not active, or not in this country."""

    code = "operator_not_served"
    status = 422
    message = _("%(operator)s phones cannot be recharged here.")


class OperatorMismatch(Refused):
    """The number begins like another operator's; it may have moved, and somebody has to say so."""

    code = "operator_mismatch"
    status = 422
    message = _("This number looks like one of %(found)s. Ask whether it was ported to %(operator)s.")


class PlanNotSold(Refused):
    """The operator does not sell this plan today."""

    code = "plan_not_sold"
    status = 422
    message = _("%(operator)s does not sell this today.")


class AmountNotAllowed(Refused):
    """The operator takes no such amount."""

    code = "amount_not_allowed"
    status = 422
    message = _("%(operator)s accepts %(least)s to %(most)s.")


@refuses(PhoneInvalid, OperatorNotServed, AmountNotAllowed, PlanNotSold)
def quote_recharge(
    *,
    phone: str,
    operator: Operator,
    plan: Plan | None,
    amount: Money | None,
    station: Station,
    by: User,
    at: dt.datetime,
) -> FeeQuote:
    """What the villager would pay, and what the one who acts would earn, less what the same phone has earned just now.

    Refused: `phone_invalid` (400), `operator_not_served`, `plan_not_sold`, `amount_not_allowed`.
    """
    number = _number(phone, operator)
    wanted = _wanted(operator, plan, amount, station=station, at=at)
    sale = RechargeSale(wanted=wanted, number=number, station=station, amount=wanted.amount)
    return quote_fees(sale=sale.for_fees(by=by, at=at), at=at)


@refuses(
    PhoneInvalid,
    OperatorNotServed,
    AmountNotAllowed,
    PlanNotSold,
    OperatorMismatch,
    RechargeInProgress,
    *refused_by(refuse_unless_open, sell),
)
@atomic_but_tries
def recharge_phone(
    *,
    phone: str,
    operator: Operator,
    plan: Plan | None,
    amount: Money | None,
    station: Station,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
    confirmed_operator: str = "",
) -> Payment:
    """Recharge one phone with a plan, or with an amount where `plan` is None.

    A number that begins like another operator's needs `confirmed_operator`, the code of the operator that it has moved
    to. Refused: `service_not_open`, `phone_invalid` (400), `operator_not_served`, `operator_mismatch`, `plan_not_sold`,
    `amount_not_allowed`, `recharge_in_progress`, and those of `sell`.
    """
    answer = refuse_unless_open(station, SERVICE, by=by, at=at)
    number = _number(phone, operator)
    wanted = _wanted(operator, plan, amount, station=station, at=at)
    is_ported = _is_ported(number, operator, confirmed=confirmed_operator, on=day_in(station.zone, at))
    # Before the quote: "your part has changed" would be half the truth.
    _refuse_second(number, wanted)
    sale = RechargeSale(
        wanted=wanted,
        number=number,
        is_ported=is_ported,
        station=station,
        amount=wanted.amount,
        is_essential=answer.is_essential,
    )
    return sell(sale=sale, tender=tender, by=by, at=at, key=key)


def body_of(our_ref: UUID) -> dict[str, Any]:
    """What the operator is asked to do; the phone is put on the wire only, not kept with the instruction."""
    instruction = Instruction.objects.get(pk=our_ref)
    return {**instruction.request, "phone": str(Recharge.objects.get(pk=our_ref).phone)}


def _number(phone: str, operator: Operator) -> Number:
    number = read_number(phone, country=operator.country)
    refuse_unless_theirs(number, operator)
    return number


def _wanted(
    operator: Operator, plan: Plan | None, amount: Money | None, *, station: Station, at: dt.datetime
) -> Wanted:
    today = day_in(station.zone, at)
    is_here = operator.is_active and operator.country == station.county.country and _holds(operator, today)
    if not is_here:
        raise OperatorNotServed(operator=operator.title)
    if plan is None:
        return Wanted(operator, None, _allowed(operator, amount))
    if plan.operator_id != operator.pk or not _holds(plan, today) or amount not in {None, plan.face}:
        raise PlanNotSold(operator=operator.title)
    return Wanted(operator, plan, plan.face)


def _holds(dated: Operator | Plan, today: dt.date) -> bool:
    return dated.from_date <= today and (dated.to_date is None or today < dated.to_date)


def _allowed(operator: Operator, amount: Money | None) -> Money:
    least, most = (Money(minor, operator.currency) for minor in (operator.min_amount_minor, operator.max_amount_minor))
    if amount is None or amount.currency != operator.currency or not least.minor <= amount.minor <= most.minor:
        raise AmountNotAllowed(field="amount", operator=operator.title, least=least.display(), most=most.display())
    return amount


def _is_ported(number: Number, operator: Operator, *, confirmed: str, on: dt.date) -> bool:
    """Whether the number has moved here from another operator. Raises `OperatorMismatch` unless somebody says so."""
    found = operator_of(number.national, country=operator.country, on=on)
    if found is not None and found.pk == operator.pk:
        return False
    if confirmed != operator.code:
        name = found.title if found else _("other operator")
        raise OperatorMismatch(field="operator", found=str(name), operator=operator.title)
    return True


def _refuse_second(number: Number, wanted: Wanted) -> None:
    same = Recharge.objects.filter(phone=number.e164, operator=wanted.operator, amount_minor=wanted.amount.minor)
    if same.filter(is_open=True).exists():
        raise RechargeInProgress
