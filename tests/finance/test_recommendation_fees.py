"""A lender pays for a loan that a partner has recommended: at the pay-out, at half term, and when it is repaid."""

import pytest
from django.db import IntegrityError, transaction

from core.errors import SamePerson
from core.jobs.runner import run_due_jobs
from core.models import Job
from finance import chart
from finance.loans.queries import latest_receipt
from finance.loans.services import (
    accrue_recommendation_fees,
    approve_application,
    co_approve_application,
    debt_of,
    pay_off_loan,
    recommendation_fees,
    reverse_receipt,
    submit_application,
)
from finance.loans.services.recommendation_fees import half_term
from finance.models import CommissionLine, LoanApplication, LoanBook, RecommendationFee, ReconItem, Statement
from finance.payments.services import Tender
from stations.models import Contract
from tests.demonstration import taken_back
from tests.factories.finance import contract_of, desk, helper_at, plan_of
from tests.factories.loans import (
    NOON,
    application_of,
    appraise,
    appraised,
    approver,
    lender,
    offered,
    product_of,
    running,
    visited,
)
from tests.factories.people import second_login_of
from tests.factories.settlement import settle_night
from tests.factories.stations import county, partner_of
from tests.finance.test_loan_reversals import DAY, closed, findings
from tests.finance.test_loan_write_offs import given_up, late, written_off
from tests.pages import told
from tests.races import together


def ready_to_earn(**about):
    shares = [("partner", "percent_of_total", 8_000), ("county", "percent_of_total", 1_000)]
    values = {"country": "KW"} if about.get("currency") == "KWD" else {}
    rule = {"service": "loan_recommendation", "total_kind": "percent", "total_value": 50, "shares": shares}
    plan_of(rule, **values, **({"currency": "KWD"} if values else {}))
    return desk(**about)


def looks(loan, *, date=None):
    book = LoanBook.objects.select_related("county", "lender").get(pk=loan.book_id)
    return accrue_recommendation_fees(book=book, date=date or book.last_closed_date, at=NOON)


def stages(loan):
    return dict(loan.recommendation_fees.exclude(status="reversed").values_list("stage", "status"))


def earned(ready):
    return ready.holds(chart.commission_of_user(ready.partner.pk))


def owed(ready, loan):
    return ready.holds(chart.lender_fees(loan.book))


def repaid(ready, loan):
    about = {"station": ready.station, "tender": Tender(payer=loan.borrower), "by": ready.partner, "at": NOON}
    pay_off_loan(loan=loan, expected=debt_of(loan), **about, key="off")
    loan.refresh_from_db()


def test_the_fee_is_earned_in_three_parts_each_once(db):
    told("30,000.00 with a rule of 0.5 %: 60.00, 45.00 and 45.00.", page="loans.md")
    ready = ready_to_earn()
    loan = running(ready, version=offered("farm_bullet"))
    half = half_term(loan)
    closed(loan, NOON.date())
    assert Job.objects.filter(kind="loans.accrue_recommendation_fees").exists()
    assert (looks(loan), looks(loan)) == (1, 0)
    assert (stages(loan), owed(ready, loan), earned(ready)) == ({"paid_out": "earned"}, 60_00, 48_00)
    closed(loan, half - DAY)
    assert looks(loan) == 0
    repaid(ready, loan)  # before half term, so that both parts are earned
    assert looks(loan) == 2
    assert (set(stages(loan).values()), owed(ready, loan), earned(ready)) == ({"earned"}, 150_00, 120_00)
    assert [fee.base_minor for fee in loan.recommendation_fees.order_by("pk")] == [12_000_00, 9_000_00, 9_000_00]
    assert findings() == []


def test_at_half_term_a_loan_is_on_time_up_to_thirty_days_late(db):
    ready = ready_to_earn()
    loan = running(ready)
    closed(loan, NOON.date())
    looks(loan)
    loan.refresh_from_db()
    half = half_term(loan)
    closed(loan, half)
    for days, status, fees in ((30, "earned", 105_00), (31, "missed", 60_00)):
        with taken_back():
            loan.accruals.filter(business_date=half).update(days_past_due=days)
            assert looks(loan) == 1
            assert stages(loan) == {"paid_out": "earned", "half_term": status}
            assert owed(ready, loan) == fees
    assert looks(loan) == 1
    with pytest.raises(IntegrityError, match="recommendation_earns_each_stage_once"), transaction.atomic():
        RecommendationFee.objects.create(
            loan=loan, stage="half_term", status="earned", base_minor=1, business_date=half
        )


def test_a_write_off_takes_back_all_that_was_earned(db):
    ready = ready_to_earn()
    loan = given_up(ready)
    looks(loan)
    assert earned(ready) > 0
    late(loan, 181)
    written_off(loan)
    looks(loan)
    looks(loan)
    assert (stages(loan), owed(ready, loan), earned(ready)) == ({}, 0, 0)
    assert sum(line.amount_minor for line in CommissionLine.objects.all()) == 0
    assert findings() == []


def test_a_loan_that_runs_again_gives_the_parts_back_that_its_payment_brought_and_earns_them_when_they_are_due(db):
    ready = ready_to_earn()
    loan = running(ready)
    closed(loan, NOON.date())
    repaid(ready, loan)
    assert looks(loan) == 3
    reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    loan.refresh_from_db()
    assert (looks(loan), set(stages(loan)), owed(ready, loan)) == (0, {"paid_out"}, 60_00)
    about = {"station": ready.station, "tender": Tender(payer=loan.borrower), "by": ready.partner, "at": NOON}
    pay_off_loan(loan=loan, expected=debt_of(loan), **about, key="again")
    assert (looks(loan), owed(ready, loan)) == (2, 150_00)
    assert findings() == []


def test_the_half_term_of_a_loan_stays_earned_where_a_payment_after_it_is_taken_back(db):
    ready = ready_to_earn()
    loan = running(ready)
    loan.refresh_from_db()
    half = half_term(loan)
    closed(loan, half)
    loan.accruals.filter(business_date=half).update(days_past_due=0)
    assert looks(loan) == 2
    repaid(ready, loan)
    assert looks(loan) == 1
    reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    loan.refresh_from_db()
    assert (looks(loan), set(stages(loan)), owed(ready, loan)) == (0, {"paid_out", "half_term"}, 105_00)


def test_a_loan_that_fails_holds_up_no_other(db, monkeypatch):
    ready = ready_to_earn()
    version = offered("farm_bullet")
    broken, *others = [running(ready, version=version) for _number in range(3)]
    closed(broken, NOON.date())
    accrue = recommendation_fees.accrue_fees

    def accrue_but_one(*, sale, **about):
        if sale.target == broken.number:
            raise IntegrityError("broken")
        return accrue(sale=sale, **about)

    monkeypatch.setattr(recommendation_fees, "accrue_fees", accrue_but_one)
    Job.objects.exclude(kind="loans.accrue_recommendation_fees").delete()
    run_due_jobs(clock=lambda: NOON)
    # it comes again, and the others have what they earned
    assert Job.objects.get(kind="loans.accrue_recommendation_fees").state == "waiting"
    assert [stages(loan) for loan in (broken, *others)] == [{}, {"paid_out": "earned"}, {"paid_out": "earned"}]
    monkeypatch.undo()
    assert (looks(broken), owed(ready, broken)) == (1, 180_00)


def test_later_parts_go_to_the_partner_who_recommended_by_the_plan_of_that_day_also_after_another_runs_the_station(db):
    told(
        "Another partner runs the station since the pay-out: 36.00 of the 45.00 of half term go to the one who has "
        "recommended, whose statement waits until they name an account.",
        page="loans.md",
    )
    ready = ready_to_earn()
    loan = running(ready)
    closed(loan, NOON.date())
    looks(loan)
    Contract.objects.filter(user=ready.partner).update(status="terminated")
    following = partner_of(ready.station)
    shares = [("partner", "percent_of_total", 10_000)]
    plan_of({"service": "loan_recommendation", "total_kind": "percent", "total_value": 900, "shares": shares}, code="b")
    contract_of(following, ready.station, commission_plan_code="b")
    loan.refresh_from_db()
    half = half_term(loan)
    closed(loan, half)
    loan.accruals.filter(business_date=half).update(days_past_due=0)
    assert (looks(loan), earned(ready), ready.holds(chart.commission_of_user(following.pk))) == (1, 84_00, 0)
    with pytest.raises(IntegrityError, match="keeps_the_terms_of_group_and_fee"), transaction.atomic():
        LoanApplication.objects.filter(pk=loan.application_id).update(fee_partner=following)
    settle_night(ready.station, NOON.date() + 4 * DAY)  # a Sunday
    statement = Statement.objects.get(payee=ready.partner.pk.hex)
    assert (statement.status, statement.payable_minor) == ("closed", 84_00)
    assert findings() == []


def test_the_partner_who_earns_by_what_a_helper_recommends_decides_nothing_under_any_login(db):
    ready = ready_to_earn()
    helper = helper_at(ready)
    application = application_of(
        ready, by=helper, version=offered(amount_max_first_minor=500_000_00), amount=300_000_00
    )
    visited(application, ready, by=helper)
    sent = submit_application(application=application, by=ready.partner, at=NOON)
    assert (sent.recommender, sent.fee_partner) == (helper, ready.partner)
    again = approver(user=second_login_of(ready.partner))
    with pytest.raises(SamePerson):
        appraise(sent, by=again)
    appraise(sent)
    with pytest.raises(SamePerson):
        approve_application(application=sent, by=again, at=NOON)
    approve_application(application=sent, by=approver(), at=NOON)
    with pytest.raises(SamePerson):
        co_approve_application(application=sent, by=again, at=NOON)
    assert co_approve_application(application=sent, by=approver(), at=NOON).status == "approved"
    for part, name in (
        ("appraiser", "loan_is_appraised_by_another_person"),
        ("approver", "loan_is_approved_by_another_person"),
        ("approver2", "loan_is_approved_by_a_second_other_person"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            LoanApplication.objects.filter(pk=sent.pk).update(**{part: again})


def test_where_no_rule_fits_finance_gets_a_row(db):
    ready = desk()
    loan = running(ready)
    closed(loan, NOON.date())
    assert looks(loan) == 1
    assert ReconItem.objects.get().detail["service"] == "loan_recommendation"


def test_in_dinars_of_two_that_look_at_once_one_earns(own_database):
    ready = ready_to_earn(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    application = appraised(ready, version=offered(product=product_of(bank)), amount=1_200_005)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = running(ready, application=application)
    closed(loan, NOON.date())
    counted = together(lambda: looks(loan), lambda: looks(loan))
    assert sorted(counted) == [0, 1]
    fee = RecommendationFee.objects.get()
    assert (fee.base_minor, owed(ready, loan)) == (480_002, 2_400)  # 0.5 % of 480.002, rounded down
    assert findings() == []
