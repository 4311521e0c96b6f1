"""When a complaint is overdue: business days of the country, at the hour at which the clock began."""

import datetime as dt
from zoneinfo import ZoneInfo

from core.days import day_in, instant_of
from stations.places.queries import business_day


def after_business_days(days: int, *, country: str, zone: str, at: dt.datetime) -> dt.datetime:
    """The same local time so many working days later; Friday and one day is Monday where nobody works on weekends."""
    date = day_in(zone, at)
    while days:
        date += dt.timedelta(days=1)
        if business_day(country, date).is_working:
            days -= 1
    return instant_of(zone, date, at.astimezone(ZoneInfo(zone)).time())
