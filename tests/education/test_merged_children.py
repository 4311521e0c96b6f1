"""A child under two records: what rests on a consent goes on under the record that stands, and ends with it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.fields import uuid7
from education.courses.queries import minutes_of, progress_of, roll_of
from education.courses.services import (
    AlreadyEnrolled,
    Mark,
    Watched,
    call_roll,
    close_class_session,
    complete_class,
    enrol_learner,
    issue_certificates,
    record_learning,
    return_second_seats,
    withdraw_enrolment,
)
from education.homework.queries import lines_of, tasks
from education.homework.services import HomeworkDraft, set_homework
from education.hotlines.models import CallContact, Caller
from education.hotlines.queries import SILENT, contacts_of
from education.hotlines.services import dial_call, end_call, is_open_to_dial
from education.models import AttendanceRecord, Enrolment
from education.safeguarding.queries import agreed_on
from education.safeguarding.services import withdraw_child_consent
from education.tutoring.queries import learners_of, sessions
from education.tutoring.services import start_tutoring
from stations.duplicates.services import unmerge_persons
from stations.models import AccessRead
from tests.factories.calls import booth_at, call_of, parent_of
from tests.factories.education import begun, child_of, class_at, learner_of
from tests.factories.homework import handed_in, task_of
from tests.factories.people import merged
from tests.factories.stations import StationFactory, api_client, county_manager_of, helper_of, partner_of
from tests.factories.tutoring import booked, learner_at, tutor_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def two_records():
    """Two records of one child at a station."""
    station = StationFactory()
    return station, child_of(station, name="陈小宝"), child_of(station, name="陈小宝", guardian=False)


def test_a_merged_child_stays_in_class_once_with_its_consent_and_leaves_it_when_that_ends(client):
    station, gone, kept = two_records()
    run = class_at(station)
    seat = learner_of(run, gone)
    lesson = begun(run)
    merged(kept, gone)
    at, partner = lesson.slot.starts_at, partner_of(station)
    assert agreed_on([gone.pk], "education_record", at.date()) == {gone.pk}
    assert [line.has_consent for line in roll_of(lesson)] == [True]
    call_roll(session=lesson, marks=[Mark(seat.pk, gone.pk, "present", at)], by=partner, at=at)
    assert AttendanceRecord.objects.get().lacks_consent is False
    with pytest.raises(AlreadyEnrolled):
        enrol_learner(run=run, learner=kept, by=partner, at=at)
    other = class_at(station, course=run.course, starts=[at + dt.timedelta(days=day) for day in (1, 8)])
    enrol_learner(run=other, learner=kept, by=partner, at=now())
    stretch = {"lesson": lesson.lesson_id, "seconds_from": 0, "seconds_to": 600, "made_at": at}
    watched = Watched(event_id=lesson.pk, learner=gone.pk, **stretch)
    record_learning(events=[watched], enrolments=Enrolment.objects.all(), by=partner, at=at)
    assert [each.seconds for each in progress_of(kept, run.course)] == [600, 0]
    device = api_client(helper_of(station))
    for record in (gone, kept):
        told = device.get(f"/api/v1/learners/{record.pk}/record/").json()
        assert len(told["enrolments"]) == 2
        assert told["progress"][0]["seconds"] == 600
    stranger = helper_of(StationFactory(county=station.county))
    assert api_client(stranger).get(f"/api/v1/learners/{gone.pk}/record/").status_code == 403
    assert AccessRead.objects.filter(person=kept, what="learning_record").count() == 2
    withdraw_child_consent(child=kept, purpose="education_record", reason="搬家", by=partner, at=at)
    assert set(Enrolment.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_two_seats_of_one_child_become_one_with_what_was_learnt_under_both_and_the_next_in_line_gets_the_other():
    station = StationFactory()
    gone, kept = (child_of(station, name="陈小宝") for _ in range(2))
    run = class_at(station, seats=2)
    first, second = learner_of(run, gone), learner_of(run, kept)
    waiting, partner = learner_of(run), partner_of(station)
    for seat, number in ((first, 0), (second, 1)):
        lesson = begun(run, number=number)
        at = lesson.slot.starts_at
        call_roll(session=lesson, marks=[Mark(uuid7(), seat.learner_id, "present", at)], by=partner, at=at)
        if seat is second:
            task = task_of(lesson, at=at)
            submission = handed_in(task, kept, at=at)
        close_class_session(session=lesson, by=partner, at=lesson.slot.ends_at)
    merged(kept, gone)
    run_jobs(now())
    for seat in (first, second, waiting):
        seat.refresh_from_db()
    assert [seat.status for seat in (first, second, waiting)] == ["enrolled", "withdrawn", "enrolled"]
    assert minutes_of(run)[gone.pk] == 80
    watched = [Watched(uuid7(), record.pk, task.session.lesson_id, 0, 60, now()) for record in (gone, kept)]
    answers = record_learning(events=watched, enrolments=Enrolment.objects.all(), by=partner, at=now())
    assert answers == ["accepted", "accepted"], "a device may know the child by either record"
    assert [line.submission for line in lines_of(task) if line.learner == gone] == [submission]
    complete_class(run=run, by=None, at=run.sessions.latest("closed_at").closed_at)
    first.refresh_from_db()
    assert (first.status, first.minutes) == ("completed", 80)
    assert issue_certificates(run=run, completed=[first], at=now()) == [], "one for each person"


def test_who_was_merged_by_mistake_is_on_the_class_again_once_the_merge_is_undone():
    station = StationFactory()
    gone, kept = (child_of(station, name="陈小宝") for _ in range(2))
    run, partner = class_at(station), partner_of(station)
    first, second = learner_of(run, gone), learner_of(run, kept)
    merge = merged(kept, gone)
    run_jobs(now())
    second.refresh_from_db()
    assert second.status == "withdrawn"
    unmerge_persons(merge=merge, actor=county_manager_of(station.county), at=now(), reason="两个孩子")
    run_jobs(now())
    seated = run.enrolments.filter(status="enrolled")
    assert set(seated.values_list("learner", flat=True)) == {gone.pk, kept.pk}
    withdraw_enrolment(enrolment=seated.get(learner=kept), by=partner, at=now(), reason="搬家")
    learners = [first.learner, kept]
    assert return_second_seats(learners=learners, at=now()) == 0, "the family has taken the child off the class since"


def test_two_places_in_a_lesson_with_a_tutor_are_one_whose_homework_is_handed_in_under_either_record():
    station = StationFactory()
    tutor, gone, kept = tutor_of(station), learner_at(station), learner_at(station)
    session = booked(tutor, gone, kept)
    merged(kept, gone)
    session = sessions().get(pk=session.pk)
    at = session.booking.slot.starts_at
    assert learners_of(session) == [gone]
    adult = kept.guardianships.first().guardian
    session = start_tutoring(session=session, adult=adult, by=partner_of(station), at=at)
    draft = HomeworkDraft(title="十题", due_at=at + dt.timedelta(days=1))
    task = set_homework(lesson=session, draft=draft, by=tutor.login, at=at)
    submission = handed_in(task, kept, at=at)
    assert submission.learner == gone
    assert [line.submission for line in lines_of(tasks().get(pk=task.pk))] == [submission]
    for record in (gone, kept):
        [told] = api_client(helper_of(station)).get(f"/api/v1/learners/{record.pk}/record/").json()["homework"]
        assert (told["task"]["id"], told["submission"]["status"]) == (str(task.pk), "submitted")


def test_a_merged_child_calls_home_and_a_withdrawal_ends_calls_and_list_of_both_records(client):
    station, gone, kept = two_records()
    booth_at(station)
    call = call_of(parent_of(gone))
    merged(kept, gone)
    starts_at, partner = call.booking.slot.starts_at, partner_of(station)
    call.refresh_from_db()
    assert is_open_to_dial(call, starts_at)
    later = call_of(contacts_of(kept).get(), at=starts_at, key="later")
    assert later.consent.person == kept
    parent_of(kept, phone="+244923120102", at=now())
    run_jobs(now())
    month_later = now() + dt.timedelta(days=31)
    assert [each.child for each in Caller.objects.unreached(month_later - SILENT)] == [kept], "a child is counted once"
    call = dial_call(call=call, result="connected", by=partner, at=starts_at)
    call = end_call(call=call, by=partner, at=starts_at + dt.timedelta(minutes=2))
    assert call.outcome == "talked"
    client.force_login(partner)
    page = client.get(reverse("hotlines:child", args=[kept.pk]))
    assert "陈建国" in page.content.decode()
    withdraw_child_consent(child=kept, purpose="parent_calls", reason="不同意", by=partner, at=starts_at)
    later.booking.refresh_from_db()
    assert later.booking.status == "cancelled"
    assert not CallContact.objects.filter(is_active=True).exists()
    run_jobs()
