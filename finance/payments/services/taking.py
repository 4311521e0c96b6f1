"""Taking money from a villager: held where a provider executes, done at once where nobody does."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.countries import usual_in
from core.database.compiled_queries import compiled_query
from core.database.db import update_fields
from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.services import due_at, ensure_up, instruct, name_cutoff
from core.history import record_change
from core.money import Money, zero
from core.notices.services import notify
from finance import chart
from finance.floats.models import StationMoney
from finance.floats.queries import money_rules, partner_of
from finance.floats.services import FloatTooSmall, NoPartnerHere, TurnedAway
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, Receipt, Refund
from finance.payments.services.fee_messages import tell_payer_of_fee
from finance.payments.services.receipts import issue_receipt
from finance.payments.services.refunds import spend_refund
from finance.payments.services.steps import PaymentStands, publish_payment, write_payment
from finance.tills.services import note_cash, take_essential_turn, take_turn
from ledger.queries import balance, business_date_of
from ledger.services import Leg, MadeBy, NotEnough, book_of, post_transfers
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.people.models import Person

AFTER_THE_FILE = AFTER_THE_CUTOFF = dt.timedelta(minutes=30)


class CeilingReached(Refused):
    """The drawer would hold more company cash than it may."""

    code = "ceiling_reached"
    message = _("The till may hold at most %(ceiling)s. Bring cash to the county first.")


class TooLarge(Refused):
    """More than one payment may be."""

    code = "amount_too_large"
    status = 422
    message = _("One payment may be at most %(most)s.")


class CashTooLittle(Refused):
    """The cash given does not cover the total."""

    code = "cash_too_little"
    status = 422
    message = _("The cash given is less than what is to be paid in cash.")


class RefundExceedsTotal(Refused):
    """Owed money pays for something that costs at least as much."""

    code = "refund_exceeds_total"
    status = 422
    message = _("The money owed back is more than this costs. Hand it back in cash instead.")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid, for whom, and what the slip says about it.

    `refund` is money owed back that pays for this; the rest is cash. `is_essential` is company cash in both modes and
    knows no ceiling.
    """

    purpose: str
    subject_ref: str
    station: Station
    amount: Money
    agent_fee: Money
    payer: Person | None = None
    payer_phone: str = ""
    cash_given: Money | None = None
    refund: Refund | None = None
    is_essential: bool = False
    slip_lines: Sequence[dict[str, Any]] = field(default_factory=tuple)

    @property
    def total(self) -> Money:
        """What the villager pays."""
        return self.amount + self.agent_fee

    @property
    def owed(self) -> Money:
        """What of it is money owed back."""
        return self.refund.amount if self.refund else zero(self.total.currency)

    @property
    def cash(self) -> Money:
        """What of it is cash."""
        return self.total - self.owed


@refuses(
    TooLarge, RefundExceedsTotal, CashTooLittle, NoPartnerHere, FloatTooSmall, PaymentStands, *refused_by(ensure_up)
)
@transaction.atomic
def start_payment(
    *,
    order: Order,
    provider: Provider,
    kind: str,
    path: str,
    request: dict[str, Any],
    by: User,
    at: dt.datetime,
    key: str,
    our_ref: UUID | None = None,
) -> Payment:
    """Take the money, set it aside for the provider, and write down what the provider shall do. Nothing is called here;
    a worker sends the instruction.
    """
    refuse_amount(order)
    ensure_up(provider, at)
    funding = _funding(order, at)
    our_ref = our_ref or uuid7()
    hold = _set_aside(order, funding, provider=provider, our_ref=our_ref, by=by, at=at)
    payment = write_payment(
        Payment(
            **columns_of(order, funding, by=by, at=at, key=key),
            our_ref=our_ref,
            status=Payment.Status.HELD,
            hold_transfer_id=hold,
        )
    )
    note_cash(person=order.payer, station=order.station, amount=order.cash, at=at)
    record_change(payment, old="", new=payment.status, at=at, actor=by.pk, key=key[-64:])
    issue_receipt(payment=payment, kind=Receipt.Kind.IN_PROGRESS, trade_lines=order.slip_lines, at=at)
    if order.refund:
        spend_refund(refund=order.refund, payment=payment, by=by, at=at)
    instruct(
        provider=provider,
        kind=kind,
        path=path,
        request=request,
        our_ref=our_ref,
        at=at,
    )
    return payment


@refuses(TooLarge, RefundExceedsTotal, CashTooLittle, PaymentStands)
@transaction.atomic
def take_payment(*, order: Order, by: User, at: dt.datetime, key: str) -> Payment:
    """Take company cash for something that no provider executes: till -> customer_funds, done at once.

    Money owed back pays for it too; it moves to this station first. A loan's instalment is taken above the ceiling as
    well, and the county is told.
    """
    refuse_amount(order)
    _take_turn(order, at)
    our_ref = uuid7()
    funding = Payment.Funding.OWED if order.refund else Payment.Funding.TILL
    payment = write_payment(
        Payment(
            **columns_of(order, funding, by=by, at=at, key=key),
            our_ref=our_ref,
            status=Payment.Status.SUCCEEDED,
            finished_at=at,
        )
    )
    note_cash(person=order.payer, station=order.station, amount=order.cash, at=at)
    legs = _taken(order, at=at)
    if legs:
        _post(legs, order, event_type="payment_taken", our_ref=our_ref, by=by, at=at)
    record_change(payment, old="", new=payment.status, at=at, actor=by.pk, key=key[-64:])
    receipt = issue_receipt(payment=payment, kind=Receipt.Kind.FINAL, trade_lines=order.slip_lines, at=at)
    if order.refund:
        spend_refund(refund=order.refund, payment=payment, by=by, at=at)
    tell_payer_of_fee(payment=payment, receipt=receipt, at=at)
    publish_payment(payment, "finance.payment_succeeded", at=at)
    return payment


def submit_payment(*, instruction: Instruction, at: dt.datetime) -> None:
    """Mark that the call is about to be made; in the transaction that marks the instruction as sent."""
    payment = _row.get(instruction.our_ref)
    if not PAYMENT.allows("submit_payment", payment.status):
        return  # a callback overtook us, or this is a second try under the same reference
    payment.status, payment.submitted_at = Payment.Status.SUBMITTED, at
    if instruction.kind != Instruction.Kind.BILL:
        payment.cutoff_at = cutoff_of(at)
        name_cutoff(instruction=instruction, cutoff_at=payment.cutoff_at)
    payment.deadline_at = _decided_by(payment, instruction.provider, at)
    update_fields(payment, "status", "submitted_at", "cutoff_at", "deadline_at")
    record_change(payment, old=Payment.Status.HELD, new=payment.status, at=at)


@compiled_query
def _row(our_ref: Any) -> QuerySet[Payment]:
    return Payment.objects.select_for_update(no_key=True).filter(pk=our_ref)


def cutoff_of(sent_at: dt.datetime) -> dt.datetime:
    """When a company can no longer execute what it has not received; bills wait for the file of their day instead."""
    return sent_at + dt.timedelta(seconds=settings.ECOMNET_CUTOFF_AFTER)


def _decided_by(payment: Payment, provider: Provider, at: dt.datetime) -> dt.datetime:
    """When the end is known, as a rule: half an hour after cut-off and daily file; a day later where there is none."""
    file_at = due_at(provider, day_in(provider.time_zone, at))
    if payment.cutoff_at:
        return max(payment.cutoff_at, file_at or payment.cutoff_at) + AFTER_THE_CUTOFF
    return file_at + AFTER_THE_FILE if file_at else at + dt.timedelta(days=1)


@refuses(TooLarge, RefundExceedsTotal, CashTooLittle)
def refuse_amount(order: Order) -> None:
    """More than one payment may be, cash that does not cover it, owed money that is more than it costs."""
    most = usual_in(order.station.county.country, order.total.currency).most_per_payment
    if most < order.total:
        raise TooLarge(field="amount", most=most.display())
    if order.cash.minor < 0:
        raise RefundExceedsTotal
    if order.cash_given is not None and order.cash_given < order.cash:
        raise CashTooLittle(field="cash_given")


def _funding(order: Order, at: dt.datetime) -> str:
    if order.refund:
        return Payment.Funding.OWED
    rules = money_rules(order.station, on=day_in(order.station.zone, at))
    if order.is_essential or rules.mode == StationMoney.Mode.POSTPAID:
        return Payment.Funding.TILL
    return Payment.Funding.FLOAT


def _set_aside(order: Order, funding: str, *, provider: Provider, our_ref: UUID, by: User, at: dt.datetime) -> UUID:
    """Post what was taken and hold it for the provider; the id of the hold."""
    if funding == Payment.Funding.FLOAT:
        legs = _from_float(order, provider, at=at)
    else:
        _take_turn(order, at)
        legs = _from_cash(order, provider, at=at)
    try:
        return _post(legs, order, event_type="payment_taken", our_ref=our_ref, by=by, at=at)[-1]
    except NotEnough as refusal:
        if funding != Payment.Funding.FLOAT:
            raise
        raise FloatTooSmall(
            available=balance(legs[-1].debit).available.display(),
            needed=order.total.display(),
            turned_away=TurnedAway(order.station, order.total, at),
        ) from refusal


def _from_float(order: Order, provider: Provider, *, at: dt.datetime) -> list[Leg]:
    partner = partner_of(order.station)
    if partner is None:
        raise NoPartnerHere
    source, target = _open(order, [chart.float_of(order.station, partner), chart.clearing(provider)], at=at)
    return [Leg(source, target, order.total, "held for the provider", kind="pending")]


def _from_cash(order: Order, provider: Provider, *, at: dt.datetime) -> list[Leg]:
    """Cash into the drawer (less what is owed back), then held for the provider out of the villager's money."""
    legs = _taken(order, at=at)
    funds, clearing = _open(order, [chart.customer_funds(order.station), chart.clearing(provider)], at=at)
    return [*legs, Leg(funds, clearing, order.total, "held for the provider", kind="pending")]


def _taken(order: Order, *, at: dt.datetime) -> list[Leg]:
    """What a villager brings: money owed back, from wherever it is owed, and cash into the drawer for the rest."""
    station = order.station
    home = order.refund.station if order.refund else station
    if order.cash:
        _mind_ceiling(order, at=at)
    till, funds, home_funds = _open(
        order, [chart.till(station), chart.customer_funds(station), chart.customer_funds(home)], at=at
    )
    legs = []
    if order.owed and home.pk != station.pk:
        legs.append(Leg(home_funds, funds, order.owed, "owed money moves to the station that serves"))
    if order.cash:
        legs.append(Leg(till, funds, order.cash, "cash taken"))
    return legs


def _mind_ceiling(order: Order, *, at: dt.datetime) -> None:
    """No ceiling holds for what is essential; what is paid on a loan is taken above it, and the county is told."""
    if order.is_essential:
        return
    try:
        _refuse_above_ceiling(order.station, order.cash, at=at)
    except CeilingReached as refusal:
        if order.purpose != Payment.Purpose.LOAN:
            raise
        _tell_of_ceiling(order, ceiling=refusal.params["ceiling"], at=at)


def _tell_of_ceiling(order: Order, *, ceiling: str, at: dt.datetime) -> None:
    today = day_in(order.station.zone, at)
    for user in people_in_role(Role.COUNTY_CLERK, at=at, station=order.station):
        notify(
            template="till_above_ceiling",
            params={"station": order.station.name, "ceiling": ceiling},
            language=user.language,
            user=user,
            dedupe_key=f"till_above_ceiling:{order.station.pk}:{today}:{user.pk}",
            at=at,
        )


def _take_turn(order: Order, at: dt.datetime) -> None:
    """Essential services go on in a day that somebody forgot to close."""
    turn = take_essential_turn if order.is_essential else take_turn
    turn(station=order.station, at=at)


def _refuse_above_ceiling(station: Station, cash: Money, *, at: dt.datetime) -> None:
    rules = money_rules(station, on=day_in(station.zone, at))
    ceiling = Money(rules.ceiling_minor, station.currency)
    till = chart.open_one(chart.till(station), country=station.county.country, currency=station.currency, at=at)
    if ceiling < balance(till).posted + cash:
        raise CeilingReached(ceiling=ceiling.display())


def _open(order: Order, keys: Sequence[chart.AccountKey], *, at: dt.datetime) -> list[Any]:
    opened = chart.open_all(keys, country=order.station.county.country, currency=order.total.currency, at=at)
    return [opened[key] for key in keys]


def _post(
    legs: Sequence[Leg], order: Order, *, event_type: str, our_ref: UUID, by: User, at: dt.datetime
) -> list[UUID]:
    return post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=str(our_ref),
        business_date=business_date_of(book_of(order.station.county.country), at),
        made_by=MadeBy("person", by.pk),
        at=at,
    )


def columns_of(order: Order, funding: str, *, by: User, at: dt.datetime, key: str) -> dict[str, Any]:
    """What a new payment says of its order."""
    return {
        "key": f"{by.pk}:{order.purpose}:{key}",
        "purpose": order.purpose,
        "subject_ref": order.subject_ref,
        "station": order.station,
        "payer": order.payer,
        "payer_phone": order.payer_phone,
        "taken_by": by,
        "method": Payment.Method.CASH,
        "funding": funding,
        "amount_minor": order.amount.minor,
        "agent_fee_minor": order.agent_fee.minor,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "owed_minor": order.owed.minor,
        "cash_given_minor": order.cash_given.minor if order.cash_given is not None else None,
        "taken_at": at,
    }
