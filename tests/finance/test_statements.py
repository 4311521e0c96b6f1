"""Statements: what they add up to, what is withheld, charged, carried, and the hash that anybody can check."""

import datetime as dt
import hashlib
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.errors import WrongState
from core.fields import uuid7
from core.history import changes_of
from core.models import Event
from core.money import Money
from finance import chart
from finance.fees.services import approve_adjustment, propose_adjustment
from finance.models import OverShort, OverShortMove, PayeeAccount, Statement, StatementTerms, TaxRule
from finance.settlement.queries.rows import document_of, hash_of, hashes_of, is_as_hashed, rows_of
from finance.settlement.services import carry_statement, hold_lines, pay_statement, release_lines, statements
from finance.settlement.taxes import LABOUR_IN_CHINA
from ledger.models import Book
from ledger.queries import balance
from ledger.services import SYSTEM, Leg, close_days_before, post_transfers
from tests.factories.finance import biller, desk, flat_plan, found_bill, helper_at, pay, provider_says
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
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


def labour_tax(**rule):
    """The brackets of labour income for partners."""
    return TaxRule.objects.create(
        **{
            "country": "CN",
            "payee_kind": "partner",
            "currency": "CNY",
            "method": "labour_brackets",
            "table": LABOUR_IN_CHINA,
            "from_date": dt.date(2020, 1, 1),
            **rule,
        }
    )


def terms(**values):
    """How often, and from how much, one kind of payee is paid."""
    usual = {"country": "CN", "payee_kind": "partner", "currency": "CNY", "from_date": dt.date(2020, 1, 1)}
    return StatementTerms.objects.create(**{**usual, **values})


def figures(statement):
    """A statement's figures that are not nothing."""
    names = ("opening", "accrued", "reversed", "adjusted", "disputes_held", "tax", "charges", "payable", "carried")
    return {name: minor for name in names if (minor := getattr(statement, f"{name}_minor"))}


def difference(station, account, status, *, minor=-4_40, **values):
    """A shortage of the drawer, as the cash desk keeps it."""
    return OverShort.objects.create(
        **{
            "station": station,
            "found": "late",
            "cash_day": desk(village=station.village).station.cash_days.get(),
            "holder_id": account.holder,
            "account": chart.open_one(
                chart.AccountKey("over_short", account.holder.hex), country="CN", currency="CNY", at=now()
            ),
            "amount_minor": minor,
            "currency": "CNY",
            "found_at": noon(MONDAY),
            "status": status,
            **values,
        }
    )


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
def test_parties_are_settled_by_the_head_office_unless_a_line_says_where(settings, kind, key):
    head, station = village(), village()
    settings.ECOMNET_HEAD_COUNTY = head.county.code
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
    sunday = at.astimezone(dt.UTC).date() + WEEK
    sunday -= dt.timedelta(days=sunday.isoweekday() % 7)
    settle_night(ready.station, sunday)
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


def move(asked, account, kind, minor, at):
    """A posting of the cash desk on a payee's account."""
    debit, credit = (account, asked.account) if minor < 0 else (asked.account, account)
    transfer = post_transfers(
        legs=[Leg(debit, credit, Money(abs(minor), "CNY"), kind)],
        event_type="over_short",
        event_id=uuid7().hex,
        business_date=at.date(),
        made_by=SYSTEM,
        at=at,
    )[0]
    OverShortMove.objects.create(
        over_short=asked,
        kind=kind,
        transfer_id=transfer,
        over_short_account=asked.account,
        account=account,
        amount_minor=minor,
        currency="CNY",
        posted_at=at,
    )


def test_what_could_not_be_paid_goes_into_the_next_statement_once():
    station = village()
    account = week_of_work(station, 7_00)
    first = carry_statement(statement=statements_of(account)[0], reason="no_usable_account", at=noon(SUNDAY + DAY))
    assert first.status == "carried"
    settle_night(station, SUNDAY + WEEK)
    settle_night(station, SUNDAY + 2 * WEEK)
    first, second = statements_of(account)
    assert figures(second) == {"opening": 7_00, "payable": 7_00}
    assert first.carried_into == second


def test_a_statement_is_paid_once_and_not_after_it_was_carried():
    station = village()
    told = pay_statement(statement=statements_of(week_of_work(station))[0], at=noon(SUNDAY + DAY))
    assert told.status == "paid"
    for verb in (
        lambda: pay_statement(statement=told, at=now()),
        lambda: carry_statement(statement=told, reason="why", at=now()),
    ):
        with pytest.raises(WrongState):
            verb()
    assert Statement.objects.get().status == "paid"


def test_anybody_can_check_the_chain_of_hashes():
    station = village()
    account = week_of_work(station)
    earns(account, 2_00, at=noon(SUNDAY + DAY), station=station)
    held = earns(account, 3_00, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY + 2 * DAY))
    hold_lines(event_id=held.event_id, reason="a check", at=noon(MONDAY))
    release_lines(event_id=held.event_id, at=noon(SUNDAY + 3 * DAY))
    settle_night(station, SUNDAY + WEEK)
    before = ""
    for told in statements_of(account):
        document = json.loads(json.dumps(document_of(told)))
        rows = json.dumps(document["rows"], separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(f"{before}\n{rows}".encode()).hexdigest() == told.sha256
        assert (told.previous_sha256, hashes_of([told.pk])) == (before, {told.pk: told.sha256})
        assert is_as_hashed(told)
        before = told.sha256
    assert [row[4] for row in rows_of(statements_of(account)[1])[1:]] == [2_00, 3_00]
    assert sum(row[4] for row in rows_of(told)[1:]) == told.accrued_minor


def test_a_figure_that_was_altered_no_longer_fits_its_hash():
    told = statements_of(week_of_work(village()))[0]
    told.payable_minor += 1
    assert not is_as_hashed(told)
    assert hash_of("other", rows_of(told)) != told.sha256


def test_the_database_keeps_what_is_closed():
    told = statements_of(week_of_work(village()))[0]
    for change in ({"payable_minor": 0, "carried_minor": 7_00}, {"sha256": "0" * 64}, {"period_to": SUNDAY + DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Statement.objects.filter(pk=told.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.filter(pk=told.pk).delete()
    assert figures(Statement.objects.get()) == {"accrued": 7_00, "payable": 7_00}


def test_periods_that_were_missed_are_made_up_for_one_by_one():
    station = village()
    account = account_at(station)
    settle_night(station, MONDAY - DAY)
    for week in range(3):
        earns(account, 1_00 * (week + 1), at=noon(MONDAY + week * WEEK), station=station)
    settle_night(station, SUNDAY + 2 * WEEK + 2 * DAY)
    assert [(s.period_from, s.payable_minor) for s in statements_of(account)] == [
        (MONDAY, 1_00),
        (MONDAY + WEEK, 2_00),
        (MONDAY + 2 * WEEK, 3_00),
    ]


@pytest.mark.parametrize("alive", range(6))
def test_statements_cut_off_at_any_batch_are_completed(monkeypatch, alive):
    monkeypatch.setattr(statements, "BATCH", 2)
    station = village()
    accounts = [account_at(station) for _ in range(5)]
    for number, account in enumerate(accounts, start=1):
        earns(account, number * 1_00, at=noon(SUNDAY), station=station)

    class Killed(Exception):
        pass

    def dying(**given):
        nonlocal alive
        if alive == 0:
            raise Killed
        alive -= 1
        return calculate_batch(**given)

    calculate_batch = statements.calculate_batch
    with monkeypatch.context() as patched:
        patched.setattr(statements, "calculate_batch", dying)
        try:
            settle_night(station, SUNDAY)
        except Killed:
            assert Statement.objects.count() < 5
    settle_night(station, SUNDAY)
    assert [[s.payable_minor for s in statements_of(account)] for account in accounts] == [
        [number * 1_00] for number in range(1, 6)
    ]
    assert set(Statement.objects.values_list("status", flat=True)) == {"closed"}


def test_a_night_asks_the_database_as_often_for_many_payees_as_for_one():
    labour_tax(method="flat_bp", table={"bp": 500})
    asked = []
    for payees in (1, 12):
        station = village()
        for number in range(payees):
            earns(account_at(station), 1_00 + number, at=noon(SUNDAY), station=station)
        with CaptureQueriesContext(connection) as queries:
            settle_night(station, SUNDAY)
        asked.append(len(queries))
        assert Statement.objects.filter(county=station.county, status="closed").count() == payees
    assert asked[1] <= asked[0] < 100


@pytest.mark.parametrize(
    ("currency", "minor", "tax", "payable"), [("JPY", 1_999, 100, "1899"), ("KWD", 1_234_567, 61_728, "1172.839")]
)
def test_currencies_of_no_and_of_three_decimals_are_settled_to_the_last_unit(currency, minor, tax, payable):
    labour_tax(method="flat_bp", table={"bp": 500}, currency=currency)
    station = village(currency=currency)
    told = statements_of(week_of_work(station, minor))[0]
    assert (told.tax_minor, str(told.payable), told.payable.currency) == (tax, payable, currency)


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
