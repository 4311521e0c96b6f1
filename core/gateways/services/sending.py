"""Sending an instruction: the record before the call, and the interpretation of its outcome."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from core.database.db import update_fields
from core.gateways import registry
from core.gateways.client import JSON, Answer, NoAnswer, Outcome, Unreachable
from core.gateways.models import Instruction
from core.gateways.results import Malformed, Result, Status, code_in, failed, parse_object, read, unknown
from core.gateways.services.answers import apply
from core.gateways.services.breaker import admit, note_health, note_trouble
from core.gateways.services.enquiries import plan_enquiry
from core.gateways.services.files_out import said_of_file
from core.gateways.services.instructions import body_of, locked, plan_call, with_provider
from core.gateways.signing import ReplayedNonce, claim_nonce
from core.hooks import BODIES, SENDING

logger = structlog.get_logger(__name__)

#: Nothing was executed: the same reference again after so many seconds each, then it has failed.
TRIES_AFTER = (2, 5)
#: They are busy with it: the same reference again until so long after the first call, then unknown.
LONGEST_BUSY = dt.timedelta(seconds=60)
BUSY_WITHOUT_A_TIME = 2
#: A fetch changes nothing, so it is simply asked again; somebody is waiting, so not for long: a minute while they look
#: it up, three calls while they do not answer.
LONGEST_FETCH = dt.timedelta(seconds=60)
MOST_FETCH_CALLS = 3

#: A file carries its own number: the one who has it says so, so it is simply sent again until they have said something.
FILE_AGAIN_AFTER = (2, 5, 60, 600)

UNREACHABLE = "provider_unreachable"
WORKER_DIED = "worker_died"

Ending = Outcome


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is about to be made; without `is_admitted` the breaker is open and it is not."""

    instruction: Instruction
    attempt: int
    may_have_run: str
    is_admitted: bool
    body: bytes
    media_type: str = JSON
    #: Of a question for a bill: when it was first asked.
    asked_at: dt.datetime | None = None

    @property
    def began_at(self) -> dt.datetime | None:
        """When the first attempt was made."""
        return self.asked_at or self.instruction.sent_at

    def again(self, run_at: dt.datetime, *, may_have_run: str = "") -> None:
        """Plan the next attempt."""
        plan_call(
            self.instruction,
            attempt=self.attempt + 1,
            run_at=run_at,
            may_have_run=may_have_run,
            asked_at=self.asked_at,
        )


def begin_question(
    *, our_ref: UUID | str, attempt: int, may_have_run: str, asked_at: dt.datetime, at: dt.datetime
) -> Call | None:
    """A call that asks for a bill: it buys nothing and may be made twice, so nothing is marked before it leaves."""
    instruction = with_provider(our_ref)
    if instruction.state == Instruction.State.SETTLED:
        return None
    admitted = admit(provider=instruction.provider, at=at)
    return Call(instruction, attempt, may_have_run, is_admitted=admitted, body=_body_of(instruction), asked_at=asked_at)


@transaction.atomic
def begin_call(*, our_ref: UUID | str, attempt: int, may_have_run: str, at: dt.datetime) -> Call | None:
    """Mark an attempt as sent before it leaves; None when there is nothing to send.

    An attempt that was begun before, whose worker died, may have reached them: it is unknown and not sent again.
    """
    instruction = locked(our_ref)
    is_file = instruction.kind == Instruction.Kind.PAYOUT_FILE
    if instruction.state not in _TO_SEND:
        return None
    if instruction.attempts >= attempt and not is_file:
        apply(our_ref=our_ref, result=unknown(instruction, WORKER_DIED), source="answer", at=at)
        return None
    instruction.attempts = attempt
    instruction.sent_at = instruction.sent_at or at
    instruction.state = Instruction.State.SENT
    update_fields(instruction, "attempts", "sent_at", "state")
    registry.tell(SENDING.get(instruction.kind), instruction=instruction, at=at)
    return Call(
        instruction,
        attempt,
        may_have_run,
        is_admitted=admit(provider=instruction.provider, at=at),
        body=_body_of(instruction),
        media_type="text/csv" if is_file else JSON,
    )


def _body_of(instruction: Instruction) -> bytes:
    maker = BODIES.get(instruction.kind)
    body = import_string(maker)(instruction.our_ref) if maker else instruction.request
    return body if isinstance(body, bytes) else body_of(body)


_TO_SEND = frozenset({Instruction.State.COMMITTED, Instruction.State.SENT})


@transaction.atomic(savepoint=False)  # nobody goes on after its failure
def end_call(*, call: Call, ending: Ending, at: dt.datetime) -> None:
    """Take the end of a call into the books, or plan the next attempt.

    The provider's row, which all its calls share, is touched last.
    """
    if call.asked_at is None:  # an old answer to the same question buys nothing
        ending = _unless_replayed(call.instruction, ending, at=at)
    _log("provider_called", call.instruction, ending, attempt=call.attempt)
    _take_end(call, ending, at=at)
    _tell_breaker(call, ending, at=at)


def _take_end(call: Call, ending: Ending, *, at: dt.datetime) -> None:
    if call.instruction.kind == Instruction.Kind.PAYOUT_FILE:
        _take_end_of_file(call, ending, at=at)
    elif isinstance(ending, Unreachable):
        _not_reached(call, at=at)
    elif isinstance(ending, NoAnswer):
        _conclude(call, unknown(call.instruction, ending.code), at=at)
    elif ending.status in {409, 429}:
        _busy(call, ending, at=at)
    else:
        _conclude(call, _result_of(call.instruction, ending), at=at)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One question about one reference; `is_admitted` as for a call."""

    instruction: Instruction
    number: int
    is_admitted: bool


@transaction.atomic
def begin_enquiry(*, our_ref: UUID | str, number: int, at: dt.datetime) -> Enquiry | None:
    """The enquiry of this number, or None: it was asked, or there is nothing left to ask."""
    instruction = Instruction.objects.select_related("provider").get(our_ref=our_ref)
    is_open = instruction.state not in {Instruction.State.COMMITTED, Instruction.State.SETTLED}
    if not is_open or instruction.enquiries >= number:
        return None
    return Enquiry(instruction, number, is_admitted=admit(provider=instruction.provider, at=at))


@transaction.atomic
def end_enquiry(*, enquiry: Enquiry, ending: Ending, at: dt.datetime) -> None:
    """Count the enquiry, apply what it says, and plan the next one where nothing was decided."""
    instruction = locked(enquiry.instruction.our_ref)
    ending = _unless_replayed(instruction, ending, at=at)
    _log("provider_asked", instruction, ending, number=enquiry.number)
    _take_word(enquiry, instruction, ending, at=at)
    _tell_breaker(enquiry, ending, at=at)


def _take_word(enquiry: Enquiry, instruction: Instruction, ending: Ending, *, at: dt.datetime) -> None:
    if instruction.state == Instruction.State.SETTLED or instruction.enquiries >= enquiry.number:
        return
    instruction.enquiries = enquiry.number
    instruction.save(update_fields=["enquiries", "updated_at"])
    said = _said_about(instruction, ending)
    if said is not None:
        apply(our_ref=instruction.our_ref, result=said, source="enquiry", at=at)
        return
    plan_enquiry(instruction, after=at)
    instruction.save(update_fields=["next_enquiry_at", "updated_at"])


def _said_about(instruction: Instruction, ending: Ending) -> Result | None:
    """What an enquiry says; None when it says nothing that counts."""
    if not isinstance(ending, Answer):
        return None
    if ending.status == 200:
        result = read(ending.content, instruction)
        return None if result.code == "malformed" else result
    if ending.status == 404 and _is_not_found(ending.content, instruction):
        return Result(str(instruction.our_ref), instruction.kind, Status.NOT_FOUND)
    return None


def _is_not_found(content: bytes, instruction: Instruction) -> bool:
    try:
        data = parse_object(content)
    except Malformed:
        return False
    return data.get("status") == "not_found" and data.get("our_ref") == str(instruction.our_ref)


def _result_of(instruction: Instruction, answer: Answer) -> Result:
    if answer.status in {200, 201, 202}:
        return read(answer.content, instruction)
    if not 400 <= answer.status < 500:
        return unknown(instruction, f"http_{answer.status}")
    code = code_in(answer.content, otherwise=f"http_{answer.status}")
    if code == "reference_reused":
        # They know our reference with another body, so something may have been executed under it.
        return unknown(instruction, code)
    return failed(instruction, code)


def _take_end_of_file(call: Call, ending: Ending, *, at: dt.datetime) -> None:
    result = said_of_file(call.instruction, ending) if isinstance(ending, Answer) else None
    if result is not None:
        apply(our_ref=call.instruction.our_ref, result=result, source="answer", at=at)
        return
    wait = FILE_AGAIN_AFTER[min(call.attempt, len(FILE_AGAIN_AFTER)) - 1]
    call.again(at + dt.timedelta(seconds=wait))


def _not_reached(call: Call, *, at: dt.datetime) -> None:
    """Nothing was executed now. It has failed only if no earlier attempt may have been executed either."""
    if call.attempt <= len(TRIES_AFTER):
        wait = dt.timedelta(seconds=TRIES_AFTER[call.attempt - 1])
        call.again(at + wait, may_have_run=call.may_have_run)
    elif call.may_have_run:
        _conclude(call, unknown(call.instruction, call.may_have_run), at=at)
    else:
        apply(our_ref=call.instruction.our_ref, result=failed(call.instruction, UNREACHABLE), source="answer", at=at)


def _busy(call: Call, answer: Answer, *, at: dt.datetime) -> None:
    """They are at it, or too busy: the same reference after Retry-After, for a minute at most, then unknown."""
    code = code_in(answer.content, otherwise=f"http_{answer.status}")
    last = (call.began_at or at) + LONGEST_BUSY
    wait = answer.retry_after if answer.retry_after is not None else BUSY_WITHOUT_A_TIME
    run_at = min(at + dt.timedelta(seconds=max(wait, 1)), last)
    if run_at > at:
        call.again(run_at, may_have_run=code)
    else:
        _conclude(call, unknown(call.instruction, code), at=at)


def _conclude(call: Call, result: Result, *, at: dt.datetime) -> None:
    if call.instruction.kind == Instruction.Kind.FETCH and not result.is_definite:
        _fetch_again(call, result, at=at)
    else:
        apply(our_ref=call.instruction.our_ref, result=result, source="answer", at=at, attempts=call.attempt)


def _fetch_again(call: Call, result: Result, *, at: dt.datetime) -> None:
    """A bill that is not there yet: ask again on the schedule of enquiries, then say that it could not be had."""
    start = call.began_at or at
    offsets = (dt.timedelta(seconds=seconds) for seconds in settings.ECOMNET_ENQUIRY_SCHEDULE)
    later = [start + offset for offset in offsets if offset <= LONGEST_FETCH and start + offset > at]
    is_silent = result.status == Status.UNKNOWN and call.attempt >= MOST_FETCH_CALLS
    if later and not is_silent:
        call.again(min(later))
        return
    apply(
        our_ref=call.instruction.our_ref,
        result=failed(call.instruction, result.code or "no_answer"),
        source="answer",
        at=at,
        attempts=call.attempt,
    )


def _unless_replayed(instruction: Instruction, ending: Ending, *, at: dt.datetime) -> Ending:
    if isinstance(ending, Answer):
        try:
            claim_nonce(provider=instruction.provider, nonce=ending.nonce, at=at)
        except ReplayedNonce as refusal:
            return NoAnswer(refusal.code)
    return ending


def _tell_breaker(asked: Call | Enquiry, ending: Ending, *, at: dt.datetime) -> None:
    if not asked.is_admitted:
        return
    if isinstance(ending, Answer):
        note_health(provider=asked.instruction.provider)
    else:
        note_trouble(provider=asked.instruction.provider, at=at)


def _log(event: str, instruction: Instruction, ending: Ending, **more: Any) -> None:
    if isinstance(ending, Answer):
        outcome = str(ending.status)
    else:
        outcome = ending.code if isinstance(ending, NoAnswer) else UNREACHABLE
    logger.info(
        event,
        our_ref=str(instruction.our_ref),
        provider=instruction.provider.code,
        kind=instruction.kind,
        outcome=outcome,
        **more,
    )
