"""Work on payments that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.payments.models import Refund
from finance.payments.services import notify_refund as notify


@job("payments.notify_refund")
def notify_refund(payload: dict[str, Any], at: dt.datetime) -> None:
    """Tell the payer that money can be fetched."""
    notify(refund=Refund.objects.get(pk=payload["refund"]), at=at)
