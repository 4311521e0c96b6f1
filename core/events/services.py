"""Publishing: a row in the outbox, and one job for everything that a transaction publishes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from core.database.prepared_statements import fetch_prepared
from core.hooks import EVENT_HANDLERS
from core.jobs.services import enqueue

DELIVER = "events.deliver_events"
#: So many events at most are delivered in one transaction.
MOST_TOGETHER = 20


@dataclass(frozen=True, slots=True, eq=False)
class _Fact:
    """One event. It stands among what is to be done on commit, from where it goes with a savepoint rolled back."""

    name: str
    payload: dict[str, Any]
    at: Any

    def __call__(self) -> None:
        """Nothing more is to be done on commit."""


#: What the transaction has published so far, where it is written at its end; None where each event is written at once.
_gathered: ContextVar[list[_Fact] | None] = ContextVar("gathered", default=None)


def publish(name: str, *, at: Any, **payload: Any) -> None:
    """Report a fact (`app.noun_verbed`) in the transaction of its change."""
    publish_all(name, [payload], at=at)


def publish_all(name: str, payloads: list[dict[str, Any]], *, at: Any) -> None:
    """Report many facts of one name in a few statements: for batches."""
    if not connection.in_atomic_block:
        raise RuntimeError("publish() must share the transaction of the change it reports")
    facts = [_Fact(name, {**payload, "at": at.isoformat()}, at) for payload in payloads]
    gathered = _gathered.get()
    if gathered is None:
        _write(facts)
    else:
        for fact in facts:
            transaction.on_commit(fact)
        gathered += facts


@contextmanager
def gathering() -> Iterator[None]:
    """Inside, events are written together when the block ends, with one job for all their handlers.

    Those of a part of the transaction that was rolled back are left out.
    """
    token = _gathered.set([])
    try:
        yield
        gathered = _gathered.get() or []
    finally:
        _gathered.reset(token)
    if gathered:
        standing = {id(entry[1]) for entry in connection.run_on_commit}
        _write([fact for fact in gathered if id(fact) in standing])


def _write(facts: list[_Fact]) -> None:
    if not facts:
        return
    ids = [pk for (pk,) in fetch_prepared(_INSERT, [_json(facts)])]
    heard = [
        {"event": pk, "name": fact.name, "payload": fact.payload, "handlers": list(EVENT_HANDLERS[fact.name])}
        for pk, fact in zip(ids, facts, strict=True)
        if EVENT_HANDLERS.get(fact.name)
    ]
    run_at = max(fact.at for fact in facts)
    for start in range(0, len(heard), MOST_TOGETHER):
        together = heard[start : start + MOST_TOGETHER]
        key = f"events:{together[0]['event']}"
        enqueue(DELIVER, dedupe_key=key, payload={"events": together}, run_at=run_at)


def _json(facts: list[_Fact]) -> str:
    return json.dumps([[fact.name, fact.payload] for fact in facts], cls=DjangoJSONEncoder)


# In the order of publication, which is the order of the numbers.
_INSERT = """
INSERT INTO core_event (name, payload, created_at, updated_at)
SELECT fact.value ->> 0, fact.value -> 1, statement_timestamp(), statement_timestamp()
  FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS fact (value, place) ORDER BY place
RETURNING id
"""
