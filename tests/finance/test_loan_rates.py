"""The rate of a running loan changes: two officers agree, the borrower is told before, the plan is levelled again."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import SamePerson
from core.models import Notice
from core.money import Money
from finance.loans.queries import agreed_adjustment, rate_now
from finance.loans.schedules import read_terms, schedule_of
from finance.loans.services import (
    AdjustmentAsked,
    AdjustmentDecided,
    NoticeTooShort,
    OfficerIsTied,
    PriceAboveCeiling,
    RateAfterPlan,
    RateUnfit,
    appraise_application,
    approve_application,
    approve_rate_change,
    debt_of,
    lapse_rates,
    pay_off_loan,
    propose_rate_change,
    rate_words,
    reject_rate_change,
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
    offered,
    product_of,
    running,
    submitted,
)
from tests.factories.people import household_of
from tests.factories.stations import UserFactory, api_client, county, credit_officer, partner_of, send
from tests.finance.test_loan_prepayments import prepays
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, taken_back
from tests.pages import told
from tests.races import together

#: The fourteenth night of the second instalment.
CHANGE = dt.date(2027, 1, 8)
LOWER = 60_000


def asks(loan, *, rate=LOWER, since=CHANGE, by=None, at=NOON):
    officer = by or credit_officer()
    return propose_rate_change(loan=loan, rate_ppm=rate, valid_from=since, reason="基准利率下调", by=officer, at=at)


def agreed(loan, *, at=NOON, **values):
    asked = asks(loan, at=at, **values)
    return approve_rate_change(loan=loan, proposal=asked.pk, by=credit_officer(), at=at)


def rows_of(loan):
    loan.refresh_from_db()
    rows = loan.installments.exclude(status="rescheduled").order_by("n")
    return list(rows.values_list("n", "start_date", "end_date", "principal_minor", "interest_minor"))


def terms_with(loan, *changes):
    document = loan.contracts.get(version=1).terms | {"schedule_start": loan.disbursed_on_date.isoformat()}
    return read_terms(document | {"rate_changes": [{"valid_from": str(day), "rate_ppm": ppm} for day, ppm in changes]})


def nights_of(loan, first, last):
    rows = loan.accruals.filter(business_date__range=(first, last))
    return sum(rows.values_list("interest_minor", flat=True))


def running_annuity(ready):
    person = borrower_of(ready, phone="+8613812345678")
    return running(ready, version=offered("shop_annuity", rate_min_ppm=40_000), person=person)


def test_the_plan_is_levelled_again_from_the_row_that_holds_the_change_and_each_night_costs_its_own_rate(db):
    ready = desk()
    loan = running_annuity(ready)
    before = rows_of(loan)
    agreed(loan)
    closed(loan, FIRST_DUE - DAY)
    pays(ready, loan, before[0][3] + before[0][4])
    closed(loan, CHANGE - 2 * DAY)
    assert rows_of(loan) == before  # until the night before
    closed(loan, CHANGE - DAY)
    planned = schedule_of(terms_with(loan, (CHANGE, LOWER)))
    assert rows_of(loan) == [(row.n, row.start, row.end, row.principal, row.interest) for row in planned.rows]
    assert rows_of(loan)[0] == before[0]
    row = loan.installments.exclude(status="rescheduled").get(n=2)
    nights = (row.end_date - row.start_date).days
    earned = nights_of(loan, FIRST_DUE, CHANGE - 2 * DAY)
    assert earned == (2 * before[1][4] * 13 + nights) // (2 * nights)  # thirteen nights at the former rate
    assert (row.accrues_from_date, row.accrued_before_minor) == (CHANGE - DAY, earned)
    left, ahead = row.interest_minor - earned, nights - 13
    assert nights_of(loan, CHANGE - DAY, CHANGE - DAY) == (2 * left + ahead) // (2 * ahead)
    closed(loan, row.end_date - DAY)
    assert nights_of(loan, FIRST_DUE, row.end_date - DAY) == row.interest_minor
    assert (rate_now(loan), loan.contract.manner, findings()) == (LOWER, "notice", [])


def test_the_worked_plan_whose_rate_changes_is_matched_row_by_row_by_a_loan_that_runs(db):
    told(
        "100.00 at 7 %, from 15 February 4 %, 6 months: 17.01, then 16.90; the second row's factor is 7 % / 12 × "
        "13 / 29 + 4 % / 12 × 16 / 29.",
        page="loans.md",
    )
    ready, began = desk(), dt.datetime(2028, 1, 1, 12, tzinfo=NOON.tzinfo)  # a leap year, as 2024 is
    amounts = {f"amount_{name}_minor": 100_00 for name in ("min", "default", "max_first", "max")}
    terms = {"rate_min_ppm": 40_000, "rate_default_ppm": 70_000, "business_day_rule": "none", "rounding": "half_even"}
    version = offered("shop_annuity", **amounts, **terms, installments_offered=[6, 12])
    application = submitted(ready, version=version, amount=100_00, installments=6, at=began)
    appraise_application(
        application=application,
        amount=Money(100_00, "CNY"),
        installments=6,
        reasons=[],
        opinion="余钱够还",
        by=credit_officer(),
        at=began,
    )
    approve_application(application=application, by=approver(), at=began)
    loan = running(ready, application=application, at=began)
    agreed(loan, rate=40_000, since=dt.date(2028, 2, 15), at=began)
    closed(loan, dt.date(2028, 7, 1))
    assert [(principal + interest, interest) for _n, _start, _end, principal, interest in rows_of(loan)] == [
        (17_01, 58),
        *((16_90, interest) for interest in (37, 22, 17, 11, 6)),
    ]
    assert findings() == []


def test_a_rate_that_changes_on_the_first_night_of_a_row_or_twice_levels_from_that_row_each_time(db):
    ready = desk()
    loan = running_annuity(ready)
    agreed(loan, since=FIRST_DUE + DAY)
    closed(loan, FIRST_DUE)
    row = loan.installments.exclude(status="rescheduled").get(n=2)
    assert (row.accrues_from_date, row.accrued_before_minor) == (None, 0)
    later = FIRST_DUE + 20 * DAY
    agreed(loan, rate=120_000, since=later)
    closed(loan, later)
    planned = schedule_of(terms_with(loan, (FIRST_DUE + DAY, LOWER), (later, 120_000)))
    assert rows_of(loan) == [(row.n, row.start, row.end, row.principal, row.interest) for row in planned.rows]
    assert (rate_now(loan), loan.contract.version, findings()) == (120_000, 3, [])


def test_the_borrower_is_told_at_least_fifteen_days_before_and_a_missed_notice_is_refused(db):
    loan = running_annuity(desk())
    with pytest.raises(NoticeTooShort):
        asks(loan, since=NOON.date() + 14 * DAY)
    asked = asks(loan, since=NOON.date() + 15 * DAY)
    with pytest.raises(NoticeTooShort):
        approve_rate_change(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON + DAY)
    done = approve_rate_change(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON)
    assert (done.status, done.notified_date) == ("agreed", NOON.date())
    message = Notice.objects.get(template="loan_rate_changes")
    assert (message.params["day"], message.params["rate"]) == ("2026-12-10", "6.0%")
    assert Notice.objects.filter(template="loan_rate_notice", user=loan.recommender_id).exists()
    with pytest.raises(IntegrityError, match="borrower_is_told_before_a_new_rate_holds"), transaction.atomic():
        LoanAdjustment.objects.filter(pk=done.pk).update(notified_date=done.valid_from_date)
    with pytest.raises(IntegrityError, match="finance_loanadjustment"), transaction.atomic():
        LoanAdjustment.objects.filter(pk=done.pk).update(rate_ppm=1)


def test_outside_the_product_the_ceiling_or_the_plan_nothing_changes_and_two_untied_persons_agree(db):
    ready, officer = desk(), credit_officer()
    loan = running_annuity(ready)
    held = loan.contract.product_version
    for rate in (39_999, held.rate_max_ppm + 1, held.rate_default_ppm):
        with pytest.raises(RateUnfit):
            asks(loan, rate=rate)
    with pytest.raises(RateAfterPlan):
        asks(loan, since=rows_of(loan)[-1][2] + DAY)
    asked = asks(loan, by=officer)
    with pytest.raises(AdjustmentAsked):
        asks(loan)
    with pytest.raises(SamePerson):
        approve_rate_change(loan=loan, proposal=asked.pk, by=officer, at=NOON)
    own = borrower_of(ready)
    Person.objects.filter(pk=own.pk).update(household=household_of(loan.borrower, by=ready.partner))
    kin = credit_officer(user=UserFactory(person=Person.objects.get(pk=own.pk)))
    with pytest.raises(OfficerIsTied):
        approve_rate_change(loan=loan, proposal=asked.pk, by=kin, at=NOON)
    with pytest.raises(AdjustmentDecided):
        approve_rate_change(loan=loan, proposal=uuid4(), by=credit_officer(), at=NOON)
    reject_rate_change(loan=loan, proposal=asked.pk, by=credit_officer(), at=NOON)
    assert not Notice.objects.filter(template="loan_rate_stays").exists()  # nobody had been told


def test_a_rate_above_the_ceiling_of_the_true_price_is_refused(db):
    ready = desk()
    loan = running(ready, version=offered("shop_annuity", rate_max_ppm=300_000, apr_max_bp=1_500))
    with pytest.raises(PriceAboveCeiling):
        asks(loan, rate=300_000)


def test_what_was_agreed_is_undone_until_its_night_and_the_borrower_hears_of_it(db):
    loan = running_annuity(desk())
    before = rows_of(loan)
    change = agreed(loan)
    with pytest.raises(SamePerson):
        reject_rate_change(loan=loan, proposal=change.pk, by=change.asked_by, at=NOON)
    reject_rate_change(loan=loan, proposal=change.pk, by=credit_officer(), at=NOON)
    assert Notice.objects.get(template="loan_rate_stays").params["day"] == CHANGE.isoformat()
    closed(loan, CHANGE)
    assert (rows_of(loan), loan.contract.version) == (before, 1)
    change = agreed(loan, since=CHANGE + 20 * DAY)
    closed(loan, CHANGE + 20 * DAY)
    with pytest.raises(AdjustmentDecided):
        reject_rate_change(loan=loan, proposal=change.pk, by=credit_officer(), at=NOON)
    assert findings() == []


def test_of_a_loan_that_was_prepaid_meanwhile_what_is_left_is_levelled(db):
    ready = desk()
    loan = running_annuity(ready)
    agreed(loan)
    closed(loan, FIRST_DUE - DAY)
    prepays(ready, loan, 9_000_00)
    closed(loan, CHANGE)
    rows = loan.installments.exclude(status="rescheduled")
    assert sum(rows.values_list("principal_minor", flat=True)) == loan.principal_minor
    payments = {row.principal_minor + row.interest_minor for row in rows.filter(start_date__gte=CHANGE)}
    assert max(payments) - min(payments) <= 6  # level but for the last
    assert (rate_now(loan), findings()) == (LOWER, [])


def test_of_a_loan_that_is_paid_off_before_the_rate_lapses(db):
    ready = desk()
    loan = running_annuity(ready)
    change = agreed(loan)
    closed(loan, FIRST_DUE)
    tender = Tender(payer=loan.borrower)
    at_counter = {"station": ready.station, "tender": tender, "by": ready.partner, "at": NOON, "key": "off"}
    pay_off_loan(loan=loan, expected=debt_of(loan), **at_counter)
    closed(loan, CHANGE)
    assert (lapse_rates(at=NOON), lapse_rates(at=NOON + 60 * DAY), lapse_rates(at=NOON + 61 * DAY)) == (0, 1, 0)
    change.refresh_from_db()
    assert (change.status, findings()) == ("expired", [])


def test_a_payment_from_before_the_change_is_taken_back_and_the_days_close_to_the_same_cents(db):
    ready = desk()
    loan = running_annuity(ready)
    agreed(loan)
    closed(loan, FIRST_DUE)
    row = rows_of(loan)[0]
    pays(ready, loan, row[3] + row[4])
    closed(loan, CHANGE + 5 * DAY)
    taken_back(loan)
    assert (loan.days_past_due, findings()) == ((CHANGE + 6 * DAY - FIRST_DUE).days, [])


def test_in_dinars_of_two_who_approve_at_once_one_does_and_the_close_puts_it_in_force_once(own_database):
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    version = offered("shop_annuity", product=product_of(bank, "shop_annuity"), rate_min_ppm=40_000)
    application = appraised(ready, version=version, amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = running(ready, application=application)
    asked = asks(loan)
    officers = [credit_officer(), credit_officer()]
    outcomes = together(
        *[
            lambda by=by: approve_rate_change(loan=Loan.objects.get(pk=loan.pk), proposal=asked.pk, by=by, at=NOON)
            for by in officers
        ]
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["adjustment_decided"]
    together(*[lambda: closed(Loan.objects.get(pk=loan.pk), CHANGE)] * 2)
    loan.refresh_from_db()
    assert (loan.contract.version, loan.contracts.count(), rate_now(loan)) == (2, 2, LOWER)
    assert (debt_of(loan).currency, findings()) == ("KWD", [])


@time_machine.travel(NOON)
def test_a_new_rate_goes_its_way_over_pages_and_the_api_with_the_notice_on_paper(db):
    ready = desk()
    loan = running_annuity(ready)
    first, second = credit_officer(), credit_officer()
    page, address = reverse("loans:loan", args=[loan.pk]), f"/api/v1/loans/{loan.pk}/"
    typed = {"rate_ppm": "6", "valid_from": str(CHANGE), "reason": "基准利率下调", "key": uuid4().hex}
    assert "没有通知过其他利率" in browser_of(first).get(f"{page}rate-notice/").content.decode()
    pressed = [typed | {"rate_ppm": "60", "key": uuid4().hex}, typed]
    answers = [browser_of(first).post(f"{page}propose-rate-change/", each).status_code for each in pressed]
    assert answers == [422, 303]
    shown = browser_of(second).get(page).content.decode()
    assert all(words in shown for words in ("基准利率下调", f"{page}approve-rate-change/", "6.0%"))
    body, headers = {"proposal": str(LoanAdjustment.objects.get().pk)}, {"Idempotency-Key": "x" * 16}
    assert send(api_client(ready.partner), f"{address}approve-rate-change/", **body).status_code == 403
    stranger = partner_of(desk(county=county()).station)
    assert send(api_client(stranger), f"{address}approve-rate-change/", **body).status_code == 404
    client = api_client(second)
    twice = [client.post(f"{address}approve-rate-change/", body, "json", headers=headers) for _try in range(2)]
    assert [(answer.status_code, answer.json()["status"]) for answer in twice] == [(200, "agreed")] * 2
    slip = browser_of(ready.partner).get(f"{page}rate-notice/").content.decode()
    assert all(words in slip for words in ("10.8%", "6.0%", loan.number))
    assert send(api_client(first), f"{address}reject-rate-change/", **body).json()["code"] == "same_person"
    closed(loan, CHANGE)
    slip = browser_of(ready.partner).get(f"{page}rate-notice/").content.decode()
    assert all(words in slip for words in ("10.8%", "6.0%"))
    paper = browser_of(ready.partner).get(f"{page}contract/").content.decode()
    assert loan.number in paper
    assert agreed_adjustment(Loan.objects.get(pk=loan.pk)) is None
    again = send(client, f"{address}propose-rate-change/", rate_ppm=50_000, valid_from="2027-06-01", reason="下调")
    assert (again.status_code, again.json()["rate_ppm"], again.json()["valid_from"]) == (201, 50_000, "2027-06-01")


@pytest.mark.parametrize(("ppm", "words"), [(108_000, "10.8%"), (60_000, "6.0%"), (94_822, "9.4822%"), (0, "0.0%")])
def test_a_rate_is_said_with_the_decimals_that_it_has(ppm, words):
    assert rate_words(ppm) == words
