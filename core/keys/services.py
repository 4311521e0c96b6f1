"""Once: the only opener of a request's transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index, is_blind_index
from core.database.compiled_queries import compiled_query
from core.database.db import insert_row
from core.errors import Refused, refuses
from core.keys.models import RequestKey

SHORTEST, LONGEST = 16, 64
log = structlog.get_logger(__name__)


class KeyMissing(Refused):
    """A write without a usable key."""

    code = "idempotency_key_missing"
    status = 400
    message = _("Send an Idempotency-Key of 16 to 64 letters, digits, dots, dashes or underscores.")


class KeyRunning(Refused):
    """The same request is being carried out at this moment."""

    code = "idempotency_key_running"
    status = 409
    message = _("This is already in progress. Check again in a moment.")
    retry_after = 1


class KeyReused(Refused):
    """The same key came with another content."""

    code = "idempotency_key_reused"
    status = 422
    message = _("This key was already used for something else. Nothing was done.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answered: HTTP status and JSON-ready body. A refusal's body is its problem document."""

    status: int
    body: dict[str, Any]
    replayed: bool = False

    @property
    def is_refusal(self) -> bool:
        """Whether a rule said no."""
        return self.status >= 400


@refuses(KeyMissing, KeyRunning, KeyReused)
def once(*, person: str, operation: str, key: str, content: Any, run: Callable[[], Answer]) -> Answer:
    """Run a write once per (person, operation, key) and give every repetition the first answer, refusals included.

    One transaction: claim the key (an advisory lock, so that a second sender is told 409 at once instead of waiting),
    run the service in a savepoint, store answer or refusal, commit. No network call may happen inside.

    Raises `KeyMissing` (400), `KeyRunning` (409), `KeyReused` (422: same key, other content), and a refusal of the
    service that is passing: nothing is stored then.
    """
    if (
        not SHORTEST <= len(key) <= LONGEST
        or not key.isascii()
        or not key.replace("-", "").replace("_", "").replace(".", "").isalnum()
    ):
        raise KeyMissing
    scope = {"person": person, "operation": operation, "key": key}
    # Keyed: a plain hash of a body that holds an identity number would give the number away to whoever tries them all.
    asked = orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str).decode()
    with transaction.atomic(durable=True):
        _claim("\n".join(scope.values()))
        first = _known.first(*scope.values())
        if first is None:
            answer = _first_answer(run)
            mark = blind_index(asked).hex()
            insert_row(RequestKey, **scope, fingerprint=mark, status=answer.status, answer=answer.body)
            return answer
        if not is_blind_index(bytes.fromhex(first.fingerprint), asked):
            raise KeyReused
        return Answer(first.status, first.answer, replayed=True)


@compiled_query
def _known(person: Any, operation: Any, key: Any) -> QuerySet[RequestKey]:
    return RequestKey.objects.filter(person=person, operation=operation, key=key)


def _claim(scope: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [scope])
        if not cursor.fetchone()[0]:
            raise KeyRunning


def _first_answer(run: Callable[[], Answer]) -> Answer:
    savepoint = transaction.savepoint()
    try:
        answer = run()
    except Refused as refusal:
        if refusal.is_passing:
            raise
        if refusal.keeps_changes:
            transaction.savepoint_commit(savepoint)
        else:
            transaction.savepoint_rollback(savepoint)
        refusal.leave_trace()
        log.info("refused", code=refusal.code, status=refusal.status)
        return Answer(refusal.status, refusal.problem())
    transaction.savepoint_commit(savepoint)
    return replace(answer, replayed=False)
