"""One attempt to tell a supplier's system of an event, and what follows from its answer."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.database.db import lock
from core.gateways.client import Answer, Outcome
from core.gateways.models import Provider
from core.gateways.services import admit, body_of, note_health, note_trouble
from orders.suppliers.models import SupplierWebhook
from orders.suppliers.services.attempts import (
    GIVE_UP_AFTER,
    NO_SYSTEM,
    is_later,
    rest_while_open,
    seconds_to_next,
    unless_replayed,
    why,
)

_S = SupplierWebhook.Status


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call that is about to be made; with `rest` the breaker is open, and it is not made for so many seconds."""

    webhook: UUID
    round: int
    provider: Provider
    body: bytes
    rest: float | None = None


@transaction.atomic
def begin_attempt(*, webhook: UUID | str, round: int, at: dt.datetime) -> Attempt | None:
    """The attempt to make, or None: it was delivered, was given up, or somebody has begun a later round."""
    row = lock(SupplierWebhook(pk=webhook))
    if row.status != _S.WAITING or row.round != round:
        return None
    provider = row.supplier.system
    if provider is None:
        row.status, row.next_attempt_at, row.last_error = _S.FAILED, None, NO_SYSTEM
        row.save()
        return None
    body = body_of(row.body)
    if not admit(provider=provider, at=at):
        return Attempt(row.pk, round, provider, body, rest=rest_while_open(row.made_at, at=at))
    if row.attempts == 0:  # the schedule counts from the first attempt, however late that was
        row.round_began_at = at
        row.save(update_fields=["round_began_at", "updated_at"])
    return Attempt(row.pk, round, provider, body)


@transaction.atomic
def end_attempt(*, attempt: Attempt, outcome: Outcome, at: dt.datetime) -> float | None:
    """Store what became of the attempt; after how many seconds the next one follows, or None.

    A call without an answer may have reached them: the event goes out again under the same id, and they count it once.
    """
    row = lock(SupplierWebhook(pk=attempt.webhook))
    if row.status != _S.WAITING or row.round != attempt.round:
        return None
    outcome = unless_replayed(attempt.provider, outcome, at=at)
    row.attempts += 1
    _judge(row, outcome, at=at)
    seconds = seconds_to_next(row.round_began_at, outcome, at=at) if row.status == _S.WAITING else None
    row.next_attempt_at = at + dt.timedelta(seconds=seconds) if seconds else None
    row.save()
    if isinstance(outcome, Answer):  # last: the provider's row is shared by all its calls
        note_health(provider=attempt.provider)
    else:
        note_trouble(provider=attempt.provider, at=at)
    return seconds


def _judge(row: SupplierWebhook, outcome: Outcome, *, at: dt.datetime) -> None:
    if isinstance(outcome, Answer) and 200 <= outcome.status < 300:
        row.status, row.delivered_at, row.last_error = _S.DELIVERED, at, ""
        return
    row.last_error = why(outcome)
    is_final = isinstance(outcome, Answer) and 400 <= outcome.status < 500 and not is_later(outcome)
    if is_final or at >= row.round_began_at + GIVE_UP_AFTER:
        row.status = _S.FAILED
