"""A station with hours, and its days of the past."""

import datetime as dt

from core.events.services import publish
from core.models import Event
from stations.models import StationDay
from stations.network.services import set_hours
from tests.factories.stations import StationFactory

AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)  # 10:00 on the station's wall
TODAY = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)


def open_station():
    """Published from eight to six on every day of the week."""
    made = StationFactory()
    week = {weekday: [(dt.time(8), dt.time(18))] for weekday in range(1, 8)}
    set_hours(station=made, week=week, from_date=dt.date(2026, 1, 1), actor=None)
    return made


def day(station, back, **figures):
    """A day of the past with ten published hours."""
    figures = {"open_minutes": 600, "seen_minutes": 600, "services": 5, **figures}
    return StationDay.objects.create(station=station, date=TODAY - back * DAY, **figures)


def event(name, station, **more):
    publish(name, at=AT, station=station.pk, **more)
    return Event.objects.latest("pk")
