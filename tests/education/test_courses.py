"""A course is approved by two people, a class seats children with consent, and a certificate is verified by anybody."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.errors import SamePerson, WrongState
from core.fields import uuid7
from core.models import Event, Notice
from education.courses import services
from education.courses.console import CONSOLE
from education.courses.queries import minutes_of, progress_of, sessions_of
from education.courses.serials import serial_of
from education.courses.services.steps import tell_family
from education.courses.services.watching import Watched
from education.courses.views.courses import _is_of_another
from education.models import ClassRun, Course, CourseCertificate, Enrolment
from education.safeguarding.services import AdultNeeded, ConsentMissing, VettingExpired, withdraw_child_consent
from scheduling.calendars.services import ResourceTaken
from scheduling.models import Claim
from stations.models import AccessRead
from stations.network.services import ServiceNotOpen
from stations.people.services import record_death
from tests.factories.education import (
    agreed,
    begun,
    child_of,
    class_at,
    course_of,
    learner_of,
    teacher_of,
)
from tests.factories.finance import pause_at
from tests.factories.people import resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    api_client,
    county,
    county_clerk_of,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


@pytest.fixture
def station():
    return StationFactory()


def mark(session, learner, presence="present", *, by=None, at=None, op_id=None, **more):
    at = at or session.slot.starts_at
    one = services.Mark(op_id or uuid7(), learner.pk, presence, at, **more)
    return services.call_roll(session=session, marks=[one], by=by or helper_of(session.run.station), at=at)


def over(run):
    """After the last lesson."""
    return max(session.slot.ends_at for session in sessions_of(run)) + 31 * MINUTE


def test_a_teacher_submits_and_another_person_approves_over_the_api(station):
    teacher = PostFactory(role="teacher", division=station.county).user
    body = {
        "code": "ENG1",
        "title": "英语一",
        "subject": "english",
        "audience": "child",
        "age_from": 7,
        "age_to": 12,
        "lessons": [{"title": "天气", "planned_minutes": 40}],
    }
    made = send(api_client(teacher), "/api/v1/course-drafts/", **body)
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    path = f"/api/v1/courses/{made.json()['id']}"
    assert send(api_client(teacher), "/api/v1/course-drafts/", **body).json()["code"] == "course_code_taken"
    assert send(api_client(teacher), f"{path}/submit/").json()["status"] == "in_review"
    assert send(api_client(teacher), f"{path}/approve/").status_code == 403
    assert send(api_client(county_manager_of(county())), f"{path}/approve/").status_code == 404
    assert send(api_client(county_manager_of(station.county)), f"{path}/approve/").json()["status"] == "approved"
    course = Course.objects.get()
    with pytest.raises(DatabaseError, match="do not change"), transaction.atomic():
        course.lessons.update(planned_minutes=10)
    assert services.revise_course(course=course, by=teacher, at=now()).version == 2


def test_who_wrote_a_course_does_not_approve_it_under_any_login(station):
    course = course_of(station.county, approved=False)
    with pytest.raises(SamePerson):
        services.approve_course(course=course, by=course.author, at=now())
    with pytest.raises(WrongState):
        services.revise_course(course=course, by=course.author, at=now())
    with pytest.raises(services.CourseNotApproved):
        class_at(station, course=course)


def test_a_class_is_on_the_calendar_with_all_its_lessons_or_not_at_all(station):
    course = course_of(station.county)
    first = now() + DAY
    run = class_at(station, course=course, starts=[first, first + 7 * DAY])
    assert [session.slot.starts_at for session in sessions_of(run)] == [first, first + 7 * DAY]
    before = ClassRun.objects.count()
    with pytest.raises(ResourceTaken), transaction.atomic():
        class_at(station, starts=[first - DAY / 2, first + 10 * MINUTE])
    short = teacher_of(station, until=day_in(station.zone, first))
    with pytest.raises(VettingExpired) as refused, transaction.atomic():
        class_at(station, course=course, teacher=short, starts=[first + 60 * MINUTE, first + 8 * DAY])
    assert day_in(station.zone, first + 8 * DAY).isoformat() in str(refused.value)
    with pytest.raises(services.StartsInThePast), transaction.atomic():
        class_at(station, course=course, starts=[now() - MINUTE, first + 20 * DAY])
    with pytest.raises(services.LessonsMissing), transaction.atomic():
        class_at(station, course=course, starts=[first + 20 * DAY])
    assert ClassRun.objects.count() == before


def test_e3_a_minor_without_consent_is_refused_and_a_missing_birth_date_counts_as_one(station):
    run, partner = class_at(station), partner_of(station)
    child, unknown = child_of(station), resident("无名", station)
    for learner in (child, unknown):
        answer = send(api_client(partner), f"/api/v1/class-runs/{run.pk}/enrolments/", learner=str(learner.pk))
        assert (answer.status_code, answer.json()["code"]) == (403, "child_consent_missing")
    with pytest.raises(IntegrityError, match="minor_learns_with_a_guardians_consent"), transaction.atomic():
        Enrolment.objects.create(run=run, learner=child, is_minor=True, requested_at=now(), status="enrolled")
    adult = resident("赵六", station, birth_date=dt.date(1990, 1, 1), birth_precision="day")
    assert services.enrol_learner(run=run, learner=adult, by=partner, at=now()).consent is None
    seat = learner_of(run, child)
    with pytest.raises(services.AlreadyEnrolled):
        services.enrol_learner(run=run, learner=child, by=partner, at=now())
    with pytest.raises(services.TeacherLearns):
        services.enrol_learner(run=run, learner=run.teacher, by=partner, at=now())
    withdraw_child_consent(child=child, purpose="education_record", reason="搬走", by=partner, at=now())
    seat.refresh_from_db(), run.refresh_from_db()
    assert (seat.status, run.seats_taken) == ("withdrawn", 1)


def test_the_age_is_that_of_the_first_lesson_and_a_freed_seat_goes_to_the_first_in_the_line(station):
    course = course_of(station.county, age_from=7, age_to=12)
    run = class_at(station, course=course, seats=1)
    old = child_of(station, age=14)
    agreed(old)
    with pytest.raises(services.AgeOutsideRange):
        services.enrol_learner(run=run, learner=old, by=partner_of(station), at=now())
    first, second, third = learner_of(run), learner_of(run), learner_of(run)
    assert [each.status for each in (first, second, third)] == ["enrolled", "waitlisted", "waitlisted"]
    services.withdraw_enrolment(enrolment=first, by=partner_of(station), at=now())
    for each in (second, third, run):
        each.refresh_from_db()
    assert (second.status, third.status, run.seats_taken) == ("enrolled", "waitlisted", 1)


def test_a_lesson_begins_at_its_time_with_an_adult_and_a_teacher_whose_checks_hold(station):
    run = class_at(station)
    [session, _later] = sessions_of(run)
    starts, helper = session.slot.starts_at, helper_of(station)
    stranger = resident("路人", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    with pytest.raises(services.NotOnThisDay):
        services.open_class_session(session=session, adult=stranger, by=helper, at=starts - 31 * MINUTE)
    with pytest.raises(AdultNeeded):
        services.open_class_session(session=session, adult=stranger, by=helper, at=starts)
    run.teacher.vettings.update(valid_to_date=day_in(station.zone, now()) - DAY)
    with pytest.raises(VettingExpired):
        begun(run)
    run.teacher.vettings.update(valid_to_date=day_in(station.zone, now()) + 30 * DAY)
    assert begun(run).status == "open"
    run.refresh_from_db()
    assert run.status == "running"


def test_minutes_are_presence_and_what_was_watched_each_second_once(station):
    """Of a lesson of 40 minutes: there from the beginning, from minute 10, and only the recording."""
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    there, late, away = (learner_of(run).learner for _ in range(3))
    session = begun(run)
    starts = session.slot.starts_at
    mark(session, there)
    mark(session, late, "late", at=starts + 10 * MINUTE)
    mark(session, away, "absent")
    services.close_class_session(session=session, by=None, at=starts + 50 * MINUTE)
    assert minutes_of(run) == {there.pk: 40, late.pk: 30}
    watched = [(away, 0, 300), (away, 200, 659), (late, 60, 900), (there, 0, 900), (away, 0, 2401)]
    events = [Watched(uuid7(), who.pk, session.lesson_id, first, last, starts + DAY) for who, first, last in watched]
    enrolments, by = Enrolment.objects.all(), helper_of(station)
    answers = services.record_learning(events=events, enrolments=enrolments, by=by, at=now())
    assert answers == ["accepted"] * 4 + ["rejected"]
    again = services.record_learning(events=events[:2], enrolments=enrolments, by=by, at=now())
    assert again == ["duplicate"] * 2
    stranger = Watched(uuid7(), child_of(station).pk, session.lesson_id, 0, 60, now())
    assert services.record_learning(events=[stranger], enrolments=enrolments, by=by, at=now()) == ["rejected"]
    assert minutes_of(run) == {there.pk: 40, late.pk: 39, away.pk: 10}
    [progress] = progress_of(away, run.course)
    assert (progress.seconds, progress.progress_bp) == (659, 659 * 10_000 // 2400)


def test_320_of_400_minutes_pass_and_319_do_not_and_certificates_count_without_gaps(station):
    course = course_of(station.county, minutes=(180, 180, 40), code="BILLS")
    run = class_at(station, course=course)
    enough, short = learner_of(run).learner, learner_of(run).learner
    for number in (0, 1):
        session = begun(run, number=number)
        starts = session.slot.starts_at
        for learner, minutes in ((enough, 160), (short, 160 if number else 159)):
            mark(session, learner, "late", at=starts + (180 - minutes) * MINUTE)
        services.close_class_session(session=session, by=None, at=session.slot.ends_at)
    with pytest.raises(WrongState):
        services.complete_class(run=run, by=None, at=now())
    ended = over(run)
    services.end_sessions(at=ended), services.end_sessions(at=ended)
    statuses = {each.learner_id: (each.status, each.minutes) for each in run.enrolments.all()}
    assert statuses == {enough.pk: ("completed", 320), short.pk: ("expired", 319)}
    certificate = CourseCertificate.objects.get()
    year = day_in(station.zone, ended).year
    assert (certificate.learner, certificate.serial) == (enough, serial_of("BILLS", year, 1))
    assert {"education.course_completed", "education.certificate_issued"} <= set(
        Event.objects.values_list("name", flat=True)
    )
    assert serial_of("ENG1", 2026, 123) == "ENG1-2026-000123-3"
    assert serial_of("BILLS", 2026, 4217) == "BILLS-2026-004217-Z"


def completed(station):
    """A class whose one learner has the certificate."""
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    learner_of(run, child_of(station, name="张小雨"))
    session = begun(run)
    mark(session, run.enrolments.get().learner)
    services.end_sessions(at=over(run))
    return CourseCertificate.objects.get()


def test_e13_anybody_verifies_a_certificate_which_says_revoked_at_once_and_only_the_first_character(station, client):
    certificate = completed(station)
    address = reverse("verify", args=[certificate.token])
    page = client.get(address).content.decode()
    assert "张**" in page
    assert not {"小雨", station.name, "320"} & {word for word in ("小雨", station.name) if word in page}
    assert client.get(reverse("verify-picture", args=[certificate.token])).content.startswith(b"<svg")
    unknown = [client.get(reverse("verify", args=[token])) for token in ("A" * 26, "no", certificate.token.lower())]
    assert {answer.status_code for answer in unknown} == {404}
    assert len({answer.content.split(b"<main")[1].split(b"</main>")[0] for answer in unknown}) == 1
    manager, path = county_manager_of(station.county), f"/api/v1/course-certificates/{certificate.pk}/revoke/"
    assert send(api_client(partner_of(station)), path, reason="冒名").status_code == 403
    assert send(api_client(manager), path, reason="冒名").json()["status"] == "revoked"
    assert send(api_client(manager), path, reason="冒名").json()["code"] == "wrong_state"
    client.force_login(partner_of(station))
    revoked = client.get(address).content.decode()
    assert "message bad" in revoked
    for language, words in (("en", "Certificate of completion"), ("zh-hans", "结业证书")):
        paper = client.get(reverse("courses:print-certificate", args=[certificate.pk]), {"in": language})
        assert words in paper.content.decode()
        assert "张小雨" in paper.content.decode()


def test_childrens_names_are_seen_at_their_station_alone_and_each_reading_is_recorded(station, client):
    run = class_at(station)
    child = learner_of(run, child_of(station, name="金丝雀")).learner
    session = begun(run)
    pages = [reverse("courses:class", args=[run.pk]), reverse("courses:lesson", args=[session.pk])]
    pages.append(reverse("courses:enrolment", args=[run.enrolments.get().pk]))
    for reader in (county_clerk_of(station.county), county_manager_of(station.county), course_author(run)):
        client.force_login(reader)
        second = client.session
        second["second_factor_at"] = now().isoformat()
        second.save()
        assert not any("金丝雀" in client.get(page).content.decode() for page in pages)
        assert api_client(reader).get(f"/api/v1/learners/{child.pk}/record/").status_code in {403, 404}
    seen = AccessRead.objects.filter(person=child).exclude(what="refused")
    assert not seen.exists()
    client.force_login(helper_of(station))
    for page in pages:
        assert "金丝雀" in client.get(page).content.decode()
    assert seen.count() == len(pages)
    elsewhere = helper_of(StationFactory(county=station.county))
    client.force_login(elsewhere)
    assert {client.get(page).status_code for page in pages} == {404}


def course_author(run):
    return run.course.author


def test_a_cancelled_class_frees_the_room_and_tells_every_family(station):
    run = class_at(station)
    seat = learner_of(run)
    guardian = seat.consent.given_by
    type(guardian).objects.filter(pk=guardian.pk).update(phone="+8613800000001")
    services.cancel_class(run=run, reason="老师生病", by=partner_of(station), at=now())
    seat.refresh_from_db()
    assert seat.status == "withdrawn"
    assert set(run.sessions.values_list("status", flat=True)) == {"cancelled"}
    assert not Claim.objects.filter(session__in=run.sessions.values("slot"), is_active=True).exists()
    assert Notice.objects.filter(template="class_cancelled").count() == 1
    with pytest.raises(WrongState):
        services.enrol_learner(run=run, learner=child_of(station), by=partner_of(station), at=now())


def test_in_kuwait_twenty_is_a_child_and_days_are_those_of_the_station():
    station = StationFactory(county=county(country="KW"), zone="Asia/Kuwait")
    first = dt.datetime.combine(now().date() + 3 * DAY, dt.time(21, 30), tzinfo=dt.UTC)
    run = class_at(station, course=course_of(station.county, minutes=(40,)), starts=[first])
    assert run.starts_date == first.date() + DAY, "half past nine in the evening of UTC is the next day there"
    grown = child_of(station, age=20)
    with pytest.raises(ConsentMissing):
        services.enrol_learner(run=run, learner=grown, by=partner_of(station), at=now())


def test_a_draft_that_is_edited_on_its_page_keeps_what_the_form_does_not_ask_for(station, client):
    teacher = PostFactory(role="teacher", division=station.county).user
    plans = [services.LessonPlan("天气", 40, has_recording=False), services.LessonPlan("季节", 40)]
    about = {"code": "ENG1", "title": "英语一", "subject": "english", "audience": "child", "lessons": plans}
    draft = services.CourseDraft(**about, minutes_required_bp=10_000, gives_certificate=False, certificate_months=12)
    course = services.draft_course(county=station.county, draft=draft, by=teacher, at=now())
    client.force_login(teacher)
    typed = {
        "code": "ENG1",
        "title": "英语二",
        "subject": "english",
        "audience": "child",
        "lessons": "天气, 45\n季节, 40",
    }
    address = reverse("courses:course-edit", args=[course.pk])
    assert client.post(address, typed | {"key": "k" * 32}).status_code == 303
    course.refresh_from_db()
    kept = (course.title, course.minutes_required_bp, course.gives_certificate, course.certificate_months)
    assert kept == ("英语二", 10_000, False, 12)
    assert list(course.lessons.values_list("planned_minutes", "has_recording")) == [(45, False), (40, True)]


def test_a_second_login_of_the_author_is_not_asked_to_approve(station):
    person = resident("林老师", station, birth_date=dt.date(1985, 1, 1), birth_precision="day")
    course = course_of(station.county, approved=False)
    type(course.author).objects.filter(pk=course.author_id).update(person=person, is_active=False)
    manager, other = county_manager_of(station.county), county_manager_of(station.county)
    type(manager).objects.filter(pk=manager.pk).update(person=person)
    to_approve = next(need for need in CONSOLE.needs if need.name == "courses.approve")
    manager.refresh_from_db()
    assert not to_approve.rows(user=manager, at=now()).exists()
    assert to_approve.rows(user=other, at=now()).exists()
    assert not _is_of_another(Course.objects.get(), manager)
    assert _is_of_another(Course.objects.get(), other)


def test_in_the_night_of_coming_of_age_in_kuwait_the_learner_is_told_in_the_morning_there():
    station = StationFactory(county=county(country="KW"), zone="Asia/Kuwait")
    at = dt.datetime(2026, 5, 4, 22, tzinfo=dt.UTC)
    grown = resident("张小雨", station, birth_date=dt.date(2005, 5, 5), birth_precision="day", phone="+96550012345")
    tell_family(grown, "class_seat_free", station=station, key="k", at=at, title="英语一")
    notice = Notice.objects.get(template="class_seat_free")
    assert (notice.zone, notice.send_at) == ("Asia/Kuwait", dt.datetime(2026, 5, 5, 5, tzinfo=dt.UTC))


def test_where_the_county_has_paused_the_classroom_no_class_opens_and_no_lesson_begins(station):
    run = class_at(station)
    pause_at(station, "super_classroom")
    with pytest.raises(ServiceNotOpen):
        begun(run)
    with pytest.raises(ServiceNotOpen):
        class_at(station, course=run.course)
    assert (ClassRun.objects.count(), sessions_of(run)[0].status) == (1, "planned")


def test_whoever_has_died_leaves_every_class_and_the_next_one_gets_the_seat(station):
    run = class_at(station, seats=1)
    seat, waiting = learner_of(run), learner_of(run)
    record_death(person=seat.learner, died_date=day_in(station.zone, now()), by=partner_of(station), at=now())
    run_jobs(now())
    seat.refresh_from_db(), waiting.refresh_from_db()
    assert (seat.status, waiting.status) == ("withdrawn", "enrolled")


def test_nothing_is_stored_of_what_somebody_watched_after_leaving_or_after_the_consent_ran_out(station):
    run = class_at(station)
    seat, stays, left = learner_of(run), learner_of(run), now()
    services.withdraw_enrolment(enrolment=seat, by=partner_of(station), at=left)
    lesson = sessions_of(run)[0].lesson_id
    events = [
        Watched(uuid7(), seat.learner_id, lesson, 0, 60, left + hours * dt.timedelta(hours=1)) for hours in (-1, 1)
    ]
    by = helper_of(station)
    answers = services.record_learning(events=events, enrolments=Enrolment.objects.all(), by=by, at=now())
    assert answers == ["accepted", "rejected"]
    over = left + dt.timedelta(days=400)
    late = [Watched(uuid7(), stays.learner_id, lesson, 0, 60, made) for made in (left, over, over + 400 * DAY)]
    answers = services.record_learning(events=late, enrolments=Enrolment.objects.all(), by=by, at=over)
    assert answers == ["accepted", "rejected", "rejected"], "a clock that is ahead does not change the day"


def test_a_clock_that_was_set_back_loses_nothing_while_the_consent_holds_today_and_helps_nobody_afterwards(station):
    run = class_at(station)
    child, by = learner_of(run), helper_of(station)
    grown = resident("李四", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    adult = services.enrol_learner(run=run, learner=grown, by=partner_of(station), at=now())
    lesson, unset = sessions_of(run)[0].lesson_id, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

    def send(at):
        events = [Watched(uuid7(), seat.learner_id, lesson, 0, 60, unset) for seat in (child, adult)]
        return services.record_learning(events=events, enrolments=Enrolment.objects.all(), by=by, at=at)

    assert send(now()) == ["accepted", "accepted"]
    assert send(now() + 400 * DAY) == ["rejected", "accepted"]
