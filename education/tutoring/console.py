"""What tutoring shows outside its pages: lessons of today, those to end, tutors to approve, lessons without checks."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.tutoring.figures import READ_FIGURES
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.models.lessons import DECIDE_TUTORING, READ_TUTORING
from education.tutoring.models.tutors import READ_TUTOR
from education.tutoring.queries import WARNED_DAYS, uncovered
from stations.accounts.models import User
from stations.accounts.queries import own_logins

START, FINISH, MISS = "education.start_tutoring", "education.finish_tutoring", "education.miss_tutoring"
APPROVE, CONFIRM = "education.activate_tutor", "education.confirm_tutoring"
LESSONS, TUTORS, FIGURES = "tutoring:lessons", "tutoring:tutors", "tutoring:figures"
CONTESTED_LESSONS = "tutoring:contested-lessons"
SOON = dt.timedelta(hours=12)


def _to_begin(*, user: User, at: dt.datetime) -> QuerySet[TutoringSession]:
    rows = TutoringSession.objects.open_to(user, START).in_state("booked")
    return rows.filter(booking__slot__ends_at__gt=at, booking__slot__starts_at__lte=at + SOON)


def _to_finish(*, user: User, at: dt.datetime) -> QuerySet[TutoringSession]:
    rows = TutoringSession.objects.open_to(user, FINISH).in_state("arrived")
    return rows.filter(booking__slot__ends_at__lte=at)


def _to_confirm(*, user: User, at: dt.datetime) -> QuerySet[TutoringSession]:
    """The tutor's own word is no confirmation."""
    return TutoringSession.objects.open_to(user, CONFIRM).unconfirmed().exclude(tutor__login__in=own_logins(user))


def _unsaid(*, user: User, at: dt.datetime) -> QuerySet[TutoringSession]:
    return TutoringSession.objects.open_to(user, MISS).in_state("noshow").filter(missing="")


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[Tutor]:
    """Who is new or changed, and whom the count of lessons given up has paused; the county's own pauses do not wait."""
    by_count = Q(status=Tutor.Status.PAUSED, reason=Tutor.GAVE_UP)
    waiting = Tutor.objects.open_to(user, APPROVE).filter(Q(status=Tutor.Status.APPLIED) | by_count)
    return waiting.exclude(Q(recorded_by__in=own_logins(user)) | Q(login__in=own_logins(user)))


def _uncovered(*, user: User, at: dt.datetime) -> QuerySet[Tutor]:
    soon = timezone.localdate(at) + dt.timedelta(days=WARNED_DAYS)
    return Tutor.objects.open_to(user, APPROVE).filter(pk__in=uncovered(until=soon).values("tutor"))


def _unfunded(*, user: User, at: dt.datetime) -> QuerySet[TutoringSession]:
    tutors = Tutor.objects.open_to(user, APPROVE).values("pk")
    return TutoringSession.objects.unfunded().filter(tutor__in=tutors)


def _to_decide(*, user: User, at: dt.datetime) -> QuerySet[TutoringSession]:
    """Neither one's own lessons nor what one has contested."""
    waiting = TutoringSession.objects.open_to(user, DECIDE_TUTORING).undecided(at=at)
    own = own_logins(user)
    return waiting.exclude(tutor__login__in=own).exclude(contested_by__in=own)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("learning", _("Tutoring"), LESSONS, READ_TUTORING),
            needs=("tutoring.lessons", "tutoring.finish", "tutoring.confirm", "tutoring.unsaid"),
            service="tutoring",
            icon="edit",
        ),
        MenuEntry("learning", _("Tutors"), TUTORS, READ_TUTOR, needs=("tutoring.approve", "tutoring.uncovered")),
        MenuEntry(
            *("learning", _("Tutoring to decide"), CONTESTED_LESSONS, DECIDE_TUTORING), needs=("tutoring.decide",)
        ),
        MenuEntry("learning", _("Tutoring in numbers"), FIGURES, READ_FIGURES, needs=("tutoring.unfunded",)),
    ],
    needs=[
        Need(
            *("tutoring.lessons", _("Tutoring to begin"), "school", START, LESSONS),
            *(_to_begin, "booking__slot__starts_at"),
            place="station__name",
            query="state=today",
        ),
        Need(
            *("tutoring.finish", _("Tutoring to end"), "check", FINISH, LESSONS),
            *(_to_finish, "booking__slot__ends_at"),
            place="station__name",
            query="state=ahead",
        ),
        Need(
            *("tutoring.confirm", _("Tutoring to confirm"), "check", CONFIRM, LESSONS),
            *(_to_confirm, "ended_at"),
            place="station__name",
            query="state=confirm",
        ),
        Need(
            *("tutoring.unsaid", _("Tutoring missed: say by whom"), "alert", MISS, LESSONS),
            *(_unsaid, "booking__slot__ends_at"),
            place="station__name",
            query="state=unsaid",
        ),
        Need(
            *("tutoring.decide", _("Tutoring to decide"), "alert", DECIDE_TUTORING, CONTESTED_LESSONS),
            *(_to_decide, "ended_at"),
            place="station__name",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("tutoring.approve", _("Tutors to approve or reinstate"), "school", APPROVE, TUTORS),
            *(_to_approve, "updated_at"),
            place="county__name",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("tutoring.uncovered", _("Tutors with lessons after a check ends"), "alert", APPROVE, TUTORS),
            *(_uncovered, "resource__valid_until_date"),
            place="county__name",
        ),
        Need(
            *("tutoring.unfunded", _("Tutors’ stipends without funds"), "coins", APPROVE, FIGURES),
            *(_unfunded, "booking__slot__ends_at"),
            place="station__name",
            wait_days=7,
            bad_days=14,
        ),
    ],
)
