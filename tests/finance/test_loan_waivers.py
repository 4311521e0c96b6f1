"""Two officers waive penalties or interest that are due; the lender's income is that much less."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.errors import Refused, SamePerson
from core.models import Event
from core.money import Money
from finance.loans.presets import presets
from finance.loans.queries import due_of, latest_receipt
from finance.loans.schedules import SeasonalShare
from finance.loans.services import (
    AdjustmentAsked,
    AdjustmentDecided,
    OfficerIsTied,
    WaivedSince,
    WaiverOverDue,
    activate_loan_product,
    approve_application,
    approve_waiver,
    debt_of,
    draft_loan_product,
    propose_waiver,
    receive_repayment,
    reject_waiver,
    reverse_receipt,
    waivable,
)
from finance.models import Loan, LoanAdjustment
from finance.payments.services import Tender
from stations.models import Person
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import (
    NOON,
    appraised,
    approver,
    borrower_of,
    lender,
    lender_holds,
    offered,
    product_of,
    running,
)
from tests.factories.people import household_of
from tests.factories.stations import UserFactory, api_client, county, credit_officer, partner_of, send
from tests.finance.test_loan_restructures import late_loan
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, taken_back
from tests.finance.test_loan_write_offs import given_up, late
from tests.pages import told

HELD = ("loan_penalty", "loan_interest", "penalty_income", "interest_income", "interest_suspended")


def asks(loan, minor, *, kind="waive_penalty", by=None):
    amount = Money(minor, loan.currency)
    officer = by or credit_officer()
    return propose_waiver(loan=loan, kind=kind, amount=amount, reason="七月发大水，减免30%", by=officer, at=NOON)


def waived(loan, minor, **values):
    done = approve_waiver(loan=loan, proposal=asks(loan, minor, **values).pk, by=credit_officer(), at=NOON)
    loan.refresh_from_db()
    return done


def held(loan):
    return {kind: lender_holds(loan, kind) for kind in HELD}


def moved(loan, before):
    return {kind: minor - before[kind] for kind, minor in held(loan).items() if minor != before[kind]}


def test_penalties_and_interest_that_are_due_are_waived_to_the_cent_and_nights_go_on_as_before(db):
    told(
        "30,000.00 as `farm_equal`, 20 days after the first instalment fell due: penalty 20.96, interest 270.00. 20.96 "
        "and 70.00 are waived: penalty_income 20.96 and interest_income 70.00 less, 2,700.00 are due.",
        page="loans.md",
    )
    ready = desk()
    loan = closed(running(ready, version=offered("farm_equal", penalty_ppm=180_000)), FIRST_DUE + 19 * DAY)
    assert [str(waivable(loan, f"waive_{part}")) for part in ("penalty", "interest")] == ["20.96", "270.00"]
    before = held(loan)
    waived(loan, 20_96)
    done = waived(loan, 70_00, kind="waive_interest")
    assert (done.interest_minor, done.penalty_minor, done.business_date) == (70_00, 0, FIRST_DUE + 20 * DAY)
    assert moved(loan, before) == {
        "loan_penalty": -20_96,
        "loan_interest": -70_00,
        "penalty_income": -20_96,
        "interest_income": -70_00,
    }
    assert (str(due_of(loan)), loan.days_past_due) == ("2700.00", 20)
    closed(loan, FIRST_DUE + 20 * DAY)
    assert loan.penalty_due_minor == 1_23  # one more night of 2,500.00
    pays(ready, loan, due_of(loan).minor)
    loan.refresh_from_db()
    assert (loan.days_past_due, findings()) == (0, [])


def test_more_than_is_due_is_not_waived_and_what_was_paid_meanwhile_is_not_given_back(db):
    ready, officer = desk(), credit_officer()
    loan = late_loan(ready, days=20)
    most = waivable(loan, "waive_penalty").minor
    with pytest.raises(WaiverOverDue):
        asks(loan, most + 1)
    asked = asks(loan, most, by=officer)
    with pytest.raises(AdjustmentAsked):
        asks(loan, 1)
    with pytest.raises(SamePerson):
        approve_waiver(loan=loan, proposal=asked.pk, by=officer, at=NOON)
    own = borrower_of(ready)
    Person.objects.filter(pk=own.pk).update(household=household_of(loan.borrower, by=ready.partner))
    kin = credit_officer(user=UserFactory(person=Person.objects.get(pk=own.pk)))
    with pytest.raises(OfficerIsTied):
        approve_waiver(loan=loan, proposal=asked.pk, by=kin, at=NOON)
    pays(ready, loan, 5_00)
    with pytest.raises(WaiverOverDue):
        approve_waiver(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON)
    reject_waiver(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON)
    with pytest.raises(AdjustmentDecided):
        approve_waiver(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON)
    with pytest.raises(IntegrityError, match="loan_adjustment_waives_what_was_asked_for"), transaction.atomic():
        LoanAdjustment.objects.create(loan=loan, kind="waive_penalty", reason="水灾", asked_by=officer, asked_at=NOON)
    waived(loan, most - 5_00)
    with pytest.raises(WaivedSince):
        reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    assert findings() == []


def test_of_a_very_late_loan_what_is_suspended_is_waived_first(db):
    loan = given_up(desk())
    late(loan, 7)
    before = held(loan)
    waived(loan, 8_00, kind="waive_interest")
    assert moved(loan, before) == {"loan_interest": -8_00, "interest_suspended": -7_99, "interest_income": -1}
    assert (loan.interest_suspended_minor, findings()) == (0, [])


def test_once_suspended_interest_stays_so_until_the_loan_is_current_also_where_all_of_it_was_waived(db):
    ready = desk()
    loan = given_up(ready)
    late(loan, 7)
    waived(loan, 7_99, kind="waive_interest")
    income = lender_holds(loan, "interest_income")
    closed(loan, loan.last_closed_date + DAY)
    assert (loan.interest_suspended_minor, lender_holds(loan, "interest_income")) == (7_98, income)
    waived(loan, 7_98, kind="waive_interest")
    receive_repayment(
        loan=loan,
        amount=due_of(loan),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=NOON + DAY,  # what was paid before the waiver stays paid
        key="rest",
    )
    closed(loan, loan.last_closed_date + DAY)
    night = loan.accruals.latest("business_date")
    assert (night.is_suspended, lender_holds(loan, "interest_income")) == (False, income + night.interest_minor)
    closed(loan, loan.last_closed_date + DAY)
    taken_back(loan)  # without it the loan had stayed suspended
    assert not loan.accruals.filter(business_date__gte=night.business_date, is_suspended=False).exists()
    assert (lender_holds(loan, "interest_income"), findings()) == (income, [])


def test_a_waiver_of_all_that_is_left_of_a_plan_whose_last_rows_are_interest_only_ends_the_loan(db):
    ready = desk()
    product = product_of(lender(), "harvest")
    seasons = [SeasonalShare(1_000_000, 500_000), SeasonalShare(0, 250_000), SeasonalShare(0, 250_000)]
    preset = next(each for each in presets("CNY") if each.code == "harvest")
    terms = preset.terms | {"interest_method": "flat", "installments_offered": [12], "grace_principal_max": 9}
    draft = draft_loan_product(product=product, terms=terms, seasonal_rows=seasons, by=UserFactory(), at=NOON)
    version = activate_loan_product(version=draft, by=UserFactory(), at=NOON)
    loan = running(ready, version=version)
    rows = list(loan.installments.order_by("n"))
    closed(loan, rows[-2].due_date - DAY)
    owed = due_of(loan).minor
    pays(ready, loan, owed - rows[-2].interest_minor)
    loan.refresh_from_db()
    assert (loan.outstanding_minor, loan.status) == (0, "active")
    left = waivable(loan, "waive_interest").minor
    waived(loan, left, kind="waive_interest")
    assert (loan.status, debt_of(loan).minor, loan.closed_at, loan.days_past_due) == (
        *("closed_obligations_met", 0, NOON),
        0,
    )
    told_of = Event.objects.get(name="finance.loan_closed").payload
    assert (told_of["loan"], findings()) == (str(loan.pk), [])
    closed(loan, rows[-1].due_date)
    assert findings() == []


def test_a_penalty_that_was_waived_at_its_cap_is_not_charged_again_by_the_next_night(db):
    version = offered("farm_equal", penalty_ppm=180_000, penalty_cap_bp=50)
    loan = late_loan(desk(), days=20, version=version)
    assert str(waivable(loan, "waive_penalty")) == "13.85"  # 0.5 % of 2,770.00; uncapped it would be 20.96
    waived(loan, 13_85)
    closed(loan, loan.last_closed_date + DAY)
    assert (loan.penalty_left_minor, findings()) == (1_23, [])  # the one night of 2,500.00


def test_a_waiver_goes_its_way_over_pages_and_the_api(db):
    ready = desk()
    loan = late_loan(ready, days=20)
    first, second = credit_officer(), credit_officer()
    page, address = reverse("loans:loan", args=[loan.pk]), f"/api/v1/loans/{loan.pk}/"
    typed = {"kind": "waive_penalty", "amount": "5.00", "reason": "减免30%", "key": uuid4().hex}
    refused = [browser_of(first).post(f"{page}propose-waiver/", typed | {"amount": text}) for text in ("0", "-5.00")]
    assert ([answer.status_code for answer in refused], LoanAdjustment.objects.exists()) == ([422, 422], False)
    assert browser_of(first).post(f"{page}propose-waiver/", typed).status_code == 303
    assert "待审批的减免" in browser_of(second).get("/").content.decode()
    shown = browser_of(second).get(page).content.decode()
    assert all(words in shown for words in ("减免30%", f"{page}approve-waiver/", "5.00"))
    body, headers = {"proposal": str(LoanAdjustment.objects.get().pk)}, {"Idempotency-Key": "x" * 16}
    assert send(api_client(ready.partner), f"{address}approve-waiver/", **body).status_code == 403
    stranger = partner_of(desk(county=county()).station)
    assert send(api_client(stranger), f"{address}approve-waiver/", **body).status_code == 404
    client = api_client(second)
    twice = [client.post(f"{address}approve-waiver/", body, "json", headers=headers) for _try in range(2)]
    assert [(answer.status_code, answer.json()["penalty"]) for answer in twice] == [(200, "5.00")] * 2
    asked = send(client, f"{address}propose-waiver/", kind="waive_interest", amount="1.00", reason="水灾")
    assert (asked.status_code, asked.json()["asked"]) == (201, "1.00")
    proposal = asked.json()["id"]
    assert send(api_client(first), f"{address}reject-waiver/", proposal=proposal).json()["status"] == "refused"
    assert findings() == []


def test_in_dinars_of_two_who_approve_and_one_who_pays_at_once_nobody_waives_twice(own_database):
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    version = offered(product=product_of(bank), penalty_ppm=180_000)
    application = appraised(ready, version=version, amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = closed(running(ready, application=application), FIRST_DUE + 19 * DAY)
    most, owed = waivable(loan, "waive_penalty").minor, debt_of(loan).minor
    asked, together, outcomes = asks(loan, most), threading.Barrier(2), []
    officers = [credit_officer(), credit_officer()]

    def approves(officer):
        together.wait()
        try:
            approve_waiver(loan=Loan.objects.get(pk=loan.pk), proposal=asked.pk, by=officer, at=NOON)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approves, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loan.refresh_from_db()
    assert sorted(outcomes) == ["adjustment_decided", "done"]
    assert (debt_of(loan).minor, findings()) == (owed - most, [])
