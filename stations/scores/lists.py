"""The list of scores: the last of every station, those that need help first."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.language import formatting
from core.web.list_filters import State
from core.web.lists import Empty, Row
from stations.lists import StationList
from stations.scores.models import EarlyWarning, KpiScore
from stations.scores.queries import in_words, latest_scores, warnings_in_order

LOOKS = {"good": "ok", "watch": "wait", "support": "bad"}
MOST_WARNINGS = 100


class Scores(StationList):
    """The last score of every station within reach; above them the warnings that stand."""

    name = "scores:county"
    grant = "stations.read_score"
    title = gettext_lazy("Scores and warnings")
    lead = gettext_lazy("Stations that need help come first. Scores are never public.")
    template = "stations/scores/county.html"
    headings = {
        "name": gettext_lazy("Station"),
        "what": gettext_lazy("Score"),
        "where": gettext_lazy("Month"),
        "state": gettext_lazy("Grade"),
    }
    order = ("score", "pk")
    states = tuple(State(each.value, each.label, Q(grade=each)) for each in KpiScore.Grade)
    empty = Empty(gettext_lazy("No score yet."), icon="chart")

    def rows(self, request: HttpRequest) -> QuerySet[KpiScore]:
        """The last of each station within reach."""
        return latest_scores(KpiScore.objects.open_to(request.user, self.grant))

    def row(self, row: KpiScore, known: Any) -> Row:
        """How the station stands."""
        return Row(
            name=row.station.name,
            href=f"/county/stations/{row.station.code}/score/",
            what=str(row.score),
            where=formatting.month(row.month),
            status=LOOKS[row.grade],
            words=row.get_grade_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The warnings that stand."""
        warnings = warnings_in_order(EarlyWarning.objects.open_to(request.user, self.grant))
        return {"signs": [in_words(row) for row in warnings[:MOST_WARNINGS]]}


SCORES = Scores()
