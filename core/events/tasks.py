"""Delivery of events to their handlers."""

from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from core.database.compiled_queries import compiled_query
from core.events.models import Event
from core.events.services import DELIVER
from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from core.jobs.services import enqueue


@calling_job(DELIVER)
def deliver_events(running: RunningJob) -> None:
    """Run every handler of the events of one transaction, in one transaction with the mark.

    When one of them has failed, nothing was done: the second attempt gives each handler a job of its own, so that it
    delays the others once and no longer.
    """
    events = running.payload["events"]
    with running.finishing() as at:
        if running.attempt > 1:
            _separate(events, at)
            return
        for event in events:
            fact = Event(pk=event["event"], name=event["name"], payload=event["payload"])
            for handler in event["handlers"]:
                import_string(handler)(fact)


def _separate(events: list[dict[str, Any]], at: Any) -> None:
    for event in events:
        for handler in event["handlers"]:
            enqueue(
                "events.deliver_event",
                dedupe_key=f"event:{event['event']}:{handler}",
                payload={"event": event["event"], "handler": handler},
                run_at=at,
            )


@job("events.deliver_event")
def deliver_event(payload: dict[str, Any], at: Any) -> None:
    """Run one handler of one event."""
    import_string(payload["handler"])(_event.get(payload["event"]))


@compiled_query
def _event(pk: Any) -> QuerySet[Event]:
    return Event.objects.filter(pk=pk)
