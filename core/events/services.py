"""Publishing: a row in the outbox and a job for every handler, in the caller's transaction."""

from typing import Any

from django.db import transaction

from core.events.models import Event
from core.jobs.services import enqueue

#: Event name -> dotted paths of handlers; filled by `ecomnet/wiring.py`.
EFFECTS: dict[str, list[str]] = {}


def publish(name: str, *, at: Any, **payload: Any) -> Event:
    """Report a fact (`app.noun_verbed`). Each handler runs as a job of its own, so that one failing delays no other."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() must share the transaction of the change it reports")
    event = Event.objects.create(name=name, payload={**payload, "at": at.isoformat()})
    for handler in EFFECTS.get(name, ()):
        enqueue(
            "events.deliver_event",
            dedupe_key=f"event:{event.pk}:{handler}",
            payload={"event": event.pk, "handler": handler},
            run_at=at,
        )
    return event
