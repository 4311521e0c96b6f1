"""What a teacher sees of the own work: lessons to hold, roll calls, courses, and how long the own checks are valid."""

import datetime as dt

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import Measured
from education.courses.models import ClassSession, Course, Enrolment
from education.safeguarding.models import Vetting
from education.safeguarding.queries import REQUIRED_VETTINGS
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.people.models import Person

#: The days of the trend, and for how many days a roll call that is missing is shown.
DAYS = 14
#: So many days before it ends a check is renewed.
RENEWED_BEFORE = 60

_S = ClassSession.Status


def records_of(user: User) -> QuerySet[Person]:
    """The resident's records of somebody who signed in."""
    return Person.objects.of_people(user.person_id) if user.person_id else Person.objects.none()


def taught_by(user: User) -> QuerySet[ClassSession]:
    """Lessons of the classes in which this user teaches."""
    return ClassSession.objects.filter(run__teacher__in=records_of(user).values("pk"))


def to_hold(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    """Lessons of today that are not over."""
    return taught_by(user).filter(status__in=ClassSession.TO_COME, slot__local_date=timezone.localdate(at))


def without_roll(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    """Lessons of the last days that took place and whose roll no station has called."""
    held = taught_by(user).filter(status__in=(_S.OPEN, _S.CLOSED), roll_called_at=None, run__seats_taken__gt=0)
    return held.filter(slot__ends_at__range=(at - dt.timedelta(days=DAYS), at))


def sent_back(*, user: User, at: dt.datetime) -> QuerySet[Course]:
    """Own drafts that were submitted and returned."""
    rows = Course.objects.filter(author__in=own_logins(user), status=Course.Status.DRAFT)
    return rows.filter(submitted_at__isnull=False)


def checks_to_renew(*, user: User, at: dt.datetime) -> QuerySet[Vetting]:
    """Own checks that end soon or have ended, and that no later one follows: without them no lesson begins."""
    records = records_of(user).values("pk")
    own = Vetting.objects.filter(person__in=records, status=Vetting.Status.VALID, kind__in=REQUIRED_VETTINGS)
    later = own.filter(kind=OuterRef("kind"), valid_to_date__gt=OuterRef("valid_to_date"))
    ends = timezone.localdate(at) + dt.timedelta(days=RENEWED_BEFORE)
    return own.filter(~Exists(later), valid_to_date__lte=ends)


def lessons_today(*, user: User, at: dt.datetime) -> Measured:
    """How many lessons the reader holds today, and how many of them are over."""
    rows = taught_by(user).filter(slot__local_date=timezone.localdate(at)).exclude(status=_S.CANCELLED)
    counted = rows.aggregate(all=Count("pk"), over=Count("pk", filter=Q(status=_S.CLOSED)))
    return Measured(counted["all"], gettext("%(count)s are over") % {"count": counted["over"]})


def learners(*, user: User, at: dt.datetime) -> Measured:
    """How many learn in the reader's classes; who they are is for their stations alone."""
    rows = Enrolment.objects.filter(status=Enrolment.Status.ENROLLED, run__teacher__in=records_of(user).values("pk"))
    counted = rows.aggregate(learners=Count("pk"), classes=Count("run", distinct=True))
    classes = counted["classes"]
    words = ngettext("in %(count)s class", "in %(count)s classes", classes) % {"count": classes}
    return Measured(counted["learners"], words)


def in_review(*, user: User, at: dt.datetime) -> Measured:
    """The reader's courses that wait for another person."""
    own = Course.objects.filter(author__in=own_logins(user))
    counted = own.aggregate(
        waiting=Count("pk", filter=Q(status=Course.Status.IN_REVIEW)),
        approved=Count("pk", filter=Q(status=Course.Status.APPROVED)),
    )
    return Measured(counted["waiting"], gettext("%(count)s approved") % {"count": counted["approved"]})


def checks(*, user: User, at: dt.datetime) -> Measured:
    """Through which day both checks of the reader are valid: without them no lesson begins."""
    today = timezone.localdate(at)
    own = Vetting.objects.filter(person__in=records_of(user).values("pk"), status=Vetting.Status.VALID)
    valid = own.filter(issued_date__lte=today)
    last = valid.aggregate(
        **{kind.value: Max(Case(When(kind=kind, then=F("valid_to_date")))) for kind in REQUIRED_VETTINGS}
    )
    days = [day for kind in REQUIRED_VETTINGS if (day := last[kind.value])]
    until = min(days) if len(days) == len(REQUIRED_VETTINGS) else today - dt.timedelta(days=1)
    if until < today:
        return Measured(gettext("missing"), gettext("The county records them."), "bad")
    left = (until - today).days
    words = ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}
    return Measured(formatting.full_day(until), words, "wait" if left <= RENEWED_BEFORE else "")


def lessons_held(*, user: User, at: dt.datetime) -> Bars:
    """Lessons of the reader that took place, by day."""
    today = timezone.localdate(at)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    rows = taught_by(user).filter(status__in=(_S.OPEN, _S.CLOSED), slot__local_date__range=(days[0], today))
    counted = dict(rows.order_by().values_list("slot__local_date").annotate(count=Count("pk")))
    return count_bars(
        {formatting.short_day(day): counted.get(day, 0) for day in days},
        title=gettext("Lessons that you held"),
        period=gettext("Day"),
        counted=gettext("Lessons"),
        note=gettext("%(days)s days. Hatched: today so far.") % {"days": DAYS},
    )
