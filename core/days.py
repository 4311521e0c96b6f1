"""Days and clocks: instants are stored in UTC, business days are dates in a zone."""

import datetime as dt
from calendar import monthrange
from zoneinfo import ZoneInfo


def day_in(zone: str, at: dt.datetime) -> dt.date:
    """The date on the wall at this instant, in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def earliest_day(at: dt.datetime) -> dt.date:
    """The date where on Earth it is earliest (UTC-12): nowhere is it a day before."""
    return (at.astimezone(dt.UTC) - dt.timedelta(hours=12)).date()


def latest_day(at: dt.datetime) -> dt.date:
    """The date where on Earth it is latest (UTC+14): what begins later has begun nowhere."""
    return (at.astimezone(dt.UTC) + dt.timedelta(hours=14)).date()


def last_months(today: dt.date, count: int) -> list[dt.date]:
    """The first days of the last months, that of `today` at the end."""
    number = today.year * 12 + today.month - 1
    return [dt.date(each // 12, each % 12 + 1, 1) for each in range(number - count + 1, number + 1)]


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last: 30 November and three months is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def clock_in(zone: str, at: dt.datetime) -> dt.time:
    """The time on the wall at this instant, in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).time()


def instant_of(zone: str, date: dt.date, clock: dt.time) -> dt.datetime:
    """When the wall shows this date and time: a skipped time is the next instant, a doubled one the first."""
    local = dt.datetime.combine(date, clock, tzinfo=ZoneInfo(zone))
    with_old_offset = local.replace(fold=0).astimezone(dt.UTC)
    with_new_offset = local.replace(fold=1).astimezone(dt.UTC)
    # Read with the offset of after a gap, a skipped time lies before the gap; a doubled time lies after its first.
    if with_new_offset >= with_old_offset:
        return with_old_offset
    return _change_between(with_new_offset, with_old_offset, ZoneInfo(zone))


def shown_again(zone: str, since: dt.datetime, until: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """The time between two instants of one day in which clocks go over an hour again; none on other days."""
    clock = ZoneInfo(zone)
    turned_back = since.astimezone(clock).utcoffset() - until.astimezone(clock).utcoffset()  # type: ignore[operator]
    if turned_back <= dt.timedelta():
        return None
    change = _change_between(since, until, clock)
    return change, min(change + turned_back, until)


def _change_between(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first instant of the new offset; clocks change at whole seconds."""
    low, high = int(before.timestamp()), int(after.timestamp()) + 1
    old = before.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return dt.datetime.fromtimestamp(high, dt.UTC)
