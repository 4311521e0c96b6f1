"""Files of instructions: many payouts in one call, each with its own reference and final state."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from core.gateways.client import Answer
from core.gateways.models import Instruction, Provider
from core.gateways.results import Malformed, Result, Status, code_in, failed, parse_object
from core.gateways.services.instructions import body_of, instruct

#: They have it already: the one who sends a file twice is told so.
KNOWN = "file_repeated"
#: What they have read and refuse; every other refusal is a trouble of the way.
READ_AND_REFUSED = frozenset({400, 413, 415, 422})
ROWS_AT_ONCE = 2_000


@transaction.atomic
def instruct_by_file(
    *,
    provider: Provider,
    path: str,
    file_ref: UUID,
    figures: dict[str, Any],
    lines: Sequence[tuple[UUID, dict[str, str]]],
    at: dt.datetime,
) -> Instruction:
    """Write a file and its lines down in the caller's transaction; a worker sends it once they are committed.

    `figures` say what may be kept of the file (`line_count`, `total`, `currency`, `sha256`); its bytes come from
    `core.hooks.BODIES`. `lines` are references with `amount` and `currency`: what the bank says of each ends it.
    """
    Instruction.objects.bulk_create(
        [_line(provider, path, our_ref, request) for our_ref, request in lines], batch_size=ROWS_AT_ONCE
    )
    kind = Instruction.Kind.PAYOUT_FILE
    return instruct(provider=provider, kind=kind, path=path, request=figures, our_ref=file_ref, at=at)


@transaction.atomic
def lines_are_sent(*, our_refs: Sequence[UUID], at: dt.datetime) -> None:
    """The file has arrived, and with it these lines: from now on they may be asked about."""
    waiting = Instruction.objects.filter(our_ref__in=our_refs, state=Instruction.State.COMMITTED)
    waiting.update(state=Instruction.State.SENT, sent_at=at, attempts=1, updated_at=at)


@transaction.atomic
def lines_are_refused(*, our_refs: Sequence[UUID], code: str, at: dt.datetime) -> None:
    """The file was refused whole: none of these lines will ever be executed."""
    waiting = Instruction.objects.filter(our_ref__in=our_refs, state=Instruction.State.COMMITTED)
    waiting.update(
        state=Instruction.State.SETTLED,
        outcome=Status.FAILED,
        answer={"status": str(Status.FAILED), "code": code},
        answered_at=at,
        updated_at=at,
    )


def said_of_file(instruction: Instruction, answer: Answer) -> Result | None:
    """What they say of a file; None when it says nothing that counts, and the file is sent again."""
    if answer.status in {200, 202}:
        return _taken(instruction) if _is_ours(answer, instruction) else None
    if answer.status not in READ_AND_REFUSED:
        return None
    code = code_in(answer.content, otherwise=f"http_{answer.status}")
    return _taken(instruction) if code == KNOWN else failed(instruction, code)


def _taken(instruction: Instruction) -> Result:
    return Result(str(instruction.our_ref), instruction.kind, Status.SUCCEEDED)


def _is_ours(answer: Answer, instruction: Instruction) -> bool:
    """Whether they have read as many lines and as much money as we have written."""
    try:
        said = parse_object(answer.content)
    except Malformed:
        return False
    return all(said.get(name) == instruction.request[name] for name in ("line_count", "total", "currency"))


def _line(provider: Provider, path: str, our_ref: UUID, request: dict[str, str]) -> Instruction:
    request = {"our_ref": str(our_ref), **request}
    return Instruction(
        our_ref=our_ref,
        provider=provider,
        kind=Instruction.Kind.PAYOUT,
        path=path,
        request=request,
        request_hash=hashlib.sha256(body_of(request)).hexdigest(),
    )
