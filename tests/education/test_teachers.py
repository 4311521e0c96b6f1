"""A teacher's home: lessons to hold, roll calls that are missing, courses that came back, checks that end."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now

from core.days import day_in
from core.fields import uuid7
from education.courses import teaching
from education.courses.console import CONSOLE
from education.courses.queries import sessions_of
from education.courses.services import Mark, call_roll, return_course
from tests.factories.education import begun, class_at, course_of, learner_of, teacher_of
from tests.factories.stations import PostFactory, StationFactory, county_manager_of, helper_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NEEDS = {need.name: need for need in CONSOLE.needs}
FIGURES = {figure.name: figure for figure in CONSOLE.figures}


@pytest.fixture
def station():
    station = StationFactory()
    with timezone.override(station.zone):
        yield station


def login_of(person, station):
    return PostFactory(role="teacher", division=station.county, user__person=person).user


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return browser


def waits(name, user, at):
    return set(NEEDS[name].rows(user=user, at=at))


def test_a_teacher_sees_the_own_lessons_of_the_day_and_whose_roll_was_not_called_and_no_child(station):
    teacher = teacher_of(station)
    user, other = login_of(teacher, station), login_of(teacher_of(station), station)
    run = class_at(station, teacher=teacher)
    enrolment = learner_of(run)
    first = sessions_of(run)[0]
    starts = first.slot.starts_at
    assert waits("courses.teaching", user, starts) == {first}
    assert waits("courses.teaching", user, starts - 2 * DAY) == waits("courses.teaching", other, starts) == set()
    assert FIGURES["courses.learners"].measure(user=user, at=starts).value == 1
    assert FIGURES["courses.today"].measure(user=user, at=starts).value == 1
    first, after = begun(run), first.slot.ends_at + DAY
    assert waits("courses.uncalled", user, after) == {first}
    browser = browser_of(user)
    page = browser.get(reverse("courses:teaching"), {"state": "ahead"}).content.decode()
    assert (first.lesson.title in page, enrolment.learner.full_name in page) == (True, False)
    assert browser.get(reverse("courses:lessons")).status_code == 403
    marks = [Mark(uuid7(), enrolment.learner_id, "present", starts)]
    call_roll(session=first, marks=marks, by=helper_of(station), at=starts)
    assert waits("courses.uncalled", user, after) == set()


def test_a_course_that_was_sent_back_waits_for_its_author_and_a_new_draft_is_no_returned_one(station):
    course = course_of(station.county, approved=False)
    return_course(course=course, reason="第二课太长", by=county_manager_of(station.county), at=now())
    author, other = course.author, login_of(teacher_of(station), station)
    assert waits("courses.returned", author, now()) == {course}
    assert waits("courses.drafts", author, now()) == waits("courses.returned", other, now()) == set()


def test_checks_that_end_within_sixty_days_or_have_ended_wait_and_a_lesson_after_their_last_day_says_so(station):
    today = day_in(station.zone, now())
    teacher = teacher_of(station, until=today + 20 * DAY)
    user = login_of(teacher, station)
    assert len(waits("courses.checks", user, now())) == 2
    assert FIGURES["courses.checked"].measure(user=user, at=now()).status == "wait"
    assert waits("courses.checks", user, now() - 60 * DAY) == set()
    assert len(waits("courses.checks", user, now() + 21 * DAY)) == 2, "also once they have ended"
    assert FIGURES["courses.checked"].measure(user=user, at=now() + 21 * DAY).status == "bad"
    assert teaching.checks(user=helper_of(station), at=now()).status == "bad"
    run = class_at(station, teacher=teacher)
    lesson = sessions_of(run)[0]
    teacher.vettings.update(valid_to_date=lesson.slot.local_date - DAY)
    browser = browser_of(user)
    type(user).objects.filter(pk=user.pk).update(language="en")
    shown = browser.get(reverse("courses:teaching"), {"state": "ahead"})
    assert "check of yours has ended by then" in shown.content.decode()
