"""A loan is written off by two people, and what comes in afterwards is the lender's income, owed and paid as any."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.errors import Refused, SamePerson
from core.money import Money
from finance import chart
from finance.loans.presets import DAYS_SAMPLE, FIVE_CLASSES
from finance.loans.queries import asked_adjustment, latest_receipt, to_recover
from finance.loans.services import (
    AdjustmentAsked,
    AdjustmentDecided,
    MoreThanWrittenOff,
    NotRipeForWriteOff,
    OfficerIsTied,
    WrittenOffSince,
    approve_application,
    approve_write_off,
    propose_write_off,
    receive_recovery,
    reject_write_off,
    reverse_receipt,
)
from finance.models import ExposureCounter, Loan, LoanAdjustment, Refund, Statement
from finance.payments.services import Tender
from stations.models import Person
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import (
    NOON,
    appraised,
    approver,
    borrower_of,
    cap,
    lender,
    lender_holds,
    offered,
    product_of,
    rates_in_force,
    running,
)
from tests.factories.people import household_of
from tests.factories.settlement import settle_night
from tests.factories.stations import UserFactory, api_client, county, credit_officer, finance_officer, send
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, taken_back
from tests.pages import told


def given_up(ready, *, days=181, bands=DAYS_SAMPLE, country="CN", **values):
    """A loan of which nothing was paid, whose last night was suspended, so many days late since.

    The days late are written, not waited for: no test closes half a year of nights.
    """
    rates_in_force(bands, country=country)
    version = values.pop("version", None) or offered("farm_equal", penalty_ppm=180_000)
    loan = closed(running(ready, version=version, **values), FIRST_DUE + 5 * DAY)
    late(loan, 91)
    return late(closed(loan, FIRST_DUE + 6 * DAY), days)


def late(loan, days):
    Loan.objects.filter(pk=loan.pk).update(days_past_due=days)
    loan.refresh_from_db()
    return loan


def asks(loan, *, by=None):
    return propose_write_off(loan=loan, reason="搬走了，找不到人", by=by or credit_officer(), at=NOON)


def written_off(loan):
    approve_write_off(loan=loan, proposal=asks(loan).pk, by=finance_officer(), at=NOON)
    loan.refresh_from_db()
    return loan


def recovers(ready, loan, minor, *, key="r"):
    return receive_recovery(
        loan=loan,
        amount=Money(minor, loan.currency),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=NOON,
        key=key,
    )


def test_nobody_writes_off_what_their_own_household_owes(db):
    ready = desk()
    loan = given_up(ready)
    own = borrower_of(ready)
    Person.objects.filter(pk=own.pk).update(household=household_of(loan.borrower, by=ready.partner))
    login = {"user": UserFactory(person=Person.objects.get(pk=own.pk))}
    loan.refresh_from_db()
    with pytest.raises(OfficerIsTied):
        asks(loan, by=credit_officer(**login))
    asked = asks(loan)
    officer = finance_officer(**login)
    for decide in (approve_write_off, reject_write_off):
        with pytest.raises(OfficerIsTied):
            decide(loan=loan, proposal=asked.pk, by=officer, at=NOON)
    with pytest.raises(IntegrityError, match="changed_by_nobody_close_to_the_borrower"), transaction.atomic():
        LoanAdjustment.objects.filter(pk=asked.pk).update(decided_by=officer)
    loan.refresh_from_db()
    assert (loan.status, asked_adjustment(loan)) == (Loan.Status.ACTIVE, asked)


def test_a_loan_is_written_off_in_the_lenders_book_and_what_comes_in_later_is_its_income(db):
    told(
        "Of 30,000.00 as `farm_equal` nothing was paid; 37 nights have cost 325.89 of interest, the last of it, 7.99, "
        "suspended, and penalty 4.93. Written off, loan_allowance bears 30,000.00, interest_suspended 7.99, "
        "interest_income 317.90 and penalty_income 4.93. 500.00 come in later: recovery_income, owed to the lender and "
        "paid with that day; 29,830.82 are still open.",
        page="loans.md",
    )
    cap("borrower", 50_000_00)
    ready = desk()
    loan = given_up(ready)
    names = ("loan_principal", "loan_interest", "loan_penalty", "loan_allowance", "interest_suspended")
    before = {kind: lender_holds(loan, kind) for kind in (*names, "interest_income", "penalty_income")}
    used = ExposureCounter.objects.get().used_minor
    written_off(loan)
    gone = {kind: minor - lender_holds(loan, kind) for kind, minor in before.items()}
    assert gone == {
        "loan_principal": 30_000_00,
        "loan_interest": 325_89,
        "loan_penalty": 4_93,
        "loan_allowance": 30_000_00,
        "interest_suspended": 7_99,
        "interest_income": 317_90,
        "penalty_income": 4_93,
    }
    assert (loan.status, loan.outstanding_minor, loan.days_past_due) == ("closed_written_off", 0, 0)
    assert set(loan.installments.values_list("status", flat=True)) == {"waived"}
    assert ExposureCounter.objects.get().used_minor == used  # the caps stay used
    paid = recovers(ready, loan, 500_00)
    loan.refresh_from_db()
    assert (lender_holds(loan, "recovery_income"), lender_holds(loan, "collections_due")) == (500_00, 500_00)
    assert (ready.holds(chart.lender(loan.book)), to_recover(loan).minor) == (500_00, 29_830_82)
    slip = {line["name"]: line["value"] for line in paid.receipts.get().lines}
    assert slip["written_off_left"] == Money(29_830_82, "CNY").display()
    settle_night(ready.station, NOON.date())
    assert str(Statement.objects.get(payee_kind="lender").payable) == "500.00"
    closed(loan, FIRST_DUE + 8 * DAY)  # no night adds to it, and nothing is set aside for it any more
    assert (loan.last_closed_date, lender_holds(loan, "loan_allowance")) == (FIRST_DUE + 6 * DAY, 0)
    assert (to_recover(loan).minor, findings()) == (29_830_82, [])


def test_only_a_loan_that_is_late_enough_and_wholly_provided_for_is_written_off_and_by_two_people(db):
    ready, officer = desk(), credit_officer()
    loan = given_up(ready, days=181, bands=FIVE_CLASSES)  # 50 % of it is set aside
    with pytest.raises(NotRipeForWriteOff):
        asks(loan)
    late(loan, 361)
    first = asks(loan, by=officer)
    with pytest.raises(AdjustmentAsked):
        asks(loan)
    with pytest.raises(SamePerson):
        approve_write_off(loan=loan, proposal=first.pk, by=officer, at=NOON)
    reject_write_off(loan=loan, proposal=first.pk, by=finance_officer(), at=NOON)
    second = asks(loan, by=officer)
    with pytest.raises(AdjustmentDecided):
        approve_write_off(loan=loan, proposal=first.pk, by=finance_officer(), at=NOON)
    pays(ready, loan, 2_770_00 + 100_00)  # the borrower comes after all
    with pytest.raises(NotRipeForWriteOff):
        approve_write_off(loan=loan, proposal=second.pk, by=finance_officer(), at=NOON)
    assert list(LoanAdjustment.objects.order_by("pk").values_list("status", flat=True)) == ["refused", "asked"]
    with pytest.raises(IntegrityError, match="loan_is_written_off_whole"), transaction.atomic():
        Loan.objects.update(principal_written_off_minor=1)
    with pytest.raises(IntegrityError, match="loan_adjustment_is_decided_by_somebody"), transaction.atomic():
        LoanAdjustment.objects.update(decided_at=NOON, decided_by=None)
    assert findings() == []


def test_a_restructured_loan_is_provided_for_by_the_class_that_it_keeps(db):
    loan = given_up(desk(), days=181, bands=FIVE_CLASSES)
    Loan.objects.update(restructure_count=1, watch_left=6, watched_days=360)
    loan.refresh_from_db()
    with pytest.raises(NotRipeForWriteOff):
        asks(loan)
    Loan.objects.update(watched_days=361)  # so late it was when it got its new plan
    assert asks(loan).status == LoanAdjustment.Status.ASKED


def test_what_came_in_is_taken_back_as_any_payment_and_no_more_is_taken_than_was_given_up(db):
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    application = appraised(ready, version=offered(product=product_of(bank), penalty_ppm=180_000), amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    rates_in_force(DAYS_SAMPLE, country="KW")
    loan = closed(running(ready, application=application), FIRST_DUE + 4 * DAY)
    pays(ready, loan, 5_005, key="before")
    written_off(late(loan, 181))
    with pytest.raises(WrittenOffSince):
        reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    left = to_recover(loan)
    with pytest.raises(MoreThanWrittenOff):
        recovers(ready, loan, left.minor + 5)
    recovers(ready, loan, 100_005, key="a")
    recovers(ready, loan, left.minor - 100_005, key="b")
    loan.refresh_from_db()
    assert to_recover(loan).minor == 0
    reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="记错了人", by=ready.partner, at=NOON)
    taken_back(loan)
    assert (to_recover(loan), loan.status) == (left, "closed_written_off")
    assert (lender_holds(loan, "recovery_income"), Refund.objects.count()) == (0, 2)
    assert findings() == []


def test_two_officers_write_a_loan_off_on_its_page_and_the_counter_takes_what_comes_in(db):
    ready = desk()
    loan = given_up(ready)
    page = reverse("loans:loan", args=[loan.pk])
    lends, pays_out, counter = (browser_of(each) for each in (credit_officer(), finance_officer(), ready.partner))
    assert f"{page}propose-write-off/" in lends.get(page).content.decode()
    typed = {"reason": "搬走了，找不到人", "key": uuid4().hex}
    assert lends.post(f"{page}propose-write-off/", typed).status_code == 303
    assert "待核销的贷款" in pays_out.get("/").content.decode()
    shown = pays_out.get(page).content.decode()
    assert all(words in shown for words in ("搬走了", f"{page}approve-write-off/", f"{page}reject-write-off/"))
    asked = [{"state": "to_decide", "asked": kind} for kind in ("write_off", "new_plan")]
    there, elsewhere = (counter.get(reverse("loans:loans"), about).content.decode() for about in asked)
    assert (f"{loan.number}: 待核销" in there, loan.number in elsewhere, "搬走了" in there) == (True, False, False)
    decided = {"proposal": asked_adjustment(loan).pk, "key": uuid4().hex}
    assert pays_out.post(f"{page}approve-write-off/", decided).status_code == 303
    shown = counter.get(page).content.decode()
    assert all(words in shown for words in ("已核销", "30,330.82", f"{page}recover/"))
    assert "repay/" not in shown
    assert counter.post(f"{page}recover/", {"amount": "40000", "key": uuid4().hex}).status_code == 422
    assert counter.post(f"{page}recover/", {"amount": "330.82", "key": uuid4().hex}).status_code == 303
    client = api_client(ready.partner)
    assert send(client, f"/api/v1/loans/{loan.pk}/repayments/", amount="1.00").json()["code"] == "wrong_state"
    headers = {"Idempotency-Key": "x" * 16}
    address = f"/api/v1/loans/{loan.pk}/recoveries/"
    twice = [client.post(address, {"amount": "1000.00"}, "json", headers=headers) for _try in range(2)]
    assert [answer.status_code for answer in twice] == [201, 201]
    said = client.get(f"/api/v1/loans/{loan.pk}/").json()
    assert (said["written_off"], said["recovered"]) == ("30330.82", "1330.82")
    running(ready)
    closed(loan, FIRST_DUE + 7 * DAY)
    board = api_client(credit_officer()).get("/api/v1/loan-portfolios/").json()["portfolios"][0]
    assert board["cohorts"] == [
        {"quarter": "2026-10-01", "loans": 1, "written_off": "30330.82", "recovered": "1330.82"}
    ]
    assert "2026年第4季度" in lends.get(reverse("loans:portfolio")).content.decode()


def test_of_a_repayment_and_two_who_write_off_at_once_one_wins(own_database):
    ready = desk()
    loan = given_up(ready)
    proposal, together, outcomes = asks(loan).pk, threading.Barrier(3), []

    def run(work):
        together.wait()
        try:
            work()
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    def writes_off():
        approve_write_off(loan=loan, proposal=proposal, by=finance_officer(), at=NOON)

    works = (writes_off, writes_off, lambda: pays(ready, loan, 2_770_00))
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loan.refresh_from_db()
    assert (outcomes.count("done"), set(outcomes) - {"done"}) in [
        (1, {"wrong_state"}),  # written off before anybody paid
        (1, {"not_ripe_for_write_off"}),  # paid before
    ]
    assert (loan.status == "closed_written_off") == (not loan.receipts.exists())
    assert findings() == []
