"""What calls home do when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.hotlines.services import end_all_calls, forget_contacts, join_callers, tell_of_cancellation
from education.hotlines.services.booking import OWNER_KIND
from stations.people.models import Person


def tell_parent_of_cancellation(event: Event) -> None:
    """A booking of ours was cancelled, by whoever it was."""
    if event.payload["owner_kind"] == OWNER_KIND:
        tell_of_cancellation(booking_id=event.payload["booking"], at=_at(event))


def cancel_calls_of_the_dead(event: Event) -> None:
    """A child has died: nobody is called, and no parent is asked to wait."""
    child = Person.objects.filter(pk=event.payload["person"]).first()
    if child is not None:
        end_all_calls(child=child, reason_code="person-died", by=None, at=_at(event))


def follow_merge(event: Event) -> None:
    """Two records are one child now, who stands once on the list of those without a call."""
    join_callers(child=Person.objects.get(pk=event.payload["kept"]))


def forget_numbers(event: Event) -> None:
    """A child is erased: so are the numbers of its people."""
    child = Person.objects.filter(pk=event.payload["person"]).first()
    if child is not None:
        forget_contacts(child=child, at=_at(event))


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
