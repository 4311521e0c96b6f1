"""Whose turn it is at the drawer: sales, counts and remittances never run at the same time."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.days import clock_in, day_in
from core.errors import Refused, refuses
from finance.tills.models import CashDay
from stations.network.models import Station

#: Until this local time a day left open goes on; after it, the day must be counted before another opens.
LATEST_CLOSE = dt.time(4, 0)


class CashDayNotOpen(Refused):
    """Company cash moves only on an open cash day."""

    code = "cash_day_not_open"
    message = _("The cash day is not open. Open it first.")


@refuses(CashDayNotOpen)
def take_turn(*, station: Station, at: dt.datetime) -> CashDay:
    """The open cash day of a station, held until the transaction ends: sales and counts take turns on the drawer.

    Refused: `cash_day_not_open` (also when a day was left open past 04:00).
    """
    day = unclosed_day(station)
    if day is None or is_left_over(day, station, at):
        raise CashDayNotOpen
    return day


@refuses(CashDayNotOpen)
def take_essential_turn(*, station: Station, at: dt.datetime) -> CashDay:
    """The same for essential services, which go on in a day that was left open."""
    day = unclosed_day(station)
    if day is None:
        raise CashDayNotOpen
    return day


def unclosed_day(station: Station) -> CashDay | None:
    """The day of this drawer that is not closed, held until the transaction ends."""
    days = CashDay.objects.filter(station=station, currency=station.currency).unclosed()
    return days.select_for_update(of=("self",), no_key=True).first()


def is_left_over(day: CashDay, station: Station, at: dt.datetime) -> bool:
    """Whether a day was left open past 04:00 of the date after it."""
    age = day_in(station.zone, at) - day.business_date
    return age > dt.timedelta(days=1) or (age == dt.timedelta(days=1) and clock_in(station.zone, at) >= LATEST_CLOSE)
