"""The lists of tutoring: lessons of the station or of the tutor, and the tutors of the county."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.tutoring.display import status_of_lesson, status_of_tutor, subjects_of, words_of_lesson
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.models.lessons import DECIDE_TUTORING, READ_TUTORING
from education.tutoring.models.tutors import READ_TUTOR
from education.tutoring.queries import before_the_county, learners_of, sessions, tutors
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in

STATE = gettext_lazy("State")


class Lessons(StationList):
    """The lessons of the own station, or of the tutor who reads; those to come first."""

    name, grant = "tutoring:lessons", READ_TUTORING
    title = gettext_lazy("Tutoring")
    headings: ClassVar[Mapping[str, Any]] = {
        "name": gettext_lazy("Learner"),
        "what": gettext_lazy("Subject"),
        "where": gettext_lazy("Tutor"),
        "at": gettext_lazy("Time"),
        "state": STATE,
    }
    order = ("-booking__slot__starts_at", "-pk")
    state = "week"
    empty = Empty(
        gettext_lazy("No lessons here."),
        gettext_lazy("Find the learner among the residents and press “Tutoring”."),
        "school",
    )

    def tabs(self) -> Sequence[State]:
        """By the day of the lesson on the tutor's calendar."""
        today, first = timezone.localdate(), ("booking__slot__starts_at", "pk")
        live = Q(booking__status__in=["booked", "arrived"])
        week = Q(booking__session__local_date__range=(today, today + dt.timedelta(days=6)))
        return (
            State("today", gettext_lazy("today"), Q(booking__session__local_date=today), order=first),
            State("week", gettext_lazy("next 7 days"), live & week, order=first),
            State("ahead", pgettext_lazy("lesson", "to come"), live, order=first),
            State("confirm", gettext_lazy("to be confirmed"), Q(booking__status="fulfilled", stipend_minor=None)),
            State("unsaid", gettext_lazy("who was missing?"), Q(booking__status="noshow", missing="")),
            State("over", gettext_lazy("over"), Q(booking__status__in=["fulfilled", "noshow", "cancelled"])),
        )

    def rows(self, request: HttpRequest) -> QuerySet[TutoringSession]:
        """Those within reach."""
        reached = TutoringSession.objects.open_to(signed_in(request), self.grant)
        return sessions().filter(pk__in=reached.values("pk"))

    def row(self, row: TutoringSession, known: None) -> Row:
        """Who learns what, with whom and when."""
        names = [mask_name(each.full_name) for each in learners_of(row)]
        return Row(
            name=names[0] if len(names) == 1 else _("%(name)s and %(more)s more") % _first(names),
            href=reverse("tutoring:lesson", args=[row.pk]),
            what=row.get_subject_display(),
            where=mask_name(row.tutor.person.full_name),
            at=timezone.localtime(row.booking.slot.starts_at) if row.booking.slot else None,
            status=status_of_lesson(row),
            words=words_of_lesson(row),
        )


def _first(names: list[str]) -> dict[str, Any]:
    return {"name": names[0] if names else "", "more": max(0, len(names) - 1)}


class Tutors(ListPage):
    """The tutors of the counties within reach."""

    name, grant = "tutoring:tutors", READ_TUTOR
    title = gettext_lazy("Tutors")
    headings: ClassVar[Mapping[str, Any]] = {
        "name": gettext_lazy("Tutor"),
        "what": gettext_lazy("Subjects"),
        "where": gettext_lazy("County"),
        "at": gettext_lazy("Checks valid through"),
        "state": STATE,
    }
    order = ("county__code", "person__full_name", "pk")
    states = (
        State("applied", pgettext_lazy("tutors", "to be approved"), Q(status="applied")),
        State("active", pgettext_lazy("tutors", "active"), Q(status="active")),
        State("paused", pgettext_lazy("tutors", "paused"), Q(status="paused")),
        State("ended", pgettext_lazy("tutors", "ended"), Q(status="ended")),
    )
    empty = Empty(gettext_lazy("No tutor yet."), gettext_lazy("The county’s clerk records them."), "school")

    def rows(self, request: HttpRequest) -> QuerySet[Tutor]:
        """Those within reach."""
        reached = Tutor.objects.open_to(signed_in(request), self.grant)
        return tutors().filter(pk__in=reached.values("pk"))

    def row(self, row: Tutor, known: None) -> Row:
        """Who teaches what."""
        return Row(
            name=mask_name(row.person.full_name),
            href=reverse("tutoring:tutor", args=[row.pk]),
            what=subjects_of(row),
            where=row.county.name,
            at=row.resource.valid_until_date,
            status=status_of_tutor(row),
            words=row.get_status_display(),
        )


class ContestedLessons(StationList):
    """Lessons about which the county decides, those to decide first; nobody who learns in them is named."""

    name, grant = "tutoring:contested-lessons", DECIDE_TUTORING
    title = gettext_lazy("Tutoring to decide")
    headings: ClassVar[Mapping[str, Any]] = {
        "name": gettext_lazy("Tutor"),
        "what": gettext_lazy("Subject"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Ended"),
        "state": STATE,
    }
    order = ("-ended_at", "-pk")
    state = "undecided"
    empty = Empty(
        gettext_lazy("No lesson waits for the county."),
        gettext_lazy("What a station contests, or does not answer for within 14 days, appears here."),
        "school",
    )

    def tabs(self) -> Sequence[State]:
        """What waits, and what was decided."""
        undecided = TutoringSession.objects.undecided(at=timezone.now()).order_by().values("pk")
        return (
            State("undecided", gettext_lazy("to decide"), Q(pk__in=undecided), order=("ended_at", "pk")),
            State("decided", gettext_lazy("decided"), ~Q(decision="")),
        )

    def rows(self, request: HttpRequest) -> QuerySet[TutoringSession]:
        """Those within reach."""
        reached = TutoringSession.objects.open_to(signed_in(request), self.grant)
        return before_the_county(at=timezone.now()).filter(pk__in=reached.values("pk"))

    def row(self, row: TutoringSession, known: None) -> Row:
        """Whose lesson it was, and what is said of it."""
        return Row(
            name=mask_name(row.tutor.person.full_name),
            href=reverse("tutoring:contested", args=[row.pk]),
            what=row.get_subject_display(),
            where=row.station.name,
            at=row.ended_at,
            status=status_of_lesson(row),
            words=words_of_lesson(row),
        )


LESSONS, TUTORS, CONTESTED_LESSONS = Lessons(), Tutors(), ContestedLessons()
