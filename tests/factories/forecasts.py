"""Days behind a station, and what its float will need."""

import datetime as dt
from decimal import Decimal

from core.days import instant_of
from finance.floats.services import forecast_need
from finance.models import FloatDay, FloatForecast
from stations.models import OpeningHours, Station
from tests.factories.days import ZONE

MONDAY = dt.date(2026, 11, 23)
TUESDAY = dt.date(2026, 11, 24)
FRIDAY = dt.date(2026, 11, 27)
EVENING = instant_of(ZONE, MONDAY, dt.time(20))


def open_every_day(station: Station, *weekdays: int) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(
            station=station,
            weekday=weekday,
            opens=dt.time(8),
            closes=dt.time(18),
            from_date=dt.date(2020, 1, 1),
        )
        for weekday in weekdays or range(1, 8)
    )


def used(station: Station, amounts, *, last: dt.date, every: int = 7, is_open: bool = True) -> None:
    """So many yuan on days that end with `last`, the newest first."""
    FloatDay.objects.bulk_create(
        FloatDay(
            station=station,
            date=last - dt.timedelta(days=every * number),
            is_open=is_open,
            used_minor=round(Decimal(amount) * 100),
        )
        for number, amount in enumerate(amounts)
    )


def foreseen(ready, *, date: dt.date = MONDAY) -> FloatForecast:
    forecast_need(stations=[ready.station.pk], date=date, at=EVENING)
    return FloatForecast.objects.get(station=ready.station, date=date)
