"""What the bank says of a payout ends in the same place, from wherever it comes and in whatever order."""

import datetime as dt
import itertools

import orjson
import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.gateways.models import Callback, Instruction
from core.gateways.services import record_result, store_callback
from core.history import changes_of
from core.models import Event, Job, Notice
from core.money import Money
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine, ReconItem, Refund, Statement
from finance.payments.services import CodeProof, hand_back_cash, send_refund_code
from finance.payments.services.refunds import FetchedElsewhere
from finance.payouts import services
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import book, desk
from tests.factories.payouts import (
    approved,
    bank,
    bank_says,
    banked,
    calculated,
    cash_payout,
    closed_statement,
    only_line,
    payable,
    submitted,
    takes_file,
)
from tests.factories.refunds import code_sent_for
from tests.factories.stations import finance_officer
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

CLEARING, BANK = chart.platform("payout_clearing"), chart.bank("main")


def stands(ready):
    """Payee's balance and what can be used, payout_clearing, our bank account."""
    return (
        ready.holds(ready.own_key),
        ready.can_use(ready.own_key),
        ready.holds(CLEARING),
        ready.holds(BANK),
    )


def test_the_bank_confirms_and_the_money_leaves_our_account():
    ready, statement = payable()
    batch = submitted()
    assert bank_says(only_line(), "paid") == "applied"
    statement.refresh_from_db()
    batch.refresh_from_db()
    assert stands(ready) == (0, 0, 0, -6_00)
    assert (only_line().status, statement.status, batch.status) == ("paid", "paid", "settled")
    assert Event.objects.get(name="finance.payout_paid").payload["payee"] == ready.partner.pk.hex
    assert Notice.objects.filter(template="payout_paid", user=ready.partner.pk).exists()


def test_the_bank_declines_and_the_money_is_the_payees_as_before():
    ready, statement = payable()
    batch = submitted()
    bank_says(only_line(), "failed", return_code="account_closed")
    statement.refresh_from_db()
    batch.refresh_from_db()
    assert stands(ready) == (6_00, 6_00, 0, 0)
    assert (only_line().status, only_line().return_code) == ("failed", "account_closed")
    assert (statement.status, batch.status) == ("closed", "partially_settled")
    assert PayoutAccount.objects.get().status == "restricted"


def test_a_return_after_paid_takes_both_legs_back_and_is_told():
    ready, statement = payable()
    batch = submitted()
    bank_says(only_line(), "paid")
    assert bank_says(only_line(), "returned", return_code="account_closed") == "applied"
    statement.refresh_from_db()
    batch.refresh_from_db()
    assert stands(ready) == (6_00, 6_00, 0, 0)
    assert (only_line().status, batch.status, statement.status) == ("returned", "partially_settled", "paid")
    assert Event.objects.filter(name="finance.payout_returned").count() == 1
    assert [change.new for change in changes_of(only_line())][-2:] == ["paid", "returned"]


SAYINGS = (("paid", None), ("returned", "account_closed"))


@pytest.mark.parametrize("order", list(itertools.permutations([*SAYINGS, *SAYINGS], 4))[::5])
def test_paid_and_returned_in_any_order_and_twice_end_the_same(order):
    ready, _statement = payable()
    submitted()
    for said, code in order:
        bank_says(only_line(), said, return_code=code)
    assert stands(ready) == (6_00, 6_00, 0, 0)
    assert only_line().status == "returned"
    assert not ReconItem.objects.exists()


def test_a_callback_of_the_protocol_reaches_its_payout():
    payable()
    submitted()
    line = only_line()
    for said, code in (*SAYINGS, *SAYINGS):
        data = {"our_ref": str(line.pk), "status": said, "return_code": code}
        body = {"event_id": f"evt-{said}", "event_type": f"payout.{said}", "occurred_at": "x", "data": data}
        store_callback(provider=bank(), headers={}, body=orjson.dumps(body), at=now())
    run_jobs()
    assert only_line().status == "returned"
    assert [callback.state for callback in Callback.objects.order_by("pk")] == ["applied", "applied"]


def test_a_callback_whose_type_is_not_its_status_changes_nothing():
    payable()
    submitted()
    said = {"our_ref": str(only_line().pk), "status": "paid", "return_code": None}
    effect = record_result(
        provider=bank(), our_ref=str(only_line().pk), data=said, source="callback", at=now(), event_type="payout.failed"
    )
    assert (effect, only_line().status) == ("malformed", "processing")


def test_a_callback_that_overtakes_our_own_mark_counts():
    ready, _statement = payable()
    batch = approved()
    services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    bank_says(only_line(), "paid")
    assert only_line().status == "paid"
    takes_file(batch)
    batch.refresh_from_db()
    assert (only_line().status, batch.status, stands(ready)) == ("paid", "settled", (0, 0, 0, -6_00))


def test_what_contradicts_the_end_changes_nothing_and_is_laid_before_people():
    ready, _statement = payable()
    submitted()
    bank_says(only_line(), "paid")
    assert bank_says(only_line(), "failed", return_code="limit") == "contradicts"
    assert (only_line().status, stands(ready)) == ("paid", (0, 0, 0, -6_00))
    item = ReconItem.objects.get()
    assert (item.kind, item.our_ref) == ("status", str(only_line().pk))


def test_paid_after_failed_changes_nothing_and_is_laid_before_people():
    ready, _statement = payable()
    submitted()
    bank_says(only_line(), "failed", return_code="limit")
    bank_says(only_line(), "paid")
    assert (only_line().status, stands(ready)) == ("failed", (6_00, 6_00, 0, 0))
    assert ReconItem.objects.get().kind == "status"


@pytest.mark.parametrize(
    ("more", "kind", "difference"),
    [
        ({"amount": "6.01", "currency": "CNY"}, "amount", 1),
        ({"amount": "0.00", "currency": "CNY"}, "amount", -6_00),
        ({"amount": "6.00", "currency": "USD"}, "currency", 0),
    ],
)
def test_another_amount_or_currency_is_not_definite(more, kind, difference):
    ready, _statement = payable()
    submitted()
    bank_says(only_line(), "paid", **more)
    assert (only_line().status, stands(ready)) == ("processing", (6_00, 0, 0, 0))
    item = ReconItem.objects.get()
    assert (item.kind, item.amount_diff_minor) == (kind, difference)


def test_a_file_that_the_bank_refuses_whole_pays_nobody():
    ready, statement = payable()
    batch = approved()
    services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    takes_file(batch, refusal="control_total_mismatch")
    batch.refresh_from_db()
    statement.refresh_from_db()
    assert stands(ready) == (6_00, 6_00, 0, 0)
    assert (only_line().status, only_line().return_code) == ("failed", "control_total_mismatch")
    assert (batch.status, statement.status) == ("partially_settled", "closed")
    assert Instruction.objects.get(pk=only_line().pk).outcome == "failed"
    assert PayoutAccount.objects.get().status == "active"


def test_what_failed_is_paid_again_with_a_later_batch_the_same_net():
    ready, statement = payable()
    submitted()
    bank_says(only_line(), "failed", return_code="limit")
    first = only_line()
    again = services.reissue_payout(line=first, by=finance_officer(), at=now())
    first.refresh_from_db()
    assert (first.status, again.reissues, again.amount, again.batch) == ("reissued", first, first.amount, None)
    second = submitted()
    assert second.lines.get() == again
    bank_says(again, "paid")
    statement.refresh_from_db()
    assert (stands(ready), statement.status) == ((0, 0, 0, -6_00), "paid")


def test_what_came_back_is_paid_again_once():
    ready, _statement = payable()
    submitted()
    bank_says(only_line(), "paid")
    bank_says(only_line(), "returned", return_code="limit")
    line = only_line()
    services.reissue_payout(line=line, by=finance_officer(), at=now())
    with pytest.raises(WrongState):
        services.reissue_payout(line=line, by=finance_officer(), at=now())
    assert PayoutLine.objects.count() == 2
    bank_says(submitted().lines.get(), "paid")
    assert stands(ready) == (0, 0, 0, -6_00)


def test_a_withdrawal_that_fails_is_back_in_the_float_and_not_paid_again():
    ready = desk(float_minor=1_000_00)
    banked(ready.partner)
    line = services.payout_of_withdrawal(
        account=ready.account(ready.float_key),
        amount=Money(400_00, "CNY"),
        station=ready.station,
        by=ready.partner,
        at=now(),
    )
    submitted()
    bank_says(line, "failed", return_code="limit")
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_000_00, 1_000_00)
    with pytest.raises(services.WithdrawalStands):
        services.reissue_payout(line=line, by=finance_officer(), at=now())
    assert PayoutLine.objects.count() == 1


def test_a_withdrawal_that_the_bank_pays_leaves_the_float():
    ready = desk(float_minor=1_000_00)
    banked(ready.partner)
    line = services.payout_of_withdrawal(
        account=ready.account(ready.float_key),
        amount=Money(400_00, "CNY"),
        station=ready.station,
        by=ready.partner,
        at=now(),
    )
    before = ready.holds(BANK)
    submitted()
    bank_says(line, "paid")
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (600_00, 600_00)
    assert (ready.holds(BANK) - before, ready.holds(CLEARING)) == (-400_00, 0)


def test_a_silent_bank_is_asked_once_a_day_and_people_look_after_five_days():
    payable()
    batch = submitted()
    assert services.ask_about_payouts(at=now()) == 0
    assert services.ask_about_payouts(at=batch.submitted_at + dt.timedelta(days=1)) == 1
    assert Job.objects.filter(kind="gateways.enquire").count() == 1
    assert not ReconItem.objects.exists()
    services.ask_about_payouts(at=batch.submitted_at + dt.timedelta(days=5))
    assert ReconItem.objects.get().kind == "missing_provider"


@pytest.mark.parametrize("word", ["paid", "returned"])
def test_a_payout_that_was_paid_again_and_then_had_been_paid_after_all_is_laid_before_people(word):
    ready, _statement = payable()
    submitted()
    first = only_line()
    bank_says(first, "failed", return_code="limit")
    services.reissue_payout(line=first, by=finance_officer(), at=now())
    before = stands(ready)
    assert bank_says(first, word) == "contradicts"
    item = ReconItem.objects.get()
    assert (item.kind, item.our_ref, item.detail["ours"]) == ("status", str(first.pk), "reissued")
    assert stands(ready) == before


DAYS_90, SECOND = dt.timedelta(days=90), dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "status"), [(DAYS_90 - SECOND, "paid"), (DAYS_90, "returned"), (DAYS_90 + SECOND, "returned")]
)
def test_cash_not_fetched_in_90_days_goes_back(after, status):
    ready, place = cash_payout()
    line = only_line()
    services.end_waiting(county=ready.station.county, at=line.paid_at + after)
    funds = ready.holds(chart.customer_funds(place))
    back = status == "returned"
    assert (only_line().status, ready.holds(ready.own_key), funds) == (status, 6_00 * back, 6_00 * (not back))
    assert Refund.objects.get().status == ("went_back" if back else "granted")
    assert PayoutBatch.objects.get().status == ("partially_settled" if back else "settled")


def fetch(counter, refund):
    """The payee comes with the code on the phone, and the partner there pays from own notes."""
    send_refund_code(refund=refund, station=counter.station, at=now())
    proof = CodeProof(code_sent_for(refund))
    return hand_back_cash(
        refund=refund, notes="own", proof=proof, station=counter.station, by=counter.partner, at=now()
    )


def test_cash_is_fetched_with_a_code_at_another_station_and_stays_fetched():
    counter = desk()
    ready, place = cash_payout(counter.station)
    run_jobs()
    refund = Refund.objects.get()
    with pytest.raises(FetchedElsewhere):
        fetch(ready, refund)
    assert ready.holds(ready.float_key) == 0
    fetch(counter, refund)
    assert (counter.holds(counter.float_key), counter.holds(chart.customer_funds(place))) == (6_00, 0)
    services.take_back_cash(line=only_line(), at=now() + DAYS_90)
    assert (only_line().status, ready.holds(ready.own_key)) == ("paid", 0)


DAYS_30 = dt.timedelta(days=30)


@pytest.mark.parametrize(
    ("after", "status"), [(DAYS_30 - SECOND, "closed"), (DAYS_30, "carried"), (DAYS_30 + SECOND, "carried")]
)
def test_a_statement_without_an_account_is_carried_over_after_thirty_days(after, status):
    ready = desk()
    statement = closed_statement(ready, 6_00)
    services.end_waiting(county=ready.station.county, at=statement.closed_at + after)
    statement.refresh_from_db()
    assert (statement.status, statement.payable_minor, ready.holds(ready.own_key)) == (status, 6_00, 6_00)


def test_a_payee_without_an_account_is_told_once():
    ready = desk()
    closed_statement(ready, 6_00)
    for _night in range(2):
        services.end_waiting(county=ready.station.county, at=now())
    assert Notice.objects.filter(template="payout_has_nowhere_to_go").count() == 1


def test_what_was_carried_over_is_not_paid_again_beside_it():
    ready, statement = payable()
    submitted()
    bank_says(only_line(), "failed", return_code="account_closed")
    services.end_waiting(county=ready.station.county, at=statement.closed_at + DAYS_30)
    statement.refresh_from_db()
    assert statement.status == Statement.Status.CARRIED
    with pytest.raises(services.StatementCarried):
        services.reissue_payout(line=only_line(), by=finance_officer(), at=now())
    assert (PayoutLine.objects.count(), ready.can_use(ready.own_key)) == (1, 6_00)


def findings():
    run = audit_book(book=book(), at=now())
    return set(AuditFinding.objects.filter(last_run=run).values_list("check_code", flat=True))


def test_the_auditor_is_silent_about_payouts_in_every_state():
    silent = findings()
    for said in (None, "paid", "failed", "returned"):
        payable()
        line = submitted().lines.get()
        if said:
            bank_says(line, said, return_code="limit" if said != "paid" else None)
    payable()
    approved()
    payable()
    calculated()
    assert {code for code in findings() - silent if "payout" in code} == set()
