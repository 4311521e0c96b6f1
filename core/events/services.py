"""Publishing: a row in the outbox and a job for every handler, in the caller's transaction."""

from typing import Any

from django.db import transaction

from core.database.db import insert_row
from core.events.models import Event
from core.hooks import EVENT_HANDLERS
from core.jobs.models import Job
from core.jobs.services import enqueue, enqueue_all


def publish(name: str, *, at: Any, **payload: Any) -> int:
    """Report a fact (`app.noun_verbed`); its number.

    Each handler runs as a job of its own, so that one failing delays no other.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() must share the transaction of the change it reports")
    event = insert_row(Event, name=name, payload={**payload, "at": at.isoformat()})
    for handler in EVENT_HANDLERS.get(name, ()):
        enqueue(
            "events.deliver_event",
            dedupe_key=f"event:{event}:{handler}",
            payload={"event": event, "handler": handler},
            run_at=at,
        )
    return event


def publish_all(name: str, payloads: list[dict[str, Any]], *, at: Any) -> None:
    """Report many facts of one name in a few statements: for batches."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish_all() must share the transaction of the changes it reports")
    told = [Event(name=name, payload={**payload, "at": at.isoformat()}) for payload in payloads]
    events = Event.objects.bulk_create(told)
    enqueue_all(
        [
            Job(
                kind="events.deliver_event",
                dedupe_key=f"event:{event.pk}:{handler}",
                payload={"event": event.pk, "handler": handler},
                run_at=at,
            )
            for event in events
            for handler in EVENT_HANDLERS.get(name, ())
        ]
    )
