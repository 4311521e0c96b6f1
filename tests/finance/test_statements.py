"""Statements of payees: their periods, what they carry, withhold, correct and pay, told to each."""

import datetime as dt

import pytest
from django.db import connection
from django.utils.timezone import now

from core.days import day_in
from core.history import changes_of
from core.models import Event
from core.money import Money
from finance import chart
from finance.fees.services import approve_adjustment, propose_adjustment
from finance.models import PayeeAccount, StatementTerms
from finance.settlement.queries.rows import is_as_hashed, rows_of
from ledger.models import Book
from ledger.queries import balance
from ledger.services import close_days_before
from tests.factories.finance import biller, desk, flat_plan, found_bill, helper_at, pay, provider_says, works_with
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    earns,
    midnight_after,
    noon,
    settle_night,
    statements_of,
    village,
    week_of_work,
)
from tests.factories.statements import WEEK, difference, figures, labour_tax, move
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db


def terms(**values):
    """How often, and from how much, one kind of payee is paid."""
    usual = {"country": "CN", "payee_kind": "partner", "currency": "CNY", "from_date": dt.date(2020, 1, 1)}
    given = {**usual, **values}
    usual_ones = StatementTerms.objects.filter(
        country="CN", payee_kind=given["payee_kind"], currency="CNY", to_date=None
    )
    usual_ones.filter(from_date__lt=given["from_date"]).update(to_date=given["from_date"])
    return StatementTerms.objects.create(**given)


def test_a_week_is_told_on_the_night_after_its_sunday():
    station = village()
    account = account_at(station)
    line = earns(account, 5_00, at=noon(MONDAY), station=station)
    earns(account, 2_00, at=noon(SUNDAY), station=station)
    earns(account, -1_00, at=noon(SUNDAY), station=station, reverses=line, part="1")
    settle_night(station, SUNDAY - DAY)
    assert statements_of(account) == []
    settle_night(station, SUNDAY)
    told = statements_of(account)[0]
    assert figures(told) == {"accrued": 7_00, "reversed": -1_00, "payable": 6_00}
    assert (told.period, told.period_from, told.period_to) == ("weekly", MONDAY, SUNDAY)
    assert (told.status, told.payee, told.payee_kind) == ("closed", account.holder.hex, "partner")
    assert [change.new for change in changes_of(told)] == ["closed"]
    told_event = Event.objects.get(name="finance.statement_closed").payload
    assert (told_event["payee"], told_event["payable_minor"]) == (told.payee, 6_00)


def test_a_week_without_anything_has_no_statement():
    station = village()
    account = week_of_work(station)
    settle_night(station, SUNDAY + WEEK)
    assert len(statements_of(account)) == 1


def test_what_is_below_nothing_is_carried_and_netted_with_the_next_weeks():
    station = village()
    account = week_of_work(station, -3_00)
    assert figures(statements_of(account)[0]) == {"accrued": -3_00, "carried": -3_00}
    assert statements_of(account)[0].status == "carried"
    for week, minor in ((1, 2_00), (2, 4_00)):
        earns(account, minor, at=noon(SUNDAY + week * WEEK), station=station)
        settle_night(station, SUNDAY + week * WEEK)
    second, third = statements_of(account)[1:]
    assert figures(second) == {"opening": -3_00, "accrued": 2_00, "carried": -1_00}
    assert figures(third) == {"opening": -1_00, "accrued": 4_00, "payable": 3_00}
    assert [second.previous_id, third.previous_id] == [s.pk for s in statements_of(account)[:2]]


@pytest.mark.parametrize(("minor", "payable"), [(49_99, 0), (50_00, 50_00), (50_01, 50_01)])
def test_a_farmer_is_paid_from_fifty_yuan_on(minor, payable):
    terms(payee_kind="farmer", minimum_minor=50_00)
    station = village()
    account = week_of_work(station, minor, account=account_at(station, kind="farmer", key="h-1"))
    told = statements_of(account)[0]
    assert (told.payable_minor, told.carried_minor) == (payable, minor - payable)
    assert told.payee_kind == "farmer"


@pytest.mark.parametrize(("kind", "key"), [("supplier", "s-1"), ("farmer", "h-1"), ("carrier", "c-1")])
def test_parties_are_settled_by_the_head_office_unless_a_line_says_where(kind, key):
    head, station = village(), village()
    works_with(head_county=head.county)
    account = account_at(station, kind=kind, key=key)
    settle_night(head, MONDAY)
    known = PayeeAccount.objects.get(account=account)
    assert (known.kind, known.payee, known.county) == (kind, key, head.county)


def test_a_week_across_the_years_end_is_taxed_in_the_month_in_which_it_ends():
    labour_tax()
    station = village()
    account = account_at(station)
    new_year = dt.date(2027, 1, 3)
    settle_night(station, dt.date(2026, 12, 20))
    for date in (dt.date(2026, 12, 23), dt.date(2026, 12, 31), dt.date(2027, 1, 6)):
        earns(account, 1_000_00, at=noon(date), station=station)
    settle_night(station, new_year + WEEK)
    december, across, january = statements_of(account)
    assert [(s.period_from, s.period_to) for s in (across, january)] == [
        (dt.date(2026, 12, 28), new_year),
        (dt.date(2027, 1, 4), dt.date(2027, 1, 10)),
    ]
    assert [s.tax_minor for s in (december, across, january)] == [40_00, 40_00, 200_00]


def test_months_are_told_on_their_last_night():
    terms(period="monthly")
    station = village()
    account = account_at(station)
    for date in (dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2027, 1, 1)):
        earns(account, 1_00, at=noon(date), station=station)
    settle_night(station, dt.date(2026, 12, 30))
    assert statements_of(account) == []
    settle_night(station, dt.date(2026, 12, 31))
    told = statements_of(account)[0]
    assert (told.period_from, told.period_to, told.payable_minor) == (
        dt.date(2026, 12, 1),
        dt.date(2026, 12, 31),
        2_00,
    )
    settle_night(station, dt.date(2027, 2, 28))
    assert [(s.period_to, s.payable_minor) for s in statements_of(account)[1:]] == [(dt.date(2027, 1, 31), 1_00)]


def test_the_weeks_of_a_month_withhold_cumulatively_and_the_tax_is_posted():
    labour_tax()
    station = village()
    account = account_at(station)
    sundays = [dt.date(2026, 11, day) for day in (8, 15, 22, 29)]
    for sunday, minor in zip(sundays, (700_00, 600_00, 1_200_00, 900_00), strict=True):
        earns(account, minor, at=noon(sunday), station=station)
        settle_night(station, sunday)
    told = statements_of(account)
    assert [s.tax_minor for s in told] == [0, 100_00, 240_00, 180_00]
    assert [s.payable_minor for s in told] == [700_00, 500_00, 960_00, 720_00]
    tax = chart.open_one(chart.platform("tax_payable"), country="CN", currency="CNY", at=now())
    assert balance(tax).posted.minor == 520_00
    assert balance(account).posted.minor == 3_400_00 - 520_00
    assert [s.tax_transfer_id is None for s in told] == [True, False, False, False]


def test_tax_of_a_closed_day_is_posted_on_the_first_open_one():
    labour_tax(method="flat_bp", table={"bp": 500})
    station = village()
    close_days_before(book=Book.objects.get(), date=SUNDAY + DAY)
    account = week_of_work_in_closed_books(station)
    told = statements_of(account)[0]
    assert figures(told) == {"accrued": 4_00, "tax": 20, "payable": 3_80}
    with connection.cursor() as cursor:
        cursor.execute("SELECT business_date FROM ledger_transfer WHERE id = %s", [told.tax_transfer_id])
        assert cursor.fetchone() == (SUNDAY + DAY,)


def week_of_work_in_closed_books(station):
    account = account_at(station)
    earns(account, 4_00, at=noon(SUNDAY + DAY), station=station, eligible_at=noon(SUNDAY))
    settle_night(station, SUNDAY)
    return account


def test_a_correction_stands_on_its_own_line_of_the_period_in_which_it_was_approved():
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    provider_says(payment, "succeeded")
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    correction = propose_adjustment(
        account=account,
        event_type="payment",
        event_id=str(payment.pk),
        amount=Money(-40, "CNY"),
        reason="duplicate",
        text="counted twice",
        by=finance_officer(),
        at=now(),
    )
    at = now()
    approve_adjustment(adjustment=correction, by=finance_officer(), at=at)
    today = day_in(ready.station.zone, at)
    settle_night(ready.station, today + dt.timedelta(days=-today.isoweekday() % 7))
    told = statements_of(account)[0]
    assert figures(told) == {"accrued": 1_00, "adjusted": -40, "payable": 60}
    assert [row[0] for row in rows_of(told)] == ["statement", "commission", "adjustment"]
    assert is_as_hashed(told)


def test_a_disputed_shortage_is_shown_and_the_week_is_paid_in_full():
    station = village()
    account = account_at(station)
    earns(account, 7_00, at=noon(MONDAY), station=station)
    difference(
        station, account, "disputed", dispute_text="the slip lies under the tray", disputed_at=noon(SUNDAY - DAY)
    )
    settle_night(station, SUNDAY)
    assert figures(statements_of(account)[0]) == {"accrued": 7_00, "disputes_held": 4_40, "payable": 7_00}


def test_a_charge_is_taken_and_one_that_was_taken_back_is_given_again():
    station = village()
    account = account_at(station)
    earns(account, 7_00, at=noon(MONDAY), station=station)
    asked = difference(station, account, "explained")
    move(asked, account, "charged", -4_40, noon(SUNDAY))
    settle_night(station, SUNDAY)
    move(asked, account, "charge_reversed", 4_40, noon(SUNDAY + DAY))
    settle_night(station, SUNDAY + WEEK)
    first, second = statements_of(account)
    assert figures(first) == {"accrued": 7_00, "charges": 4_40, "payable": 2_60}
    assert figures(second) == {"charges": -4_40, "payable": 4_40}


def test_an_account_of_each_currency_has_its_own_statements():
    station = village()
    mine = account_at(station)
    other = chart.open_one(chart.commission_of_user(mine.holder), country="CN", currency="JPY", at=now())
    for account, minor in ((mine, 1_00), (other, 900)):
        earns(account, minor, at=noon(MONDAY), station=station)
    settle_night(station, SUNDAY)
    assert [statements_of(account)[0].payable_minor for account in (mine, other)] == [1_00, 900]


def test_a_helper_a_partner_and_their_county_are_each_told_their_own():
    flat_plan()
    ready = desk(float_minor=500_00)
    helper = helper_at(ready)
    payment = pay(ready, found_bill(ready, biller()), by=helper)
    provider_says(payment, "succeeded")
    today = now().astimezone(dt.UTC).date()
    sunday = today + WEEK - dt.timedelta(days=(today + WEEK).isoweekday() % 7)
    settle_night(ready.station, sunday)
    keys = (
        chart.commission_of_user(ready.partner.pk),
        chart.commission_of_user(helper.pk),
        chart.commission_of_county(ready.station.county),
    )
    told = {s.payee_kind: s.payable_minor for key in keys for s in statements_of(ready.account(key))}
    assert told == {"partner": 80, "helper": 20, "county": 15}


def test_two_instants_of_a_line_decide_its_statement_and_nothing_else_does():
    station = village()
    account = account_at(station)
    on_time = earns(account, 1_00, at=midnight_after(SUNDAY), station=station)
    late = earns(account, 2_00, at=midnight_after(SUNDAY) + dt.timedelta(microseconds=1), station=station)
    settle_night(station, SUNDAY)
    settle_night(station, SUNDAY + WEEK)
    assert [[row[1] for row in rows_of(told)[1:]] for told in statements_of(account)] == [
        [str(on_time.pk)],
        [str(late.pk)],
    ]
