"""Days and clocks: instants are stored in UTC, business days are dates in a zone."""

import datetime as dt
from zoneinfo import ZoneInfo


def day_in(zone: str, at: dt.datetime) -> dt.date:
    """The date on the wall at this instant, in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def clock_in(zone: str, at: dt.datetime) -> dt.time:
    """The time on the wall at this instant, in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).time()


def instant_of(zone: str, date: dt.date, clock: dt.time) -> dt.datetime:
    """When the wall shows this date and time: a skipped time is the next instant, a doubled one the first."""
    local = dt.datetime.combine(date, clock, tzinfo=ZoneInfo(zone)).replace(fold=0)
    at = local.astimezone(dt.UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return at
    # The clock skipped this time. Read with the offset after the gap it names an instant before the gap, so the
    # first instant after the gap is found by the difference of the two offsets.
    before = local.utcoffset() or dt.timedelta()
    after = local.replace(fold=1).utcoffset() or dt.timedelta()
    gap = abs(after - before)
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - local.replace(tzinfo=None)
    return at - min(wall, gap) if wall > dt.timedelta() else at
