"""What the auditor proves about money at the counter: silent on right books, and nothing doctored stays unseen."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from core.jobs.models import Job
from core.jobs.ticks import write_ticks
from core.money import Money
from finance import chart
from finance.fees.services import approve_adjustment, propose_adjustment
from finance.models import Biller, CashDay, Payment
from finance.payments.services import (
    WitnessProof,
    call_refund,
    hand_back_cash,
    notify_refund,
    print_receipt,
    refund_payment,
    submit_refund,
)
from finance.recon.services import explain_by_hand
from finance.settlement.audit import CHECKS
from finance.settlement.services import enrol_payees
from finance.tills.services import close_cash_day, count_cash
from ledger.audit import scope_of
from ledger.models import Account, AuditRun, Book
from ledger.queries import open_findings
from tests.factories.finance import (
    biller,
    book,
    desk,
    flat_plan,
    found_bill,
    gateway,
    owed,
    pay,
    provider,
    provider_says,
)
from tests.factories.recon import bank_lines
from tests.factories.refunds import photo_by
from tests.factories.stations import finance_officer
from tests.finance.auditing import findings
from tests.finance.test_online import collect, gateway_says
from tests.jobs import run_jobs
from tests.ledger.conftest import as_role


def some_of_everything():
    """Payments in each state and both modes, money owed and handed back, a correction, a closed day."""
    flat_plan()
    power = biller()
    prepaid, postpaid = desk(float_minor=5_000_00), desk(mode="postpaid")
    for ready in (prepaid, postpaid):
        for said in ("", "pending", "succeeded", "failed"):
            payment = pay(ready, found_bill(ready, power))
            if said:
                provider_says(payment, said)
        reversed_ = pay(ready, found_bill(ready, power))
        provider_says(reversed_, "succeeded")
        provider_says(reversed_, "succeeded", event_type="transaction.reversed")
        refund = owed(ready, power)
        proof = WitnessProof(refund.payment.receipts.first().number, None, photo_by(ready.partner))
        notes = "drawer" if ready is postpaid else "own"
        hand_back_cash(refund=refund, notes=notes, proof=proof, station=ready.station, by=ready.partner, at=now())
        spent = owed(ready, power)
        proof = WitnessProof(spent.payment.receipts.first().number, None, photo_by(ready.partner))
        pay(ready, found_bill(ready, power), refund=notify_refund(refund=spent, at=now()), proof=proof)
    earned = Payment.objects.filter(status="succeeded").first()
    correction = propose_adjustment(
        account=prepaid.account(chart.commission_of_user(prepaid.partner.pk)),
        event_type="payment",
        event_id=str(earned.pk),
        amount=Money(7, "CNY"),
        reason="agreed",
        text="agreed",
        by=finance_officer(),
        at=now(),
    )
    approve_adjustment(adjustment=correction, by=finance_officer(), at=now())
    day = CashDay.objects.get(station=postpaid.station)
    held = postpaid.holds(postpaid.till_key)
    day = count_cash(cash_day=day, lines={10: held // 10}, by=postpaid.partner, at=now())
    close_cash_day(cash_day=day, by=postpaid.partner, at=now())
    return prepaid, postpaid


def found():
    """What the checks of finance find now: (check, scope, subject)."""
    return {
        (check.code.removeprefix("finance."), wrong.scope, wrong.scope_key)
        for check in CHECKS
        for wrong in check.find(book(), now())
    }


CHANGES = {
    "a payment said to be paid whose hold still stands": (
        "UPDATE finance_payment SET status = 'succeeded', finished_at = now() WHERE our_ref ="
        " (SELECT min(our_ref::text)::uuid FROM finance_payment WHERE status = 'held')",
        "holds_end_with_payments",
    ),
    "a paid payment said to be under way": (
        "UPDATE finance_payment SET status = 'submitted', finished_at = NULL, submitted_at = now() WHERE our_ref ="
        " (SELECT min(our_ref::text)::uuid FROM finance_payment WHERE status = 'succeeded')",
        "holds_end_with_payments",
    ),
    "a paid payment said to have failed": (
        "UPDATE finance_payment SET status = 'failed', failure_code = 'x' WHERE our_ref ="
        " (SELECT min(our_ref::text)::uuid FROM finance_payment WHERE status = 'succeeded')",
        "holds_end_with_payments",
    ),
    "a paid payment made larger": (
        "UPDATE finance_payment SET amount_minor = amount_minor + 1, total_minor = total_minor + 1 WHERE our_ref ="
        " (SELECT min(our_ref::text)::uuid FROM finance_payment WHERE status = 'succeeded')",
        "holds_end_with_payments",
    ),
    "a payment that was instructed without a hold": (
        "UPDATE finance_payment SET hold_transfer_id = NULL WHERE our_ref ="
        " (SELECT min(our_ref::text)::uuid FROM finance_payment WHERE status = 'succeeded')",
        "holds_end_with_payments",
    ),
    "a biller who got a cent less": (
        "UPDATE ledger_transfer SET amount = amount - 1 WHERE id ="
        " (SELECT min(id::text)::uuid FROM ledger_transfer WHERE reason = 'owed to the biller')",
        "clearing_is_nought",
    ),
    "a line made larger": (
        "UPDATE finance_commissionline SET amount_minor = amount_minor + 1 WHERE id ="
        " (SELECT min(id::text)::uuid FROM finance_commissionline WHERE beneficiary = 'partner')",
        "payees_are_their_lines",
    ),
    "a line taken out": (
        "DELETE FROM finance_commissionline WHERE id = (SELECT max(id::text)::uuid FROM finance_commissionline"
        " WHERE beneficiary = 'county' AND reverses_id IS NULL)",
        "payees_are_their_lines",
    ),
    "a correction unmade": (
        "UPDATE finance_adjustment SET status = 'rejected', transfer_id = NULL, eligible_at = NULL",
        "payees_are_their_lines",
    ),
    "a refund made larger": (
        "UPDATE finance_refund SET amount_minor = amount_minor + 1 WHERE id ="
        " (SELECT min(id::text)::uuid FROM finance_refund WHERE status = 'granted')",
        "customer_funds_are_explained",
    ),
    "a refund said to be spent": (
        "UPDATE finance_refund SET status = 'spent', spent_on_id = payment_id WHERE id ="
        " (SELECT min(id::text)::uuid FROM finance_refund WHERE status = 'granted')",
        "customer_funds_are_explained",
    ),
    "a count altered": (
        "UPDATE finance_cashcount SET total_minor = total_minor + 1 WHERE NOT is_opening",
        "tills_are_counted",
    ),
}


def found_after(statement):
    """What is found once a superuser, with triggers switched off, has done this; then it is undone."""
    with as_role("postgres"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount == 1
        result = found()
        transaction.set_rollback(True)
    return result


def test_whatever_is_doctored_is_found_by_one_check_and_concerns_the_county_or_the_payee(own_database):
    desks = some_of_everything()
    subjects = {ready.station.code[:6] for ready in desks} | set(
        Account.objects.filter(kind="commission").values_list("code", flat=True)
    )
    for change, (statement, check) in CHANGES.items():
        [(code, scope, subject)] = found_after(statement)
        assert (code, subject in subjects) == (check, True), change
        assert scope == ("payee" if check == "payees_are_their_lines" else "county"), change
    assert found() == set()


GATEWAY_CHANGES = {
    "a collection that nobody knows of": "UPDATE finance_payment SET total_minor = 80_01, amount_minor = 80_01",
    "money that did not go back": "UPDATE finance_refund SET amount_minor = 29_99",
    "a bank line said to be another's": "UPDATE finance_bankexplanation SET amount_minor = 49_99",
}


def test_a_gateway_owes_what_it_collected_less_what_went_back_and_what_the_bank_moved(own_database):
    gateway()
    ready = desk()
    payment = collect(ready)
    gateway_says(payment.pk, "succeeded")
    back = refund_payment(payment=payment, amount=Money(30_00, "CNY"), reason="cancelled", at=now(), key="part")
    gateway_says(submit_refund(refund=back, at=now()).our_ref, "succeeded", kind="refund", amount="30.00")
    clearing = chart.clearing(provider("EPAY"))
    assert (ready.holds(clearing), found()) == (-50_00, set())
    [line] = bank_lines("L1,in,50.00,EPAY")
    said = {"kind": "gateway", "amount": Money(50_00, "CNY"), "of": "EPAY", "text": ""}
    explain_by_hand(line=line, by=finance_officer(), at=now(), **said)
    assert (ready.holds(clearing), found()) == (0, set())
    for change, statement in GATEWAY_CHANGES.items():
        assert ("clearing_is_what_they_owe", "book", "CN") in found_after(statement), change
    assert found() == set()


KEPT = ("commissionline", "receipt", "receiptprint", "cashcount", "cashcountline", "refundcall")


def test_what_was_earned_printed_or_counted_is_changed_by_no_role(each_role):
    flat_plan()
    ready = desk(mode="postpaid")
    payment = pay(ready, found_bill(ready, biller()))
    provider_says(payment, "succeeded")
    print_receipt(receipt=payment.receipts.get(kind="final"), by=ready.partner, at=now())
    count_cash(cash_day=CashDay.objects.get(), lines={10: 1}, by=ready.partner, at=now())
    call_refund(refund=owed(ready, Biller.objects.get()), outcome="confirmed", note="", by=finance_officer(), at=now())
    for table in KEPT:
        for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with each_role(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(f"finance_{table}"))


def test_a_row_of_a_payee_concerns_the_payee_and_one_of_the_house_the_book(db):
    house = book()
    assert scope_of(house, {"account": "till:321324-0007", "kind": "till"}) == ("county", "321324")
    assert scope_of(house, {"account": "commission:abc", "kind": "commission"}) == ("payee", "commission:abc")
    assert scope_of(house, {"account": "bank:main", "kind": "bank"}) == ("book", "CN")


def test_scenario_14_a_balance_altered_by_hand_is_found_within_the_hour_and_sales_go_on(as_superuser):
    prepaid, _postpaid = some_of_everything()
    account = prepaid.account(prepaid.float_key)
    as_superuser(f"UPDATE ledger_account SET credits_posted = credits_posted + 100 WHERE id = {account.pk}")  # noqa: S608
    Job.objects.all().delete()
    write_ticks(at=now(), kinds=["ledger.audit_books"])
    run_jobs()
    assert AuditRun.objects.count() == 1
    findings = open_findings(book())
    assert {finding.check_code for finding in findings} == {"ledger.sides_balance", "ledger.balances_replay"}
    assert open_findings(book(), scopes=[("book", "CN")])  # what settlement asks before it pays anybody
    payment = pay(prepaid, found_bill(prepaid, biller("JS-GAS")))
    assert payment.status == "held"


def test_the_demonstration_has_no_finding(own_world):
    assert set(Book.objects.values_list("code", flat=True)) > {"CN"}  # those of a lender and of insurance beside it
    enrol_payees(country="CN", at=now())  # what the night does before it settles: of those accounts the days are proved
    assert findings() == []
