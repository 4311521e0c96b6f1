"""Phones recharged: operator found, plan picked, paid."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index
from core.database.db import atomic_but_tries
from core.days import day_in
from core.errors import QuoteChanged, Refused, refused_by, refuses
from core.events.services import publish
from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.results import Result
from core.money import Money
from finance import chart
from finance.fees.services import FeeQuote, Sale, prepare_accrual, quote_fees
from finance.hooks import Accrual, Distribution, Trade
from finance.payments.models import Payment, Refund
from finance.payments.services import CodeProof, Order, WitnessProof, start_payment
from finance.payments.services.refunds import prove_to_spend
from finance.recharge.models import Operator, Plan, Recharge
from finance.recharge.numbers import Number, PhoneInvalid, operator_of, read_number, refuse_unless_theirs
from ledger.services import Leg
from stations.models import Person, Station, User
from stations.network.queries import ServiceAnswer, service_open

SERVICE = "recharge"


class ServiceNotOpen(Refused):
    """The service is switched off, paused, or the station does not serve now."""

    code = "service_not_open"
    message = _("Phone recharge is not open here now: %(reason)s")


class OperatorNotServed(Refused):
    """The operator is not active, or not in this country."""

    code = "operator_not_served"
    status = 422
    message = _("Phones of %(operator)s cannot be recharged here.")


class OperatorMismatch(Refused):
    """The number begins like another operator's; it may have moved, and somebody has to say so."""

    code = "operator_mismatch"
    status = 422
    message = _("This number begins like one of %(found)s. Ask whether it has moved to %(operator)s.")


class PlanNotSold(Refused):
    """The operator does not sell this plan today."""

    code = "plan_not_sold"
    status = 422
    message = _("%(operator)s does not sell this today.")


class AmountNotAllowed(Refused):
    """The operator takes no such amount."""

    code = "amount_not_allowed"
    status = 422
    message = _("%(operator)s takes %(least)s to %(most)s.")


class RechargeInProgress(Refused):
    """The same recharge is not decided yet: only when it has failed is it tried again."""

    code = "recharge_in_progress"
    message = _("This phone is being recharged with this amount already. Wait for the outcome.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is bought for a phone: a plan, or an amount that no plan names."""

    operator: Operator
    plan: Plan | None
    amount: Money

    @property
    def wholesale(self) -> Money:
        """What we shall owe the operator."""
        return self.plan.wholesale if self.plan else self.operator.wholesale_of(self.amount)

    @property
    def margin(self) -> int:
        """Retail less wholesale, minor units."""
        return self.amount.minor - self.wholesale.minor


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
    return quote_fees(sale=_sale(wanted, number.e164, station=station, by=by, at=at), at=at)


@refuses(
    ServiceNotOpen,
    PhoneInvalid,
    OperatorNotServed,
    AmountNotAllowed,
    PlanNotSold,
    OperatorMismatch,
    RechargeInProgress,
    QuoteChanged,
    *refused_by(prove_to_spend, start_payment),
)
@atomic_but_tries
def recharge_phone(
    *,
    phone: str,
    operator: Operator,
    plan: Plan | None,
    amount: Money | None,
    station: Station,
    payer: Person | None,
    payer_phone: str,
    by: User,
    at: dt.datetime,
    key: str,
    confirmed_operator: str = "",
    expected: FeeQuote | None = None,
    cash_given: Money | None = None,
    refund: Refund | None = None,
    proof: CodeProof | WitnessProof | None = None,
) -> Payment:
    """Recharge one phone with a plan, or with an amount where `plan` is None; `expected` is the quote that was shown.

    A number that begins like another operator's needs `confirmed_operator`, the code of the operator that it has moved
    to. Refused: `service_not_open`, `phone_invalid` (400), `operator_not_served`, `operator_mismatch`, `plan_not_sold`,
    `amount_not_allowed`, `recharge_in_progress`, `quote_changed`, and those of `start_payment`; with a `refund` also
    those of its proof, where a wrong code uses up a try.
    """
    answer = _refuse_unless_open(station, by=by, at=at)
    number = _number(phone, operator)
    wanted = _wanted(operator, plan, amount, station=station, at=at)
    is_ported = _is_ported(number, operator, confirmed=confirmed_operator, on=day_in(station.zone, at))
    # Before the quote: "your part has changed" would be half the truth.
    _refuse_second(number, wanted)
    quote = quote_fees(sale=_sale(wanted, number.e164, station=station, by=by, at=at), at=at)
    if expected is not None and expected != quote:
        raise QuoteChanged(**quote.figures)
    if refund is not None:
        refund = prove_to_spend(refund=refund, proof=proof, station=station, by=by, at=at)
    our_ref = uuid7()
    payment = start_payment(
        order=Order(
            purpose=Payment.Purpose.RECHARGE,
            subject_ref=str(our_ref),
            station=station,
            amount=wanted.amount,
            agent_fee=quote.agent_fee,
            payer=payer,
            payer_phone=payer_phone,
            cash_given=cash_given,
            refund=refund,
            is_essential=answer.is_essential,
            slip_lines=_slip_lines(wanted, number),
        ),
        provider=operator.provider,
        kind=Instruction.Kind.RECHARGE,
        path="/v1/recharges",
        request=_request(wanted),
        by=by,
        at=at,
        key=key,
        our_ref=our_ref,
    )
    _store(payment, wanted, number, is_ported=is_ported)
    return payment


def body_of(our_ref: UUID) -> dict[str, Any]:
    """What the operator is asked to do; the phone is put on the wire only, not kept with the instruction."""
    instruction = Instruction.objects.get(pk=our_ref)
    return {**instruction.request, "phone": str(Recharge.objects.get(pk=our_ref).phone)}


def distribute_recharge(*, payment: Payment, provider: Provider, result: Result, at: dt.datetime) -> Distribution:
    """A phone was recharged: clearing -> operator, the wholesale amount; of what is left, commission and revenue."""
    recharge = payment.recharge = Recharge.objects.select_related("operator__provider", "plan").get(payment=payment)
    operator, country = recharge.operator, payment.station.county.country
    clearing_key, operator_key = chart.clearing(provider), chart.operator(operator)
    opened = chart.open_all([clearing_key, operator_key], country=country, currency=payment.currency, at=at)
    legs = [Leg(opened[clearing_key], opened[operator_key], recharge.wholesale, "owed to the operator")]
    accruals = []
    for sale in _sales_of(payment):
        accrual = prepare_accrual(sale=sale, source=clearing_key, country=country, at=at)
        accruals.append(accrual)
        legs += _unclaimed(sale, accrual, opened[clearing_key], country=country, at=at)
    return Distribution(
        legs=legs,
        accruals=accruals,
        slip_lines=[{"name": "operator_ref", "value": result.provider_ref}] if result.provider_ref else [],
    )


def recharge_ended(payment: Payment, at: dt.datetime) -> None:
    """The same recharge may be bought again; tell the house when it was done."""
    recharge = payment.recharge
    if recharge.is_open:
        recharge.is_open = False
        recharge.save(update_fields=["is_open", "updated_at"])
    if payment.status != Payment.Status.SUCCEEDED:
        return
    publish(
        "finance.recharge_done",
        at=at,
        payment=str(payment.pk),
        payer=str(payment.payer_id) if payment.payer_id else None,
        operator=recharge.operator.code,
        station=payment.station_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )


def days_to_ask_back(payment: Payment) -> int:
    """How many days after the recharge the operator can still be asked to take it back; 0 is the day itself."""
    return payment.recharge.operator.reversal_days


TRADE = Trade(service=SERVICE, distribute=distribute_recharge, ended=recharge_ended, days_to_ask_back=days_to_ask_back)


def _refuse_unless_open(station: Station, *, by: User, at: dt.datetime) -> ServiceAnswer:
    answer = service_open(station, SERVICE, by, at)
    if not answer.is_open:
        raise ServiceNotOpen(reason=str(answer.reason))
    return answer


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
        name = found.title if found else _("another operator")
        raise OperatorMismatch(field="operator", found=str(name), operator=operator.title)
    return True


def _refuse_second(number: Number, wanted: Wanted) -> None:
    same = Recharge.objects.filter(phone=number.e164, operator=wanted.operator, amount_minor=wanted.amount.minor)
    if same.filter(is_open=True).exists():
        raise RechargeInProgress


def _store(payment: Payment, wanted: Wanted, number: Number, *, is_ported: bool) -> None:
    try:
        with transaction.atomic():
            Recharge.objects.create(
                payment=payment,
                operator=wanted.operator,
                plan=wanted.plan,
                phone=number.e164,
                amount_minor=wanted.amount.minor,
                wholesale_minor=wanted.wholesale.minor,
                currency=wanted.amount.currency,
                is_ported=is_ported,
            )
    except IntegrityError as error:
        if "recharge_is_open_once" not in str(error):
            raise
        raise RechargeInProgress from error  # another counter was faster


def _sale(wanted: Wanted, phone: str, *, station: Station, by: User, at: dt.datetime) -> Sale:
    """A sale that has not happened yet, for a quote."""
    return Sale(
        event_type="payment",
        event_id="",
        service=SERVICE,
        base=wanted.amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=wanted.operator.code,
        target=_target(wanted.operator, phone),
        margin=wanted.margin,
        left=wanted.margin,
    )


def _sales_of(payment: Payment) -> list[Sale]:
    """The recharge, and the villager's fee, which has a rule of its own: both come out of clearing."""
    recharge = payment.recharge
    wanted = Wanted(recharge.operator, recharge.plan, payment.amount)
    sale = replace(
        _sale(wanted, str(recharge.phone), station=payment.station, by=payment.taken_by, at=payment.taken_at),
        event_id=str(payment.pk),
        margin=recharge.margin,
        left=recharge.margin,
    )
    if not payment.agent_fee:
        return [sale]
    fee = payment.agent_fee
    return [
        sale,
        replace(sale, service=f"{SERVICE}.agent_fee", base=fee, target="", margin=None, left=fee.minor),
    ]


def _unclaimed(sale: Sale, accrual: Accrual, clearing: Any, *, country: str, at: dt.datetime) -> list[Leg]:
    """What clearing holds is revenue where no rule says whose it is."""
    if accrual.lines or accrual.legs or not sale.left:
        return []
    currency = sale.base.currency
    revenue = chart.open_one(chart.platform("revenue"), country=country, currency=currency, at=at)
    return [Leg(clearing, revenue, Money(sale.left, currency), "margin that no rule shares")]


def _target(operator: Operator, phone: str) -> str:
    """What splitting is measured against: the phone, which nobody can read out of this."""
    return f"{operator.code}:{blind_index(phone).hex()}"


def _slip_lines(wanted: Wanted, number: Number) -> list[dict[str, Any]]:
    operator, plan = wanted.operator, wanted.plan
    lines: list[dict[str, Any]] = [
        {"name": "operator", "value": {"en": operator.name, "zh-hans": operator.name_zh}},
        {"name": "phone", "value": number.shown},
    ]
    if plan:
        lines.append({"name": "plan", "value": {"en": plan.name, "zh-hans": plan.name_zh}})
    return lines


def _request(wanted: Wanted) -> dict[str, Any]:
    return {
        "operator_code": wanted.operator.code,
        "plan_code": wanted.plan.code if wanted.plan else None,
        "amount": str(wanted.amount),
        "currency": wanted.amount.currency,
    }
