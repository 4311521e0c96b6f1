"""Minutes that count: those in which the clinics of a country answer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.days import day_in, instant_of

DAY = dt.timedelta(days=1)


def after_open_minutes(zone: str, at: dt.datetime, minutes: int, rule: Mapping[str, Any]) -> dt.datetime:
    """The instant after so many minutes between the opening and closing hour of the rule, local to `zone`.

    A closing hour that is not after the opening one is that of the next day.
    """
    opens, closes = (dt.time.fromisoformat(rule[name]) for name in ("open_from", "open_to"))
    over_midnight = DAY if closes <= opens else dt.timedelta(0)
    day, left = day_in(zone, at) - over_midnight, dt.timedelta(minutes=minutes)
    while True:
        begin = max(at, instant_of(zone, day, opens))
        end = instant_of(zone, day + over_midnight, closes)
        if begin + left <= end:
            return begin + left
        left -= max(end - begin, dt.timedelta(0))
        day += DAY
