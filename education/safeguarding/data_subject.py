"""What safeguarding holds of a person.

Concerns are left out: the copy of a child goes to a guardian, who may be the one that somebody fears, and that of an
adult to the person reported, who never learns of it.
"""

from typing import Any

from education.safeguarding.models import ChildFile, Vetting
from stations.people.models import Person

FILE = ("left_behind", "parents_place", "school", "grade", "reviewed_date", "next_review_date")
CHECK = ("kind", "issued_date", "valid_to_date", "status", "checked_at")


def child_files(person: Person) -> list[dict[str, Any]]:
    """The file of a child, without the name of whoever looks after it."""
    return list(ChildFile.objects.filter(child=person).order_by("pk").values(*FILE))


def adult_checks(person: Person) -> list[dict[str, Any]]:
    """The checks of an adult who works with children."""
    return list(Vetting.objects.filter(person=person).order_by("pk").values(*CHECK))
