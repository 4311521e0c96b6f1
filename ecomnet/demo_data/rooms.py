"""Rooms: the story's station lends one, its neighbour two; a talk is booked, and either asks the other for a room."""

import datetime as dt

from core.days import instant_of
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from scheduling.rooms.models import RoomUse, StationRooms
from scheduling.rooms.services import accept_use, add_room, book_room
from stations.models import Station

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def load_rooms(cast: Cast, *, at: dt.datetime) -> None:
    """What is booked lies three to six days ahead; requests are of now, so that they wait for an answer."""
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
