"""Days of the demonstration: everything in it happens in one country."""

import datetime as dt

from core.days import day_in

#: All four counties keep this time.
ZONE = "Asia/Shanghai"


def day_of(at: dt.datetime) -> dt.date:
    """The date there at this instant."""
    return day_in(ZONE, at)
