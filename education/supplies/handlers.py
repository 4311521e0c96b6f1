"""What school kits do when something happened elsewhere."""

from core.events.models import Event
from education.supplies.services import forget_child
from stations.people.models import Person


def forget_children(event: Event) -> None:
    """A child is erased: so is the mark by which a second record of it would be found."""
    child = Person.objects.filter(pk=event.payload["person"]).first()
    if child is not None:
        forget_child(child=child)
