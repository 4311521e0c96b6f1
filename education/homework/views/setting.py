"""A teacher sets homework, a learner hands it in at the station."""

import datetime as dt
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.days import day_in, instant_of
from core.files.services import store_photo, store_recording
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses.models import ClassSession
from education.courses.teaching import taught_by
from education.homework import services
from education.homework.display import line_words, status_of_line, status_of_task, task_words
from education.homework.forms import ExcuseForm, SetClassHomeworkForm, SetHomeworkForm, SubmitForm, WithdrawForm
from education.homework.machine import TASK
from education.homework.models import READ_HOMEWORK, HomeworkSubmission, HomeworkTask
from education.homework.queries import HomeworkLine, lesson_words, lines_of, recent_lessons, tasks
from education.safeguarding.display import name_for
from education.tutoring.models import TutoringSession
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.network.models import Station
from stations.people.models import Person
from stations.people.services import log_reads
from stations.requests import SignedInRequest

SET, SUBMIT = "education.set_homework", "education.submit_homework"
EXCUSE, WITHDRAW = "education.excuse_from_homework", "education.withdraw_homework"
IN_A_WEEK = dt.timedelta(days=7)


@requires(SET)
def new_task(request: SignedInRequest) -> HttpResponse:
    """Homework after the lesson of the address: of a class, or with the tutor who reads."""
    session, tutoring = request.GET.get("session", ""), request.GET.get("tutoring", "")
    if not session and not tutoring:
        return _which_lesson(request)
    lesson, station, form = _class_lesson(request, session) if session else _tutoring_lesson(request, tutoring)
    due_date = day_in(station.zone, now() + IN_A_WEEK)
    return form_page(
        request,
        operation=SET,
        form=form(request.POST or None, initial={"due_date": due_date}),
        service=partial(_set, lesson=lesson, station=station),
        then=page_of("homework:task"),
        template="education/homework/new_task.html",
        done=_("The homework is set."),
    )


class _Lesson(NamedTuple):
    """A lesson, where it was held, and what is asked about homework after it."""

    lesson: ClassSession | TutoringSession
    station: Station
    form: type[SetHomeworkForm]


def _class_lesson(request: SignedInRequest, pk: str) -> _Lesson:
    found: ClassSession = load(_own_lessons(request.user), request.user, SET, pk=pk)
    return _Lesson(found, found.run.station, SetClassHomeworkForm)


def _tutoring_lesson(request: SignedInRequest, pk: str) -> _Lesson:
    found: TutoringSession = load(TutoringSession.objects.select_related("station"), request.user, SET, pk=pk)
    return _Lesson(found, found.station, SetHomeworkForm)


def _own_lessons(user: User) -> QuerySet[ClassSession]:
    own = taught_by(user).values("pk")
    return ClassSession.objects.filter(pk__in=own).select_related("run__station", "run__course", "lesson")


def _which_lesson(request: SignedInRequest) -> HttpResponse:
    tutored = TutoringSession.objects.open_to(request.user, SET)
    sessions, tutoring = recent_lessons(taught_by(request.user), tutored, at=now())
    return render(request, "education/homework/which_lesson.html", {"sessions": sessions, "tutoring": tutoring})


def _set(
    *,
    lesson: ClassSession | TutoringSession,
    station: Station,
    due_date: dt.date,
    by: User,
    at: dt.datetime,
    **typed: Any,
) -> HomeworkTask:
    due_at = instant_of(station.zone, due_date + dt.timedelta(days=1), dt.time())
    draft = services.HomeworkDraft(**typed, due_at=due_at)
    return services.set_homework(lesson=lesson, draft=draft, by=by, at=at)


def _context(request: SignedInRequest, found: HomeworkTask) -> dict[str, Any]:
    lines = lines_of(found)
    log_reads(user=request.user, people=[line.learner for line in lines], what="homework", at=now())
    return {
        "task": found,
        "kind": status_of_task(found, at=now()),
        "words": task_words(found, at=now()),
        "about": lesson_words(found),
        "lines": [
            (line, name_for(request.user, line.learner), status_of_line(line), line_words(line)) for line in lines
        ],
        "history": history_of(found),
    }


def _choices(request: SignedInRequest, lines: list[HomeworkLine]) -> dict[str, Any]:
    """Those who can be chosen; what is sent may name anybody, since the same press may have come before."""
    return {"learners": [(str(line.learner.pk), name_for(request.user, line.learner)) for line in lines]}


def _to_hand_in(request: SignedInRequest, found: HomeworkTask) -> dict[str, Any]:
    lines = lines_of(found)
    return _choices(request, lines if request.method == "POST" else [line for line in lines if line.can_hand_in])


def _to_excuse(request: SignedInRequest, found: HomeworkTask) -> dict[str, Any]:
    lines = lines_of(found)
    return _choices(request, lines if request.method == "POST" else [line for line in lines if line.submission is None])


def _somebody_is_missing(found: HomeworkTask, _user: User) -> bool:
    return any(line.can_hand_in for line in lines_of(found))


def _somebody_has_nothing(found: HomeworkTask, _user: User) -> bool:
    return any(line.submission is None for line in lines_of(found))


def _submit(
    *, task: HomeworkTask, learner: str, photo: BinaryIO, voice: BinaryIO | None, by: User, at: dt.datetime
) -> HomeworkSubmission:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    heard = store_recording(upload=voice, by=by.pk, at=at, field="voice") if voice else None
    person = get_object_or_404(Person.objects.select_related("home_station__county"), pk=learner)
    return services.submit_homework(task=task, learner=person, photo=stored, voice=heard, by=by, at=at)


def _excuse(*, task: HomeworkTask, learner: str, comment: str, by: User, at: dt.datetime) -> HomeworkSubmission:
    person = get_object_or_404(Person, pk=learner)
    return services.excuse_from_homework(task=task, learner=person, comment=comment, by=by, at=at)


TASK_PAGE = ObjectPage(
    name="homework:task",
    template="education/homework/task.html",
    grant=READ_HOMEWORK,
    noun="task",
    rows=tasks,
    context=_context,
    machine=TASK,
    actions={
        "submit": PageAction(
            grant=SUBMIT,
            service=_submit,
            form=SubmitForm,
            form_kwargs=_to_hand_in,
            arrow="hand_in_homework",
            is_open=_somebody_is_missing,
            title=_("Hand in a page"),
            button=_("Hand in the photo"),
            doing=_("Recording…"),
        ),
        "excuse": PageAction(
            grant=EXCUSE,
            service=_excuse,
            form=ExcuseForm,
            form_kwargs=_to_excuse,
            arrow="excuse_from_homework",
            is_open=_somebody_has_nothing,
            title=_("Excuse a learner"),
            button=_("Excuse the learner"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "withdraw": PageAction(
            grant=WITHDRAW,
            service=services.withdraw_homework,
            form=WithdrawForm,
            arrow="withdraw_homework",
            title=_("Take the homework back"),
            button=_("Take the homework back"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
