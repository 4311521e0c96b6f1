"""A payment, and the difference that a file makes."""

import datetime as dt
from zoneinfo import ZoneInfo

from finance.models import ReconItem
from tests.factories.finance import found_bill, pay, provider_says, sent

CHINA = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=CHINA)


def paid(ready, power, *, at=NOON, amount=186_40):
    """A payment that our books hold as done at this instant."""
    payment = sent(pay(ready, found_bill(ready, power, amount=amount), at=at), at=at)
    provider_says(payment, "succeeded", at=at, completed_at=at.isoformat())
    payment.refresh_from_db()
    return payment


def the_item(**facts):
    return ReconItem.objects.get(**facts)
