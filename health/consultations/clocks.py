"""Minutes that count: those in which the clinics of a country answer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.days import clock_in, day_in, instant_of

DAY = dt.timedelta(days=1)


def after_open_minutes(zone: str, at: dt.datetime, minutes: int, rule: Mapping[str, Any]) -> dt.datetime:
    """The instant after so many minutes between the opening and closing hour of the rule, local to `zone`."""
    opens, closes = (dt.time.fromisoformat(rule[name]) for name in ("open_from", "open_to"))
    day, left = day_in(zone, at), dt.timedelta(minutes=minutes)
    begin = at if opens <= clock_in(zone, at) else instant_of(zone, day, opens)
    while True:
        end = instant_of(zone, day, closes)
        if begin + left <= end:
            return begin + left
        left -= max(end - begin, dt.timedelta(0))
        day += DAY
        begin = instant_of(zone, day, opens)
