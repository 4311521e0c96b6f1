"""Instructions to a provider: committed first, sent by a worker."""

import datetime as dt
import hashlib
import re
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import insert
from core.errors import Refused, refuses
from core.gateways.models import Instruction, Provider
from core.jobs.services import enqueue

_PATH = re.compile(r"/v1/[a-z-]+(/[a-z-]+)*")


class AlreadySent(Refused):
    """The provider may already have it: it can no longer be called back."""

    code = "already_submitted"
    message = _("This is already in progress and can no longer be stopped.")


@transaction.atomic(savepoint=False)  # nobody goes on after its failure
def instruct(
    *,
    provider: Provider | str,
    kind: str,
    path: str,
    request: dict[str, Any],
    our_ref: UUID,
    at: dt.datetime,
    cutoff_at: dt.datetime | None = None,
) -> Instruction:
    """Write an instruction in the caller's transaction; a worker makes the call once it is committed.

    `provider` is the row or its code. `request` is the body of docs/providers.md: amounts as decimal strings,
    `our_ref` is added; of a kind in `core.hooks.BODIES` it is what may be kept of the body. `cutoff_at`: when the
    provider can no longer execute what it has not received, where that is known beforehand.
    """
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is not a path of the protocol")
    request = {"our_ref": str(our_ref), **request}
    if isinstance(provider, str):
        provider = Provider.objects.get(code=provider)
    instruction = insert(
        Instruction(
            our_ref=our_ref,
            provider=provider,
            kind=kind,
            path=path,
            request=request,
            request_hash=hashlib.sha256(body_of(request)).hexdigest(),
            cutoff_at=cutoff_at,
        )
    )
    plan_call(instruction, attempt=1, run_at=at)
    return instruction


@refuses(AlreadySent)
@transaction.atomic
def withdraw(*, our_ref: UUID, at: dt.datetime) -> Instruction:
    """Take an instruction back before it leaves. Raises `AlreadySent` (409).

    Call it before locking what the instruction pays for: answers take the locks in this order too.
    """
    instruction = locked(our_ref)
    if instruction.state != Instruction.State.COMMITTED:
        raise AlreadySent
    instruction.state, instruction.outcome, instruction.answered_at = Instruction.State.SETTLED, "withdrawn", at
    instruction.save(update_fields=["state", "outcome", "answered_at", "updated_at"])
    return instruction


def plan_call(
    instruction: Instruction,
    *,
    attempt: int,
    run_at: dt.datetime,
    may_have_run: str = "",
    asked_at: dt.datetime | None = None,
) -> None:
    """One job for each attempt. `may_have_run`: why an earlier attempt may have been executed, if it may.

    `asked_at`: when a question for a bill was first asked; without it, with this attempt.
    """
    suffix = "" if attempt == 1 else f":{attempt}"
    payload = {"our_ref": str(instruction.our_ref), "attempt": attempt, "may_have_run": may_have_run}
    if instruction.kind == Instruction.Kind.FETCH:
        payload["asked_at"] = (asked_at or run_at).isoformat()
    enqueue("gateways.send", dedupe_key=f"submit:{instruction.our_ref}{suffix}", payload=payload, run_at=run_at)


def body_of(request: dict[str, Any]) -> bytes:
    """The bytes of a request: the same for every attempt, since the same reference must have the same body."""
    return orjson.dumps(request, option=orjson.OPT_SORT_KEYS)


def with_provider(our_ref: UUID | str) -> Instruction:
    """The instruction with its provider, not held."""
    return _with_provider.get(our_ref)


@compiled_query
def _with_provider(our_ref: Any) -> QuerySet[Instruction]:
    return Instruction.objects.select_related("provider").filter(our_ref=our_ref)


def locked(our_ref: UUID | str) -> Instruction:
    """The instruction with its provider, held until the transaction ends."""
    return _locked.get(our_ref)


@compiled_query
def _locked(our_ref: Any) -> QuerySet[Instruction]:
    rows = Instruction.objects.select_related("provider").select_for_update(of=("self",), no_key=True)
    return rows.filter(our_ref=our_ref)
