"""A loan gets a new plan: two officers agree, the borrower signs, and the class is kept until six are paid on time."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import CodeWrong, Refused, SamePerson
from core.models import Notice
from core.money import Money
from finance.loans.presets import DAYS_SAMPLE
from finance.loans.queries import agreed_adjustment, latest_receipt
from finance.loans.services import (
    AdjustmentAsked,
    BorrowerUnknown,
    OfficerIsTied,
    PlanChanged,
    PlanExpired,
    PlanOutsideProduct,
    RestructuredSince,
    RestructuresUsedUp,
    approve_application,
    approve_restructure,
    debt_of,
    expire_plans,
    pay_off_loan,
    plan_today,
    propose_restructure,
    quote_restructure,
    reject_restructure,
    reverse_receipt,
    send_restructure_code,
    sign_restructure,
)
from finance.models import Loan, LoanAdjustment, LoanContract, PortfolioDay
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
    rates_in_force,
    running,
)
from tests.factories.people import household_of
from tests.factories.refunds import photo_by
from tests.factories.register import code_sent
from tests.factories.stations import UserFactory, api_client, county, credit_officer, finance_officer, send
from tests.finance.test_loan_prepayments import prepays
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays
from tests.pages import told


def late_loan(ready, *, days=31, **values):
    """A loan whose first instalment is so many days late."""
    rates_in_force(DAYS_SAMPLE)
    version = values.pop("version", None) or offered("farm_equal", penalty_ppm=180_000, grace_principal_max=3)
    return closed(running(ready, version=version, **values), FIRST_DUE + (days - 1) * DAY)


def asks(loan, *, by=None, installments=24, grace=0):
    return propose_restructure(
        loan=loan,
        installments=installments,
        grace_principal=grace,
        reason="鹅病死了一半",
        by=by or credit_officer(),
        at=NOON,
    )


def agreed(loan, **values):
    return approve_restructure(loan=loan, proposal=asks(loan, **values).pk, by=credit_officer(), at=NOON)


def signed(ready, loan, *, paper=True, **values):
    """The new plan, signed on paper as it is today."""
    quote = quote_restructure(loan=loan, adjustment=agreed_adjustment(loan))
    about = {"left": quote.left, "on": quote.on, "paper": photo_by(ready.partner).pk if paper else None}
    contract = sign_restructure(loan=loan, **about | values, by=ready.partner, at=NOON)
    loan.refresh_from_db()
    return contract


def plan(loan):
    rows = loan.installments.filter(contract=loan.contract).order_by("n")
    return [(row.n, row.due_date, row.principal_minor, row.interest_minor, row.penalty_minor) for row in rows]


def test_a_new_plan_takes_over_all_that_is_owed_to_the_cent_and_the_former_one_stays_readable(db):
    told(
        "30,000.00 as `farm_equal`, of the first instalment 1,000.00 paid on its day, 31 days late: 29,270.00 of "
        "principal are planned anew in 24 instalments, the first of 1,219.58 and 263.43 of interest; 247.50 of "
        "interest and 24.44 of penalty are carried to its first day.",
        page="loans.md",
    )
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000, installments_offered=[12, 24])
    loan = closed(running(ready, version=version), FIRST_DUE - DAY)
    pays(ready, loan, 1_000_00)
    rates_in_force(DAYS_SAMPLE)
    closed(loan, FIRST_DUE + 30 * DAY)
    debt, before = debt_of(loan), [lender_holds(loan, kind) for kind in ("loan_principal", "loan_interest")]
    agreed(loan)
    contract = signed(ready, loan)
    assert (contract.version, contract.principal_minor, contract.replaces.version) == (2, 29_270_00, 1)
    carried, first, *_others = plan(loan)
    due = FIRST_DUE.replace(year=2027, month=2)
    assert carried == (0, due, 0, 247_50, 24_44)
    assert first == (1, due, 1_219_58, 263_43, 0)
    assert len(plan(loan)) == 25
    assert debt_of(loan) == debt  # nothing is given up, and nothing is added
    assert [lender_holds(loan, kind) for kind in ("loan_principal", "loan_interest")] == before
    assert (loan.days_past_due, loan.restructure_count, loan.watch_left, loan.watched_days) == (0, 1, 6, 31)
    former = browser_of(ready.partner).get(reverse("loans:contract", args=[loan.pk]), {"version": "1"})
    assert "30,000.00" in former.content.decode()
    paper = browser_of(ready.partner).get(reverse("loans:contract", args=[loan.pk])).content.decode()
    assert all(words in paper for words in ("29,270.00", "271.94"))
    with pytest.raises(RestructuredSince):
        reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    with pytest.raises(RestructuresUsedUp):
        asks(loan)
    assert findings() == []
    closed(loan, due)
    pays(ready, loan, 247_50 + 24_44 + 1_219_58 + 263_43, key="first")
    loan.refresh_from_db()
    assert (loan.outstanding_minor, loan.days_past_due) == (29_270_00 - 1_219_58, 0)
    about = {"station": ready.station, "tender": Tender(), "by": ready.partner, "at": NOON, "key": "off"}
    pay_off_loan(loan=loan, expected=debt_of(loan), **about)
    assert findings() == []


def test_the_class_is_kept_until_six_instalments_in_a_row_are_paid_on_time(db):
    ready = desk()
    loan = late_loan(ready, days=32)
    agreed(loan, installments=12)
    signed(ready, loan)
    month = [row[1] for row in plan(loan) if row[0]]
    closed(loan, month[0] - DAY)
    row = PortfolioDay.objects.get(business_date=month[0] - DAY)
    assert (row.class_code, row.par90_minor, row.restructured_minor) == ("special_mention", row.gross_minor, 30_000_00)
    Loan.objects.update(watch_left=1)  # five were paid on time
    due = sum(row.left_minor for row in loan.installments.filter(contract=loan.contract, due_date=month[0]))
    closed(loan, month[0])
    loan.refresh_from_db()
    assert loan.watch_left == 6  # not paid on its day: counted anew
    Loan.objects.update(watch_left=1)
    pays(ready, loan, due, key="late")
    second = loan.installments.get(contract=loan.contract, n=2)
    closed(loan, month[1] - DAY)
    pays(ready, loan, second.left_minor, key="on time")
    closed(loan, month[1])
    loan.refresh_from_db()
    row = PortfolioDay.objects.get(business_date=month[1])
    assert (loan.watch_left, row.class_code, row.par1_minor) == (0, "normal", row.gross_minor)
    assert findings() == []


def test_two_officers_who_are_no_kin_agree_and_the_borrower_signs_what_was_shown(db):
    ready, first = desk(), credit_officer()
    loan = late_loan(ready, person=borrower_of(ready, phone="+8613912345678"))
    with pytest.raises(PlanOutsideProduct):
        asks(loan, installments=400)
    own = borrower_of(ready)
    Person.objects.filter(pk=own.pk).update(household=household_of(loan.borrower, by=ready.partner))
    kin = credit_officer(user=UserFactory(person=Person.objects.get(pk=own.pk)))
    loan.refresh_from_db()
    with pytest.raises(OfficerIsTied):
        asks(loan, by=kin)
    asked = asks(loan, by=first, installments=12, grace=2)
    with pytest.raises(AdjustmentAsked):
        asks(loan)
    with pytest.raises(SamePerson):
        approve_restructure(loan=loan, proposal=asked.pk, by=first, at=NOON)
    with pytest.raises(OfficerIsTied):
        approve_restructure(loan=loan, proposal=asked.pk, by=kin, at=NOON)
    approve_restructure(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON)
    with pytest.raises(PlanChanged):
        signed(ready, loan, left=Money(1_00, "CNY"))
    send_restructure_code(loan=loan, by=ready.partner, at=NOON)
    with pytest.raises(CodeWrong):
        signed(ready, loan, paper=False, code="000000")
    assert LoanContract.objects.filter(loan=loan).count() == 1
    reject_restructure(loan=loan, proposal=asked.pk, by=finance_officer(), at=NOON)
    assert (agreed_adjustment(loan), LoanAdjustment.objects.get().status) == (None, "refused")
    with pytest.raises(IntegrityError, match="loan_has_a_new_plan_exactly_when_restructured"), transaction.atomic():
        LoanAdjustment.objects.update(status="done", business_date=NOON.date())


def test_a_code_signs_the_plan_as_it_was_when_sent_to_the_record_that_stands_and_nobody_signs_for_the_dead(db):
    ready = desk()
    loan = late_loan(ready, days=5, person=borrower_of(ready, phone="+8613912345678"))
    agreed(loan, installments=12)
    send_restructure_code(loan=loan, by=ready.partner, at=NOON)
    earlier = code_sent(loan.borrower, "loan_plan")
    pays(ready, loan, 500_00)
    loan.refresh_from_db()
    with pytest.raises(CodeWrong):
        signed(ready, loan, paper=False, code=earlier)
    kept, other = borrower_of(ready, phone="+8613912345678"), loan.borrower_id
    Person.objects.filter(pk=other).update(merged_into=kept)
    loan.refresh_from_db()
    Person.objects.filter(pk=kept.pk).update(residence="deceased", died_date=NOON.date())
    with pytest.raises(BorrowerUnknown):
        signed(ready, loan)
    Person.objects.filter(pk=kept.pk).update(residence="resident", died_date=None)
    send_restructure_code(loan=loan, by=ready.partner, at=NOON)
    code = code_sent(kept, "loan_plan")
    assert signed(ready, loan, paper=False, code=code).principal_minor == loan.outstanding_minor < 30_000_00


def test_an_agreed_plan_that_is_not_signed_within_thirty_days_ends_and_the_borrower_is_told(db):
    ready = desk()
    loan = late_loan(ready, person=borrower_of(ready, phone="+8613912345678"))
    adjustment = agreed(loan, installments=12)
    assert adjustment.sign_by_date == NOON.date() + 30 * DAY
    last = NOON + 30 * DAY
    assert expire_plans(at=last) == 0
    send_restructure_code(loan=loan, by=ready.partner, at=last)
    with pytest.raises(PlanExpired):
        send_restructure_code(loan=loan, by=ready.partner, at=last + DAY)
    assert expire_plans(at=last + DAY) == 1
    assert expire_plans(at=last + DAY) == 0
    adjustment.refresh_from_db()
    loan.refresh_from_db()
    assert (adjustment.status, agreed_adjustment(loan)) == ("expired", None)
    told_by = set(Notice.objects.filter(template__startswith="loan_plan").values_list("template", "phone_tail", "user"))
    tail, partner = "5678", ready.partner.pk
    borrower = {("loan_plan_agreed", tail, None), ("loan_plan_expired", tail, None)}
    assert told_by == borrower | {("loan_plan_unsigned", "", partner)}
    asks(loan)  # another one may be asked for


def test_of_a_plan_nobody_tells_the_dead_or_whose_loan_was_repaid_meanwhile(db):
    ready, version = desk(), offered("farm_equal", penalty_ppm=180_000)
    dead = borrower_of(ready, phone="+8613987654321")
    loan = running(ready, person=dead, version=version)
    repaid = late_loan(ready, person=borrower_of(ready, phone="+8613912345678"), version=version)
    agreed(repaid, installments=12)
    debt = debt_of(repaid)
    tender = Tender(payer=repaid.borrower)
    pay_off_loan(loan=repaid, expected=debt, station=ready.station, tender=tender, by=ready.partner, at=NOON, key="k")
    Person.objects.filter(pk=dead.pk).update(residence="deceased", died_date=NOON.date())
    agreed(Loan.objects.get(pk=loan.pk), installments=12)
    assert expire_plans(at=NOON + 31 * DAY) == 2
    told_to = Notice.objects.filter(template__startswith="loan_plan").values_list("template", "phone_tail")
    assert set(told_to) == {("loan_plan_agreed", "5678"), ("loan_plan_unsigned", "")}


def test_a_plan_that_cannot_be_made_of_the_little_that_is_left_hides_no_loan(db):
    ready = desk()
    version = offered("shop_annuity", installments_offered=[12, 24], restructures_max=1)
    loan = running(ready, version=version)
    agreed(loan)
    prepays(ready, loan, debt_of(loan).minor - 6)
    assert plan_today(loan=loan, adjustment=agreed_adjustment(loan)) is None
    page = reverse("loans:loan", args=[loan.pk])
    shown = browser_of(ready.partner).get(page)
    assert (shown.status_code, f"{page}sign-restructure/" in shown.content.decode()) == (200, False)
    assert "无法制定新的还款计划" in shown.content.decode()
    assert f"{page}reject-restructure/" in browser_of(credit_officer()).get(page).content.decode()
    assert api_client(ready.partner).get(f"/api/v1/loans/{loan.pk}/restructure-quote/").json() == {"plan": None}
    paper = browser_of(ready.partner).get(reverse("loans:contract", args=[loan.pk]), {"version": "agreed"})
    assert paper.status_code == 404


def test_the_page_of_a_loan_asks_once_what_was_proposed_for_it_and_what_waits_to_be_set_on_it(db):
    loan = late_loan(desk())
    officer = browser_of(asks(loan).asked_by)
    page = reverse("loans:loan", args=[loan.pk])
    officer.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert officer.get(page).status_code == 200
    assert sum(each["sql"].startswith('SELECT "finance_loanadjustment"') for each in queries) == 1
    assert sum("'unallocated'" in each["sql"] for each in queries) == 1


def test_a_new_plan_goes_its_way_over_pages_and_the_api(db):
    ready = desk()
    loan = late_loan(ready, person=borrower_of(ready, phone="+8613912345678"))
    page, officers = reverse("loans:loan", args=[loan.pk]), [browser_of(credit_officer()) for _number in range(2)]
    typed = {"installments": 12, "grace_principal": 0, "reason": "鹅病死了一半", "key": uuid4().hex}
    assert officers[0].post(f"{page}propose-restructure/", typed).status_code == 303
    assert "待审批的新还款计划" in officers[1].get("/").content.decode()
    shown = officers[1].get(page).content.decode()
    assert all(words in shown for words in ("鹅病死了一半", f"{page}approve-restructure/", "247.50"))
    decided = {"proposal": LoanAdjustment.objects.get().pk, "key": uuid4().hex}
    assert officers[1].post(f"{page}approve-restructure/", decided).status_code == 303
    counter, client = browser_of(ready.partner), api_client(ready.partner)
    assert "待借款人签字的新还款计划" in counter.get("/").content.decode()
    assert f"{page}sign-restructure/" in counter.get(page).content.decode()
    paper = counter.get(reverse("loans:contract", args=[loan.pk]), {"version": "agreed"}).content.decode()
    assert all(words in paper for words in ("30,000.00", "新的还款计划"))
    quote = client.get(f"/api/v1/loans/{loan.pk}/restructure-quote/").json()["plan"]
    assert (quote["left"], len(quote["rows"])) == ("30000.00", 12)
    assert send(client, f"/api/v1/loans/{loan.pk}/plan-code/").status_code == 200
    code = code_sent(loan.borrower, "loan_plan")
    body = {"left": quote["left"], "on": quote["on"], "code": code}
    address, headers = f"/api/v1/loans/{loan.pk}/sign-restructure/", {"Idempotency-Key": "x" * 16}
    twice = [client.post(address, body, "json", headers=headers) for _try in range(2)]
    assert [answer.status_code for answer in twice] == [200, 200]
    assert LoanContract.objects.filter(loan=loan).count() == 2
    assert client.get(f"/api/v1/loans/{loan.pk}/restructure-quote/").json() == {"plan": None}
    assert findings() == []


def test_in_dinars_what_is_below_the_step_is_carried_and_a_close_beside_the_signature_loses_nothing(own_database):
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    version = offered(product=product_of(bank), penalty_ppm=180_000, money_step_minor=50)
    application = appraised(ready, version=version, amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = closed(running(ready, application=application), FIRST_DUE + 9 * DAY)
    pays(ready, loan, 50_005)
    loan.refresh_from_db()
    agreed(loan, installments=12)
    quote = quote_restructure(loan=loan, adjustment=agreed_adjustment(loan))
    assert quote.odd.minor == loan.outstanding_minor % 50 > 0
    photo, together, outcomes = photo_by(ready.partner).pk, threading.Barrier(3), []

    def run(work):
        together.wait()
        try:
            work()
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    def signs():
        sign_restructure(loan=loan, left=quote.left, on=quote.on, paper=photo, by=ready.partner, at=NOON)

    works = (signs, signs, lambda: closed(Loan.objects.get(pk=loan.pk), quote.on))
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") in {1, 2}  # the close, and the signature unless the day had ended
    assert set(outcomes) <= {"done", "adjustment_decided", "quote_expired", "loan_being_closed"}
    loan.refresh_from_db()
    assert loan.restructure_count == outcomes.count("done") - 1
    assert findings() == []
