"""The gateway's jobs: calls are made here and nowhere else, outside any transaction."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from core.gateways import client, registry
from core.gateways.client import Answer, Download, NoAnswer, Unreachable
from core.gateways.models import Callback, DailyFile, InboundMessage, Provider
from core.gateways.services import files, inbox, messages, prefund, sending
from core.gateways.signing import ReplayedNonce, claim_nonce
from core.hooks import DAILY_FILES
from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob

#: An enquiry that the breaker does not let through waits so many seconds.
WHILE_RESTING = 10


@calling_job("gateways.send", is_needed=True)
def send(running: RunningJob) -> None:
    """Make the call of one attempt."""
    call = _begun(running)
    if call is None:
        with running.finishing():
            return
    ending: sending.Ending = Unreachable("the breaker is open")
    if call.is_admitted:
        ending = client.outcome_of(call.instruction.provider, "POST", call.instruction.path, call.body, call.media_type)
    with running.finishing() as at:
        sending.end_call(call=call, ending=ending, at=at)


def _begun(running: RunningJob) -> sending.Call | None:
    planned = dict(running.payload)
    asked_at = planned.pop("asked_at", None)
    if asked_at is None:
        return sending.begin_call(**planned, at=running.at)
    return sending.begin_question(**planned, asked_at=dt.datetime.fromisoformat(asked_at), at=running.at)


@calling_job("gateways.enquire")
def enquire(running: RunningJob) -> None:
    """Ask what became of a reference."""
    enquiry = sending.begin_enquiry(**running.payload, at=running.at)
    if enquiry is None:
        with running.finishing():
            return
    if not enquiry.is_admitted:
        running.retry_in(WHILE_RESTING)
        return
    path = f"/v1/transactions/{enquiry.instruction.our_ref}"
    ending = client.outcome_of(enquiry.instruction.provider, "GET", path, b"")
    with running.finishing() as at:
        sending.end_enquiry(enquiry=enquiry, ending=ending, at=at)


@job("gateways.apply_callback", is_needed=True)
def apply_callback(payload: dict[str, Any], at: dt.datetime) -> None:
    """Make of a stored callback what it means."""
    inbox.apply_callback(callback=Callback(pk=payload["callback"]), at=at)


@job("gateways.apply_message")
def apply_message(payload: dict[str, Any], at: dt.datetime) -> None:
    """Let those who listen hear what somebody has sent us."""
    messages.apply_message(message=InboundMessage(pk=payload["message"]), at=at)


@job("gateways.plan_files")
def plan_files(payload: dict[str, Any], at: dt.datetime) -> None:
    """Have yesterday's file of each provider fetched at its time."""
    files.plan_files(at=at)


@calling_job("gateways.fetch_file")
def fetch_file(running: RunningJob) -> None:
    """Fetch a daily file; while it is not there, come back every half hour."""
    provider = Provider.objects.get(pk=running.payload["provider"])
    file_date = dt.date.fromisoformat(running.payload["file_date"])
    if running.payload["reason"] == "due" and files.has_file(provider=provider, file_date=file_date):
        with running.finishing():
            return
    with _downloaded(provider, f"/v1/daily-files/{file_date.isoformat()}.csv") as answer, running.finishing() as at:
        if answer and answer.status == 200 and _is_fresh(provider, answer, at=at):
            files.store_file(provider=provider, file_date=file_date, content=answer.file, at=at)
        if not files.has_file(provider=provider, file_date=file_date):
            files.alarm_if_late(provider=provider, file_date=file_date, at=at)
            running.retry_in(files.EVERY.total_seconds())


@job("gateways.plan_balances")
def plan_balances(payload: dict[str, Any], at: dt.datetime) -> None:
    """Have each provider asked what we hold with it."""
    prefund.plan_balances(at=at)


@calling_job("gateways.check_balance")
def check_balance(running: RunningJob) -> None:
    """Ask one provider what we hold with it; without an answer the next quarter of an hour asks again."""
    provider = Provider.objects.get(pk=running.payload["provider"])
    ending = client.outcome_of(provider, "GET", "/v1/balance", b"")
    with running.finishing() as at:
        if isinstance(ending, Answer) and _is_fresh(provider, ending, at=at):
            balance = prefund.read_balance(ending, provider)
            if balance is not None:
                prefund.record_balance(provider=provider, balance=balance, at=at)


@job("gateways.import_file", is_needed=True)
def import_file(payload: dict[str, Any], at: dt.datetime) -> None:
    """Pass a stored file to its subscribers."""
    daily_file = DailyFile.objects.select_related("provider").get(pk=payload["file"])
    registry.tell_all(DAILY_FILES, daily_file=daily_file, at=at)


@contextmanager
def _downloaded(provider: Provider, path: str) -> Iterator[Download | None]:
    """The file, or None where none came."""
    with ExitStack() as stack:
        try:
            answer = stack.enter_context(client.download(provider, path))
        except (Unreachable, NoAnswer, ImproperlyConfigured):
            answer = None
        yield answer


def _is_fresh(provider: Provider, answer: Answer | Download, *, at: dt.datetime) -> bool:
    try:
        claim_nonce(provider=provider, nonce=answer.nonce, at=at)
    except ReplayedNonce:
        return False
    return True
