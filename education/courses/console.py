"""What courses show outside their pages: lessons of today, roll calls, courses to approve, how many learn."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, Figure, MenuEntry, Need, Trend
from education.courses import teaching
from education.courses.models import ClassSession, Course
from education.courses.models.certificates import READ_CERTIFICATE
from education.courses.models.classes import READ_CLASS, READ_ROLL, READ_ROOMS
from education.courses.queries import unlinked_rooms
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, EDIT, APPROVE = "education.read_course", "education.edit_course", "education.approve_course"
BEGIN, CALL = "education.open_class_session", "education.call_roll"
COURSES, CLASSES, LESSONS = "courses:courses", "courses:classes", "courses:lessons"
TEACHING, ROOMS = "courses:teaching", "courses:rooms"
SOON = dt.timedelta(hours=12)


def _to_begin(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    rows = ClassSession.objects.open_to(user, BEGIN)
    return rows.filter(status=ClassSession.Status.PLANNED, slot__ends_at__gt=at, slot__starts_at__lte=at + SOON)


def _to_call(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    uncalled = Q(status=ClassSession.Status.OPEN, roll_called_at=None, run__seats_taken__gt=0)
    return ClassSession.objects.open_to(user, CALL).filter(uncalled | Q(differs=True))


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[Course]:
    waiting = Course.objects.open_to(user, APPROVE).filter(status=Course.Status.IN_REVIEW)
    return waiting.exclude(author__in=own_logins(user))


def _to_complete(*, user: User, at: dt.datetime) -> QuerySet[Course]:
    drafts = Course.objects.open_to(user, EDIT).filter(status=Course.Status.DRAFT, author=user)
    return drafts.filter(submitted_at=None)


def _unlinked(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    return unlinked_rooms(ClassSession.objects.open_to(user, READ_ROOMS), at=at)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("learning", _("Super Classroom"), LESSONS, READ_ROLL),
            needs=("courses.lessons", "courses.rolls"),
            service="super_classroom",
            icon="school",
        ),
        MenuEntry("learning", _("Classes"), CLASSES, READ_CLASS),
        MenuEntry("learning", _("Rooms of broadcasts"), ROOMS, READ_ROOMS, needs=("courses.rooms",)),
        MenuEntry(
            *("learning", _("Your lessons"), TEACHING, EDIT),
            needs=("courses.teaching", "courses.uncalled", "courses.checks"),
        ),
        MenuEntry(
            "learning", _("Courses"), COURSES, READ, needs=("courses.approve", "courses.drafts", "courses.returned")
        ),
        MenuEntry("learning", _("Certificates of courses"), "courses:certificates", READ_CERTIFICATE),
    ],
    needs=[
        Need(
            *("courses.lessons", _("Lessons to begin"), "school", BEGIN, LESSONS, _to_begin, "slot__starts_at"),
            place="run__station__name",
        ),
        Need(
            *("courses.rolls", _("Roll calls to make"), "check", CALL, LESSONS, _to_call, "slot__starts_at"),
            place="run__station__name",
        ),
        Need(
            *("courses.rooms", _("Rooms that do not see their teacher"), "alert", READ_ROOMS, ROOMS, _unlinked),
            *("slot__starts_at", "run__station__name"),
            acts=("education.edit_course", "education.cancel_class", "education.make_roster"),
        ),
        Need(
            *("courses.approve", _("Courses to approve"), "school", APPROVE, COURSES, _to_approve, "submitted_at"),
            query="state=in_review",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("courses.drafts", _("Drafts of yours"), "edit", EDIT, COURSES, _to_complete, "created_at"),
            query="state=draft",
            wait_days=30,
            bad_days=90,
        ),
        Need(
            *("courses.teaching", _("Lessons that you hold today"), "school", EDIT, TEACHING),
            *(teaching.to_hold, "slot__starts_at"),
            place="run__station__name",
        ),
        Need(
            *("courses.uncalled", _("Roll calls missing in your lessons"), "check", EDIT, TEACHING),
            *(teaching.without_roll, "slot__ends_at"),
            place="run__station__name",
            query="state=uncalled",
        ),
        Need(
            *("courses.returned", _("Courses sent back to you"), "edit", EDIT, COURSES),
            *(teaching.sent_back, "updated_at"),
            query="state=draft",
            wait_days=7,
            bad_days=30,
        ),
        Need(
            *("courses.checks", _("Your checks that end soon or have ended"), "eye", EDIT, TEACHING),
            *(teaching.checks_to_renew, "valid_to_date"),
            query="state=ahead",
        ),
    ],
    figures=[
        Figure("courses.today", _("Your lessons today"), EDIT, TEACHING, teaching.lessons_today),
        Figure("courses.learners", _("Learners in your classes"), EDIT, TEACHING, teaching.learners, "state=ahead"),
        Figure("courses.in_review", _("Your courses in review"), EDIT, COURSES, teaching.in_review, "state=in_review"),
        Figure("courses.checked", _("Your checks are valid through"), EDIT, TEACHING, teaching.checks, "state=ahead"),
    ],
    trends=[Trend("courses.held", EDIT, teaching.lessons_held)],
)
