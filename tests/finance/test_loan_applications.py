"""Loan applications: wishes at the counter, visits, and ties between the borrower and those who recommend."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.models import Event, Notice, StatusChange, StoredFile
from finance.credit.services import (
    PhotosMissing,
    RecommenderIsBorrower,
    RecommendingSuspended,
    SameStation,
    record_vintages,
)
from finance.credit.vintages import Vintage, quarter_of
from finance.file_permissions import may_see
from finance.loans.services import (
    ApplicationStands,
    AssessmentMissing,
    BorrowerUnknown,
    ConsentNeeded,
    ProductNotOffered,
    SecondAssessmentNeeded,
    TermsOutsideProduct,
    retire_loan_product,
    submit_application,
    withdraw_application,
)
from finance.models import Assessment, ConflictCheck, LoanApplication
from finance.tills.services.evidence import FileNotYours
from stations.models import Person, User
from stations.people.services import withdraw_consent
from tests.factories.finance import desk, helper_at
from tests.factories.loans import (
    NOON,
    agrees,
    application_of,
    appraise,
    borrower_of,
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
    credit_officer,
    partner_of,
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


# --- of a helper


def test_what_a_helper_has_begun_the_partner_of_the_station_visits_for_and_sends(ready):
    application = application_of(ready, by=helper_at(ready))
    visited(application, ready)
    application = submit_application(application=application, by=ready.partner, at=NOON)
    assert (application.status, application.needs_second_assessment) == ("submitted_and_pending_approval", False)
    assert visited(application, ready, opinion="数错了").role == "recommender"
    with pytest.raises(SameStation):
        visited(application, ready, by=partner_of(ready.station))
    assert appraise(application).status == "appraised"


def test_who_is_suspended_sends_nothing_that_a_helper_has_begun(ready):
    application = application_of(ready, by=helper_at(ready))
    visited(application, ready)
    suspended = Vintage(ready.partner.pk, ready.partner.pk, "CNY", quarter_of(NOON.date()), 10, 440_000_00, 26_400_00)
    record_vintages(county=ready.station.county, date=NOON.date(), found=[suspended], at=NOON)
    with pytest.raises(RecommendingSuspended):
        submit_application(application=application, by=ready.partner, at=NOON)


def test_a_helper_who_is_tied_to_the_borrower_asks_for_a_second_visit_and_blames_nobody(ready):
    helper, borrower = helper_at(ready), borrower_of(ready)
    User.objects.filter(pk=helper.pk).update(phone="+8613912345678")
    Person.objects.filter(pk=borrower.pk).update(phone="+8613912345678")
    helper.refresh_from_db()
    borrower.refresh_from_db()
    application = application_of(ready, by=helper, person=borrower)
    visited(application, ready)
    application = submit_application(application=application, by=ready.partner, at=NOON)
    found = ConflictCheck.objects.get(application_ref=application.pk, hit=True)
    assert (found.code, found.is_hidden, application.needs_second_assessment) == ("same_phone", False, True)
    User.objects.filter(pk=helper.pk).update(person=borrower)
    helper.refresh_from_db()
    own = application_of(ready, by=helper, person=borrower, version=offered("shop_annuity"))
    visited(own, ready)
    with pytest.raises(RecommenderIsBorrower):
        submit_application(application=own, by=ready.partner, at=NOON)


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
        appraise(application)
    second_visit(ready, application, partner, station)
    assert appraise(application).status == "appraised"


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
