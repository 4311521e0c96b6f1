"""When a complaint is overdue: business days of the country, at the hour at which the clock began."""

import datetime as dt
from zoneinfo import ZoneInfo

from core.days import day_in, instant_of
from stations.places.queries import business_day, working_day_after


def after_business_days(days: int, *, country: str, zone: str, at: dt.datetime) -> dt.datetime:
    """The same local time so many working days later; Friday and one day is Monday where nobody works on weekends."""
    date = working_day_after(country, day_in(zone, at), days)
    return instant_of(zone, date, at.astimezone(ZoneInfo(zone)).time())


def is_forecast(*, country: str, zone: str, at: dt.datetime) -> bool:
    """Whether nobody has announced the holidays of that year: the day was counted by the week."""
    return not business_day(country, day_in(zone, at)).official
