"""Who waits too long for the end of a payment is given something for it, by rule and without a claim."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from core.errors import refuses
from core.keys.services import KeyReused
from core.money import Money
from finance import chart
from finance.payments.models import CompensationRule, Payment, Refund
from finance.payments.services.clocks import earned_by, order_compensation
from finance.payments.services.granting import grant_refund
from finance.payments.services.steps import held
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Leg, book_of, post_transfers

DAY = dt.timedelta(days=1)
#: Older payments than these were decided, and compensated, long ago.
LOOK_BACK = dt.timedelta(days=120)


@transaction.atomic
def plan_compensations(*, zone: str, at: dt.datetime) -> int:
    """One job, once, for every payment of a zone that has earned a compensation; how many there are."""
    earned = [payment.pk for payment in _that_waited(zone, at) if earned_by(payment, at=at)]
    for pk in earned:
        order_compensation(pk, at=at)
    return len(earned)


@refuses(KeyReused)
@transaction.atomic
def compensate(*, payment: Payment, at: dt.datetime) -> Refund | None:
    """Grant what the rule gives, once the clock has stopped or the cap is reached; nothing before, and only once."""
    payment = held(payment.pk)
    amount = earned_by(payment, at=at)
    if amount is None or payment.refunds.filter(reason=Refund.Reason.COMPENSATION).exists():
        return None
    _post(payment, amount, at=at)
    key = f"compensation:{payment.pk}"
    return grant_refund(payment=payment, amount=amount, reason=Refund.Reason.COMPENSATION, at=at, key=key)


def _that_waited(zone: str, at: dt.datetime) -> QuerySet[Payment]:
    """Cash of the last months that waited for more than a day and was not compensated: few of very many."""
    a_day_later = F("taken_at") + DAY
    waited = (
        Q(status__in=Payment.UNDECIDED) | Q(finished_at__gt=a_day_later) | Exists(_fetched_after(OuterRef("taken_at")))
    )
    compensated = Refund.objects.filter(payment=OuterRef("pk"), reason=Refund.Reason.COMPENSATION)
    return (
        Payment.objects.filter(
            ~Exists(compensated),
            waited,
            station__zone=zone,
            method=Payment.Method.CASH,
            purpose__in=CompensationRule.objects.values("purpose"),
            taken_at__gte=at - LOOK_BACK,
            taken_at__lt=at - DAY,
        )
        .select_related("station__county")
        .order_by("pk")
    )


def _fetched_after(taken_at: Any) -> QuerySet[Refund]:
    """Refunds of a payment that could be fetched more than a day after it was taken."""
    late = ExpressionWrapper(taken_at + DAY, output_field=DateTimeField())
    return Refund.objects.filter(payment=OuterRef("pk"), ready_at__gt=late)


def _post(payment: Payment, amount: Money, *, at: dt.datetime) -> None:
    keys = chart.platform("expense"), chart.customer_funds(payment.station)
    country = payment.station.county.country
    opened = chart.open_all(keys, country=country, currency=amount.currency, at=at)
    post_transfers(
        legs=[Leg(opened[keys[0]], opened[keys[1]], amount, "compensation for having waited")],
        event_type="compensation_granted",
        event_id=str(payment.pk),
        business_date=business_date_of(book_of(country), at),
        made_by=SYSTEM,
        at=at,
    )
