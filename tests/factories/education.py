"""Children, guardians, consents and vetted adults for tests, made by the services that make them in the field."""

import datetime as dt
import itertools
from typing import Any

from django.utils.timezone import now

from core.database.db import present
from core.days import day_in
from education.libraries.models import Copy, Library
from education.libraries.services import add_copies, open_library
from education.safeguarding.models import Vetting
from education.safeguarding.services import confirm_vetting, record_vetting
from stations.network.models import Station
from stations.people.models import Consent, Person
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent
from tests.factories.people import guardian_of, resident
from tests.factories.stations import StationFactory, UserFactory, county_clerk_of, county_manager_of, partner_of

_numbers = itertools.count(1)


def child_of(station: Station | None = None, *, age: int = 9, name: str = "", guardian: bool = True) -> Person:
    """A child of so many whole years with a confirmed grandmother."""
    station = station or StationFactory()
    born = day_in(station.zone, now()) - dt.timedelta(days=age * 365 + 200)
    child = resident(name or f"小宝{next(_numbers)}", station, birth_date=born, birth_precision="day")
    if guardian:
        grandmother = resident("王秀英", station, birth_date=dt.date(1955, 3, 8), birth_precision="day")
        guardian_of(child, grandmother)
    return child


def agreed(child: Person, purpose: str = "education_record", *, at: dt.datetime | None = None) -> Consent:
    """The guardian's consent to a purpose."""
    at = at or now()
    station = child.home_station
    text = present(text_of_the_day(purpose=purpose, language="zh-hans", day=day_in(station.zone, at)))
    by = partner_of(station)
    return record_consent(person=child, text=text, manner="signature", station=station, by=by, at=at)


def vetted(person: Person, *, until: dt.date, kinds: tuple[str, ...] = ("identity", "police_record")) -> list[Vetting]:
    """Checks of an adult, valid from long ago through this day."""
    manager = county_manager_of(person.home_station.county)
    made = [
        record_vetting(
            person=person,
            kind=kind,
            issued_date=dt.date(2020, 1, 1),
            valid_to_date=until,
            by=UserFactory(),
            at=now(),
        )
        for kind in kinds
    ]
    return [confirm_vetting(vetting=vetting, by=manager, at=now()) for vetting in made]


def library_at(station: Station) -> Library:
    """The library of this station."""
    return open_library(station=station, by=county_clerk_of(station.county), at=now())


def books(library: Library, count: int = 1, *, isbn: str = "", title: str = "夏洛的网", **values: Any) -> list[Copy]:
    """New copies of a title in this library."""
    return add_copies(
        library=library,
        title=title,
        isbn=isbn,
        copies=count,
        by=partner_of(library.station),
        at=values.pop("at", now()),
        **values,
    )
