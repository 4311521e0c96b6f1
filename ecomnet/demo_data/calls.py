"""A call booth at the story's station: a call of tonight, one that was talked, one that nobody answered."""

import datetime as dt

from core.database.db import present
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from education.hotlines.models import Call, CallContact
from education.hotlines.queries import free_times
from education.hotlines.services import add_contact, book_call, dial_call, end_call, open_booth
from scheduling.calendars.services import make_sessions
from stations.models import Person, Station

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Who the children call: name, relation, number and zone; the numbers belong to nobody.
PARENTS = [
    ("陈建国", "father", "+244923120101", "Africa/Luanda"),
    ("陈红梅", "mother", "13800138021", "Asia/Shanghai"),
    ("周海涛", "father", "+971501234567", "Asia/Dubai"),
]


def load_calls(cast: Cast, *, at: dt.datetime) -> None:
    """Three children with parents far away; the last one has not talked to anybody for 40 days."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    partner, opened = cast.partners[station.pk], at - 45 * DAY
    booth = open_booth(
        station=station,
        name="亲情小屋",
        minutes=30,
        opens_at=dt.time(8),
        closes_at=dt.time(20),
        weekdays=range(1, 8),
        by=partner,
        at=opened,
    )
    children = list(
        Person.objects.filter(home_station=station, child_file__isnull=False).order_by("pk")[: len(PARENTS)]
    )
    since = [at - 19 * DAY, at - 20 * DAY, at - 22 * DAY]
    contacts = [
        add_contact(child=child, name=name, relation=relation, phone=phone, zone=zone, by=partner, at=added)
        for child, (name, relation, phone, zone), added in zip(children, PARENTS, since, strict=True)
    ]
    make_sessions(resource=booth.resource, to_date=day_of(at + 21 * DAY), at=at - 18 * DAY)
    talked = _book(cast, station, contacts[0], at=at - 9 * DAY)
    _talk(cast, station, talked)
    unanswered = _book(cast, station, contacts[1], at=at - 4 * DAY)
    _try(cast, station, unanswered)
    for contact in contacts[:2]:
        _book(cast, station, contact, at=at)


def _book(cast: Cast, station: Station, contact: CallContact, *, at: dt.datetime) -> Call:
    first = free_times(station, at=at + DAY)[0]
    by = cast.partners[station.pk]
    return book_call(contact=contact, starts_at=first.starts_at, by=by, at=at, key=f"demo-{contact.pk}-{day_of(at)}")


def _talk(cast: Cast, station: Station, call: Call) -> None:
    starts_at, helper = present(call.booking.slot).starts_at, cast.helpers[station.pk]
    call = dial_call(call=call, result="connected", by=helper, at=starts_at + MINUTE)
    end_call(call=call, by=helper, at=starts_at + 22 * MINUTE)


def _try(cast: Cast, station: Station, call: Call) -> None:
    starts_at, helper = present(call.booking.slot).starts_at, cast.helpers[station.pk]
    for number, result in enumerate(("no_answer", "busy", "no_answer")):
        call = dial_call(call=call, result=result, by=helper, at=starts_at + 6 * number * MINUTE)
