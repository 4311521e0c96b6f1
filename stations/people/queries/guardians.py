"""Who answers for a child, and for whom somebody does."""

import datetime as dt
from calendar import monthrange

from django.db.models import F, QuerySet

from core.web.ranges import holds_on
from stations.people.models import Guardianship, Person
from stations.people.queries.records import members_of


def age_on(birth_date: dt.date | None, day: dt.date) -> int | None:
    """Whole years on a day; one born on 29 February is a year older on 1 March of a common year."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_surely(person: Person, age: int, day: dt.date) -> bool:
    """Whether somebody is so old on a day by all that is known of their birth: a bare year is its last day."""
    born = person.birth_date
    if born is None:
        return False
    if person.birth_precision == Person.BirthPrecision.YEAR:
        born = dt.date(born.year, 12, 31)
    elif person.birth_precision == Person.BirthPrecision.MONTH:
        born = born.replace(day=monthrange(born.year, born.month)[1])
    return (age_on(born, day) or 0) >= age


def confirmed_guardians(child: Person, day: dt.date) -> QuerySet[Person]:
    """Living adults whose guardianship somebody confirmed and which runs on this day."""
    open_ones = Guardianship.objects.filter(holds_on(day), child=child, confirmed_by__isnull=False)
    return Person.objects.filter(pk__in=open_ones.values("guardian"), died_date=None).order_by("birth_date", "pk")


def guardianships_of(child: Person) -> QuerySet[Guardianship]:
    """Everybody who answers or answered for this child, those of now first."""
    return child.guardianships.select_related("guardian", "confirmed_by", "evidence").order_by(
        F("to_date").desc(nulls_first=True), "-from_date", "-pk"
    )


def wards_of(guardian: Person) -> QuerySet[Guardianship]:
    """The children for whom this person answers now."""
    return guardian.wardships.filter(to_date=None).select_related("child").order_by("child__birth_date", "pk")


def adults_at_home(child: Person, day: dt.date, *, from_age: int) -> list[Person]:
    """The living adults of the child's household, the oldest first."""
    if child.household is None:
        return []
    people = [row.person for row in members_of(child.household) if row.person_id != child.pk]
    adults = [person for person in people if (age_on(person.birth_date, day) or 0) >= from_age]
    return sorted(adults, key=lambda person: (person.birth_date, str(person.pk)))
