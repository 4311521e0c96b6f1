"""The page of what one learner has handed in: its photos, the comment, the grade."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.page_actions import PageAction
from education.homework import services
from education.homework.display import status_of_submission, submission_words
from education.homework.forms import GradeForm, ReturnForm
from education.homework.machine import SUBMISSION
from education.homework.models import READ_HOMEWORK, HomeworkSubmission, HomeworkTask
from education.homework.queries import lesson_words, photos_of, submissions, voice_notes_of
from education.safeguarding.display import name_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.refused_reads import ResidentPage
from stations.people.services import log_read
from stations.requests import SignedInRequest


def _context(request: SignedInRequest, found: HomeworkSubmission) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="homework", at=now())
    return {
        "submission": found,
        "kind": status_of_submission(found),
        "words": submission_words(found),
        "name": name_for(request.user, found.learner),
        "about": lesson_words(found.task),
        "is_late": found.is_late,
        "photos": list(photos_of(found)),
        "voice_notes": list(voice_notes_of(found)),
        "history": history_of(found),
    }


def _can_be_done_again(found: HomeworkSubmission, _user: User) -> bool:
    return found.task.status == HomeworkTask.Status.SET


SUBMISSION_PAGE = ResidentPage(
    resident="learner",
    name="homework:submission",
    template="education/homework/submission.html",
    grant=READ_HOMEWORK,
    noun="submission",
    rows=submissions,
    context=_context,
    machine=SUBMISSION,
    actions={
        "grade": PageAction(
            grant="education.grade_homework",
            service=services.grade_homework,
            form=GradeForm,
            arrow="grade_homework",
            title=pgettext_lazy("homework", "Grade"),
            button=_("Record the grade"),
            doing=_("Recording…"),
        ),
        "return": PageAction(
            grant="education.return_homework",
            service=services.return_homework,
            form=ReturnForm,
            arrow="return_homework",
            is_open=_can_be_done_again,
            title=_("Return it with a comment"),
            button=_("To be done again"),
            doing=_("Recording…"),
        ),
    },
)
