"""The lists of trainings, which are classes, and of their sessions, which are lessons."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.courses.lists import STATE, Classes, Lessons
from education.courses.models import ClassRun, ClassSession, Course
from education.skills.queries import training_sessions


class Trainings(Classes):
    """The trainings within reach, with their seats; not who learns in them."""

    name = "skills:trainings"
    title = gettext_lazy("Trainings")
    headings = {
        "name": gettext_lazy("Training"),
        "what": gettext_lazy("For whom"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("First session"),
        "state": STATE,
    }
    empty = Empty(
        gettext_lazy("No trainings here."),
        gettext_lazy("Open one from the page of a course for farmers, young people, officials or people of stations."),
        "school",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ClassRun]:
        """Those of the stations within reach."""
        return super().rows(request).filter(course__audience__in=Course.TRAININGS)

    def row(self, row: ClassRun, known: None) -> Row:
        """What is taught to whom, and how full it is."""
        about = {"audience": row.course.get_audience_display(), "taken": row.seats_taken, "seats": row.seats}
        words = _("%(audience)s · %(taken)s of %(seats)s seats taken") % about
        return replace(super().row(row, known), what=words)


class Sessions(Lessons):
    """The sessions of trainings at the own station: today's, those to come, those that are over."""

    name = "skills:sessions"
    title = gettext_lazy("Sign in to trainings")
    headings = {
        "name": gettext_lazy("Session"),
        "what": gettext_lazy("Training"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Begins"),
        "state": STATE,
    }
    empty = Empty(gettext_lazy("No session of a training here."), icon="school")

    def tabs(self) -> Sequence[State]:
        """By the day of the session; who signs in is on one sheet, so that no two roll calls differ."""
        return tuple(tab for tab in super().tabs() if tab.key != "differs")

    def rows(self, request: HttpRequest) -> QuerySet[ClassSession]:
        """Those of the reader's station."""
        return training_sessions(super().rows(request))

    def row(self, row: ClassSession, known: None) -> Row:
        """Which session, and when."""
        return replace(super().row(row, known), href=reverse("skills:session", args=[row.pk]))


TRAININGS, SESSIONS = Trainings(), Sessions()
