"""Free times of a station's booths, whom a child may call, and children who have not talked to anybody for long."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from core.days import day_in
from core.web.console import Measured
from education.hotlines.models import READ_BOOTH, Booth, Call, CallContact, Caller
from scheduling.calendars.models import Offering, Slot
from scheduling.calendars.queries import free_slots
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

#: Without a call for so long, a child stands on the list.
SILENT = dt.timedelta(days=30)
AHEAD = dt.timedelta(days=14)
#: A number of children below this is not shown beyond the station.
SMALL = 10


def contacts_of(child: Person) -> QuerySet[CallContact]:
    """Whom this child may call, also those who were put on the list of a record that is part of this one now."""
    records = Person.objects.of_people(child.pk).values("pk")
    return CallContact.objects.filter(child__in=records, is_active=True).order_by("place", "pk")


def free_times(
    station: Station, *, at: dt.datetime, starts_at: dt.datetime | None = None, limit: int = 24
) -> list[Slot]:
    """Free times of all booths of a station, one for each instant; with `starts_at` every free booth at that time."""
    offerings = Offering.objects.filter(pk__in=Booth.objects.filter(station=station).values("offering"))
    since, until = starts_at or at, starts_at + dt.timedelta(seconds=1) if starts_at else at + AHEAD
    found = list(free_slots(offerings=list(offerings), since=since, until=until, at=at, limit=limit * 2))
    if starts_at is not None:
        return found
    return list({slot.starts_at: slot for slot in found}.values())[:limit]


def next_times(call: Call, *, at: dt.datetime, count: int = 3) -> list[Slot]:
    """The next free times after a call that nobody answered."""
    return free_times(call.booth.station, at=at, limit=count)


def silent_children(user: User, *, at: dt.datetime) -> Measured:
    """How many children within reach have not called home for 30 days; small numbers are hidden."""
    silent = Caller.objects.open_to(user, READ_BOOTH).unreached(at - SILENT)
    count = silent.aggregate(children=Count(Coalesce("child__merged_into", "child"), distinct=True))["children"]
    return Measured(count_words(count), "" if count else gettext("every child has called"), "wait" if count else "ok")


def count_words(count: int) -> str:
    """A number of children as those read it who do not look after them."""
    return f"<{SMALL}" if 0 < count < SMALL else f"{count:,}"


def with_calls_of_month(booths: QuerySet[Booth], at: dt.datetime) -> QuerySet[Booth]:
    """Booths with `talked`: how many calls were talked in the last 30 days."""
    return booths.annotate(
        talked=Count("calls", filter=Q(calls__outcome=Call.Outcome.TALKED, calls__connected_at__gte=at - SILENT))
    )


def local_day(call: Call) -> dt.date:
    """The date of a call at the station."""
    slot = call.booking.slot
    return day_in(call.booth.station.zone, slot.starts_at) if slot else call.booking.session.local_date
