"""A teacher writes a quiz: what it is for, its questions, when it is offered and closed."""

import datetime as dt
from functools import partial
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses.models import Course
from education.courses.models.courses import READ as READ_COURSE
from education.quizzes import services
from education.quizzes.display import key_words, percent, status_of_quiz
from education.quizzes.forms import PositionForm, QuestionForm, QuizForm
from education.quizzes.machine import QUIZ
from education.quizzes.models import READ_QUIZ, Quiz, QuizAttempt
from education.quizzes.queries import quizzes
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest

EDIT = "education.edit_quiz"
SECONDS_OF_A_MINUTE, BASIS_POINTS_OF_A_PERCENT = 60, 100


@requires(EDIT)
def new_quiz(request: SignedInRequest) -> HttpResponse:
    """A draft about a lesson of the course of the address."""
    pk = request.GET.get("course", "")
    if not pk:
        return render(request, "education/quizzes/which_course.html", {})
    courses = Course.objects.filter(status__in=Course.SETTLED)
    course = load(courses, request.user, READ_COURSE, pk=pk)
    lessons = [(str(each.pk), each.title) for each in course.lessons.all()]
    return form_page(
        request,
        operation=EDIT,
        form=QuizForm(request.POST or None, lessons=lessons),
        service=partial(_draft, course=course),
        then=page_of("quizzes:quiz"),
        template="education/quizzes/new_quiz.html",
        page=lambda: {"course": course},
        done=_("The draft is stored. Add its questions."),
    )


def _draft(
    *,
    course: Course,
    lesson: str,
    pass_percent: int,
    minutes: int | None,
    by: User,
    at: dt.datetime,
    **typed: Any,
) -> Quiz:
    draft = services.QuizDraft(
        **typed,
        pass_mark_bp=pass_percent * BASIS_POINTS_OF_A_PERCENT,
        time_limit_s=minutes * SECONDS_OF_A_MINUTE if minutes else None,
    )
    return services.draft_quiz(lesson=course.lessons.get(pk=lesson), draft=draft, by=by, at=at)


def _add(*, quiz: Quiz, by: User, at: dt.datetime, **typed: Any) -> Quiz:
    return services.add_question(quiz=quiz, question=services.QuestionDraft(**typed), by=by, at=at)


def _context(request: SignedInRequest, found: Quiz) -> dict[str, Any]:
    counted = found.attempts.aggregate(
        all=Count("pk"), passed=Count("enrolment", filter=Q(status=QuizAttempt.Status.PASSED), distinct=True)
    )
    writes = may(request.user, EDIT)
    return {
        "quiz": found,
        "kind": status_of_quiz(found),
        "pass_mark": percent(found.pass_mark_bp),
        "minutes": found.time_limit_s / SECONDS_OF_A_MINUTE if found.time_limit_s else None,
        "questions": [(each, key_words(each) if writes else []) for each in found.questions.all()],
        "attempts": counted["all"],
        "passed": counted["passed"],
        "history": history_of(found),
    }


def _has_questions(found: Quiz, _user: User) -> bool:
    return found.questions.exists()


QUIZ_PAGE = ObjectPage(
    name="quizzes:quiz",
    template="education/quizzes/quiz.html",
    grant=READ_QUIZ,
    noun="quiz",
    rows=quizzes,
    context=_context,
    machine=QUIZ,
    actions={
        "add": PageAction(
            grant=EDIT,
            service=_add,
            form=QuestionForm,
            arrow="edit_quiz",
            title=_("Add a question"),
            button=_("Add the question"),
            doing=_("Recording…"),
        ),
        "remove": PageAction(
            grant=EDIT,
            service=services.remove_question,
            form=PositionForm,
            arrow="edit_quiz",
            is_open=_has_questions,
            title=_("Remove a question"),
            button=_("Remove the question"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "activate": PageAction(
            grant="education.activate_quiz",
            service=services.activate_quiz,
            arrow="activate_quiz",
            is_open=_has_questions,
            title=_("Offer the quiz"),
            button=_("Learners can take it"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant="education.close_quiz",
            service=services.close_quiz,
            arrow="close_quiz",
            title=_("Close the quiz"),
            button=_("Close the quiz"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
