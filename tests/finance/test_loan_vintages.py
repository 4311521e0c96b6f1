"""Who recommends loans that are not repaid is warned, then suspended; county and lender lift that together."""

import datetime as dt
import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.errors import Refused, SamePerson
from core.models import Event, Job, Notice
from finance.credit.services import (
    NotSuspended,
    RecommendingSuspended,
    approve_reinstatement,
    propose_reinstatement,
    record_vintages,
    reject_reinstatement,
)
from finance.credit.vintages import Vintage, first_quarter, quarter_of
from finance.loans.services import (
    SecondAssessmentNeeded,
    approve_application,
    measure_vintages,
    reconsider_application,
    reject_application,
    start_application,
    submit_application,
)
from finance.models import (
    ExposureCounter,
    Loan,
    LoanApplication,
    PartnerVintage,
    RecommendationStanding,
    Reinstatement,
)
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk, helper_at
from tests.factories.loans import (
    NOON,
    application_of,
    appraise,
    appraised,
    approver,
    borrower_of,
    cap,
    offered,
    running,
    submitted,
    visited,
)
from tests.factories.people import second_login_of
from tests.factories.stations import (
    api_client,
    county,
    county_manager_of,
    credit_officer,
    partner_of,
    send,
)
from tests.finance.test_loan_reversals import closed, findings, pays
from tests.pages import told
from tests.races import wait_until_somebody_waits

DATE = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)


def vintage(partner, *, at_risk, loans=10, disbursed=440_000_00, quarter=DATE, currency="CNY"):
    return Vintage(partner.pk, partner.pk, currency, quarter_of(quarter), loans, disbursed, at_risk)


def measured(ready, *found, date=DATE):
    record_vintages(county=ready.station.county, date=date, found=found, at=NOON)
    return RecommendationStanding.objects.filter(partner=ready.partner).first()


def breached(ready, **values):
    """The desk's partner is suspended by the worked example."""
    return measured(ready, vintage(ready.partner, at_risk=26_400_00), **values)


def asks(standing, *, by=None):
    manager = by or county_manager_of(standing.county)
    propose_reinstatement(standing=standing, reason="四户都上门看过，两户已还", by=manager, at=NOON)
    return Reinstatement.objects.get(status="asked")


def reinstated(standing):
    asked = asks(standing)
    approve_reinstatement(standing=standing, proposal=asked.pk, by=credit_officer(), at=NOON)
    standing.refresh_from_db()
    return standing


@pytest.mark.parametrize(
    ("at_risk", "loans", "status"),
    [
        (22_000_00, 10, "warned"),  # 5.00 %
        (22_022_00, 10, "suspended"),  # 5.005 %, half up
        (13_200_00, 10, "recommending"),  # 3.00 %
        (13_222_00, 10, "warned"),
        (440_000_00, 4, "recommending"),  # too few to speak
        (26_400_00, 5, "suspended"),
    ],
)
def test_a_partner_is_warned_above_three_and_suspended_above_five_percent_of_at_least_five_loans(
    db, at_risk, loans, status
):
    ready = desk()
    assert measured(ready, vintage(ready.partner, at_risk=at_risk, loans=loans)).status == status


def test_the_shares_of_the_example_and_the_quarters_that_are_measured(db):
    told(
        "Ten loans of 44,000.00, one of them 31 days late with 26,400.00 left, are 6.00 %: suspended; with 22,000.00 "
        "left, 5.00 %: warned.",
        page="loans.md",
    )
    ready = desk()
    assert vintage(ready.partner, at_risk=26_400_00).par30_bp == 600
    assert vintage(ready.partner, at_risk=22_000_00).par30_bp == 500
    assert first_quarter(DATE) == dt.date(2026, 1, 1)
    assert first_quarter(dt.date(2027, 2, 1)) == dt.date(2026, 4, 1)
    dinars = vintage(ready.partner, at_risk=1_500, loans=5, disbursed=25_000, currency="KWD")
    standing = measured(ready, vintage(ready.partner, at_risk=0), dinars)
    assert (standing.status, standing.par30_bp, standing.quarter_date) == ("suspended", 600, dt.date(2026, 10, 1))


def test_after_a_close_what_a_partner_recommended_is_measured_and_too_much_at_risk_suspends(db):
    ready = desk()
    manager = county_manager_of(ready.station.county)
    version = offered("farm_equal")
    loans = [running(ready, version=version) for _number in range(5)]
    waits, proposed, draft = submitted(ready), appraised(ready), application_of(ready)
    closed(loans[0], DATE)
    assert Job.objects.filter(kind="credit.measure_vintages").count() == 1
    about = {"county": ready.station.county, "at": NOON}
    Loan.objects.filter(pk=loans[0].pk).update(days_past_due=30)
    assert measure_vintages(date=DATE, **about) == []
    Loan.objects.filter(pk=loans[0].pk).update(days_past_due=31)
    [standing] = measure_vintages(date=DATE + DAY, **about)
    assert (standing.status, standing.par30_bp, standing.since_date) == ("suspended", 2_000, DATE + DAY)
    assert PartnerVintage.objects.count() == 2
    assert measure_vintages(date=DATE + 2 * DAY, **about) == []  # nothing has changed
    assert (PartnerVintage.objects.count(), Event.objects.filter(name="finance.vintage_breached").count()) == (2, 1)
    assert Notice.objects.filter(template="recommender_suspended", user=manager.pk).count() == 1
    with pytest.raises(RecommendingSuspended):
        application_of(ready)
    visited(draft, ready)
    with pytest.raises(RecommendingSuspended):
        submit_application(application=draft, by=ready.partner, at=NOON)
    waits.refresh_from_db()
    assert waits.needs_second_assessment
    with pytest.raises(SecondAssessmentNeeded):
        approve_application(application=proposed, by=approver(), at=NOON)
    next_door = desk(county=ready.station.county)
    visited(LoanApplication.objects.get(pk=proposed.pk), next_door, by=next_door.partner, station=next_door.station)
    assert approve_application(application=proposed, by=approver(), at=NOON).status == "approved"
    pays(ready, loans[1], 100_00)  # borrowers pay as before
    other = partner_of(ready.station, second_login_of(ready.partner))
    with pytest.raises(RecommendingSuspended):
        start_application(
            person=borrower_of(next_door),
            version=version,
            station=ready.station,
            amount=version.usual,
            installments=12,
            purpose="animals",
            purpose_words="",
            by=other,
            at=NOON,
            key=uuid4().hex,
        )
    assert findings() == []


def test_what_a_helper_has_begun_counts_for_the_partner_who_visits_and_sends_it(db):
    cap("partner", 200_000_00)
    ready = desk()
    helper, version = helper_at(ready), offered("farm_equal")
    begun = [appraise(submitted(ready, by=helper, version=version)) for _number in range(5)]
    officer, waits = approver(), submitted(ready, by=helper)
    agreed = [approve_application(application=each, by=officer, at=NOON) for each in begun]
    loans = [running(ready, application=each) for each in agreed]
    Loan.objects.filter(pk=loans[0].pk).update(days_past_due=31)
    [standing] = measure_vintages(county=ready.station.county, date=DATE, at=NOON)
    assert (standing.partner, standing.status) == (ready.partner, "suspended")
    assert ExposureCounter.objects.get().scope_ref == str(ready.partner.pk)
    waits.refresh_from_db()
    assert waits.needs_second_assessment


def test_county_and_lender_lift_it_and_only_what_gets_worse_suspends_again(db):
    ready = desk()
    standing = breached(ready)
    with pytest.raises(SamePerson):
        asks(standing, by=county_manager_of(standing.county, second_login_of(ready.partner)))
    asked = asks(standing)
    with pytest.raises(SamePerson):
        approve_reinstatement(standing=standing, proposal=asked.pk, by=asked.asked_by, at=NOON)
    with pytest.raises(NotSuspended):
        asks(standing)
    reject_reinstatement(standing=standing, proposal=asked.pk, by=credit_officer(), at=NOON)
    standing.refresh_from_db()
    assert standing.status == "suspended"
    assert reinstated(standing).status == "warned"
    assert application_of(ready).status == "draft"
    assert breached(ready, date=DATE + DAY).status == "warned"
    worse = vintage(ready.partner, at_risk=30_000_00)
    assert measured(ready, worse, date=DATE + 2 * DAY).status == "suspended"
    assert measured(ready, vintage(ready.partner, at_risk=0), date=DATE + 3 * DAY).status == "suspended"
    reinstated(standing)
    assert measured(ready, vintage(ready.partner, at_risk=0), date=DATE + 4 * DAY).status == "recommending"
    row = Reinstatement.objects.filter(status="granted").first()
    with pytest.raises(IntegrityError, match="reinstatement_is_decided_by_a_second_person"), transaction.atomic():
        Reinstatement.objects.filter(pk=row.pk).update(decided_by=row.asked_by)


def test_what_one_county_has_found_is_replaced_by_another_with_what_is_worse_only(db):
    here, there = desk(), county()
    partner, other = here.partner, second_login_of(here.partner)
    before = DATE - 40 * DAY

    def found_there(at_risk):
        old, new = vintage(partner, at_risk=0, quarter=DATE - 100 * DAY), vintage(partner, at_risk=at_risk)
        found = [old, replace(new, partner=other.pk)]
        record_vintages(county=there, date=before, found=found, at=NOON)
        return RecommendationStanding.objects.get()

    measured(here, vintage(partner, at_risk=20_000_00), date=before)
    for at_risk in (0, 22_000_00):
        standing = found_there(at_risk)
        assert (standing.status, standing.county, standing.par30_bp) == ("warned", here.station.county, 455)
    standing = found_there(26_400_00)
    assert (standing.status, standing.county, standing.partner) == ("suspended", there, other)
    standing = reinstated(standing)
    assert (standing.status, standing.since_date) == ("warned", NOON.date())
    measured(here, vintage(partner, at_risk=0), date=DATE)
    assert found_there(26_400_00).status == "warned"  # no worse than what was let pass


def test_an_application_that_is_looked_at_again_gets_a_second_visit_if_its_recommender_was_suspended_since(db):
    ready = desk()
    application = submitted(ready)
    reject_application(application=application, reasons=["turnover_low"], by=credit_officer(), at=NOON)
    breached(ready)
    reconsider_application(application=application, by=credit_officer(), at=NOON)
    with pytest.raises(SecondAssessmentNeeded):
        appraise(application)
    next_door = desk(county=ready.station.county)
    visited(application, next_door, by=next_door.partner, station=next_door.station)
    assert appraise(application).status == "appraised"


def test_a_warning_ends_when_its_quarter_is_too_long_ago(db):
    ready = desk()
    measured(ready, vintage(ready.partner, at_risk=20_000_00))
    assert measured(ready, date=DATE + 400 * DAY).status == "recommending"


def test_it_goes_its_way_over_pages_and_the_api(db):
    ready = desk()
    standing = breached(ready)
    measured(ready, vintage(ready.partner, at_risk=30_000_00), date=DATE + DAY)
    manager, officer = county_manager_of(standing.county), credit_officer()
    page = reverse("loans:recommender", args=[standing.pk])
    assert "逾期贷款过多的合伙人" in browser_of(manager).get("/").content.decode()
    shown = browser_of(manager).get(page).content.decode()
    assert all(words in shown for words in ("6.82%", f"{page}propose-reinstatement/", "<svg"))
    assert browser_of(county_manager_of(county())).get(page).status_code == 404
    assert browser_of(ready.partner).get(page).status_code == 404
    typed = {"reason": "四户都上门看过", "key": uuid4().hex}
    assert browser_of(manager).post(f"{page}propose-reinstatement/", typed).status_code == 303
    client, address = api_client(officer), f"/api/v1/recommenders/{standing.pk}/"
    assert "申请恢复推荐资格的合伙人" in browser_of(officer).get("/").content.decode()
    detail = client.get(address).json()
    assert ([each["par30_bp"] for each in detail["vintages"]], detail["status"]) == ([682], "suspended")
    assert client.get("/api/v1/recommenders/", {"status": "warned"}).json()["results"] == []
    assert send(api_client(manager), f"{address}approve-reinstatement/", proposal=detail["proposal"]).status_code == 403
    headers, body = {"Idempotency-Key": "x" * 16}, {"proposal": detail["proposal"]}
    twice = [client.post(f"{address}approve-reinstatement/", body, "json", headers=headers) for _try in range(2)]
    assert [(answer.status_code, answer.json()["status"]) for answer in twice] == [(200, "warned")] * 2
    refused = send(client, f"{address}reject-reinstatement/", **body)
    assert (refused.status_code, refused.json()["code"]) == (409, "reinstatement_decided")


def test_of_two_who_decide_at_once_one_does(own_database):
    standing = breached(desk())
    asked, together, outcomes = asks(standing), threading.Barrier(2), []
    officers = [credit_officer(), credit_officer()]

    def decides(verb, officer):
        together.wait()
        try:
            verb(standing=standing, proposal=asked.pk, by=officer, at=NOON)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    works = zip((approve_reinstatement, reject_reinstatement), officers, strict=True)
    threads = [threading.Thread(target=decides, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "reinstatement_decided"]


def test_an_application_that_is_sent_beside_the_measuring_does_not_escape_it(own_database):
    ready = desk()
    measured(ready, vintage(ready.partner, at_risk=0))
    draft = application_of(ready)
    visited(draft, ready)
    answers = []

    def sends():
        try:
            submit_application(application=LoanApplication.objects.get(pk=draft.pk), by=ready.partner, at=NOON)
            answers.append("sent")
        except Refused as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=sends)
    with transaction.atomic():
        breached(ready)
        thread.start()
        wait_until_somebody_waits()
    thread.join()
    draft.refresh_from_db()
    assert (answers, draft.status) == (["recommending_suspended"], "draft")
