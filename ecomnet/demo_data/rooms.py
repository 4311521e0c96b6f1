"""Rooms: the story's station lends one, its neighbour two; a talk is booked, and either asks the other for a room."""

import datetime as dt

from core.days import instant_of
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from scheduling.bookings.services import fulfil_booking
from scheduling.rooms.models import RoomUse, StationRooms
from scheduling.rooms.queries import lent_rooms
from scheduling.rooms.services import accept_use, add_room, book_room, close_room, reject_use
from stations.models import Station

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def load_rooms(cast: Cast, *, at: dt.datetime) -> None:
    """What is booked lies three to six days ahead; requests are of now, so that they wait for an answer.

    One was declined with a reason, one room was used, and one is closed for two days while it is painted.
    """
    station = next(each for each in cast.village_stations if each.code == STORY)
    neighbour = next(
        each for each in cast.village_stations if each.county_id == station.county_id and each.pk != station.pk
    )
    ours, theirs = _lend(cast, station, "活动室", at=at), _lend(cast, neighbour, "培训室", "会议室", at=at)
    _book(cast, ours, station, days=3, hour=9, purpose="talk", people=25, at=at)
    _book(cast, ours, neighbour, days=4, hour=14, purpose="training", people=8, at=at)
    _book(cast, theirs, station, days=5, hour=9, purpose="clinic", people=40, at=at)
    granted = _book(cast, theirs, station, days=6, hour=15, purpose="meeting", people=30, at=at)
    accept_use(use=granted, by=cast.partners[neighbour.pk], at=at)
    declined = _book(cast, theirs, station, days=8, hour=7, purpose="class", people=12, at=at)
    reject_use(use=declined, reason="当天村里体检", by=cast.partners[neighbour.pk], at=at)
    used = _book(cast, ours, station, days=2, hour=7, purpose="meeting", people=30, at=at - 6 * DAY)
    session = used.booking.session
    fulfil_booking(booking=used.booking, by=None, at=session.ends_at)
    room = lent_rooms().get(station=station)
    starts_at = instant_of(station.zone, day_of(at + 9 * DAY), dt.time(7))
    ends_at, partner = starts_at + 2 * DAY, cast.partners[station.pk]
    close_room(room=room, starts_at=starts_at, ends_at=ends_at, reason="粉刷墙面", by=partner, at=at)


def _lend(cast: Cast, station: Station, *names: str, at: dt.datetime) -> StationRooms:
    made = [add_room(station=station, name=name, by=cast.partners[station.pk], at=at - 30 * DAY) for name in names]
    return made[-1]


def _book(
    cast: Cast,
    rooms: StationRooms,
    station: Station,
    *,
    days: int,
    hour: int,
    purpose: str,
    people: int,
    at: dt.datetime,
) -> RoomUse:
    starts_at = instant_of(rooms.station.zone, day_of(at + days * DAY), dt.time(hour))
    return book_room(
        rooms=rooms,
        station=station,
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        by=cast.partners[station.pk],
        at=at,
        key=f"demo-room-{rooms.pk}-{days}",
        purpose=purpose,
        people=people,
    )
