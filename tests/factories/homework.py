"""Homework for tests, set and handed in by the services of the field."""

import datetime as dt
from typing import Any

from education.courses.models import ClassSession
from education.homework.models import HomeworkSubmission, HomeworkTask
from education.homework.services import HomeworkDraft, set_homework, submit_homework
from education.tutoring.models import TutoringSession
from stations.accounts.models import User
from stations.people.models import Person
from tests.factories.claims import picture
from tests.factories.stations import PostFactory, UserFactory, helper_of

DAY = dt.timedelta(days=1)


def teacher_login(lesson: ClassSession) -> User:
    """The login of the teacher who holds this lesson."""
    known = User.objects.filter(person=lesson.run.teacher).first()
    if known is not None:
        return known
    user = UserFactory(person=lesson.run.teacher)
    PostFactory(user=user, role="teacher", division=lesson.run.station.county)
    return user


def task_of(
    lesson: ClassSession | TutoringSession, *, at: dt.datetime, by: User | None = None, **values: Any
) -> HomeworkTask:
    """Homework after a lesson, due in a week."""
    if by is None:
        by = lesson.tutor.login if isinstance(lesson, TutoringSession) else teacher_login(lesson)
    draft = HomeworkDraft(**{"title": "写三句话", "due_at": at + 7 * DAY, **values})
    return set_homework(lesson=lesson, draft=draft, by=by, at=at)


def handed_in(task: HomeworkTask, learner: Person, *, at: dt.datetime) -> HomeworkSubmission:
    """A photo of a page, handed in by a helper of the station."""
    helper = helper_of(task.station)
    return submit_homework(task=task, learner=learner, photo=picture(helper), by=helper, at=at)
