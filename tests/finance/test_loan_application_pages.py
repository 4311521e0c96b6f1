"""Loan applications over the API, on pages and on paper."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils.translation import override

from finance.credit.models import Reason
from finance.data_subject import loan_applications, obligations
from finance.loans.services import (
    approve_application,
    reject_application,
    withdraw_application,
)
from finance.models import LoanApplication
from tests.factories.finance import desk
from tests.factories.loans import (
    ACCOUNT_NO,
    NOON,
    account_of,
    appraised,
    approver,
    borrower_of,
    offered,
    signed,
    submitted,
    visited,
)
from tests.factories.refunds import photo_by
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_manager_of,
    credit_officer,
    helper_of,
    partner_of,
    send,
)

DAY = dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return desk()


# --- over the API and on the pages


def test_an_application_over_the_api_from_wish_to_decision(ready):
    version, person = offered(), borrower_of(ready)
    partner = api_client(ready.partner)
    wish = {"person": str(person.pk), "version": version.pk, "amount": "30000.00", "installments": 12}
    made = send(partner, "/api/v1/loan-applications/", **wish, purpose="animals")
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    one = f"/api/v1/loan-applications/{made.json()['id']}"
    seen = {
        **{"relationship": "none", "income": "9000.00", "outgo": "2850.00", "other_debt": "0.00"},
        **{"recommended": "30000.00", "proofs_seen": 1, "years_in_village": 21, "activity": "sound"},
        **{"references_called": 1, "opinion": "鹅棚在用"},
    }
    photos = [str(photo_by(ready.partner).pk) for _number in range(2)]
    assert send(partner, f"{one}/assessments/", **seen, photos=photos).json()["role"] == "recommender"
    assert send(partner, f"{one}/submit/").json()["status"] == "submitted_and_pending_approval"
    assert send(partner, f"{one}/appraise/", amount="30000.00", installments=12, opinion="好").status_code == 403
    first, second = api_client(credit_officer()), api_client(approver())
    waiting = first.get("/api/v1/loan-applications/?waiting=true").json()["results"]
    assert [row["id"] for row in waiting] == [made.json()["id"]]
    proposal = {"amount": "25000.00", "installments": 12, "opinion": "余钱够还"}
    assert send(first, f"{one}/appraise/", **proposal).json()["code"] == "loan_reasons_unfit"
    assert send(first, f"{one}/appraise/", **proposal, reasons=["proofs_few"]).json()["status"] == "appraised"
    answer = send(second, f"{one}/approve/").json()
    assert (answer["status"], answer["approved"], answer["reasons"]) == ("approved", "25000.00", ["proofs_few"])
    history = partner.get(f"{one}/").json()["history"]
    assert [step["new"] for step in history][-1] == "approved"


def test_the_same_key_writes_one_application(ready):
    version, person = offered(), borrower_of(ready)
    partner = api_client(ready.partner)
    wish = {"person": str(person.pk), "version": version.pk, "amount": "30000.00", "installments": 12}
    headers = {"Idempotency-Key": uuid4().hex}
    answers = [
        partner.post("/api/v1/loan-applications/", {**wish, "purpose": "shop"}, format="json", headers=headers)
        for _time in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert LoanApplication.objects.count() == 1


def test_who_is_elsewhere_does_not_see_an_application(ready):
    application = submitted(ready)
    path = f"/api/v1/loan-applications/{application.pk}/"
    for reader in (partner_of(StationFactory()), credit_officer(StationFactory().county)):
        assert api_client(reader).get(path).status_code == 404
    for reader in (helper_of(ready.station), county_manager_of(ready.station.county), credit_officer()):
        assert api_client(reader).get(path).status_code == 200


def test_a_person_is_told_what_is_stored_of_their_applications(ready):
    application = submitted(ready)
    assert [row["number"] for row in loan_applications(application.person)] == [application.number]
    assert len(obligations(application.person)) == 1
    withdraw_application(application=application, by=ready.partner, at=NOON)
    assert obligations(application.person) == []


def test_the_plan_on_paper_is_of_what_was_approved(ready, client):
    application = appraised(ready, propose=20_000_00, reasons=["turnover_low"])
    client.force_login(ready.partner)
    asked = client.get(f"/finance/loans/applications/{application.pk}/plan/").content.decode()
    assert "31,755.00" in asked
    approve_application(application=application, by=approver(), at=NOON)
    paper = client.get(f"/finance/loans/applications/{application.pk}/plan/").content.decode()
    assert "21,170.00" in paper
    assert "¥1,666.67: ¥0.74" in paper
    client.force_login(partner_of(StationFactory()))
    assert client.get(f"/finance/loans/applications/{application.pk}/plan/").status_code == 404


def test_the_pages_lead_from_the_wish_to_the_decision(ready, client):
    offered()
    person = borrower_of(ready)
    client.force_login(ready.partner)
    assert client.get("/finance/loans/apply/").status_code == 200
    page = client.get(f"/finance/loans/apply/?person={person.pk}")
    key = page.context["form"]["key"].value()
    version = LoanApplication._meta.get_field("version").related_model.objects.get()
    wish = {"key": key, "version": version.pk, "amount": "30000", "installments": "12", "purpose": "shop"}
    sent = client.post(f"/finance/loans/apply/?person={person.pk}", wish)
    assert sent.status_code == 303
    application = LoanApplication.objects.get()
    visited(application, ready)
    page = client.get(sent["Location"])
    key = page.context["submit"]["key"].value()
    assert client.post(f"{sent['Location']}submit/", {"key": key}).status_code == 303
    client.force_login(credit_officer())
    page = client.get(sent["Location"])
    key = page.context["appraise"]["key"].value()
    assert [page.content.decode().count(f'aria-keyshortcuts="{each}"') for each in "ad"] == [1, 1]
    proposal = {"key": key, "amount": "30000", "installments": "12", "opinion": "够还"}
    assert client.post(f"{sent['Location']}appraise/", proposal).status_code == 303
    client.force_login(approver())
    assert client.get("/finance/loans/").status_code == 200
    page = client.get(sent["Location"])
    assert (
        client.post(f"{sent['Location']}approve/", {"key": page.context["approve"]["key"].value()}).status_code == 303
    )
    application.refresh_from_db()
    assert application.status == "approved"


def test_the_history_says_why_in_the_language_of_the_reader_and_shows_no_code(ready, client):
    loan = signed(ready)
    declined = submitted(ready)
    reject_application(application=declined, reasons=["bills_late", "proofs_few"], by=credit_officer(), at=NOON)
    type(ready.partner).objects.filter(pk=ready.partner.pk).update(language="zh-hans")
    client.force_login(ready.partner)
    (by_signature,) = client.get(f"/finance/loans/running/{loan.pk}/").context["history"]
    page = client.get(f"/finance/loans/applications/{declined.pk}/")
    with override("zh-hans"):
        late, few = str(Reason.BILLS_LATE.label), str(Reason.PROOFS_FEW.label)
    assert by_signature.detail == "纸上签字"
    assert page.context["history"][-1].detail == f"{late} {few}"


def test_the_page_of_a_signed_loan_says_whether_the_account_of_the_borrower_is_in_use(ready, client):
    loan = signed(ready)
    type(ready.partner).objects.filter(pk=ready.partner.pk).update(language="en")
    client.force_login(ready.partner)
    page = f"/finance/loans/running/{loan.pk}/"
    assert "Enter the borrower’s own bank account" in client.get(page).content.decode()
    account_of(loan, ready)
    assert f"The account ending in {ACCOUNT_NO[-4:]} is in use." in client.get(page).content.decode()
