"""One attempt to tell a supplier's system of an event, and what follows from its answer."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.database.db import lock
from core.gateways.client import Answer, NoAnswer, Outcome
from core.gateways.models import Provider
from core.gateways.results import code_in
from core.gateways.services import admit, body_of, note_health, note_trouble
from core.gateways.signing import ReplayedNonce, claim_nonce
from orders.suppliers.models import SupplierWebhook

#: Not delivered: again after so many seconds each, then every hour.
AGAIN_AFTER = (2, 5, 60, 600)
EVERY_HOUR = 3_600
#: After so long somebody has to look.
GIVE_UP_AFTER = dt.timedelta(days=3)
#: While the breaker keeps calls back, nothing is counted: news ask again after so many seconds, older ones less often,
#: so that thousands of them for a system that is down for days leave the workers to others.
WHILE_RESTING, LONGEST_REST = 10, 600

#: The supplier had a system when it was to be told, and has none any more.
NO_SYSTEM = "no_system"
#: Signed refusals that mean "later"; any other refusal is final.
_LATER = frozenset({408, 409, 425, 429})
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
        age = (at - row.made_at).total_seconds()
        return Attempt(row.pk, round, provider, body, rest=min(max(age / 10, WHILE_RESTING), LONGEST_REST))
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
    outcome = _unless_replayed(attempt.provider, outcome, at=at)
    row.attempts += 1
    _judge(row, outcome, at=at)
    seconds = _seconds_to_next(row, outcome, at=at) if row.status == _S.WAITING else None
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
    row.last_error = _why(outcome)
    is_final = isinstance(outcome, Answer) and 400 <= outcome.status < 500 and outcome.status not in _LATER
    if is_final or at >= row.round_began_at + GIVE_UP_AFTER:
        row.status = _S.FAILED


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, Answer):
        return code_in(outcome.content, otherwise=f"http_{outcome.status}")
    return outcome.code if isinstance(outcome, NoAnswer) else "unreachable"


def _seconds_to_next(row: SupplierWebhook, outcome: Outcome, *, at: dt.datetime) -> float:
    """The schedule of the round, and no sooner than they have said."""
    since = (at - row.round_began_at).total_seconds()
    planned = next((seconds for seconds in AGAIN_AFTER if since < seconds), EVERY_HOUR)
    asked = outcome.retry_after if isinstance(outcome, Answer) else None
    return max(planned, min(asked or 0, EVERY_HOUR))


def _unless_replayed(provider: Provider, outcome: Outcome, *, at: dt.datetime) -> Outcome:
    if isinstance(outcome, Answer):
        try:
            claim_nonce(provider=provider, nonce=outcome.nonce, at=at)
        except ReplayedNonce as refusal:
            return NoAnswer(refusal.code)
    return outcome
