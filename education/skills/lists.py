"""The lists of trainings: the trainings within reach, and the sessions of the own station."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.courses.display import status_of_class, status_of_lesson
from education.courses.models import ClassRun, ClassSession, Course
from education.courses.models.classes import READ_CLASS, READ_ROLL
from education.skills.queries import training_sessions
from stations.lists import StationList

STATE = gettext_lazy("State")


class Trainings(StationList):
    """The trainings within reach, with their seats; not who learns in them."""

    name, grant = "skills:trainings", READ_CLASS
    title = gettext_lazy("Trainings")
    headings = {
        "name": gettext_lazy("Training"),
        "what": gettext_lazy("For whom"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("First session"),
        "state": STATE,
    }
    order = ("-starts_date", "-pk")
    states = (
        State("live", gettext_lazy("open and running"), Q(status__in=["open", "running"])),
        State("ended", gettext_lazy("completed or cancelled"), Q(status__in=["completed", "cancelled"])),
    )
    state = "live"
    empty = Empty(
        gettext_lazy("No trainings here."),
        gettext_lazy("Open one from the page of a course for farmers, young people, officials or people of stations."),
        "school",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ClassRun]:
        """Those of the stations within reach."""
        rows = ClassRun.objects.open_to(request.user, self.grant).filter(course__audience__in=Course.TRAININGS)
        return rows.select_related("course", "station")

    def row(self, row: ClassRun, known: None) -> Row:
        """What is taught to whom, and how full it is."""
        about = {"audience": row.course.get_audience_display(), "taken": row.seats_taken, "seats": row.seats}
        return Row(
            name=row.course.title,
            href=reverse("courses:class", args=[row.pk]),
            what=_("%(audience)s · %(taken)s of %(seats)s seats taken") % about,
            where=row.station.name,
            at=row.starts_date,
            status=status_of_class(row),
            words=row.get_status_display(),
        )


class Sessions(StationList):
    """The sessions of trainings at the own station: today's, those to come, those that are over."""

    name, grant = "skills:sessions", READ_ROLL
    title = gettext_lazy("Sign in to trainings")
    place = "run__station"
    headings = {
        "name": gettext_lazy("Session"),
        "what": gettext_lazy("Training"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Begins"),
        "state": STATE,
    }
    order = ("slot__starts_at", "pk")
    state = "today"
    empty = Empty(gettext_lazy("No session of a training here."), icon="school")

    def tabs(self) -> Sequence[State]:
        """By the day of the session on the station's calendar."""
        latest = ("-slot__starts_at", "-pk")
        return (
            State("today", gettext_lazy("today"), Q(slot__local_date=timezone.localdate())),
            State("ahead", pgettext_lazy("training", "to come"), Q(status__in=["planned", "open"])),
            State("over", gettext_lazy("over"), Q(status__in=["closed", "missed", "cancelled"]), order=latest),
        )

    def rows(self, request: HttpRequest) -> QuerySet[ClassSession]:
        """Those of the reader's station."""
        rows = training_sessions(ClassSession.objects.open_to(request.user, self.grant))
        return rows.select_related("run__course", "run__station", "lesson", "slot")

    def row(self, row: ClassSession, known: None) -> Row:
        """Which session, and when."""
        return Row(
            name=row.lesson.title,
            href=reverse("skills:session", args=[row.pk]),
            what=row.run.course.title,
            where=row.run.station.name,
            at=row.slot.starts_at,
            status=status_of_lesson(row),
            words=row.get_status_display(),
        )


TRAININGS, SESSIONS = Trainings(), Sessions()
