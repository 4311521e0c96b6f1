"""Delivery of events to their handlers."""

from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from core.database.compiled_queries import compiled_query
from core.events.models import Event
from core.jobs.registry import job


@job("events.deliver_event")
def deliver_event(payload: dict[str, Any], at: Any) -> None:
    """Run one handler of one event, in one transaction with the mark: a handler that fails delays no other."""
    import_string(payload["handler"])(_event.get(payload["event"]))


@compiled_query
def _event(pk: Any) -> QuerySet[Event]:
    return Event.objects.filter(pk=pk)
