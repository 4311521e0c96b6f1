"""Groups of residents that can be exported: a village or another place, and a programme in a place."""

import re
from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from health.chronic.models import Enrolment, Programme
from health.fhir.elements import english
from stations.people.models import Person
from stations.places.models import Division

#: `place-<id>` or `<programme>-<id>`: ids of FHIR have no underscore.
_ID = re.compile(r"(?P<kind>[a-z0-9-]+)-(?P<division>[0-9]{1,18})")
_PLACE = "place"
_PROGRAMMES = {each.replace("_", "-"): each for each in Programme.values}


def place_of(person: str = "") -> Coalesce:
    """The village of a person, or that of the station that serves them; `person` leads from the row to the person."""
    way = f"{person}__" if person else ""
    return Coalesce(f"{way}village__path", f"{way}home_station__village__path")


@dataclass(frozen=True, slots=True)
class ResidentGroup:
    """Residents of a place; of a programme, those who are cared for in it."""

    division: Division
    programme: str = ""

    @classmethod
    def named(cls, pk: str) -> Self | None:
        """The group of an id; None where there is none."""
        found = _ID.fullmatch(pk)
        if found is None or found["kind"] not in {_PLACE, *_PROGRAMMES}:
            return None
        division = Division.objects.filter(pk=int(found["division"])).first()
        return None if division is None else cls(division, _PROGRAMMES.get(found["kind"], ""))

    @property
    def pk(self) -> str:
        """Its id in FHIR."""
        return f"{self.programme.replace('_', '-') or _PLACE}-{self.division.pk}"

    @property
    def name(self) -> str:
        """The name of the place, and of the programme in English: a resource is the same for everybody."""
        programme = english(Programme(self.programme).label) if self.programme else ""
        return ": ".join(filter(None, [self.division.name, programme]))

    def residents(self) -> QuerySet[Person]:
        """Who belongs to it."""
        people = Person.objects.alias(place=place_of()).filter(place__startswith=self.division.path)
        if not self.programme:
            return people
        cared_for = Enrolment.objects.cared_for().filter(programme=self.programme)
        return people.filter(pk__in=cared_for.values("resident"))
