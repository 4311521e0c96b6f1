"""The lists of courses: courses, classes, lessons, certificates."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.courses.display import (
    status_of_broadcast,
    status_of_certificate,
    status_of_class,
    status_of_course,
    status_of_lesson,
    why_missed,
)
from education.courses.models import ClassRun, ClassSession, Course, CourseCertificate
from education.courses.models.certificates import READ_CERTIFICATE
from education.courses.models.classes import READ_CLASS, READ_ROLL, READ_ROOMS
from education.courses.queries import linked_rooms, rooms_of_broadcasts
from education.courses.teaching import taught_by
from education.safeguarding.queries import unvetted_dates
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in

STATE = gettext_lazy("State")


class Courses(ListPage):
    """The courses of the county, with what waits for approval on a tab of its own."""

    name, grant = "courses:courses", "education.read_course"
    title = gettext_lazy("Courses")
    headings = {"name": gettext_lazy("Course"), "what": gettext_lazy("Code and subject"), "state": STATE}
    order = ("code", "-version", "pk")
    search = gettext_lazy("Title or code")
    states = (
        State("approved", gettext_lazy("approved"), Q(status="approved")),
        State("in_review", gettext_lazy("to be approved"), Q(status="in_review")),
        State("draft", gettext_lazy("drafts"), Q(status="draft")),
        State("retired", gettext_lazy("no longer offered"), Q(status="retired")),
    )
    state = "approved"
    empty = Empty(gettext_lazy("No courses here."), icon="school")

    def rows(self, request: HttpRequest) -> QuerySet[Course]:
        """Those of the reader's county."""
        return Course.objects.open_to(signed_in(request), self.grant)

    def found(self, words: str) -> Q:
        """By title or code."""
        return Q(title__icontains=words) | Q(code__istartswith=words)

    def row(self, row: Course, known: None) -> Row:
        """Which course, and whether a class can be opened."""
        about = {"code": row.code, "version": row.version, "subject": row.get_subject_display()}
        return Row(
            name=row.title,
            href=reverse("courses:course", args=[row.pk]),
            what=_("%(code)s, version %(version)s · %(subject)s") % about,
            status=status_of_course(row),
            words=row.get_status_display(),
        )


class Classes(StationList):
    """The classes within reach; their numbers, not who learns in them."""

    name, grant = "courses:classes", READ_CLASS
    title = gettext_lazy("Classes")
    headings = {
        "name": gettext_lazy("School class"),
        "what": gettext_lazy("Seats"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("First lesson"),
        "state": STATE,
    }
    order = ("-starts_date", "-pk")
    states = (
        State("live", gettext_lazy("open and running"), Q(status__in=["open", "running"])),
        State("ended", gettext_lazy("completed or cancelled"), Q(status__in=["completed", "cancelled"])),
    )
    state = "live"
    empty = Empty(gettext_lazy("No classes here."), gettext_lazy("Open one from the page of a course."), "school")

    def rows(self, request: HttpRequest) -> QuerySet[ClassRun]:
        """Those of the stations within reach."""
        return ClassRun.objects.open_to(request.user, self.grant).select_related("course", "station")

    def row(self, row: ClassRun, known: None) -> Row:
        """What is taught, and how full it is."""
        return Row(
            name=row.course.title,
            href=reverse("courses:class", args=[row.pk]),
            what=_("%(taken)s of %(seats)s taken") % {"taken": row.seats_taken, "seats": row.seats},
            where=row.station.name,
            at=row.starts_date,
            status=status_of_class(row),
            words=row.get_status_display(),
        )


class Lessons(StationList):
    """The lessons of the own station: today's, those to come, those that are over."""

    name, grant = "courses:lessons", READ_ROLL
    title = gettext_lazy("Super Classroom")
    place = "run__station"
    headings = {
        "name": gettext_lazy("Lesson"),
        "what": gettext_lazy("School class"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Begins"),
        "state": STATE,
    }
    order = ("slot__starts_at", "pk")
    state = "today"
    empty = Empty(gettext_lazy("No lessons here."), icon="school")

    def tabs(self) -> Sequence[State]:
        """By the day of the lesson on the station's calendar."""
        today, latest = Q(slot__local_date=timezone.localdate()), ("-slot__starts_at", "-pk")
        return (
            State("today", gettext_lazy("today"), today),
            State("ahead", pgettext_lazy("lesson", "to come"), Q(status__in=["planned", "open"])),
            State("differs", gettext_lazy("two roll calls differ"), Q(differs=True)),
            State("over", gettext_lazy("over"), Q(status__in=["closed", "missed", "cancelled"]), order=latest),
        )

    def rows(self, request: HttpRequest) -> QuerySet[ClassSession]:
        """Those of the reader's station."""
        rows = ClassSession.objects.open_to(request.user, self.grant)
        return rows.select_related("run__course", "run__station", "lesson", "slot")

    def row(self, row: ClassSession, known: None) -> Row:
        """Which lesson, when, and whether the roll was called."""
        words = _("two roll calls differ") if row.differs else row.get_status_display()
        return Row(
            name=row.lesson.title,
            href=reverse("courses:lesson", args=[row.pk]),
            what=row.run.course.title,
            where=row.run.station.name,
            at=row.slot.starts_at,
            status=status_of_lesson(row),
            words=words,
        )


class Teaching(ListPage):
    """The lessons that the reader holds, at whatever station; nothing of it tells who learns there."""

    name, grant = "courses:teaching", "education.edit_course"
    title = gettext_lazy("Your lessons")
    headings = {
        "name": gettext_lazy("Lesson"),
        "what": gettext_lazy("School class"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Begins"),
        "state": STATE,
    }
    order = ("slot__starts_at", "pk")
    state = "today"
    empty = Empty(gettext_lazy("No lessons here."), icon="school")

    def tabs(self) -> Sequence[State]:
        """By the day of the lesson on the calendar of its station."""
        called, latest = Q(roll_called_at__isnull=False), ("-slot__starts_at", "-pk")
        return (
            State("today", gettext_lazy("today"), Q(slot__local_date=timezone.localdate())),
            State("ahead", pgettext_lazy("lesson", "to come"), Q(status__in=["planned", "open"])),
            State("uncalled", gettext_lazy("no roll call"), Q(status__in=["open", "closed"]) & ~called, order=latest),
            State("over", gettext_lazy("over"), Q(status__in=["closed", "missed", "cancelled"]), order=latest),
        )

    def rows(self, request: HttpRequest) -> QuerySet[ClassSession]:
        """Those of the reader's classes."""
        return taught_by(signed_in(request)).select_related(
            "run__course", "run__station", "run__teacher", "slot", "lesson"
        )

    def known(self, rows: Sequence[ClassSession], request: HttpRequest) -> set[dt.date]:
        """The days on which a check of the reader is missing: a lesson does not begin then."""
        days = {row.slot.local_date for row in rows}
        return set(unvetted_dates(rows[0].run.teacher, days)) if rows else set()

    def row(self, row: ClassSession, known: set[dt.date]) -> Row:
        """Which lesson, when and where."""
        unchecked = row.status == ClassSession.Status.PLANNED and row.slot.local_date in known
        return Row(
            name=row.lesson.title,
            href=reverse("courses:course", args=[row.run.course_id]),
            what=row.run.course.title,
            where=row.run.station.name,
            at=row.slot.starts_at,
            status="bad" if unchecked else status_of_lesson(row),
            words=_("a check of yours has ended by then") if unchecked else row.get_status_display(),
        )


class Certificates(StationList):
    """Certificates of the stations within reach, the newest first."""

    name, grant = "courses:certificates", READ_CERTIFICATE
    title = gettext_lazy("Certificates of courses")
    place = "run__station"
    headings = {
        "name": gettext_lazy("Course"),
        "what": gettext_lazy("Learner"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Issued"),
        "state": STATE,
    }
    order = ("-issued_date", "-pk")
    states = (
        State("issued", gettext_lazy("valid"), Q(status="issued")),
        State("ended", gettext_lazy("revoked or expired"), Q(status__in=["revoked", "expired"])),
    )
    empty = Empty(gettext_lazy("No certificates yet."), icon="school")

    def rows(self, request: HttpRequest) -> QuerySet[CourseCertificate]:
        """Those within reach."""
        rows = CourseCertificate.objects.open_to(request.user, self.grant)
        return rows.select_related("course", "learner", "run__station")

    def row(self, row: CourseCertificate, known: None) -> Row:
        """Who has which."""
        return Row(
            name=row.course.title,
            href=reverse("courses:certificate", args=[row.pk]),
            what=mask_name(row.learner.full_name),
            where=row.run.station.name,
            at=row.issued_date,
            status=status_of_certificate(row),
            words=row.get_status_display(),
        )


class Rooms(StationList):
    """Rooms of broadcasts, for their teacher and the county: open or not, with an adult, seeing the teacher or not."""

    name, grant = "courses:rooms", READ_ROOMS
    title = gettext_lazy("Rooms of broadcasts")
    place = "run__station"
    headings = {
        "name": gettext_lazy("Station"),
        "what": gettext_lazy("Lesson"),
        "where": gettext_lazy("Teacher"),
        "at": gettext_lazy("Begins"),
        "state": STATE,
    }
    order = ("slot__starts_at", "pk")
    state = "today"
    empty = Empty(gettext_lazy("No broadcast has a lesson here."), icon="school")

    def tabs(self) -> Sequence[State]:
        """What goes on, and the rest of the day and the week."""
        return (
            State("now", gettext_lazy("going on"), Q(status="open")),
            State("today", gettext_lazy("today"), Q(slot__local_date=timezone.localdate())),
            State("ahead", pgettext_lazy("lesson", "to come"), Q(status__in=["planned", "open"])),
            State("over", gettext_lazy("over"), Q(status__in=["closed", "missed"]), order=("-slot__starts_at", "-pk")),
        )

    def rows(self, request: HttpRequest) -> QuerySet[ClassSession]:
        """Those of the reader's broadcasts, or of the stations within reach."""
        reached = ClassSession.objects.open_to(signed_in(request), self.grant)
        return rooms_of_broadcasts(reached)

    def known(self, rows: Sequence[ClassSession], request: HttpRequest) -> tuple[set[UUID], dict[UUID, str]]:
        """Those whose room sees the teacher now, and why others did not take place."""
        return linked_rooms(rows, at=timezone.now()), why_missed(rows)

    def row(self, row: ClassSession, known: tuple[set[UUID], dict[UUID, str]]) -> Row:
        """Where, which lesson, and whether the room sees the teacher."""
        linked, why = known
        colour, words = status_of_broadcast(row, is_linked=row.pk in linked, why=why.get(row.pk, ""))
        return Row(
            name=row.run.station.name,
            what=row.lesson.title,
            where=mask_name(row.run.teacher.full_name),
            at=row.slot.starts_at,
            status=colour,
            words=words,
        )


COURSES, CLASSES, LESSONS, TEACHING, CERTIFICATES = Courses(), Classes(), Lessons(), Teaching(), Certificates()
ROOMS = Rooms()
