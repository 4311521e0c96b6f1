"""Two who come at once to the same homework."""

import pytest

from education.homework.services import grade_homework, return_homework, submit_homework
from education.models import HomeworkPhoto, HomeworkSubmission
from tests.factories.claims import picture
from tests.factories.education import begun, class_at, learner_of
from tests.factories.homework import handed_in, task_of, teacher_login
from tests.factories.stations import StationFactory, helper_of
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_two_who_hand_in_for_one_learner_at_once_hand_in_one_photo():
    run = class_at(StationFactory())
    learner = learner_of(run).learner
    lesson = begun(run)
    at, helper = lesson.slot.starts_at, helper_of(run.station)
    task = task_of(lesson, at=at)
    photos = [picture(helper, seed=number) for number in (1, 2)]
    answers = together(
        *[
            lambda photo=photo: submit_homework(task=task, learner=learner, photo=photo, by=helper, at=at).status
            for photo in photos
        ]
    )
    assert sorted(answers) == ["submitted", "wrong_state"]
    assert (HomeworkSubmission.objects.count(), HomeworkPhoto.objects.count()) == (1, 1)


def test_homework_that_is_returned_and_graded_at_once_is_one_of_both():
    run = class_at(StationFactory())
    learner = learner_of(run).learner
    lesson = begun(run)
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    submission = handed_in(task_of(lesson, at=at), learner, at=at)
    answers = together(
        lambda: return_homework(submission=submission, comment="再写", by=teacher, at=at).status,
        lambda: grade_homework(submission=submission, grade="pass", by=teacher, at=at).status,
    )
    assert answers in (["returned", "wrong_state"], ["wrong_state", "graded"])
