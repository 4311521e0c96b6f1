"""Applies a provider's messages: one effect, whatever their order and number."""

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from core.database.db import update_fields
from core.gateways import registry
from core.gateways.models import Instruction, Provider
from core.gateways.results import DISAGREEMENTS, Malformed, Result, Status, failed, read_data, unknown
from core.gateways.services.enquiries import count_not_found, plan_enquiry
from core.gateways.services.instructions import locked
from core.gateways.services.prefund import INSUFFICIENT, note_insufficient
from core.hooks import ANSWERS, STRAYS


class Effect(StrEnum):
    """What a message changed."""

    APPLIED = "applied"
    IGNORED = "ignored"
    CONTRADICTS = "contradicts"
    STRAY = "stray"
    MALFORMED = "malformed"


@transaction.atomic(savepoint=False)  # nobody goes on after its failure
def apply(*, our_ref: UUID | str, result: Result, source: str, at: dt.datetime, attempts: int = 0) -> Effect:
    """Take one result into the instruction and to its owner, in one transaction under the instruction's lock.

    `attempts`: how many calls were made, where they were not counted as they were made.
    """
    instruction = locked(our_ref)
    instruction.attempts = max(instruction.attempts, attempts)
    if instruction.state == Instruction.State.SETTLED:
        effect = _after_the_end(instruction, result)
    else:
        effect = _before_the_end(instruction, result, at=at)
    if effect != Effect.IGNORED:
        registry.tell(ANSWERS.get(instruction.kind), instruction=instruction, result=result, source=source, at=at)
    if effect == Effect.APPLIED and (result.status, result.code) == (Status.FAILED, INSUFFICIENT):
        note_insufficient(instruction, at=at)  # last: the provider's row is shared by all its calls
    return effect


@transaction.atomic
def record_result(
    *, provider: Provider, our_ref: str, data: dict[str, Any], source: str, at: dt.datetime, event_type: str = ""
) -> Effect:
    """Apply what a callback or a file line of this provider says of a reference.

    `data` is a result object of docs/providers.md; `event_type` is `transaction.reversed` for what was taken back. A
    reference that we never gave this provider goes to the strays.
    """
    instruction = _find(provider, our_ref)
    if instruction is None:
        registry.tell_all(STRAYS, provider=provider, our_ref=our_ref, result=data, source=source, at=at)
        return Effect.STRAY
    try:
        result = read_data(data, instruction, event_type=event_type)
    except Malformed:
        return Effect.MALFORMED
    return apply(our_ref=instruction.our_ref, result=result, source=source, at=at)


@transaction.atomic
def give_up(*, our_ref: UUID, code: str, source: str, at: dt.datetime) -> Effect:
    """Its owner has decided that it failed: they never received it (`is_lost` and no line in the file), or people
    decided. The owner is told as of any failure; after the end nothing changes.

    Not from inside `record_answer`: there use `settle_as_failed`.
    """
    instruction = locked(our_ref)
    return apply(our_ref=our_ref, result=failed(instruction, code), source=source, at=at)


def settle_as_failed(*, instruction: Instruction, code: str, at: dt.datetime) -> None:
    """From inside `record_answer`, which holds the lock and acts on it itself: nothing more is asked."""
    if instruction.state != Instruction.State.SETTLED:
        _settle(instruction, failed(instruction, code), at=at)


def _find(provider: Provider, our_ref: str) -> Instruction | None:
    try:
        reference = UUID(our_ref)
    except ValueError:
        return None
    return Instruction.objects.select_related("provider").filter(our_ref=reference, provider=provider).first()


def _after_the_end(instruction: Instruction, result: Result) -> Effect:
    """The end stands. Only a reversal follows a success; what says the opposite is reported, and changes nothing."""
    outcome, said = instruction.outcome, result.status
    if result.code in DISAGREEMENTS:
        return Effect.CONTRADICTS
    if not result.is_definite or said == outcome:
        return Effect.IGNORED
    if instruction.kind == Instruction.Kind.FETCH:
        return Effect.IGNORED
    if (outcome, said) == (Status.REVERSED, Status.SUCCEEDED):
        return Effect.IGNORED
    if (outcome, said) == (Status.SUCCEEDED, Status.REVERSED):
        instruction.outcome = said
        instruction.save(update_fields=["outcome", "updated_at"])
        return Effect.APPLIED
    return Effect.CONTRADICTS


def _before_the_end(instruction: Instruction, result: Result, *, at: dt.datetime) -> Effect:
    if result.is_definite:
        _settle(instruction, result, at=at)
        return Effect.APPLIED
    if result.status == Status.NOT_FOUND:
        count_not_found(instruction, at=at)
        is_news = True
    elif result.status == Status.PENDING:
        is_news = _wait(instruction, result, at=at)
    else:
        is_news = _doubt(instruction, result)
    plan_enquiry(instruction, after=at)
    instruction.save()
    return Effect.APPLIED if is_news else Effect.IGNORED


def _settle(instruction: Instruction, result: Result, *, at: dt.datetime) -> None:
    instruction.state, instruction.outcome = Instruction.State.SETTLED, str(result.status)
    instruction.answer, instruction.answered_at = result.as_json(), at
    instruction.provider_ref = result.provider_ref or instruction.provider_ref
    instruction.next_enquiry_at, instruction.last_error = None, ""
    update_fields(
        instruction,
        "state",
        "outcome",
        "attempts",
        "answer",
        "answered_at",
        "provider_ref",
        "next_enquiry_at",
        "last_error",
    )


def _wait(instruction: Instruction, result: Result, *, at: dt.datetime) -> bool:
    """They have it and are not done."""
    is_news = instruction.outcome != Status.PENDING or instruction.state != Instruction.State.ANSWERED
    instruction.state, instruction.outcome = Instruction.State.ANSWERED, str(Status.PENDING)
    instruction.answer, instruction.answered_at = result.as_json(), at
    instruction.provider_ref = result.provider_ref or instruction.provider_ref
    instruction.not_found_since, instruction.not_found_count = None, 0
    instruction.last_error = ""
    return is_news


def _doubt(instruction: Instruction, result: Result) -> bool:
    """Nobody knows. What was pending stays pending: one lost answer to an enquiry does not unsay it."""
    is_news = instruction.state == Instruction.State.SENT or instruction.last_error != result.code
    if instruction.state in {Instruction.State.COMMITTED, Instruction.State.SENT}:
        instruction.state = Instruction.State.UNKNOWN
    instruction.last_error = result.code
    return is_news


def apply_unknown(*, instruction: Instruction, code: str, source: str, at: dt.datetime) -> Effect:
    """Nobody knows what became of it, for this reason."""
    return apply(our_ref=instruction.our_ref, result=unknown(instruction, code), source=source, at=at)
