"""Drawers for tests: what they hold, differences found in them, and the people around them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from core.money import Money
from finance.models import CashDay, OverShort, Remittance
from finance.tills.services import (
    close_cash_day,
    count_cash,
    declare_remittance,
    hand_over_cash,
    open_cash_day,
)
from stations.models import Station, User
from tests.factories.finance import NOTES, Desk, desk, fill
from tests.factories.stations import county_clerk_of, county_manager_of, finance_officer

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@dataclass
class CashDesk(Desk):
    """A desk with the county and finance behind it; its day is open, its till counted."""

    clerk: User
    manager: User
    officer: User
    other_officer: User

    @property
    def day(self) -> CashDay:
        """The day that is not closed."""
        return CashDay.objects.unclosed().get(station=self.station)

    @property
    def centre(self) -> Station:
        """The centre of the county."""
        return self.station.parent


def yuan(minor: int) -> Money:
    """So many fen."""
    return Money(minor, "CNY")


def pieces(minor: int) -> dict[int, int]:
    """A drawer of this amount, largest notes first."""
    found = {}
    for note in NOTES:
        number, minor = divmod(minor, note)
        if number:
            found[note] = number
    return found


def cash_desk(held: int = 0, *, at: dt.datetime | None = None) -> CashDesk:
    """A station whose till holds so much, its day opened with it at `at`."""
    ready = desk(mode="postpaid", till_open=False)
    if held:
        fill(ready, ready.till_key, held)
    county = ready.station.county
    whole = CashDesk(
        ready.station,
        ready.partner,
        clerk=county_clerk_of(county),
        manager=county_manager_of(county),
        officer=finance_officer(),
        other_officer=finance_officer(),
    )
    open_cash_day(station=whole.station, lines=pieces(held), by=whole.partner, at=at or now())
    return whole


def close_with(ready: CashDesk, counted: int, *, at: dt.datetime | None = None) -> CashDay:
    """Count so much and close the day."""
    day = count_cash(cash_day=ready.day, lines=pieces(counted), by=ready.partner, at=at or now())
    return close_cash_day(cash_day=day, by=ready.partner, at=at or now())


def difference(ready: CashDesk, minor: int, *, at: dt.datetime | None = None) -> OverShort:
    """Close the day with this difference."""
    close_with(ready, ready.holds(ready.till_key) + minor, at=at)
    return OverShort.objects.get(station=ready.station, found="closing")


def open_centre(ready: CashDesk, *, at: dt.datetime | None = None) -> None:
    """The clerk opens the centre's till, which is empty."""
    open_cash_day(station=ready.centre, lines={}, by=ready.clerk, at=at or now())


def on_its_way(ready: CashDesk, minor: int, **values: Any) -> Remittance:
    """Cash that partner and clerk have signed for."""
    remittance = declared(ready, minor, **values)
    for signer in (ready.partner, ready.clerk):
        remittance = hand_over_cash(remittance=remittance, by=signer, at=now())
    return remittance


def declared(ready: CashDesk, minor: int, **values: Any) -> Remittance:
    """Cash that the partner will give to the clerk."""
    return declare_remittance(
        **{
            "station": ready.station,
            "direction": "to_county",
            "via": "carrier",
            "amount": yuan(minor),
            "carrier": ready.clerk,
            "by": ready.partner,
            "at": now(),
            **values,
        }
    )
