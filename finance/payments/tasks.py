"""Work on payments that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.payments import services
from finance.payments.models import Refund


@job("payments.notify_refund")
def notify_refund(payload: dict[str, Any], at: dt.datetime) -> None:
    """Tell the payer that money can be fetched."""
    services.notify_refund(refund=Refund.objects.get(pk=payload["refund"]), at=at)


@job("payments.pass_deadlines")
def pass_deadlines(payload: dict[str, Any], at: dt.datetime) -> None:
    """What has been in progress for too long is unknown."""
    services.pass_deadlines(at=at)


@job("payments.review_unknown")
def review_unknown(payload: dict[str, Any], at: dt.datetime) -> None:
    """What nobody has known for days is laid before people."""
    services.review_unknown(at=at)
