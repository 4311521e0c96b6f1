"""Enquiries about a transaction: their times, and the meaning of `not_found`."""

import datetime as dt
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.gateways.models import Instruction
from core.gateways.services.instructions import locked
from core.jobs.services import enqueue

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(hours=24)


def next_enquiry(instruction: Instruction, *, after: dt.datetime) -> dt.datetime | None:
    """The next time to ask: the schedule after sending, hourly to 24 h, at the cut-off, and once more after it."""
    due = (moment for moment in chain(_scheduled(instruction), _around_cutoff(instruction)) if moment > after)
    return min(due, default=None)


def plan_enquiry(instruction: Instruction, *, after: dt.datetime) -> None:
    """Set the next time on a locked, unsaved instruction and write its job; none when nothing is left to plan."""
    instruction.next_enquiry_at = next_enquiry(instruction, after=after)
    if instruction.next_enquiry_at:
        _plan(instruction, run_at=instruction.next_enquiry_at)


@transaction.atomic
def ask_again(*, our_ref: UUID, at: dt.datetime) -> bool:
    """Ask now, beside the schedule: on a person's wish, or because a daily file has come.

    False where there is nothing to ask: not sent yet, settled, or a fetch, which is asked again by itself.
    """
    instruction = locked(our_ref)
    is_open = instruction.state in {Instruction.State.ANSWERED, Instruction.State.UNKNOWN, Instruction.State.SENT}
    if not is_open or instruction.kind == Instruction.Kind.FETCH:
        return False
    _plan(instruction, run_at=at)
    return True


@transaction.atomic
def set_cutoff(*, our_ref: UUID, cutoff_at: dt.datetime, at: dt.datetime) -> None:
    """Name the instant after which they can no longer execute what they have not received; ask then, and again later.

    What they did not find before it counts no more.
    """
    instruction = locked(our_ref)
    if instruction.state == Instruction.State.SETTLED or instruction.cutoff_at == cutoff_at:
        return
    instruction.cutoff_at = cutoff_at
    instruction.not_found_since, instruction.not_found_count = None, 0
    if instruction.state != Instruction.State.COMMITTED:
        instruction.next_enquiry_at = max(at, cutoff_at)
        _plan(instruction, run_at=instruction.next_enquiry_at)
    instruction.save()


def name_cutoff(*, instruction: Instruction, cutoff_at: dt.datetime) -> None:
    """From inside `submit`, which holds the lock: the cut-off is known as the call is made.

    Enquiries are planned around it once there is no definite answer.
    """
    instruction.cutoff_at = cutoff_at
    instruction.save(update_fields=["cutoff_at", "updated_at"])


def count_not_found(instruction: Instruction, *, at: dt.datetime) -> None:
    """Count an enquiry that found nothing, on a locked, unsaved instruction: only those at or after the cut-off."""
    if instruction.cutoff_at is None or at < instruction.cutoff_at:
        return
    instruction.not_found_since = instruction.not_found_since or at
    instruction.not_found_count += 1


def is_lost(instruction: Instruction, *, at: dt.datetime) -> bool:
    """Whether enquiries say that it never arrived: two of them, half an hour apart, both after the cut-off.

    It has failed only if the daily file lacks it too, which its owner knows (`give_up`).
    """
    since = instruction.not_found_since
    return since is not None and instruction.not_found_count >= 2 and at - since >= _gap()


def _scheduled(instruction: Instruction) -> list[dt.datetime]:
    start = instruction.sent_at
    if start is None:
        return []
    offsets = [dt.timedelta(seconds=seconds) for seconds in settings.ECOMNET_ENQUIRY_SCHEDULE]
    last = offsets[-1] if offsets else dt.timedelta()
    hourly = [last + HOUR * number for number in range(1, 25) if last + HOUR * number <= DAY]
    return [start + offset for offset in [*offsets, *hourly]]


def _around_cutoff(instruction: Instruction) -> list[dt.datetime]:
    if instruction.cutoff_at is None:
        return []
    since = instruction.not_found_since
    return [instruction.cutoff_at, (since or instruction.cutoff_at) + _gap()]


def _gap() -> dt.timedelta:
    return dt.timedelta(seconds=settings.ECOMNET_NOT_FOUND_GAP)


def _plan(instruction: Instruction, *, run_at: dt.datetime) -> None:
    number = instruction.enquiries + 1
    enqueue(
        "gateways.enquire",
        dedupe_key=f"enquire:{instruction.our_ref}:{number}:{int(run_at.timestamp() * 1000)}",
        payload={"our_ref": str(instruction.our_ref), "number": number},
        run_at=run_at,
    )
