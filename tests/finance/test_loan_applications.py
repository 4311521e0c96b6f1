"""Loan applications: from the wish at the counter to the decision of the lender, by people who are not one person."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import SamePerson, WrongState
from core.models import Event, Notice, StatusChange, StoredFile
from core.money import Money
from finance.credit.services import (
    CapReached,
    PhotosMissing,
    RecommenderIsBorrower,
    SameStation,
    release_exposure,
    reserve_exposure,
)
from finance.data_subject import loan_applications, obligations
from finance.file_permissions import may_see
from finance.loans.services import (
    ApplicationStands,
    ApprovalLimit,
    AssessmentMissing,
    BorrowerUnknown,
    ConsentNeeded,
    OneApproves,
    ProductNotOffered,
    ReasonsUnfit,
    ReconsiderationOver,
    SecondAssessmentNeeded,
    TermsOutsideProduct,
    appraise_application,
    approve_application,
    co_approve_application,
    expire_offers,
    reconsider_application,
    reject_application,
    retire_loan_product,
    submit_application,
    withdraw_application,
)
from finance.models import Assessment, ConflictCheck, ExposureCounter, ExposureEntry, LoanApplication
from finance.tills.services.evidence import FileNotYours
from stations.models import Person, User
from stations.people.services import withdraw_consent
from tests.factories.finance import desk
from tests.factories.loans import (
    NOON,
    agrees,
    application_of,
    appraised,
    approved,
    approver,
    borrower_of,
    cap,
    drafted,
    lender,
    offered,
    product_of,
    submitted,
    visited,
)
from tests.factories.people import household_of, resident, second_login_of
from tests.factories.refunds import photo_by
from tests.factories.stations import (
    StationFactory,
    UserFactory,
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


def neighbour(ready):
    """The partner of another station of the county, and that station."""
    station = StationFactory(county=ready.station.county)
    return partner_of(station), station


def second_visit(ready, application, partner, station):
    return visited(application, ready, by=partner, station=station)


# --- at the counter


def test_a_wish_is_written_down_seen_and_sent(ready):
    officer = credit_officer()
    application = submitted(ready)
    assert application.number.startswith(f"{ready.station.code}-L261125-")
    assert (application.status, application.needs_second_assessment) == ("submitted_and_pending_approval", False)
    steps = StatusChange.objects.filter(object_id=str(application.pk)).order_by("pk")
    assert [step.new for step in steps] == ["draft", "submitted_and_pending_approval"]
    assert Notice.objects.get(template="loan_submitted").user == officer.pk
    assert Event.objects.get(name="finance.loan_submitted").payload["application"] == str(application.pk)


def test_the_same_press_after_its_answer_was_forgotten_is_no_second_wish(ready):
    first = application_of(ready, key="pressed-once-0001")
    withdraw_application(application=first, by=ready.partner, at=NOON)
    with pytest.raises(ApplicationStands):
        application_of(ready, person=first.person, key="pressed-once-0001")


def test_one_wish_for_one_product_at_a_time(ready):
    person = borrower_of(ready)
    application_of(ready, person=person)
    with pytest.raises(ApplicationStands):
        application_of(ready, person=person)
    application_of(ready, person=person, version=offered("shop_annuity"))
    application_of(ready)


@pytest.mark.parametrize(("amount", "fits"), [(50_000_00, True), (50_000_01, False)])
def test_a_first_loan_has_its_own_limit(ready, amount, fits):
    if fits:
        assert application_of(ready, amount=amount).requested.minor == amount
    else:
        with pytest.raises(TermsOutsideProduct) as refused:
            application_of(ready, amount=amount)
        assert refused.value.field == "amount"


def test_nothing_is_lent_on_terms_that_are_not_offered_here(ready):
    japan = lender(company_code="JP1", country="JP", currency="JPY")
    with pytest.raises(ProductNotOffered):
        application_of(ready, version=drafted())
    abroad = drafted(product=product_of(japan, "shop_annuity"), code="shop_annuity")
    with pytest.raises(ProductNotOffered):
        application_of(ready, version=abroad, amount=30_000)


def test_the_dead_do_not_borrow(ready):
    person = borrower_of(ready)
    Person.objects.filter(pk=person.pk).update(died_date=NOON.date(), residence="deceased")
    person.refresh_from_db()
    with pytest.raises(BorrowerUnknown):
        application_of(ready, person=person)


def test_it_is_sent_with_a_consent_and_a_visit(ready):
    person = resident(station=ready.station, by=ready.partner, birth_date=dt.date(1979, 3, 1))
    application = application_of(ready, person=person)
    with pytest.raises(ConsentNeeded):
        submit_application(application=application, by=ready.partner, at=NOON)
    consent = agrees(person, ready)
    with pytest.raises(AssessmentMissing):
        submit_application(application=application, by=ready.partner, at=NOON)
    visited(application, ready)
    withdraw_consent(consent=consent, by=ready.partner, at=NOON)
    with pytest.raises(ConsentNeeded):
        submit_application(application=application, by=ready.partner, at=NOON)
    application.refresh_from_db()
    assert application.status == "draft"


def test_what_is_offered_no_more_is_not_sent(ready):
    application = application_of(ready)
    visited(application, ready)
    retire_loan_product(version=application.version, by=UserFactory(), at=NOON)
    with pytest.raises(ProductNotOffered):
        submit_application(application=application, by=ready.partner, at=NOON)


def test_a_visit_has_two_photos_of_who_was_there(ready):
    application = application_of(ready)
    with pytest.raises(PhotosMissing):
        visited(application, ready, photos=[photo_by(ready.partner).pk])
    with pytest.raises(FileNotYours):
        visited(application, ready, photos=[photo_by(UserFactory()).pk, photo_by(ready.partner).pk])
    assert not Assessment.objects.exists()


def test_a_visit_is_corrected_by_another_one_and_never_changed(ready):
    application = application_of(ready)
    first = visited(application, ready)
    second = visited(application, ready, opinion="数错了")
    assert second.replaces == first
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Assessment.objects.filter(pk=first.pk).update(opinion="别的")


def test_whoever_may_read_the_application_may_look_at_its_photos(ready):
    visit = visited(application_of(ready), ready)
    photo = StoredFile.objects.get(pk=visit.photos.first().pk)
    assert may_see(ready.partner, photo)
    assert may_see(credit_officer(), photo)
    assert not may_see(partner_of(StationFactory()), photo)


# --- ties


def test_nobody_recommends_a_loan_to_themselves(ready):
    own = borrower_of(ready)
    User.objects.filter(pk=ready.partner.pk).update(person=own)
    ready.partner.refresh_from_db()
    application = application_of(ready, person=own)
    visited(application, ready)
    with pytest.raises(RecommenderIsBorrower):
        submit_application(application=application, by=ready.partner, at=NOON)


def test_a_second_login_of_the_borrower_recommends_nothing_either(ready):
    again = second_login_of(ready.partner)
    Person.objects.filter(pk=again.person_id).update(birth_date=dt.date(1979, 3, 1), birth_precision="day")
    again.person.refresh_from_db()
    agrees(again.person, ready)
    application = application_of(ready, person=again.person)
    visited(application, ready)
    with pytest.raises(RecommenderIsBorrower):
        submit_application(application=application, by=ready.partner, at=NOON)


def test_a_declared_tie_asks_the_nearest_other_station_for_a_visit(ready):
    partner, station = neighbour(ready)
    application = submitted(ready, relationship="supplier")
    assert (application.needs_second_assessment, application.second_station) == (True, station)
    assert Notice.objects.get(template="loan_second_visit").user == partner.pk
    assert not Event.objects.filter(name="finance.false_declaration_found").exists()
    assert application in LoanApplication.objects.all().open_to(partner, "finance.record_assessment")
    with pytest.raises(SecondAssessmentNeeded):
        _appraise(application)
    second_visit(ready, application, partner, station)
    assert _appraise(application).status == "appraised"


def test_a_hidden_tie_is_found_and_the_county_is_warned_once(ready):
    person = borrower_of(ready)
    household = household_of(person, by=ready.partner)
    own = resident("孙小芹", station=ready.station, by=ready.partner)
    Person.objects.filter(pk=own.pk).update(household=household)
    User.objects.filter(pk=ready.partner.pk).update(person=own)
    ready.partner.refresh_from_db()
    person.refresh_from_db()
    application = submitted(ready, person=person)
    assert application.needs_second_assessment
    hits = ConflictCheck.objects.filter(application_ref=application.pk, hit=True)
    assert [(check.code, check.is_hidden) for check in hits] == [("same_household", True)]
    found = Event.objects.get(name="finance.false_declaration_found")
    assert found.payload["station"] == ready.station.pk


def test_the_same_phone_is_a_tie(ready):
    User.objects.filter(pk=ready.partner.pk).update(phone="+8613912345678")
    person = borrower_of(ready)
    Person.objects.filter(pk=person.pk).update(phone="+8613912345678")
    person.refresh_from_db()
    ready.partner.refresh_from_db()
    application = submitted(ready, person=person)
    assert ConflictCheck.objects.get(application_ref=application.pk, hit=True).code == "same_phone"


def test_the_second_visit_is_by_another_person_of_another_station(ready):
    partner, station = neighbour(ready)
    application = submitted(ready, relationship="kin")
    colleague = partner_of(ready.station)
    with pytest.raises(SameStation):
        second_visit(ready, application, colleague, ready.station)
    second_visit(ready, application, partner, station)
    standing = Assessment.objects.get(application_ref=application.pk, role="second_assessor")
    standing.pk, standing.station, standing.replaces_id = uuid4(), ready.station, standing.pk
    with pytest.raises(IntegrityError, match="assessors_are_two_people_of_two_stations"), transaction.atomic():
        standing.save(force_insert=True)


# --- the decision


def _appraise(application, *, amount=None, by=None, reasons=(), at=NOON):
    money = Money(amount or application.requested_minor, application.currency)
    return appraise_application(
        application=application,
        amount=money,
        installments=12,
        reasons=reasons,
        opinion="够还",
        by=by or credit_officer(),
        at=at,
    )


def test_a_loan_is_approved_by_another_person_than_proposed_it(ready):
    officer = approver()
    application = appraised(ready, by=officer)
    with pytest.raises(SamePerson):
        approve_application(application=application, by=officer, at=NOON)
    with pytest.raises(SamePerson):
        approve_application(application=application, by=second_login_of(officer), at=NOON)
    approve_application(application=application, by=approver(), at=NOON)
    application.refresh_from_db()
    assert (application.status, application.approved_minor) == ("approved", 30_000_00)
    assert application.offer_valid_until_date == dt.date(2026, 12, 25)
    assert Notice.objects.filter(template="loan_approved", user=ready.partner.pk).exists()
    with pytest.raises(WrongState):
        approve_application(application=application, by=approver(), at=NOON)


def test_the_database_refuses_one_person_in_two_parts(ready):
    application = approved(ready)
    rows = LoanApplication.objects.filter(pk=application.pk)
    again = second_login_of(application.appraiser)
    for change, name in (
        ({"appraiser": ready.partner}, "loan_is_appraised_by_another_person"),
        ({"approver": again}, "loan_is_approved_by_another_person"),
        ({"approver2": application.approver}, "loan_is_approved_by_a_second_other_person"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)


@pytest.mark.parametrize(("limit", "fits"), [(29_999_99, False), (30_000_00, True), (None, False)])
def test_a_post_approves_up_to_its_limit(ready, limit, fits):
    application = appraised(ready)
    if fits:
        assert approve_application(application=application, by=approver(limit), at=NOON).status == "approved"
    else:
        with pytest.raises(ApprovalLimit):
            approve_application(application=application, by=approver(limit), at=NOON)


@pytest.mark.parametrize(("amount", "two"), [(200_000_00, False), (200_000_01, True)])
def test_a_large_amount_is_approved_by_two(ready, amount, two):
    version = offered(amount_max_first_minor=500_000_00)
    application = appraised(ready, amount=amount, version=version)
    first = approver()
    approve_application(application=application, by=first, at=NOON)
    assert application.status == "appraised" or not two
    application.refresh_from_db()
    assert application.status == ("appraised" if two else "approved")
    if not two:
        with pytest.raises(WrongState):
            co_approve_application(application=application, by=approver(), at=NOON)
        return
    with pytest.raises(SamePerson):
        co_approve_application(application=application, by=first, at=NOON)
    with pytest.raises(WrongState):
        approve_application(application=application, by=approver(), at=NOON)
    assert co_approve_application(application=application, by=approver(), at=NOON).status == "approved"


def test_a_small_amount_has_no_second_approver(ready):
    application = appraised(ready)
    with pytest.raises(OneApproves):
        co_approve_application(application=application, by=approver(), at=NOON)


def test_less_than_asked_for_has_reasons_that_the_borrower_reads(ready):
    application = submitted(ready)
    with pytest.raises(ReasonsUnfit):
        _appraise(application, amount=20_000_00)
    _appraise(application, amount=20_000_00, reasons=["turnover_low", "instalment_heavy"])
    approve_application(application=application, by=approver(), at=NOON)
    application.refresh_from_db()
    assert (application.approved_minor, application.reasons) == (20_000_00, ["turnover_low", "instalment_heavy"])
    assert len(application.reason_words) == 2


def test_what_is_given_in_full_has_no_reasons(ready):
    with pytest.raises(ReasonsUnfit):
        _appraise(submitted(ready), reasons=["turnover_low"])


FIVE = ["turnover_low", "bills_late", "proofs_few", "activity_weak", "purpose_unclear"]


@pytest.mark.parametrize("reasons", [[], FIVE, ["turnover_low"] * 2, ["score_too_low"]])
def test_a_rejection_names_one_to_four_known_reasons(ready, reasons):
    application = submitted(ready)
    with pytest.raises(ReasonsUnfit):
        reject_application(application=application, reasons=reasons, by=credit_officer(), at=NOON)
    application.refresh_from_db()
    assert application.status == "submitted_and_pending_approval"


def test_the_database_wants_reasons_for_a_rejection(ready):
    application = submitted(ready)
    with pytest.raises(IntegrityError, match="loan_has_reasons_exactly_when_less_was_approved"), transaction.atomic():
        LoanApplication.objects.filter(pk=application.pk).update(status="rejected", rejected_by=credit_officer())


def test_what_was_declined_is_looked_at_again_once_by_another_officer(ready):
    application, officer = submitted(ready), credit_officer()
    reject_application(application=application, reasons=FIVE[:4], by=officer, at=NOON)
    assert Notice.objects.filter(template="loan_rejected", user=ready.partner.pk).exists()
    with pytest.raises(SamePerson):
        reconsider_application(application=application, by=officer, at=NOON)
    reconsider_application(application=application, by=credit_officer(), at=NOON + 30 * DAY)
    reject_application(application=application, reasons=FIVE[:1], by=officer, at=NOON + 31 * DAY)
    with pytest.raises(ReconsiderationOver):
        reconsider_application(application=application, by=credit_officer(), at=NOON + 31 * DAY)


def test_after_thirty_days_it_is_too_late_to_look_again(ready):
    application = submitted(ready)
    reject_application(application=application, reasons=FIVE[:1], by=credit_officer(), at=NOON)
    with pytest.raises(ReconsiderationOver):
        reconsider_application(
            application=application, by=credit_officer(), at=NOON + 30 * DAY + dt.timedelta(seconds=1)
        )


@pytest.mark.parametrize(("days", "ended"), [(30, 0), (31, 1)])
def test_an_offer_ends_after_its_last_day_and_frees_what_it_reserved(ready, days, ended):
    cap("county", 100_000_00)
    application = approved(ready)
    assert expire_offers(at=NOON + days * DAY) == ended
    application.refresh_from_db()
    assert application.status == ("expired" if ended else "approved")
    assert ExposureCounter.objects.get().used_minor == (0 if ended else 30_000_00)


def test_the_borrower_withdraws_and_the_cap_is_free_again(ready):
    cap("borrower", 50_000_00)
    application = approved(ready)
    withdraw_application(application=application, by=ready.partner, at=NOON)
    withdraw_again = LoanApplication.objects.get(pk=application.pk)
    with pytest.raises(WrongState):
        withdraw_application(application=withdraw_again, by=ready.partner, at=NOON)
    assert ExposureCounter.objects.get().used_minor == 0


# --- caps


def test_a_cap_holds_for_each_of_its_scopes(ready):
    cap("village", 60_000_00)
    cap("borrower", 30_000_00)
    approved(ready)
    approved(ready)
    application = appraised(ready, amount=1_000_00)
    with pytest.raises(CapReached) as refused:
        approve_application(application=application, by=approver(), at=NOON)
    assert refused.value.params["left"] == "¥0.00"
    application.refresh_from_db()
    assert (application.status, application.approver) == ("appraised", None)
    assert sorted(ExposureCounter.objects.values_list("scope", "used_minor")) == [
        ("borrower", 30_000_00),
        ("borrower", 30_000_00),
        ("village", 60_000_00),
    ]


def test_the_same_event_is_counted_and_given_back_once(ready):
    cap("county", 100_00)
    loan = uuid4()
    for _time in range(2):
        reserve_exposure(
            loan_ref=loan,
            scopes={"county": "1"},
            amount=Money(60_00, "CNY"),
            country="CN",
            date=NOON.date(),
            event_ref="approved",
        )
    assert ExposureCounter.objects.get().used_minor == 60_00
    for _time in range(2):
        release_exposure(loan_ref=loan, amount=Money(20_00, "CNY"), event_ref="paid 1")
    assert ExposureCounter.objects.get().used_minor == 40_00
    release_exposure(loan_ref=loan, amount=None, event_ref="end")
    counter = ExposureCounter.objects.get()
    assert (counter.used_minor, sum(ExposureEntry.objects.values_list("amount_minor", flat=True))) == (0, 0)


def test_of_twelve_approvals_at_the_last_of_a_cap_one_succeeds(own_database):
    cap("county", 44_000_00)
    outcomes, barrier = [], threading.Barrier(12)

    def approve():
        barrier.wait()
        try:
            reserve_exposure(
                loan_ref=uuid4(),
                scopes={"county": "1", "village": "2"},
                amount=Money(44_000_00, "CNY"),
                country="CN",
                date=NOON.date(),
                event_ref="approved",
            )
            outcomes.append("approved")
        except CapReached as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", *["cap_reached"] * 11]
    assert ExposureCounter.objects.get().used_minor == 44_000_00


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
