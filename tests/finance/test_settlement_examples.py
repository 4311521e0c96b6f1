"""The worked examples of docs/money.md about nights, statements, tax and closes, computed again."""

import datetime as dt

import pytest

from finance.models import Adjustment, DayClose
from finance.settlement.services import close_book_date_when_settled, hold_lines, release_lines, resume_held_days
from finance.settlement.taxes import tax_on
from ledger.models import Book, TransferKey
from ledger.services import clear_finding
from tests.factories.findings import finding
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    days_of,
    earns,
    midnight_after,
    noon,
    settle_night,
    statements_of,
    village,
)
from tests.factories.statements import LABOUR_IN_CHINA, WEEK, difference, labour_tax, move
from tests.factories.stations import finance_officer
from tests.pages import told

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + DAY * number for number in (1, 2, 3))


@pytest.mark.parametrize(("released", "counted"), [(noon(SUNDAY), SUNDAY), (noon(MONDAY), TUESDAY)])
def test_a_held_line_is_counted_when_the_page_says(released, counted):
    told(
        "5.00 is eligible on Tuesday at noon, held on Monday because of a return, released on Sunday: "
        "it is counted on Sunday."
    )
    station = village()
    account = account_at(station)
    line = earns(account, 5_00, at=noon(MONDAY) - dt.timedelta(hours=2), station=station, eligible_at=noon(TUESDAY))
    hold_lines(event_id=line.event_id, reason="a return", at=noon(MONDAY) - dt.timedelta(hours=1))
    release_lines(event_id=line.event_id, at=released)
    settle_night(station, MONDAY)
    settle_night(station, SUNDAY)
    assert days_of(account) == {counted: (5_00, 0)}


def test_the_three_weeks_of_the_page():
    told(
        "A week earned 43.20, 8.00 of it was taken back, a correction added 0.50, and 4.40 was charged for the till: "
        "31.30 is paid.",
        "The next week takes back 10.00 and earns 4.00: -6.00 is carried, nothing is asked for.",
        "The week after earns 9.00: 3.00 is paid.",
    )
    station = village()
    account = account_at(station)
    sale = earns(account, 43_20, at=noon(MONDAY), station=station)
    earns(account, -8_00, at=noon(TUESDAY), station=station, reverses=sale, part="1")
    corrected(account, 50, at=noon(TUESDAY), station=station)
    move(difference(station, account, "explained"), account, "charged", -4_40, noon(SUNDAY))
    settle_night(station, SUNDAY)
    earns(account, 4_00, at=noon(MONDAY + WEEK), station=station)
    earns(account, -10_00, at=noon(MONDAY + WEEK), station=station, reverses=sale, part="2")
    settle_night(station, SUNDAY + WEEK)
    earns(account, 9_00, at=noon(MONDAY + 2 * WEEK), station=station)
    settle_night(station, SUNDAY + 2 * WEEK)
    assert [(s.payable_minor, s.carried_minor) for s in statements_of(account)] == [(31_30, 0), (0, -6_00), (3_00, 0)]


def corrected(account, minor, *, at, station):
    """A correction that two people have made."""
    line = earns(account, minor, at=at, station=station, eligible_at=at + dt.timedelta(days=4_000))
    Adjustment.objects.create(
        account=account,
        event_type=line.event_type,
        event_id=line.event_id,
        amount_minor=minor,
        currency="CNY",
        reason="agreed",
        text="agreed",
        status="approved",
        made_by=finance_officer(),
        made_at=at,
        checked_by=finance_officer(),
        checked_at=at,
        eligible_at=at,
        transfer_id=_transfer_of(line),
    )


def _transfer_of(line):
    return TransferKey.objects.get(event_type="test_line", event_id=line.event_id).pk


def test_example_g_pays_six_yuan_by_the_weeks_end():
    told("By Sunday 6.00 is paid; 34.56 waits for the end of its window.")
    station = village()
    partner = account_at(station)
    earns(partner, 34_56, at=noon(WEDNESDAY), station=station, eligible_at=midnight_after(WEDNESDAY + 7 * DAY))
    for minor in (1_00, 1_00, 4_00):
        earns(partner, minor, at=noon(WEDNESDAY), station=station)
    settle_night(station, SUNDAY)
    settle_night(station, SUNDAY + WEEK)
    assert [statement.payable_minor for statement in statements_of(partner)] == [6_00, 34_56]


def test_the_weeks_and_months_of_the_page_withhold_what_it_says():
    told(
        "Weeks of 700.00, 600.00, 1,200.00 and 900.00 in one month withhold 0, 100.00, 240.00 and 180.00.",
        "A month of 3,000.00 owes 440.00, one of 30,000.00 owes 5,200.00.",
        "One rate of 5 %: 4.00 pays 0.20, and 3.80 is left.",
    )
    labour_tax()
    station = village()
    account = account_at(station)
    for number, minor in enumerate((700_00, 600_00, 1_200_00, 900_00)):
        sunday = dt.date(2026, 11, 8) + number * WEEK
        earns(account, minor, at=noon(sunday), station=station)
        settle_night(station, sunday)
    assert [statement.tax_minor for statement in statements_of(account)] == [0, 100_00, 240_00, 180_00]
    assert [tax_on("labour_brackets", LABOUR_IN_CHINA, month) for month in (3_000_00, 30_000_00)] == [440_00, 5_200_00]
    assert 4_00 - tax_on("flat_bp", {"bp": 500}, 4_00) == 3_80


def test_a_held_county_is_settled_later_and_its_lines_stay_on_their_day():
    told("County A is held for Monday, county B is closed: the book closes Monday at once.")
    a, b = village(), village()
    account = account_at(a)
    settle_night(a, MONDAY - DAY)
    earns(account, 3_00, at=noon(MONDAY), station=a)
    found = finding("county", a.county.code[:6])
    settle_night(a, MONDAY)
    settle_night(b, MONDAY)
    assert close_book_date_when_settled(country="CN", date=MONDAY, at=noon(TUESDAY))
    assert Book.objects.get().first_open_date == TUESDAY
    clear_finding(finding=found, by=finance_officer().pk, reason="looked into", at=noon(THURSDAY))
    resume_held_days(at=noon(THURSDAY))
    settle_night(a, SUNDAY)
    assert DayClose.objects.get(county=a.county, business_date=MONDAY).status == "closed"
    assert days_of(account) == {MONDAY: (3_00, 0)}
    assert [statement.payable_minor for statement in statements_of(account)] == [3_00]
