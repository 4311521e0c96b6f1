"""How long a payment has been waited for, in days of its place, and what that is worth once its clock stops."""

import datetime as dt
from uuid import UUID

from core.database.db import present
from core.days import day_in
from core.jobs.services import enqueue
from core.money import Money
from core.web.ranges import holds_on
from finance.payments.models import CompensationRule, Payment, Refund

DAY = dt.timedelta(days=1)


def stop_clock(payment: Payment, *, at: dt.datetime) -> None:
    """It has succeeded, or its money can be fetched: what the waiting has earned is ordered with the cause, once."""
    waited = payment.method == Payment.Method.CASH and at - payment.taken_at > DAY
    if waited and earned_by(payment, at=at):
        order_compensation(payment.pk, at=at)


def order_compensation(payment: UUID, *, at: dt.datetime) -> None:
    """One job, once for a payment."""
    enqueue(
        "payments.compensate",
        dedupe_key=f"compensate:{payment}",
        payload={"payment": str(payment)},
        run_at=at,
        is_patient=True,
    )


def earned_by(payment: Payment, *, at: dt.datetime) -> Money | None:
    """What the waiting of this payment is worth; None while it goes on below the cap, and where nothing is due."""
    rule = rule_of(payment)
    if rule is None:
        return None
    stopped = _day_it_ended(payment)
    amount = compensation_of(payment, rule, until=stopped or day_in(payment.station.zone, at))
    is_over = stopped is not None or amount == rule.cap
    return amount if amount and is_over else None


def rule_of(payment: Payment) -> CompensationRule | None:
    """The rule of the country and purpose on the local day of the payment."""
    on = day_in(payment.station.zone, payment.taken_at)
    rules = CompensationRule.objects.filter(
        holds_on(on),
        country=payment.station.county.country,
        purpose=payment.purpose,
        currency=payment.currency,
    )
    return rules.first()


def compensation_of(payment: Payment, rule: CompensationRule, *, until: dt.date) -> Money:
    """Every calendar day after those that may pass, up to and including `until`, counts; never more than the cap."""
    due = day_in(payment.station.zone, payment.taken_at) + dt.timedelta(days=rule.due_days)
    days = max((until - due).days, 0)
    return min(Money(rule.per_day_minor * days, rule.currency), rule.cap, key=lambda money: money.minor)


def _day_it_ended(payment: Payment) -> dt.date | None:
    """The local day on which it succeeded, or on which its money could be fetched."""
    zone = payment.station.zone
    first = payment.refunds.exclude(reason__in=Refund.BESIDE).order_by("created_at", "pk").first()
    if payment.status in {Payment.Status.FAILED, Payment.Status.REVERSED} and first is not None:
        back_at = first.ready_at or first.paid_at
        return day_in(zone, back_at) if back_at else None
    if payment.is_undecided or payment.status == Payment.Status.REVERSAL_ASKED:
        return None
    return day_in(zone, present(payment.finished_at))
