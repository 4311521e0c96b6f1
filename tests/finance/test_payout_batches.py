"""A batch is put together by one officer and approved by another; the one who changed their account drops out alone."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.history import changes_of
from core.models import Notice
from core.money import Money
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine, Refund, Statement
from finance.payouts import services
from finance.payouts.queries import next_payout, totals_by_county
from ledger.models import AuditFinding, AuditRun
from tests.factories.finance import book, desk, fill, payer_at
from tests.factories.payouts import (
    approved,
    bank,
    banked,
    calculated,
    closed_statement,
    earned,
    only_line,
    payable,
    submitted,
)
from tests.factories.stations import StationFactory, finance_officer

pytestmark = pytest.mark.django_db

CLEARING = chart.platform("payout_clearing")


def finding(scope, key):
    run = AuditRun.objects.create(book=book(), started_at=now(), finished_at=now(), checks=1, findings=1)
    return AuditFinding.objects.create(
        book=book(),
        last_run=run,
        check_code="finance.payees_are_their_lines",
        scope=scope,
        scope_key=key,
        fingerprint="f" * 64,
        row_count=1,
        sample=[],
        found_at=now(),
    )


def test_a_batch_takes_up_closed_statements_of_payees_with_an_account_in_use():
    ready, statement = payable()
    homeless = desk()
    closed_statement(homeless, 9_00)
    closed_statement(
        ready,
        3_00,
        period_from=statement.period_to,
        period_to=statement.period_to,
        status="calculated",
        sha256="",
        closed_at=None,
    )
    batch = calculated()
    line = only_line(batch)
    assert (line.statement, line.amount, line.status) == (statement, Money(6_00, "CNY"), "draft")
    assert (batch.status, batch.line_count, batch.total) == ("calculated", 1, Money(6_00, "CNY"))
    waiting = next_payout(country="CN", currency="CNY")
    assert (waiting.ready, waiting.homeless, waiting.homeless_total) == (0, 1, Money(9_00, "CNY"))


def test_a_statement_is_taken_up_once():
    payable()
    calculated()
    with pytest.raises(services.NothingToPayOut):
        calculated()
    assert PayoutLine.objects.count() == 1


def test_a_statement_is_in_one_live_payout_whoever_writes():
    _ready, statement = payable()
    line = only_line(calculated())
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutLine.objects.create(
            payee=line.payee,
            statement=statement,
            account=line.account,
            amount_minor=1,
            currency="CNY",
            made_at=now(),
        )


def test_calculating_again_takes_up_what_came_since():
    payable()
    batch = calculated()
    payable(4_00)
    batch = services.calculate_payout_batch(batch=batch, by=finance_officer(), at=now())
    assert (batch.line_count, batch.total) == (2, Money(10_00, "CNY"))


def test_a_batch_of_a_region_pays_that_region_alone():
    ready, _statement = payable()
    payable(4_00)
    batch = calculated(division=ready.station.county)
    assert [(row.county, row.total) for row in totals_by_county(batch)] == [
        (ready.station.county.short_name, Money(6_00, "CNY"))
    ]


def test_approving_sets_each_amount_aside_and_moves_nothing_yet():
    ready, _statement = payable()
    batch = approved()
    assert (ready.holds(ready.own_key), ready.can_use(ready.own_key), ready.holds(CLEARING)) == (
        6_00,
        0,
        0,
    )
    assert (batch.status, only_line().status) == ("approved", "approved")
    assert [change.new for change in changes_of(only_line())] == ["draft", "approved"]


def test_whoever_made_a_batch_does_not_approve_it():
    ready, _statement = payable()
    maker, second = finance_officer(), finance_officer()
    batch = calculated(by=maker)
    batch = services.calculate_payout_batch(batch=batch, by=second, at=now())
    for officer in (maker, second):
        with pytest.raises(SamePerson):
            services.approve_payout_batch(batch=batch, by=officer, at=now())
    batch.refresh_from_db()
    assert (batch.status, ready.can_use(ready.own_key)) == ("calculated", 6_00)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(approved_by=maker)


def test_a_payee_whose_account_changed_drops_out_alone():
    ready, statement = payable()
    other, _theirs = payable(4_00)
    batch = calculated()
    banked(ready.partner, account_no="6222021102009999")
    batch = services.approve_payout_batch(batch=batch, by=finance_officer(), at=now())
    dropped = PayoutLine.objects.get(statement=statement)
    assert (dropped.status, dropped.return_code) == ("left_out", "account_changed")
    assert (batch.line_count, batch.total) == (1, Money(4_00, "CNY"))
    assert (ready.can_use(ready.own_key), other.can_use(other.own_key)) == (6_00, 0)
    assert calculated().total == Money(6_00, "CNY")


def test_a_batch_in_which_everybody_changed_is_not_approved():
    ready, _statement = payable()
    batch = calculated()
    banked(ready.partner, account_no="6222021102009999")
    with pytest.raises(services.AccountChanged):
        services.approve_payout_batch(batch=batch, by=finance_officer(), at=now())
    batch.refresh_from_db()
    assert (batch.status, only_line().status, ready.can_use(ready.own_key)) == ("calculated", "draft", 6_00)


def test_who_changes_between_approval_and_export_drops_out_with_the_hold_voided():
    ready, statement = payable()
    _other, _theirs = payable(4_00)
    batch = approved()
    banked(ready.partner, account_no="6222021102009999")
    file = services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    batch.refresh_from_db()
    assert PayoutLine.objects.get(statement=statement).status == "left_out"
    assert (ready.can_use(ready.own_key), batch.total) == (6_00, Money(4_00, "CNY"))
    assert file.content.decode().splitlines()[-1] == "T,1,4.00"


def test_cancelling_voids_the_holds_and_lets_the_statements_go_into_another_batch():
    ready, statement = payable()
    batch = services.cancel_payout_batch(batch=approved(), by=finance_officer(), at=now())
    assert (batch.status, batch.line_count, only_line().status) == ("cancelled", 0, "left_out")
    assert (ready.holds(ready.own_key), ready.can_use(ready.own_key)) == (6_00, 6_00)
    assert calculated().lines.get().statement == statement


@pytest.mark.parametrize("state", ["exported", "submitted"])
def test_what_has_left_is_not_called_off(state):
    ready, _statement = payable()
    batch = submitted() if state == "submitted" else approved()
    if state == "exported":
        services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    with pytest.raises(WrongState):
        services.cancel_payout_batch(batch=batch, by=finance_officer(), at=now())
    assert (only_line().status != "left_out", ready.can_use(ready.own_key)) == (True, 0)


def test_an_empty_batch_is_refused_and_nothing_stays():
    bank(), book()
    with pytest.raises(services.NothingToPayOut):
        calculated()
    assert not PayoutBatch.objects.exists()


def test_a_finding_about_one_payee_stops_that_payee_alone():
    ready, _statement = payable()
    payable(4_00)
    finding("payee", ready.own_key.code)
    assert calculated().total == Money(4_00, "CNY")


def test_a_finding_about_a_county_found_after_calculation_leaves_its_payees_out():
    ready, _statement = payable()
    batch = calculated()
    finding("county", ready.station.county.code[:6])
    with pytest.raises(services.PayeesStopped):
        services.approve_payout_batch(batch=batch, by=finance_officer(), at=now())
    assert ready.can_use(ready.own_key) == 6_00


def test_a_finding_about_the_book_stops_every_payout():
    payable()
    bank()
    finding("book", "CN")
    with pytest.raises(services.PayoutsStopped):
        calculated()
    assert not PayoutLine.objects.exists()


def test_a_payout_into_the_float_is_paid_with_the_approval():
    ready = desk()
    account = services.set_own_float(user=ready.partner, station=ready.station, by=ready.partner, at=now())
    PayoutAccount.objects.filter(pk=account.pk).update(status="active")
    statement = closed_statement(ready, 6_00)
    batch = approved()
    assert (ready.holds(ready.own_key), ready.holds(ready.float_key)) == (0, 6_00)
    assert (batch.status, only_line().status) == ("settled", "paid")
    statement.refresh_from_db()
    assert statement.status == Statement.Status.PAID


def test_cash_to_fetch_stands_with_the_villagers_money_of_that_station():
    ready, place = desk(), StationFactory()
    ready.partner.person = payer_at(ready)
    ready.partner.save()
    account = services.set_cash_at_station(user=ready.partner, station=place, by=ready.partner, at=now())
    PayoutAccount.objects.filter(pk=account.pk).update(status="active")
    closed_statement(ready, 6_00)
    batch = approved()
    refund = Refund.objects.get()
    assert (refund.reason, refund.station, refund.amount) == ("payout", place, Money(6_00, "CNY"))
    assert (refund.receiver, refund.payout_line) == (ready.partner.person, only_line())
    assert (ready.holds(ready.own_key), ready.holds(chart.customer_funds(place)), batch.status) == (
        0,
        6_00,
        "settled",
    )


def test_a_suppliers_and_a_countys_statement_are_paid_like_a_partners():
    ready = desk()
    county = chart.commission_of_county(ready.station.county)
    supplier = chart.AccountKey("supplier", "SHOP-7")
    for key, kind in ((county, "county"), (supplier, "supplier")):
        account = services.set_bank_account(
            payee=key.key,
            user=None,
            details=services.BankDetails("ICBC", "1100200300", "泗洪县运营中心"),
            by=finance_officer(),
            at=now(),
        )
        PayoutAccount.objects.filter(pk=account.pk).update(status="active")
        closed_statement(ready, 5_00, key=key, payee_kind=kind)
    approved()
    assert (ready.can_use(county), ready.can_use(supplier)) == (0, 0)
    assert {line.payee for line in PayoutLine.objects.all()} == {county.key, supplier.key}


def test_a_withdrawal_waits_for_the_next_batch_with_its_money_held():
    ready = desk(float_minor=1_000_00)
    banked(ready.partner)
    line = services.payout_of_withdrawal(
        account=ready.account(ready.float_key),
        amount=Money(400_00, "CNY"),
        station=ready.station,
        by=ready.partner,
        at=now(),
    )
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key), line.batch) == (1_000_00, 600_00, None)
    batch = calculated()
    assert (only_line().batch, batch.total) == (batch, Money(400_00, "CNY"))
    services.cancel_payout_batch(batch=batch, by=finance_officer(), at=now())
    assert (only_line().status, only_line().batch, ready.can_use(ready.float_key)) == ("draft", None, 600_00)


def test_a_withdrawal_needs_a_bank_account_in_use():
    ready = desk(float_minor=1_000_00)
    with pytest.raises(services.NoPayoutAccount):
        services.payout_of_withdrawal(
            account=ready.account(ready.float_key),
            amount=Money(400_00, "CNY"),
            station=ready.station,
            by=ready.partner,
            at=now(),
        )
    assert (ready.can_use(ready.float_key), PayoutLine.objects.count()) == (1_000_00, 0)


def test_the_numbers_of_a_days_batches_count_up():
    payable()
    first = calculated()
    payable()
    second = calculated()
    assert first.number.rpartition("-")[2] == "1"
    assert second.number == f"{first.number[:-1]}2"


def test_the_other_officers_are_told_once_that_a_batch_waits():
    payable()
    maker, other = finance_officer(), finance_officer()
    batch = calculated(by=maker)
    services.calculate_payout_batch(batch=batch, by=maker, at=now())
    told = Notice.objects.filter(template="payout_batch_waits")
    assert [notice.user for notice in told] == [other.pk]


def test_approving_asks_the_database_as_often_for_many_as_for_few():
    counts = []
    for many in (1, 2, 8):  # the first opens the accounts
        for _each in range(many):
            payable()
        batch, officer = calculated(), finance_officer()
        with CaptureQueriesContext(connection) as asked:
            services.approve_payout_batch(batch=batch, by=officer, at=now())
        with CaptureQueriesContext(connection) as written:
            services.export_payout_batch(batch=batch, by=officer, at=now())
        counts.append((len(asked), len(written)))
    assert counts[1] == counts[2]


def test_calculating_asks_the_database_as_often_for_many_as_for_few(django_assert_max_num_queries):
    for _each in range(3):
        payable()
    officer = finance_officer()
    bank()
    with django_assert_max_num_queries(45):
        calculated(by=officer)


def test_money_of_the_till_is_never_part_of_a_payout():
    ready, _statement = payable()
    fill(ready, ready.till_key, 50_00)
    earned(ready, ready.own_key, 1_00)
    approved()
    assert (ready.holds(ready.till_key), ready.can_use(ready.own_key)) == (50_00, 1_00)
