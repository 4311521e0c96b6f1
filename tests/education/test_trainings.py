"""Whoever comes to a training signs in by one scan, once, not alone, and gets the last seat only once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from core.errors import Refused, SamePerson, WrongState
from core.fields import uuid7
from education.courses.queries import minutes_of
from education.courses.services import Mark, call_roll, end_sessions, enrol_learner, open_class_session
from education.models import AttendanceRecord, ClassRun, CourseCertificate, Enrolment, SignIn, SignInSheet
from education.safeguarding.services import AdultNeeded, ConsentMissing
from education.skills import services
from education.skills.console import CONSOLE
from stations.models import AccessRead
from stations.network.services import ServiceNotOpen
from stations.people.services import record_death
from stations.people.services.registration import PersonGone
from tests.factories.claims import picture
from tests.factories.education import agreed, begun, child_of, class_at, course_of, farmer_of, training_at
from tests.factories.finance import pause_at
from tests.factories.stations import StationFactory, UserFactory, api_client, helper_of, partner_of, send

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def station(db):
    return StationFactory()


def come(session, learner, *, after=-5 * MINUTE, by=None, op_id=None, at=None):
    came_at = session.slot.starts_at + after
    return services.sign_in_learner(
        session=session,
        learner=learner,
        method="card",
        op_id=op_id or uuid7(),
        came_at=came_at,
        by=by or helper_of(session.run.station),
        at=at or max(came_at, session.slot.starts_at),
    )


def short_training(station, **values):
    course = course_of(station.county, audience="farmer", minutes=(50,), code=values.pop("code", "FARM1"))
    return training_at(station, course=course, **values)


def test_a_farmer_signs_in_by_one_scan_takes_a_free_seat_and_is_certified_for_minutes_enough(station):
    run = short_training(station)
    enrolled, walks_in, late, too_late = (farmer_of(station) for _ in range(4))
    enrol_learner(run=run, learner=enrolled, by=partner_of(station), at=now())
    session = begun(run)
    come(session, enrolled), come(session, walks_in)
    come(session, late, after=10 * MINUTE), come(session, too_late, after=11 * MINUTE)
    run.refresh_from_db()
    assert (run.seats_taken, AttendanceRecord.objects.filter(is_current=True).count()) == (4, 4)
    assert session.records.get(learner=late).presence == "late"
    end_sessions(at=session.slot.ends_at + 31 * MINUTE)
    assert minutes_of(run) == {enrolled.pk: 50, walks_in.pk: 50, late.pk: 40, too_late.pk: 39}
    certified = CourseCertificate.objects.filter(run=run).values_list("learner", flat=True)
    assert set(certified) == {enrolled.pk, walks_in.pk, late.pk}
    number = CourseCertificate.objects.get(learner=walks_in)
    assert number.serial.startswith("FARM1-")
    page = Client().get(reverse("verify", args=[number.token])).content.decode()
    assert number.serial in page
    assert walks_in.full_name not in page


def test_the_same_sign_in_is_stored_once_and_another_one_is_refused(station):
    session = begun(training_at(station))
    farmer, op_id = farmer_of(station), uuid7()
    first = come(session, farmer, op_id=op_id)
    assert come(session, farmer, op_id=op_id, after=20 * MINUTE) == first
    with pytest.raises(services.AlreadySignedIn):
        come(session, farmer)
    assert (SignIn.objects.count(), session.records.count()) == (1, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SignIn.objects.update(came_at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        SignIn.objects.all().delete()


def test_nobody_signs_in_alone_or_calls_their_own_roll_and_a_teacher_learns_nothing(station):
    session = begun(training_at(station, audience="partner"))
    helper = helper_of(station)
    helper.person = farmer_of(station)
    helper.save(update_fields=["person"])
    with pytest.raises(SamePerson):
        come(session, helper.person, by=helper)
    with pytest.raises(IntegrityError, match="nobody_signs_in_alone"), transaction.atomic():
        SignIn.objects.create(
            op_id=uuid7(), session=session, learner=helper.person, method="card", came_at=now(), received_at=now(),
            signed_in_by=helper,
        )  # fmt: skip
    come(session, helper.person, by=partner_of(station))
    starts = session.slot.starts_at
    with pytest.raises(SamePerson):
        call_roll(session=session, marks=[Mark(uuid7(), helper.person_id, "present", starts)], by=helper, at=starts)
    with pytest.raises(Refused, match=r"teacher|老师"):
        come(session, session.run.teacher)
    assert SignIn.objects.count() == 1


def test_a_minor_the_dead_a_class_of_children_and_a_session_that_has_not_begun_are_refused(station):
    run = training_at(station, audience="youth")
    session, young = begun(run), child_of(station, age=16)
    with pytest.raises(ConsentMissing):
        come(session, young)
    assert not Enrolment.objects.exists()
    agreed(young)
    come(session, young)
    dead = farmer_of(station)
    record_death(person=dead, died_date=now().date(), by=partner_of(station), at=now())
    with pytest.raises(PersonGone):
        come(session, type(dead).objects.get(pk=dead.pk))
    with pytest.raises(WrongState):
        come(run.sessions.exclude(pk=session.pk)[0], farmer_of(station))
    lesson = begun(class_at(station, starts=[now() + dt.timedelta(hours=9), now() + dt.timedelta(days=3)]))
    with pytest.raises(services.NotATraining):
        come(lesson, farmer_of(station))
    assert (SignIn.objects.count(), run.sessions.count()) == (1, 2)


def test_a_minor_who_walks_in_is_not_alone_with_the_teacher(station):
    run = training_at(station, audience="youth")
    partner = partner_of(station)
    lesson = run.sessions.order_by("slot__starts_at")[0]
    session = open_class_session(session=lesson, adult=run.teacher, by=partner, at=lesson.slot.starts_at)
    come(session, farmer_of(station))
    young = child_of(station, age=16)
    agreed(young)
    with pytest.raises(AdultNeeded):
        come(session, young)
    assert not Enrolment.objects.filter(learner=young).exists()
    come(begun(run, number=1), young)
    assert SignIn.objects.filter(learner=young).count() == 1


def test_an_id_of_a_sign_in_that_was_used_for_somebody_else_is_refused(station):
    run = training_at(station)
    session, op_id = begun(run), uuid7()
    come(session, farmer_of(station), op_id=op_id)
    with pytest.raises(services.OpIdUsed):
        come(session, farmer_of(station), op_id=op_id)
    enrolled = farmer_of(station)
    enrol_learner(run=run, learner=enrolled, by=partner_of(station), at=now())
    mark = Mark(uuid7(), enrolled.pk, "absent", session.slot.starts_at)
    call_roll(session=session, marks=[mark], by=partner_of(station), at=session.slot.starts_at)
    with pytest.raises(services.OpIdUsed):
        come(session, enrolled, op_id=mark.op_id)
    assert SignIn.objects.count() == 1


def test_a_full_training_refuses_and_writes_nothing_and_a_paused_service_opens_none(station):
    run = training_at(station, seats=1)
    session = begun(run)
    first, second = farmer_of(station), farmer_of(station)
    come(session, first)
    with pytest.raises(services.TrainingFull):
        come(session, second)
    assert not Enrolment.objects.filter(learner=second).exists()
    waiting = enrol_learner(run=run, learner=second, by=partner_of(station), at=now())
    assert waiting.status == "waitlisted"
    with pytest.raises(services.TrainingFull):
        come(session, second)
    pause_at(station, "skills_training")
    with pytest.raises(ServiceNotOpen):
        training_at(station)


@pytest.mark.usefixtures("own_database")
def test_the_last_seat_is_taken_once_and_two_who_scan_the_same_card_sign_in_once():
    station = StationFactory()
    session, helper = begun(training_at(station, seats=3)), helper_of(station)
    farmers, twice = [farmer_of(station) for _ in range(6)], farmer_of(station)
    come(session, twice)

    def scan(learner):
        try:
            come(session, learner, by=helper)
            return "in"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(scan, [*farmers, twice, twice]))
    assert sorted(answers) == [*["already_signed_in"] * 2, "in", "in", *["training_full"] * 4]
    assert ClassRun.objects.get().seats_taken == SignIn.objects.count() == 3
    assert Enrolment.objects.count() == AttendanceRecord.objects.filter(is_current=True).count() == 3


def test_the_page_understands_a_card_the_end_of_a_number_and_a_name_and_the_api_a_repetition(station, client):
    run = short_training(station)
    session, helper = begun(run), helper_of(station)
    farmer, twin = farmer_of(station, phone="13800008412"), farmer_of(station, phone="13900008412")
    client.force_login(helper)
    address = reverse("skills:session", args=[session.pk])
    several = client.post(f"{address}sign/", {"key": "key-of-one-press-a", "code": "8412"})
    assert several.status_code == 422
    assert f"?person={twin.pk}" in several.content.decode()
    assert AccessRead.objects.filter(person=twin, what="class_roll").exists()
    assert client.post(f"{address}sign/", {"key": "key-of-one-press-b", "code": "没有这个人"}).status_code == 422
    assert client.post(f"{address}sign/", {"key": "key-of-one-press-c", "code": ""}).status_code == 422
    assert farmer.full_name in client.get(f"{address}?person={farmer.pk}").content.decode()
    for _ in range(2):
        answer = client.post(f"{address}sign/", {"key": "key-of-one-press-d", "person": str(farmer.pk)})
        assert answer.status_code == 303
    body = {"op_id": str(uuid7()), "typed": str(twin.phone), "came_at": session.slot.starts_at.isoformat()}
    path = f"/api/v1/class-sessions/{session.pk}/sign-ins/"
    for _ in range(2):
        answer = send(api_client(helper), path, **body)
        assert (answer.status_code, answer.json()["method"]) == (201, "phone_tail")
    assert sorted(SignIn.objects.values_list("method", flat=True)) == ["manual", "phone_tail"]
    paper = client.get(reverse("skills:print-sheet", args=[session.pk])).content.decode()
    assert twin.full_name in paper
    need = next(each for each in CONSOLE.needs if each.name == "skills.sign_in")
    assert list(need.rows(user=helper, at=now())) == [session]


def test_a_stranger_reads_no_sheet_and_a_signed_page_is_seen_at_its_station_alone(station, client):
    session = begun(training_at(station))
    come(session, farmer_of(station))
    helper, stranger = helper_of(station), helper_of(StationFactory())
    client.force_login(helper)
    address = reverse("skills:session", args=[session.pk])
    photo = SimpleUploadedFile("sheet.jpg", picture(helper).content.read(), "image/jpeg")
    assert client.post(f"{address}keep/", {"key": "key-of-one-press-k", "photo": photo}).status_code == 303
    [sheet] = SignInSheet.objects.all()
    assert client.get(reverse("core:file", args=[sheet.photo_id])).status_code == 200
    scan = {"op_id": str(uuid7()), "typed": "8412", "came_at": now().isoformat()}
    for who in (stranger, UserFactory()):
        client.force_login(who)
        assert client.get(address).status_code == 404
        assert client.get(reverse("core:file", args=[sheet.photo_id])).status_code == 404
        answer = send(api_client(who), f"/api/v1/class-sessions/{session.pk}/sign-ins/", **scan)
        assert answer.status_code == 404
    assert SignIn.objects.count() == 1


def test_a_photo_is_kept_for_one_sheet(station):
    session, helper = begun(training_at(station)), helper_of(station)
    path, body = f"/api/v1/class-sessions/{session.pk}/sign-in-sheets/", {"photo": str(picture(helper).pk)}
    answers = [send(api_client(helper), path, **body) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 409]
    assert answers[1].json()["code"] == "photo_used"
    assert SignInSheet.objects.count() == 1


def test_a_teacher_who_works_at_the_station_is_offered_once_as_the_adult_in_the_room(station, client):
    run, helper = training_at(station), helper_of(station)
    helper.person = run.teacher
    helper.save(update_fields=["person"])
    lesson = run.sessions.order_by("slot__starts_at")[0]
    client.force_login(helper)
    page = client.get(reverse("courses:lesson", args=[lesson.pk])).content.decode()
    assert page.count(f'value="{run.teacher_id}"') == 1
