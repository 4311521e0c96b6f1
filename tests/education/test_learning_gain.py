"""What was learnt at a training: the test after it less the test before it, over those who took both."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.models import Event
from education.courses.services import Mark, call_roll, end_sessions, enrol_learner
from education.models import ClassRun, Enrolment
from education.quizzes.gains import gains_in
from education.quizzes.services import finish_quiz, start_quiz
from tests.factories.education import begun, course_of, farmer_of, training_at
from tests.factories.quizzes import RAIN, answered, quiz_of
from tests.factories.stations import StationFactory, county_manager_of, helper_of, partner_of

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
QUESTIONS = [RAIN, RAIN, RAIN]


@pytest.fixture
def run():
    """A training of one session with three farmers."""
    station = StationFactory()
    course = course_of(station.county, audience="farmer", title="手机开网店", minutes=(40,))
    made = training_at(station, course=course)
    for _ in range(3):
        enrol_learner(run=made, learner=farmer_of(station), by=partner_of(station), at=now())
    return made


def result(quiz, enrolment, right):
    """An attempt with so many right answers."""
    partner = partner_of(enrolment.run.station)
    attempt = start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=now())
    answered(attempt, *([["1"]] * right + [["2"]] * (3 - right)), by=partner)
    return finish_quiz(attempt=attempt, by=partner, at=now())


def over(run):
    """The session with everybody there, and half an hour after it."""
    session = begun(run)
    at = session.slot.starts_at
    marks = [Mark(uuid.uuid4(), each.learner_id, "present", at) for each in run.enrolments.all()]
    call_roll(session=session, marks=marks, by=partner_of(run.station), at=at)
    return session.slot.ends_at + 30 * MINUTE


def gains():
    return gains_in(ClassRun.objects.all())


def test_the_gain_is_the_mean_over_those_with_both_results_and_the_best_of_each_counts(run):
    before, after = quiz_of(run.course, QUESTIONS, purpose="pre"), quiz_of(run.course, QUESTIONS, purpose="post")
    first, second, third = Enrolment.objects.order_by("requested_at")
    assert gains() == {}
    for right in (1, 0):
        result(before, first, right)
    for right in (3, 2):
        result(after, first, right)
    result(before, second, 2)
    result(after, second, 1)
    result(before, third, 0)
    gain = gains()[run.course.code]
    assert gain.learners == 2
    assert abs(gain.mean_bp - Decimal(10_000) / 6) < Decimal("0.000001")
    assert "+16.7" in gain._replace(learners=10).words
    assert "16" not in gain.words, "the mean over few would tell what one of them has reached"
    again = training_at(run.station, course=run.course, starts=[now() + dt.timedelta(hours=5)])
    enrolment = enrol_learner(run=again, learner=first.learner, by=partner_of(run.station), at=now())
    for quiz in (before, after):
        result(quiz, enrolment, 3)
    assert gains()[run.course.code].learners == 2, "who comes twice is no further learner"


def test_the_gain_stands_on_the_board_of_trainings_and_on_the_session_for_those_who_may_see_it(
    run, client, monkeypatch
):
    monkeypatch.setattr("education.quizzes.gains.FEWEST", 3)
    before, after = quiz_of(run.course, QUESTIONS, purpose="pre"), quiz_of(run.course, QUESTIONS, purpose="post")
    for enrolment in Enrolment.objects.all():
        result(before, enrolment, 1)
        result(after, enrolment, 2)
    end_sessions(at=over(run))
    client.force_login(county_manager_of(run.station.county))
    assert "+33.3" in client.get(reverse("skills:figures")).content.decode()
    client.force_login(helper_of(run.station))
    session = run.sessions.get()
    assert "+33.3" in client.get(reverse("skills:session", args=[session.pk])).content.decode()


def test_a_gate_needs_the_test_after_the_training_where_the_course_asks_for_it(run):
    after = quiz_of(run.course, QUESTIONS, purpose="post", is_mandatory=True)
    first, second, _third = Enrolment.objects.order_by("requested_at")
    result(after, first, 3)
    result(after, second, 0)
    ended = over(run)
    end_sessions(at=ended + 14 * DAY)
    completed = Event.objects.filter(name="education.course_completed").values_list("payload__person", flat=True)
    assert list(completed) == [str(first.learner_id)]
