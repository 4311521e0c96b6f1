"""Statements go to a learning record store in batches, each until it is known there; what fails is tried again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.gateways.models import Provider
from core.gateways.services import admit, note_health, note_trouble
from education.statements.models import RecordStore, Statement
from education.statements.queries import lacking_consent, waiting_in

BATCH = 100
#: After so many minutes each it is tried again, then every hour.
AGAIN_AFTER = (1, 2, 5, 15, 30, 60)
#: While a batch is being sent, and so long after a worker died with it, nobody else sends to the same store.
LONGEST_BATCH = dt.timedelta(minutes=10)
_S = Statement.Status


class NotRefused(Refused):
    """Only what the store has refused is sent once more."""

    code = "statement_not_refused"
    message = _("The learning record store has not refused this statement.")


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements that are about to be sent to a store."""

    store: RecordStore
    provider: Provider
    statements: list[Statement]


@dataclass(slots=True)
class Sent:
    """What became of a batch: which are known there, which were refused and why, and what ended it before its end."""

    known: list[UUID] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)
    trouble: str = ""
    #: Trouble that says nothing of the line: they were reached, and do not want it now.
    is_answer: bool = False
    retry_after: int | None = None


@refuses()
@transaction.atomic
def begin_batch(*, store: RecordStore, at: dt.datetime) -> Batch | None:
    """The next statements to send; None where none waits, another worker is sending, or the store rests.

    What tells of a minor without a guardian's consent on the day is held back for good.
    """
    store = lock(store)
    is_busy = store.sending_until is not None and store.sending_until > at
    is_resting = store.next_attempt_at is not None and store.next_attempt_at > at
    if store.provider is None or is_busy or is_resting or not admit(provider=store.provider, at=at):
        return None
    waiting = waiting_in(store.county, BATCH)
    withheld = lacking_consent(waiting, at)
    if withheld:
        Statement.objects.filter(pk__in=[each.pk for each in withheld]).update(status=_S.WITHHELD, updated_at=at)
    statements = [each for each in waiting if each not in withheld]
    if not statements:
        return None
    store.sending_until = at + LONGEST_BATCH
    store.save(update_fields=["sending_until", "updated_at"])
    return Batch(store, store.provider, statements)


@refuses()
@transaction.atomic
def end_batch(*, batch: Batch, sent: Sent, at: dt.datetime) -> bool:
    """Store what became of a batch; whether the next one follows at once."""
    store = lock(batch.store)
    waiting = Statement.objects.waiting()
    waiting.filter(pk__in=sent.known).update(status=_S.DELIVERED, delivered_at=at, updated_at=at)
    for pk, code in sent.refused.items():
        waiting.filter(pk=pk).update(status=_S.FAILED, last_error=code, updated_at=at)
    store.sending_until = None
    if sent.trouble:
        store.failures, store.last_error = store.failures + 1, sent.trouble
        store.next_attempt_at = at + dt.timedelta(seconds=_rest(store.failures, sent.retry_after))
    else:
        store.failures, store.last_error, store.next_attempt_at = 0, "", None
    store.save()
    if sent.trouble and not sent.is_answer:  # last: the provider's row is shared by all its calls
        note_trouble(provider=batch.provider, at=at)
    else:
        note_health(provider=batch.provider)
    return not sent.trouble and len(batch.statements) == BATCH


@refuses(NotRefused)
@transaction.atomic
def send_again(*, statement: Statement, at: dt.datetime) -> Statement:
    """Let one that was refused wait for the next batch. Refused: `statement_not_refused`."""
    statement = lock(statement)
    if statement.status != _S.FAILED:
        raise NotRefused
    statement.status, statement.last_error = _S.WAITING, ""
    statement.save(update_fields=["status", "last_error", "updated_at"])
    return statement


def _rest(failures: int, asked: int | None) -> int:
    """Seconds until the next attempt: the schedule, and no sooner than they have said."""
    planned = AGAIN_AFTER[min(failures, len(AGAIN_AFTER)) - 1] * 60
    return max(planned, min(asked or 0, AGAIN_AFTER[-1] * 60))


def halves(statements: Sequence[Statement]) -> list[Sequence[Statement]]:
    """A batch in two parts, in their order."""
    middle = len(statements) // 2
    return [statements[:middle], statements[middle:]]
