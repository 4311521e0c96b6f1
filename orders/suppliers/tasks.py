"""The calls to suppliers' systems: made here, outside any transaction."""

from core.gateways.client import outcome_of
from core.jobs.registry import calling_job
from core.jobs.runner import RunningJob
from orders.suppliers.services import begin_attempt, begin_call, end_attempt, end_call

PATH = "/v1/purchase-order-events"


@calling_job("suppliers.push", is_needed=True)
def push(running: RunningJob) -> None:
    """Tell a supplier's system of an event, and come back until it has answered."""
    attempt = begin_attempt(**running.payload, at=running.at)
    if attempt is None:
        with running.finishing():
            return
    if attempt.rest is not None:
        running.retry_in(attempt.rest)
        return
    outcome = outcome_of(attempt.provider, "POST", PATH, attempt.body)
    with running.finishing() as at:
        seconds = end_attempt(attempt=attempt, outcome=outcome, at=at)
        if seconds is not None:
            running.retry_in(seconds)


@calling_job("suppliers.order", is_needed=True)
def order(running: RunningJob) -> None:
    """Ask a supplier's system for what it keeps, enquire, or release it, and come back until it has decided."""
    call = begin_call(**running.payload, at=running.at)
    if call is None:
        with running.finishing():
            return
    if call.rest is not None:
        running.retry_in(call.rest)
        return
    outcome = outcome_of(call.provider, call.method, call.path, call.body)
    with running.finishing() as at:
        seconds = end_call(call=call, outcome=outcome, at=at)
        if seconds is not None:
            running.retry_in(seconds)
