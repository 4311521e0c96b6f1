"""A bill that earns commission, and what stands for whom."""

import datetime as dt
from zoneinfo import ZoneInfo

from core.money import Money
from finance.models import CommissionLine
from tests.factories.finance import found_bill, pay, provider_says

MINUTE, SECOND, DAY = dt.timedelta(minutes=1), dt.timedelta(seconds=1), dt.timedelta(days=1)
CHINA = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)


def taken(ready, power, *, amount=100_00, at=NOON, bill_ref="B1", by=None):
    """A bill, or part of one, that was taken and has succeeded."""
    fetch = found_bill(ready, power, amount=1_000_00, bill_ref=bill_ref, expires_at=at + DAY)
    payment = pay(ready, fetch, amount=Money(amount, "CNY"), at=at, by=by or ready.partner)
    provider_says(payment, "succeeded", at=at + SECOND)
    return payment


def lines_of(payment):
    """What stands for each beneficiary of one payment."""
    sums: dict[str, int] = {}
    for line in CommissionLine.objects.filter(event_id=str(payment.pk)):
        sums[line.beneficiary] = sums.get(line.beneficiary, 0) + line.amount_minor
    return sums
