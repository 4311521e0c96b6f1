"""Counties that settle, and payees who earn there."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from core.days import instant_of
from core.fields import uuid7
from core.money import Money
from finance import chart
from finance.models import CommissionLine, DayClose, PayeeDay, Statement
from finance.settlement.services import settle_day
from ledger.models import Account
from ledger.services import SYSTEM, Leg, post_transfers
from stations.models import Station
from tests.factories.finance import book
from tests.factories.stations import LONG_AGO, StationFactory, UserFactory

ZONE = "Asia/Shanghai"
DAY = dt.timedelta(days=1)
MONDAY, SUNDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 22)


def village(**values: Any) -> Station:
    """A station in a county of its own, in a country with its book."""
    station = StationFactory(**values)
    book(station.county.country, station.zone)
    return station


def account_at(station: Station, *, kind: str = "commission", key: str = "", holder: Any = None) -> Account:
    """An account that earns; without a key that of a new user."""
    user = None if key else UserFactory()
    wanted = chart.commission_of_user(user.pk) if user else chart.AccountKey(kind, key, holder)
    return chart.open_one(wanted, country=station.county.country, currency=station.currency, at=LONG_AGO)


def noon(date: dt.date, *, zone: str = ZONE) -> dt.datetime:
    """Twelve o'clock of a day."""
    return instant_of(zone, date, dt.time(12))


def midnight_after(date: dt.date, *, zone: str = ZONE) -> dt.datetime:
    """24:00 of a day."""
    return instant_of(zone, date + DAY, dt.time())


def earns(
    account: Account,
    minor: int,
    *,
    at: dt.datetime,
    station: Station,
    eligible_at: dt.datetime | None = None,
    **line: Any,
) -> CommissionLine:
    """A line on an account, with its posting; below nothing it takes back."""
    other = chart.open_one(
        chart.platform("expense" if minor > 0 else "revenue"),
        country=station.county.country,
        currency=account.currency,
        at=LONG_AGO,
    )
    event = uuid7().hex
    if minor:
        debit, credit = (other, account) if minor > 0 else (account, other)
        post_transfers(
            legs=[Leg(debit, credit, Money(abs(minor), account.currency), "test line")],
            event_type="test_line",
            event_id=event,
            business_date=at.date(),
            made_by=SYSTEM,
            at=at,
        )
    return CommissionLine.objects.create(
        **{
            "event_type": "test",
            "event_id": event,
            "beneficiary": "partner",
            "account": account,
            "source": other,
            "payee": account.holder,
            "service": "bill_payment",
            "station": station,
            "base_minor": abs(minor),
            "amount_minor": minor,
            "currency": account.currency,
            "taken_at": at,
            "accrued_at": at,
            "eligible_at": eligible_at or at,
            "explanation": {},
            **line,
        }
    )


def settle_night(station: Station, date: dt.date, *, at: dt.datetime | None = None) -> DayClose:
    """The night after a day, as the job does it."""
    at = at or instant_of(station.zone, date + DAY, dt.time(2, 30))
    settle_day(county=station.county, business_date=date, zone=station.zone, at=at)
    return DayClose.objects.get(county=station.county, business_date=date)


def days_of(account: Account) -> dict[dt.date, tuple[int, int]]:
    """What matured for an account on which day, and what was taken back."""
    rows = PayeeDay.objects.filter(account=account).order_by("business_date")
    return {row.business_date: (row.matured_minor, row.reversed_minor) for row in rows}


def statements_of(account: Account) -> list[Statement]:
    """An account's statements, oldest first."""
    return list(Statement.objects.filter(account=account).select_related("account").order_by("period_from"))


def week_of_work(station: Station, minor: int = 7_00, *, account: Account | None = None) -> Account:
    """An account that earned in the week of these tests, settled night by night until its statement is closed."""
    account = account or account_at(station)
    earns(account, minor, at=noon(MONDAY), station=station)
    settle_night(station, MONDAY)
    settle_night(station, SUNDAY)
    return account


def in_the_future() -> dt.datetime:
    """Long after every day of these tests."""
    return now() + dt.timedelta(days=400)
