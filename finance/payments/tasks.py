"""Work on payments that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.payments import services
from finance.payments.models import Payment, Refund


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
    services.review_reversals(at=at)


@job("payments.submit_refund")
def submit_refund(payload: dict[str, Any], at: dt.datetime) -> None:
    """Order money back to where it was paid from."""
    services.submit_refund(refund=Refund.objects.get(pk=payload["refund"]), at=at)


@job("payments.chase_refund")
def chase_refund(payload: dict[str, Any], at: dt.datetime) -> None:
    """Have the county call the one who has not fetched their money for five days."""
    services.chase_refund(refund=Refund.objects.get(pk=payload["refund"]), at=at)


@job("payments.plan_compensations")
def plan_compensations(payload: dict[str, Any], at: dt.datetime) -> None:
    """Look in one zone for payments whose waiting is over."""
    services.plan_compensations(zone=payload["zone"], at=at)


@job("payments.compensate")
def compensate(payload: dict[str, Any], at: dt.datetime) -> None:
    """Give one payer what the rule gives for having waited."""
    services.compensate(payment=Payment.objects.get(pk=payload["payment"]), at=at)
