"""What calls home hold of a child.

Whoever is called is a name and a number on the child's list and no resident: their calls stand in the copy of the
child, which its guardian asks for. Of the number the copy shows what the page shows, its end.
"""

from typing import Any

from education.hotlines.models import Call, CallContact
from stations.people.models import Person

CONTACT = ("name", "relation", "phone_tail", "zone", "verified_at", "ended_at")
CALL = (
    *("booking__slot__starts_at", "booking__status", "booth__name", "contact__name", "contact__relation"),
    *("failed", "connected_at", "ended_at", "outcome"),
)


def people_to_call(person: Person) -> list[dict[str, Any]]:
    """Everyone whom the child may or might call."""
    return list(CallContact.objects.filter(child=person).order_by("pk").values(*CONTACT))


def calls_home(person: Person) -> list[dict[str, Any]]:
    """Each call that was booked for the child, and what became of it."""
    return list(Call.objects.filter(child=person).order_by("pk").values(*CALL))
