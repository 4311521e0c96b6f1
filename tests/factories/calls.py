"""Call booths, people to call and booked calls for tests."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from education.hotlines.models import Booth, Call, CallContact
from education.hotlines.queries import free_times
from education.hotlines.services import add_contact, book_call, open_booth
from stations.network.models import Station
from stations.people.models import Person
from tests.factories.education import agreed, child_of
from tests.factories.stations import partner_of

PHONE = "+244923120101"


def booth_at(station: Station, *, at: dt.datetime | None = None, **values: Any) -> Booth:
    """A booth that is open in the evening of each day, with calls of half an hour."""
    hours: dict[str, Any] = {"opens_at": dt.time(18), "closes_at": dt.time(20), "weekdays": range(1, 8), **values}
    name = hours.pop("name", "亲情小屋")
    at = at or now()
    return open_booth(station=station, name=name, minutes=30, **hours, by=partner_of(station), at=at)


def parent_of(child: Person, *, zone: str = "Africa/Luanda", phone: str = PHONE, **values: Any) -> CallContact:
    """A father abroad whom this child may call; the guardian agrees first."""
    at = values.pop("at", now())
    agreed(child, "parent_calls", at=at)
    by = partner_of(child.home_station)
    return add_contact(child=child, name="陈建国", relation="father", phone=phone, zone=zone, by=by, at=at)


def call_of(contact: CallContact | None = None, *, at: dt.datetime | None = None, key: str = "call") -> Call:
    """A call at the first free time."""
    at = at or now()
    contact = contact or parent_of(child_of(), at=at)
    station = contact.child.home_station
    if not free_times(station, at=at):
        booth_at(station, at=at)
    first = free_times(station, at=at)[0]
    return book_call(contact=contact, starts_at=first.starts_at, by=partner_of(station), at=at, key=key)
