"""What scores show outside their pages: the score of the last month, and what the stations did month by month."""

import datetime as dt
import statistics

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.days import last_months
from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import MOST_ON_BOARD, Board, Console, Figure, Hit, Measured, MenuEntry, Trend
from stations.accounts.models import User
from stations.scores.lists import LOOKS
from stations.scores.models import KpiScore, StationDay
from stations.scores.queries import latest_scores

READ = "stations.read_score"
MONTHS = 12


def _median(*, user: User, at: dt.datetime) -> Measured:
    """Of the newest month that has scores, beside the month before."""
    reached = KpiScore.objects.open_to(user, READ)
    recent = reached.filter(month__gte=last_months(timezone.localdate(at), 4)[0]).values_list("month", "score")
    by_month: dict[dt.date, list[int]] = {}
    for month, score in recent:
        by_month.setdefault(month, []).append(score)
    if not by_month:
        return Measured("–", gettext("no month is scored yet"))
    newest = max(by_month)
    words = formatting.month(newest)
    before = [month for month in by_month if month < newest]
    if before:
        score = round(statistics.median(by_month[max(before)]))
        words = gettext("%(month)s; %(score)s the month before") % {"month": words, "score": score}
    return Measured(round(statistics.median(by_month[newest])), words)


def _services(*, user: User, at: dt.datetime) -> Bars:
    months = last_months(timezone.localdate(at), MONTHS)
    days = StationDay.objects.open_to(user, READ).filter(date__gte=months[0]).order_by()
    counted = dict(days.annotate(month=TruncMonth("date")).values_list("month").annotate(sum=Sum("services")))
    return count_bars(
        {formatting.short_month(month): counted.get(month, 0) for month in months},
        title=gettext("Services by month"),
        period=gettext("Month"),
        counted=gettext("Services"),
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )


def _weakest(*, user: User, at: dt.datetime) -> list[Hit]:
    """The stations whose last score is no good one, the lowest first."""
    rows = latest_scores(KpiScore.objects.open_to(user, READ)).exclude(grade=KpiScore.Grade.GOOD)
    return [
        Hit(
            title=row.station.name,
            href=reverse("scores:station", args=[row.station.code]),
            detail=gettext("score %(score)s in %(month)s") % {"score": row.score, "month": formatting.month(row.month)},
            status=LOOKS[row.grade],
            words=row.get_grade_display(),
        )
        for row in rows[:MOST_ON_BOARD]
    ]


CONSOLE = Console(
    menu=[
        MenuEntry("stations", _("Score"), "scores:score", READ),
        MenuEntry("stations", _("Stations that need help"), "scores:county", "stations.make_support_visit"),
    ],
    figures=[Figure("scores.median", _("Median score"), READ, "scores:county", _median)],
    trends=[Trend("scores.services", READ, _services)],
    boards=[Board("scores.weakest", _("Stations to support"), READ, "scores:county", _weakest)],
)
