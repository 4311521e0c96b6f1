"""Three months of nights, settled as the job does it; one county is held, one payee stands below nothing."""

import datetime as dt

from core.days import day_in
from core.money import Money
from ecomnet.demo_data.stations import Cast
from finance import chart
from finance.models import CommissionLine
from finance.settlement.queries.findings import county_code
from finance.settlement.queries.places import zone_of
from finance.settlement.services import (
    accrue_payable,
    close_book_date_when_settled,
    open_days,
    reverse_payable,
    settle,
    settle_day,
)
from ledger.models import AuditFinding, AuditRun
from ledger.services import book_of
from stations.models import Division

CURRENCY, COUNTRY = "CNY", "CN"
DAY = dt.timedelta(days=1)
NIGHT = dt.timedelta(hours=2, minutes=30)
SINCE = dt.date(2019, 1, 1)
#: Individuals, whose labour is taxed.
PEOPLE = ("partner", "helper", "tutor", "guide")


def load_closes(cast: Cast, *, at: dt.datetime) -> None:
    """Settle every night since the first line but the last; after all that has a date in the past."""
    yesterday = day_in(book_of(COUNTRY).zone, at) - DAY
    _give_and_take_back(cast, yesterday, at)
    first_line = day_in(book_of(COUNTRY).zone, CommissionLine.objects.earliest("eligible_at").eligible_at)
    counties = _counties(cast)
    for county in counties:
        zone = zone_of(county)
        # The story's county settles since the first line; the others joined four weeks ago.
        first = first_line if county == counties[0] else max(first_line, yesterday - 28 * DAY)
        settle_day(county=county, business_date=first, zone=zone, at=_night_after(first, at))
        for close in open_days(county=county, upto=yesterday - DAY, zone=zone):
            settle(close=close, at=close.to_at + NIGHT)


def load_last_night(cast: Cast, *, at: dt.datetime) -> None:
    """Last night, in which one county was held; then the book closed its date."""
    yesterday = day_in(book_of(COUNTRY).zone, at) - DAY
    counties = _counties(cast)
    # Not where a batch waits to be approved: what is found in a county stops its payouts.
    _find_something(counties[-2], at)
    for county in counties:
        settle_day(county=county, business_date=yesterday, zone=zone_of(county), at=at)
    close_book_date_when_settled(country=COUNTRY, date=yesterday, at=at)


def _counties(cast: Cast) -> list[Division]:
    """In the order in which the demonstration opened them; the story's first."""
    return list({station.county_id: station.county for station in cast.stations}.values())


def _night_after(date: dt.date, at: dt.datetime) -> dt.datetime:
    return min(at, dt.datetime.combine(date + 2 * DAY, dt.time(), tzinfo=dt.UTC))


def _give_and_take_back(cast: Cast, yesterday: dt.date, at: dt.datetime) -> None:
    """A partner was paid for a class that was then called off: the next week is below nothing."""
    station = next(station for station in cast.stations if station.code == "321324-0005")
    partner = cast.partners[station.pk]
    last_sunday = yesterday - DAY * (yesterday.isoweekday() % 7)
    keys = [chart.commission_of_user(partner.pk), chart.platform("expense")]
    account, expense = (chart.open_one(key, country=COUNTRY, currency=CURRENCY, at=at) for key in keys)
    earned_at = dt.datetime.combine(last_sunday - 10 * DAY, dt.time(4), tzinfo=dt.UTC)
    line = accrue_payable(
        event_type="skills_class",
        event_id="demonstration",
        account=account,
        amount=Money(180_00, CURRENCY),
        source=expense,
        eligible_at=earned_at,
        explanation={"kind": "class", "lessons": 2},
        at=earned_at,
        station=station,
    )
    back_at = earned_at + 7 * DAY
    reverse_payable(line=line, amount=Money(180_00, CURRENCY), at=back_at, key="called off")


def _find_something(county: Division, at: dt.datetime) -> None:
    """The auditor has seen a drawer that did not agree: last night's close is held until somebody has looked."""
    book = book_of(COUNTRY)
    run = AuditRun.objects.create(book=book, started_at=at, finished_at=at, checks=1, findings=1)
    AuditFinding.objects.create(
        book=book,
        last_run=run,
        check_code="finance.tills_are_counted",
        scope=AuditFinding.Scope.COUNTY,
        scope_key=county_code(county),
        fingerprint="demonstration",
        row_count=1,
        sample=[{"account": f"till:{county_code(county)}-0001", "kind": "till"}],
        found_at=at,
    )
