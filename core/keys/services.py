"""Once: the only opener of a request's transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index, is_blind_index
from core.database.db import insert_row, rolled_back_whole
from core.database.prepared_statements import fetch_prepared
from core.errors import Refused, refuses
from core.events.services import gathering
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
    run the service, store the answer, commit. A refusal rolls all of it back and is stored in a transaction of its own.
    No network call may happen inside.

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
    try:
        return _answered(scope, asked, lambda: _first_answer(run))
    except _RolledBack as rolled_back:
        refusal = rolled_back.refusal
    return _answered(scope, asked, lambda: _refused(refusal))


class _RolledBack(Exception):
    """The service has refused: what it did is taken back with the whole transaction."""

    def __init__(self, refusal: Refused) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def _answered(scope: dict[str, str], asked: str, run: Callable[[], Answer]) -> Answer:
    """The first answer to this key, in one transaction with its effect, or the one that was stored."""
    with transaction.atomic(durable=True):
        first = _claim(*scope.values())
        if first is None:
            answer = run()
            mark = blind_index(asked).hex()
            insert_row(RequestKey, **scope, fingerprint=mark, status=answer.status, answer=answer.body)
            return answer
        fingerprint, status, body = first
        if not is_blind_index(bytes.fromhex(fingerprint), asked):
            raise KeyReused
        return Answer(status, orjson.loads(body), replayed=True)


def _claim(person: str, operation: str, key: str) -> tuple[str, int, str] | None:
    """Hold the key until the transaction ends; fingerprint, status and body of its first answer."""
    ((is_free, *known),) = fetch_prepared(_CLAIM, [person, operation, key])
    if not is_free:
        raise KeyRunning
    fingerprint, status, body = known
    return None if fingerprint is None else (fingerprint, status, body)


_CLAIM = "SELECT is_free, known_fingerprint, known_status, known_answer FROM core_claim_key(%s, %s, %s)"


def _first_answer(run: Callable[[], Answer]) -> Answer:
    try:
        with rolled_back_whole(), gathering():
            return replace(run(), replayed=False)
    except Refused as refusal:
        if refusal.is_passing:
            raise
        if not refusal.keeps_changes or connection.needs_rollback:
            raise _RolledBack(refusal) from refusal
        return _refused(refusal)


def _refused(refusal: Refused) -> Answer:
    refusal.leave_trace()
    log.info("refused", code=refusal.code, status=refusal.status)
    return Answer(refusal.status, refusal.problem())
