"""Delivery of events to their handlers."""

from typing import Any

from django.utils.module_loading import import_string

from core.events.models import Event
from core.jobs.registry import job


@job("events.deliver_event")
def deliver_event(payload: dict[str, Any], at: Any) -> None:
    """Run one handler of one event, in one transaction with the mark: a handler that fails delays no other."""
    event = Event.objects.get(pk=payload["event"])
    import_string(payload["handler"])(event)
