"""What school kits do when something happened elsewhere."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from education.supplies.services import (
    end_entitlements_of_the_dead,
    end_second_entitlements,
    forget_child,
    forget_entitlements,
)
from stations.people.models import Person


def forget_children(event: Event) -> None:
    """A child is erased: so is the mark by which a second record of it would be found, and nobody waits for a kit."""
    child = Person.objects.filter(pk=event.payload["person"]).first()
    if child is not None:
        forget_child(child=child)
        forget_entitlements(child=child, at=_at(event))


def end_entitlements_after_death(event: Event) -> None:
    """A child has died: nobody waits for a kit."""
    end_entitlements_of_the_dead(person=UUID(event.payload["person"]), at=_at(event))


def follow_merge(event: Event) -> None:
    """Two records are one child now: it is entitled once in a campaign."""
    end_second_entitlements(person=UUID(event.payload["kept"]), at=_at(event))


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
