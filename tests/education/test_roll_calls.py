"""A roll call of thirty is one press, loses nothing, and two who call it at once both stay."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.events.services import publish
from core.fields import uuid7
from core.language.reasons import ReasonMissing
from core.notices.models import Notice
from education.courses import services
from education.courses.forms import field_of
from education.courses.services.watching import Watched
from education.models import AttendanceRecord, ChildFile, Enrolment, LearningEvent
from education.safeguarding.services import record_child_file, withdraw_child_consent
from stations.accounts.queries import people_in_role
from stations.models import Person
from tests.factories.education import begun, child_of, class_at, course_of, farmer_of, learner_of
from tests.factories.stations import PostFactory, StationFactory, helper_of, partner_of, token_for
from tests.jobs import run_jobs

WIRE = 25_000
MOST_STATEMENTS = 10


def roll(session, presence="present", *, learners=None):
    who = learners or session.run.enrolments.values_list("learner", flat=True)
    return [services.Mark(uuid7(), learner, presence, session.slot.starts_at) for learner in who]


def call(session, marks, by):
    return services.call_roll(session=session, marks=marks, by=by, at=session.slot.starts_at)


@pytest.mark.django_db
def test_a_roll_call_of_thirty_is_one_press_in_few_statements_on_a_light_page(client):
    station = StationFactory()
    run = class_at(station)
    for _ in range(30):
        learner_of(run)
    session = begun(run)
    client.force_login(helper_of(station))
    address = reverse("courses:lesson", args=[session.pk])
    page = client.get(address, headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert len(page.content) <= WIRE
    learners = list(run.enrolments.values_list("learner", flat=True))
    sent = {field_of(learner): "present" for learner in learners} | {"key": "roll-call-of-thirty"}
    sent |= {field_of(learners[0]): "late", field_of(learners[1]): "absent"}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(reverse("courses:lesson-roll", args=[session.pk]), sent)
    own = [query["sql"] for query in asked if "education_" in query["sql"] or "stations_consent" in query["sql"]]
    assert answer.status_code == 303
    assert 0 < len(own) <= MOST_STATEMENTS, "\n".join(own)
    assert client.post(reverse("courses:lesson-roll", args=[session.pk]), sent).status_code == 303
    marks = AttendanceRecord.objects.filter(session=session, is_current=True)
    assert sorted(marks.values_list("presence", flat=True)) == ["absent", "late", *["present"] * 28]
    call_of(session, learners)
    few = call_of(session, learners[:2])
    many = call_of(session, learners)
    assert few == many <= MOST_STATEMENTS


def call_of(session, learners):
    """How many statements a roll call of these takes."""
    with CaptureQueriesContext(connection) as asked:
        call(session, roll(session, learners=learners), helper_of_run(session))
    return len([query for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def helper_of_run(session):
    return session.run.opened_by


@pytest.mark.django_db
def test_two_sheets_are_both_stored_differ_and_are_settled_by_a_correction_with_a_reason():
    station = StationFactory()
    run = class_at(station)
    child, other = learner_of(run).learner, learner_of(run).learner
    session, first, second = begun(run), helper_of(station), partner_of(station)
    mine = roll(session)
    call(session, mine, first), call(session, mine, first)
    call(session, roll(session, learners=[other.pk]), second)
    session.refresh_from_db()
    assert (session.records.count(), session.differs) == (3, False)
    call(session, roll(session, "absent", learners=[child.pk]), second)
    session.refresh_from_db()
    assert (session.records.filter(is_current=True).count(), session.differs) == (2, True)
    assert set(session.records.filter(is_current=True).values_list("presence", flat=True)) == {"present"}
    correct = {"op_id": uuid7(), "learner": child.pk, "presence": "absent", "made_at": session.slot.starts_at}
    with pytest.raises(ReasonMissing):
        call(session, [services.Mark(**correct, corrects=True)], second)
    call(session, [services.Mark(**correct, corrects=True, reason="他没来")], second)
    session.refresh_from_db()
    assert session.differs is False
    assert session.records.get(learner=child, is_current=True).presence == "absent"
    with pytest.raises(services.NotInClass):
        call(session, roll(session, learners=[child_of(station).pk]), first)
    with pytest.raises(DatabaseError, match="neither deleted nor rewritten"), transaction.atomic():
        AttendanceRecord.objects.filter(learner=child).update(presence="present")
    with pytest.raises(DatabaseError, match="neither deleted nor rewritten"), transaction.atomic():
        session.records.filter(learner=other, is_current=False).delete()


@pytest.mark.usefixtures("own_database")
def test_e5_two_helpers_and_a_phone_that_sends_twice_at_once_lose_nothing():
    station = StationFactory()
    run = class_at(station)
    for _ in range(30):
        services.enrol_learner(run=run, learner=farmer_of(station), by=partner_of(station), at=now())
    session, helpers = begun(run), [helper_of(station), helper_of(station)]
    sheets = [roll(session), roll(session, "late")]

    def send(number):
        try:
            call(session, sheets[number % 2], helpers[number % 2])
        finally:
            connection.close()

    lesson, child = session.lesson_id, run.enrolments.order_by("pk")[0].learner_id
    events = [Watched(uuid7(), child, lesson, 100 * part, 100 * part + 150, now()) for part in range(8)]

    def watch(number):
        try:
            order = events if number % 2 else events[::-1]
            enrolments = Enrolment.objects.all()
            return services.record_learning(events=order, enrolments=enrolments, by=helpers[0], at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(6)))  # each sheet three times: an app that was killed sends its own again
        answers = [answer for found in pool.map(watch, range(4)) for answer in found]
    session.refresh_from_db()
    assert (session.records.filter(is_current=True).count(), session.records.count()) == (30, 60)
    assert session.differs
    assert answers.count("accepted") == LearningEvent.objects.count() == 8
    assert answers.count("duplicate") == 24


@pytest.mark.usefixtures("own_database")
def test_e2_the_last_seats_go_to_so_many_and_the_others_wait_in_their_order():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)), seats=5)
    people, partner = [farmer_of(station) for _ in range(50)], partner_of(station)
    path, token = f"/api/v1/class-runs/{run.pk}/enrolments/", token_for(partner)

    def enrol(person, key="enrol"):
        headers = {"Authorization": f"Token {token}", "Idempotency-Key": f"{key}-{person.pk}"}
        try:
            return Client().post(path, {"learner": str(person.pk)}, "application/json", headers=headers).json()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(enrol, people))
        again = list(pool.map(enrol, people[:6]))
    assert Counter(answer["status"] for answer in answers) == {"enrolled": 5, "waitlisted": 45}
    assert again == answers[:6]
    assert enrol(people[0], key="anew")["code"] == "already_enrolled"
    run.refresh_from_db()
    assert (run.seats_taken, run.enrolments.count()) == (5, 50)
    assert (
        list(run.enrolments.order_by("pk").values_list("status", flat=True)) == ["enrolled"] * 5 + ["waitlisted"] * 45
    )


def late(session, learner, minutes, **more):
    starts = session.slot.starts_at
    return services.Mark(uuid7(), learner, "late", starts, from_at=starts + dt.timedelta(minutes=minutes), **more)


@pytest.mark.django_db
def test_who_confirms_the_first_of_two_sheets_settles_it_and_only_for_whom_it_is_confirmed(client):
    station = StationFactory()
    run = class_at(station)
    first, second = learner_of(run).learner, learner_of(run).learner
    session, helper = begun(run), helper_of(station)
    for marks, by in ((roll(session), helper), (roll(session, "absent"), partner_of(station))):
        services.call_roll(session=session, marks=marks, by=by, at=now())
    corrected = services.Mark(uuid7(), second.pk, "absent", session.slot.starts_at, corrects=True, reason="他没来")
    services.call_roll(session=session, marks=[corrected], by=helper, at=now())
    session.refresh_from_db()
    assert session.differs, "of the first child nobody has said which sheet is right"
    client.force_login(helper)
    sent = {field_of(first.pk): "present", field_of(second.pk): "absent", "is_correction": "on", "reason": "他来了"}
    address = reverse("courses:lesson-roll", args=[session.pk])
    assert client.post(address, sent | {"key": "the-first-was-right"}).status_code == 303
    session.refresh_from_db()
    assert not session.differs
    assert session.records.get(learner=first, is_current=True).reason == "他来了"
    assert session.records.count() == 6
    with pytest.raises(DatabaseError), transaction.atomic():
        session.records.filter(learner=first).update(reason="–")
    for child in (first, second):
        record_child_file(child=child, left_behind="one_parent", school="桑园小学", by=helper, at=now())
    Person.objects.filter(pk=first.pk).update(erased_at=now(), birth_date=None, birth_precision="unknown")
    publish("stations.person_erased", at=now(), person=str(first.pk), station=station.pk, county=station.county_id)
    run_jobs()
    left = session.records.filter(is_current=True).order_by("learner").values_list("learner", "presence", "reason")
    assert sorted(left, key=lambda row: row[2]) == [(first.pk, "present", "–"), (second.pk, "absent", "他没来")], (
        "of a learner who is erased the words go"
    )
    assert [file.child for file in ChildFile.objects.all()] == [second]


@pytest.mark.django_db
def test_a_corrected_arrival_counts_and_one_that_is_not_named_stays():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    child, session = learner_of(run).learner, begun(run)
    helper = helper_of(station)
    call(session, [late(session, child.pk, 10)], helper)
    call(session, [late(session, child.pk, 25, corrects=True, reason="看错了")], helper)
    again = services.Mark(uuid7(), child.pk, "late", now(), corrects=True, reason="同上")
    call(session, [again], helper)
    mark = session.records.get(is_current=True)
    assert mark.from_at == session.slot.starts_at + dt.timedelta(minutes=25)
    assert session.records.count() == 2


@pytest.mark.django_db
def test_a_device_whose_clock_is_centuries_off_stops_no_class():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    early, far = learner_of(run).learner, learner_of(run).learner
    session, helper = begun(run), helper_of(station)
    for learner, year in ((early, 1901), (far, 2199)):
        clock = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
        call(session, [services.Mark(uuid7(), learner.pk, "late", clock)], helper)
    services.end_sessions(at=session.slot.ends_at + dt.timedelta(minutes=31))
    assert {each.learner_id: each.minutes for each in run.enrolments.all()} == {early.pk: 40, far.pk: 0}


@pytest.mark.django_db
def test_managers_hear_once_and_without_a_name_of_a_mark_that_came_after_the_consent_was_withdrawn():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    child, other = learner_of(run).learner, learner_of(run).learner
    manager, session, helper = (
        PostFactory(role="county_manager", division=station.county).user,
        begun(run),
        helper_of(station),
    )
    PostFactory(role="county_manager", division=StationFactory().county)
    marks = roll(session, learners=[child.pk, other.pk])
    withdraw_child_consent(child=child, purpose="education_record", reason="奶奶不同意", by=helper, at=now())
    for _twice in range(2):
        services.call_roll(session=session, marks=marks, by=helper, at=now())
    call(session, roll(session, "late", learners=[child.pk]), helper)
    told = Notice.objects.filter(template="attended_without_consent")
    assert {each.user for each in told} == set(
        people_in_role("county_manager", at=now(), station=station).values_list("pk", flat=True)
    )
    assert told.get(user=manager.pk).params.keys() == {"station", "title", "day"}
    assert told.count() == len({each.user for each in told})
    assert session.records.filter(lacks_consent=True, learner=child).count() == 2
    assert not session.records.filter(lacks_consent=True, learner=other).exists()
