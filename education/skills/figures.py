"""Trainings in numbers: who came, who completed, and who opened a shop afterwards. Nobody is named."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from core.days import last_months
from core.language import formatting
from core.web.bars import Bars, count_bars
from education.courses.models import ClassRun, Course, Enrolment
from education.quizzes.gains import Gain, gains_in
from education.skills.models import READ_FIGURES, OutcomeFact
from stations.accounts.models import User

MONTHS = 12
_S = Enrolment.Status


@dataclass(frozen=True, slots=True)
class CourseNumbers:
    """A course whose trainings were completed in the last twelve months."""

    title: str
    trainings: int
    learners: int
    completed: int
    shops: int
    gain: Gain | None


def _completed(user: User, today: dt.date) -> QuerySet[ClassRun]:
    since = last_months(today, MONTHS)[0]
    runs = ClassRun.objects.open_to(user, READ_FIGURES).filter(course__audience__in=Course.TRAININGS)
    return runs.filter(status=ClassRun.Status.COMPLETED, ends_date__gte=since)


def numbers_of(user: User, today: dt.date) -> list[CourseNumbers]:
    """Each course with its numbers, the one with most learners first; two statements."""
    gains = gains_in(_completed(user, today))
    counted = (
        _completed(user, today)
        .order_by()
        .values("course__code", "course__title")
        .annotate(
            trainings=Count("pk", distinct=True),
            learners=Count("enrolments", filter=Q(enrolments__status__in=(_S.COMPLETED, _S.EXPIRED)), distinct=True),
            completed=Count("enrolments", filter=Q(enrolments__status=_S.COMPLETED), distinct=True),
            shops=Count("outcomes", filter=Q(outcomes__kind=OutcomeFact.Kind.SHOP_OPENED), distinct=True),
        )
        .order_by("-learners", "course__code")
    )
    return [
        CourseNumbers(
            row["course__title"],
            row["trainings"],
            row["learners"],
            row["completed"],
            row["shops"],
            gains.get(row["course__code"]),
        )
        for row in counted
    ]


def completed_by_month(user: User, today: dt.date) -> Bars:
    """How many people completed a training, by the month of its last session; one statement."""
    rows = _completed(user, today).filter(enrolments__status=_S.COMPLETED).order_by()
    counted = dict(rows.annotate(month=TruncMonth("ends_date")).values_list("month").annotate(Count("enrolments")))
    return count_bars(
        {formatting.month(month): counted.get(month, 0) for month in last_months(today, MONTHS)},
        title=gettext("People who completed a training"),
        period=gettext("Month"),
        counted=gettext("Learners"),
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )
