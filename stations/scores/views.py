"""The score of one's station with its reasons, and the county's scores and warnings."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import load, requires
from core.language import formatting
from core.web.charts import Chart, Series
from stations.network.models import Station
from stations.requests import SignedInRequest
from stations.scope import posts_granting
from stations.scores.lists import LOOKS
from stations.scores.models import EarlyWarning, KpiScore
from stations.scores.queries import in_words, scores_of, warnings_in_order, why

READ = "stations.read_score"
PAGE = 100


@require_GET
@requires(READ)
def score(request: SignedInRequest) -> HttpResponse:
    """Why is my score what it is, and what helps?"""
    post = next((post for post in posts_granting(request.user, READ) if post.station_id), None)
    if post is None:
        return HttpResponseRedirect(reverse("scores:county"))
    return _shown(request, Station.objects.open_to(request.user, READ).get(pk=post.station_id))


@require_GET
@requires(READ, one_object=True)
def station_score(request: SignedInRequest, code: str) -> HttpResponse:
    """The same, as the county sees it."""
    station = load(Station.objects.all(), request.user, READ, code=code)
    return _shown(request, station, back=reverse("network:county_station", args=[code]))


def _shown(request: SignedInRequest, station: Station, *, back: str = "") -> HttpResponse:
    scores = scores_of(station)
    warnings = warnings_in_order(EarlyWarning.objects.open_to(request.user, READ).filter(station=station))
    page = {
        "station": station,
        "back": back,
        "score": scores[0] if scores else None,
        "look": LOOKS[scores[0].grade] if scores else "",
        "parts": why(scores[0]) if scores else [],
        "chart": _chart(scores) if len(scores) > 1 else None,
        "signs": [in_words(row) for row in warnings],
        "today": now(),
    }
    return render(request, "stations/scores/score.html", page)


def _chart(scores: list[KpiScore]) -> Chart:
    """The last months as one line."""
    months = list(reversed(scores))
    finding = _("%(points)s points in %(month)s.") % {
        "points": months[-1].score,
        "month": formatting.month(months[-1].month),
    }
    values: list[float | None] = [float(row.score) for row in months]
    return Chart(
        title=_("The last months"),
        finding=finding,
        labels=[formatting.month(row.month) for row in months],
        short_labels=[str(row.month.month) for row in months],
        series=[Series(_("Points"), values)],
        id="scores",
    )
