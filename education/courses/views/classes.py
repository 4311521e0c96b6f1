"""Opening a class at the own station, enrolling a resident, and the page of a class."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import load, may, requires
from core.days import day_in, instant_of
from core.forms import Option
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.tables import Column, Table
from education.courses import services
from education.courses.display import status_of_class, status_of_enrolment, status_of_lesson
from education.courses.forms import EnrolForm, OpenClassForm, ReasonForm
from education.courses.machine import CLASS, ENROLMENT
from education.courses.models import ClassRun, ClassSession, Course, Enrolment
from education.courses.models.classes import READ_CLASS, READ_ROLL
from education.courses.queries import certificates_of, classes_to_join, enrolled_in, marks_of, progress_of, sessions_of
from education.safeguarding.display import name_for
from education.safeguarding.queries import vetted_in
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.network.models import Station
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.services import log_read, log_reads
from stations.requests import SignedInRequest

#: So many lessons have a box on a class list of paper.
MOST_BOXES = 6
READ_COURSE, OPEN, ENROL = "education.read_course", "education.open_class", "education.enrol_learner"


@requires(OPEN)
def open_class(request: SignedInRequest) -> HttpResponse:
    """Open a class of the course of the address at the own station."""
    station, pk = counter_of(request.user, OPEN), request.GET.get("course", "")
    if not pk:
        return render(request, "education/courses/which_course.html", {})
    course = load(Course.objects.approved(), request.user, READ_COURSE, pk=pk)
    day = day_in(station.zone, now())
    teachers = [(str(each.pk), name_for(request.user, each)) for each in vetted_in(station.county, day)]
    return form_page(
        request,
        operation=OPEN,
        form=OpenClassForm(
            request.POST or None, teachers=teachers, initial={"starts_date": day + dt.timedelta(days=7)}
        ),
        service=partial(_open, course=course, station=station),
        then=page_of("courses:class"),
        template="education/courses/open_class.html",
        page=lambda: {"course": course, "lessons": course.lessons.count(), "has_teachers": bool(teachers)},
        done=_("The class is open. Enrol learners from their pages."),
    )


def _open(
    *,
    course: Course,
    station: Station,
    teacher: str,
    mode: str,
    seats: int,
    starts_date: dt.date,
    starts_clock: dt.time,
    every_days: int,
    by: User,
    at: dt.datetime,
) -> ClassRun:
    days = [starts_date + dt.timedelta(days=number * every_days) for number in range(course.lessons.count())]
    return services.open_class(
        course=course,
        station=station,
        teacher=get_object_or_404(Person, pk=teacher),
        mode=mode,
        seats=seats,
        starts=[instant_of(station.zone, day, starts_clock) for day in days],
        by=by,
        at=at,
    )


@requires(ENROL)
def enrol(request: SignedInRequest) -> HttpResponse:
    """Put the resident of the address into a class of the own station."""
    station, pk = counter_of(request.user, ENROL), request.GET.get("person", "")
    people = Person.objects.living().select_related("home_station__county")
    learner = load(people, request.user, "stations.read_person", pk=pk) if pk else None
    runs = list(classes_to_join(station, learner)) if learner else []
    if learner is None or not runs:
        return render(request, "education/courses/no_class.html", {"learner": learner})
    return form_page(
        request,
        operation=ENROL,
        form=EnrolForm(request.POST or None, runs=[(str(run.pk), _choice(run)) for run in runs]),
        service=partial(_enrol, learner=learner, runs={str(run.pk): run for run in runs}),
        then=page_of("courses:enrolment"),
        template="education/courses/enrol.html",
        page=lambda: {"learner": learner, "name": name_for(request.user, learner)},
        done=_("Recorded."),
    )


def _choice(run: ClassRun) -> Option:
    free = run.seats - run.seats_taken
    words = _("%(free)s seats free") % {"free": free} if free else _("Full: waiting list")
    return Option(run.course.title, formatting.full_day(run.starts_date), words)


def _enrol(*, run: str, learner: Person, runs: dict[str, ClassRun], by: User, at: dt.datetime) -> Enrolment:
    return services.enrol_learner(run=runs[run], learner=learner, by=by, at=at)


def _classes() -> QuerySet[ClassRun]:
    return ClassRun.objects.select_related("course", "station__county", "teacher")


def _class_context(request: SignedInRequest, found: ClassRun) -> dict[str, Any]:
    sees_names = may(request.user, READ_ROLL)
    enrolments = list(found.enrolments.select_related("learner").order_by("requested_at")) if sees_names else []
    shown = [each for each in enrolments if each.status != Enrolment.Status.WITHDRAWN]
    if shown:
        log_reads(user=request.user, people=[each.learner for each in shown], what="class_roll", at=now())
    return {
        "run": found,
        "kind": status_of_class(found),
        "teacher": mask_name(found.teacher.full_name),
        "lessons": [(each, status_of_lesson(each)) for each in sessions_of(found)],
        "learners": [(each, each.learner.full_name, status_of_enrolment(each)) for each in shown],
        "waiting": found.enrolments.filter(status=Enrolment.Status.WAITLISTED).count(),
        "sees_names": sees_names,
        "history": history_of(found),
    }


CLASS_PAGE = ObjectPage(
    name="courses:class",
    template="education/courses/class.html",
    grant=READ_CLASS,
    noun="run",
    rows=_classes,
    context=_class_context,
    machine=CLASS,
    actions={
        "cancel": PageAction(
            grant="education.cancel_class",
            service=services.cancel_class,
            form=ReasonForm,
            arrow="cancel_class",
            title=_("Cancel the class"),
            button=_("Cancel all lessons to come"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(READ_ROLL, one_object=True)
def print_class_list(request: SignedInRequest, pk: str) -> HttpResponse:
    """The class on paper: everyone with a seat, and a box for each of the next lessons."""
    found = load(_classes(), request.user, READ_ROLL, pk=pk)
    seated = enrolled_in(found)
    log_reads(user=request.user, people=[each.learner for each in seated], what="class_roll", at=now())
    to_come = [each for each in sessions_of(found) if each.status in ClassSession.TO_COME][:MOST_BOXES]
    page = {
        "run": found,
        "teacher": mask_name(found.teacher.full_name),
        "table": _paper_table([each.learner.full_name for each in seated], to_come),
    }
    return render(request, "education/courses/print_class_list.html", page)


def _paper_table(names: list[str], lessons: list[ClassSession]) -> Table:
    days = [Column(formatting.short_day(lesson.slot.local_date), short=True) for lesson in lessons]
    return Table(
        caption=gettext("Class list"),
        columns=[Column(pgettext("line of a sheet", "No."), short=True), Column(gettext("Name")), *days],
        rows=[[number, name, *["____"] * len(lessons)] for number, name in enumerate(names, start=1)],
        small=True,
    )


def _enrolments() -> QuerySet[Enrolment]:
    return Enrolment.objects.select_related("run__course", "run__station__county", "learner__home_station__county")


def _enrolment_context(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="learning_record", at=now())
    mine: list[UUID] = [found.learner_id]
    return {
        "enrolment": found,
        "kind": status_of_enrolment(found),
        "takes_quizzes": found.status in Enrolment.CALLED,
        "name": found.learner.full_name,
        "marks": marks_of(found),
        "progress": [each for each in progress_of(found.learner, found.run.course) if each.seconds],
        "certificates": list(certificates_of(mine).filter(run__station=found.run.station_id)),
        "history": history_of(found),
    }


ENROLMENT_PAGE = ObjectPage(
    name="courses:enrolment",
    template="education/courses/enrolment.html",
    grant=READ_ROLL,
    noun="enrolment",
    rows=_enrolments,
    context=_enrolment_context,
    machine=ENROLMENT,
    actions={
        "withdraw": PageAction(
            grant="education.withdraw_enrolment",
            service=services.withdraw_enrolment,
            form=ReasonForm,
            arrow="withdraw_enrolment",
            title=_("Leave the class"),
            button=_("Take the learner out of the class"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
