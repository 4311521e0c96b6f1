"""A teacher excuses a learner from a quiz."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, refuses
from core.history import record_change
from core.language.reasons import needs_words
from education.courses.models import Enrolment
from education.quizzes.models import Quiz, QuizWaiver
from education.quizzes.services.taking import NotLearning
from stations.accounts.models import User
from stations.two_persons import require_two_persons


class AlreadyWaived(Refused):
    """Once is enough."""

    code = "quiz_already_waived"
    message = _("This learner is already excused from this quiz.")


@refuses(NotLearning, AlreadyWaived, SamePerson)
@needs_words("reason")
@transaction.atomic
def waive_quiz(*, enrolment: Enrolment, quiz: Quiz, reason: str, by: User, at: dt.datetime) -> QuizWaiver:
    """The certificate does not ask this learner for the quiz. Raises `SamePerson` for who learns there themselves."""
    enrolment = lock(enrolment)
    if enrolment.status != Enrolment.Status.ENROLLED or enrolment.run.course_id != quiz.lesson.course_id:
        raise NotLearning
    require_two_persons(by, enrolment.learner_id)
    if QuizWaiver.objects.filter(enrolment=enrolment, quiz=quiz).exists():
        raise AlreadyWaived
    made = QuizWaiver.objects.create(enrolment=enrolment, quiz=quiz, reason=reason, waived_by=by, waived_at=at)
    record_change(made, old="", new="waived", at=at, actor=by.pk, reason=reason)
    return made
