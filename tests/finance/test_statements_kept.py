"""What a closed statement is held to: paid once, chained by hashes, made up for, completed after a death."""

import hashlib
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.errors import WrongState
from finance.models import Statement
from finance.settlement.queries.rows import document_of, hash_of, hashes_of, is_as_hashed, rows_of
from finance.settlement.services import carry_statement, hold_lines, pay_statement, release_lines, statements
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    earns,
    noon,
    settle_night,
    statements_of,
    village,
    week_of_work,
)
from tests.factories.statements import WEEK, figures, labour_tax

pytestmark = pytest.mark.django_db


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
