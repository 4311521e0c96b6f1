"""Two who come at once to the same quiz."""

import pytest
from django.utils.timezone import now

from education.models import QuizAttempt
from education.quizzes.services import close_quiz, finish_quiz, start_quiz
from tests.factories.education import class_at, learner_of
from tests.factories.quizzes import answered, quiz_of
from tests.factories.stations import StationFactory, partner_of
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_those_who_begin_the_last_attempt_at_once_begin_one():
    station = StationFactory()
    run = class_at(station)
    enrolment, quiz, partner = learner_of(run), quiz_of(run.course, max_attempts=1), partner_of(station)
    at = now()
    begun = together(*[lambda: start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=at).pk for _ in range(3)])
    assert len(set(begun)) == 1
    assert QuizAttempt.objects.count() == 1


def test_an_attempt_that_is_handed_in_while_the_quiz_is_closed_is_marked_once():
    station = StationFactory()
    run = class_at(station)
    enrolment, quiz, partner = learner_of(run), quiz_of(run.course), partner_of(station)
    attempt = start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=now())
    answered(attempt, ["1"], ["8"], by=partner)
    answers = together(
        lambda: finish_quiz(attempt=attempt, by=partner, at=now()).status,
        lambda: close_quiz(quiz=quiz, by=quiz.author, at=now()).status,
    )
    assert answers in (["passed", "closed"], ["wrong_state", "closed"])
    attempt.refresh_from_db()
    assert (attempt.status, attempt.earned) == ("passed", 2)
