"""When rooms are free, who has them, and the days on which one is closed."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from core.days import clock_in, instant_of
from scheduling.bookings.models import Booking
from scheduling.calendars.models import AvailabilityException, Resource
from scheduling.calendars.queries import free_intervals
from scheduling.rooms.models import ROOM_KIND, RoomUse, StationRooms, name_of

#: Less than so much is not worth showing.
SHORTEST = dt.timedelta(minutes=30)
#: Uses that a page of rooms lists.
MOST_SHOWN = 20


class FreeHours(NamedTuple):
    """A room and the hours of a day in which it is free, as the wall shows them."""

    room: Resource
    hours: list[tuple[dt.time, dt.time]]

    @property
    def name(self) -> str:
        """What the room is called."""
        return name_of(self.room)

    @property
    def words(self) -> str:
        """The hours, one after the other."""
        return ", ".join(f"{since:%H:%M}–{until:%H:%M}" for since, until in self.hours)


def rooms_of(rooms: StationRooms) -> list[Resource]:
    """The rooms that a station lends, by name."""
    return list(rooms.group.members.filter(is_active=True).order_by("name", "pk"))


def day_is_over(rooms: StationRooms, date: dt.date, *, at: dt.datetime) -> bool:
    """Whether no hours of a local date are left in which rooms are used."""
    since, until = _hours_left(rooms, date, at=at)
    return since + SHORTEST > until


def free_hours(rooms: StationRooms, date: dt.date, *, at: dt.datetime) -> list[FreeHours]:
    """Each room with the hours of a local date in which it is free from now on; two statements."""
    zone = rooms.station.zone
    since, until = _hours_left(rooms, date, at=at)
    members = rooms_of(rooms)
    found: dict[object, list[tuple[dt.time, dt.time]]] = {each.pk: [] for each in members}
    for free in free_intervals(group=rooms.group, since=since, until=until, duration=SHORTEST):
        hours = clock_in(zone, free.starts_at), clock_in(zone, free.ends_at)
        found.setdefault(free.resource_id, []).append(hours)
    return [FreeHours(each, found[each.pk]) for each in members]


def _hours_left(rooms: StationRooms, date: dt.date, *, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    zone, offering = rooms.station.zone, rooms.group.offering
    since = max(at, instant_of(zone, date, offering.day_starts_at or dt.time()))
    return since, instant_of(zone, date, offering.day_ends_at or dt.time.max)


def lent_rooms() -> QuerySet[Resource]:
    """Rooms that stations lend, other than their classrooms: those have the hours of their classes."""
    return Resource.objects.filter(owner_kind=ROOM_KIND).select_related("station__county")


def uses_ahead(room: Resource, *, at: dt.datetime) -> Sequence[RoomUse]:
    """What a room is booked or asked for from now on, the next first."""
    rows = RoomUse.objects.shown().filter(
        booking__session__resource=room, booking__status__in=Booking.ACTIVE, booking__session__ends_at__gt=at
    )
    return list(rows.order_by("booking__session__starts_at", "pk")[:MOST_SHOWN])


def closures_of(room: Resource, *, at: dt.datetime) -> Sequence[AvailabilityException]:
    """The periods in which a room is closed and that are not over."""
    closed = Q(kind=AvailabilityException.Kind.CLOSED, withdrawn_at=None, ends_at__gt=at)
    return list(room.exceptions.filter(closed).order_by("starts_at"))
