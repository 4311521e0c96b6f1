"""Publishing: a row in the outbox, and one job for everything that a transaction publishes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.timezone import now

from core.hooks import EVENT_HANDLERS
from core.jobs.services import enqueue

DELIVER = "events.deliver_events"
#: So many events at most are delivered in one transaction.
MOST_TOGETHER = 20

#: What the transaction has published so far, where it is written at its end; None where each event is written at once.
_gathered: ContextVar[list[tuple[str, dict[str, Any], Any]] | None] = ContextVar("gathered", default=None)


def publish(name: str, *, at: Any, **payload: Any) -> None:
    """Report a fact (`app.noun_verbed`) in the transaction of its change."""
    publish_all(name, [payload], at=at)


def publish_all(name: str, payloads: list[dict[str, Any]], *, at: Any) -> None:
    """Report many facts of one name in a few statements: for batches."""
    if not connection.in_atomic_block:
        raise RuntimeError("publish() must share the transaction of the change it reports")
    facts = [(name, {**payload, "at": at.isoformat()}, at) for payload in payloads]
    gathered = _gathered.get()
    if gathered is None:
        _write(facts)
    else:
        gathered += facts


@contextmanager
def gathering() -> Iterator[None]:
    """Inside, events are written together when the block ends, with one job for all their handlers.

    For a whole transaction: the one who rolls back a part of it and goes on publishes what did not happen.
    """
    token = _gathered.set([])
    try:
        yield
        gathered = _gathered.get()
    finally:
        _gathered.reset(token)
    if gathered:
        _write(gathered)


def _write(facts: list[tuple[str, dict[str, Any], Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [now(), now(), _json(facts)])
        ids = [row[0] for row in cursor.fetchall()]
    heard = [
        {"event": pk, "name": name, "payload": payload, "handlers": list(EVENT_HANDLERS[name])}
        for pk, (name, payload, _at) in zip(ids, facts, strict=True)
        if EVENT_HANDLERS.get(name)
    ]
    run_at = max(at for _name, _payload, at in facts)
    for start in range(0, len(heard), MOST_TOGETHER):
        together = heard[start : start + MOST_TOGETHER]
        key = f"events:{together[0]['event']}"
        enqueue(DELIVER, dedupe_key=key, payload={"events": together}, run_at=run_at)


def _json(facts: list[tuple[str, dict[str, Any], Any]]) -> str:
    return json.dumps([[name, payload] for name, payload, _at in facts], cls=DjangoJSONEncoder)


# In the order of publication, which is the order of the numbers.
_INSERT = """
INSERT INTO core_event (name, payload, created_at, updated_at)
SELECT fact.value ->> 0, fact.value -> 1, %s, %s
  FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS fact (value, place) ORDER BY place
RETURNING id
"""
