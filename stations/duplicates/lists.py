"""The list of merges of two records; above it the pairs that may be one person."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from stations.duplicates.models import PersonMerge
from stations.duplicates.queries import Side, likely_pairs
from stations.lists import StationList
from stations.network.models import Station

LOOKS = {"proposed": "wait", "merged": "ok", "refused": "info", "undone": "info"}


class Merges(StationList):
    """Merges proposed and decided; above them records of the county that may be one person."""

    name = "duplicates:duplicates"
    grant = "stations.merge_persons"
    title = gettext_lazy("Records of one person")
    lead = gettext_lazy("Same name with the same birth date or phone. Two county officers merge the records.")
    template = "stations/duplicates/duplicates.html"
    place = "kept__home_station"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Village"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Proposed"),
        "state": gettext_lazy("State"),
    }
    order = ("-proposed_at", "-pk")
    period, days = "proposed_at", 92
    states = (
        State("proposed", gettext_lazy("to decide"), Q(status="proposed"), ever=True, order=("proposed_at", "pk")),
        State("decided", gettext_lazy("decided"), ~Q(status="proposed")),
    )
    empty = Empty(gettext_lazy("No proposals yet."), icon="people")

    def rows(self, request: HttpRequest) -> QuerySet[PersonMerge]:
        """Those within reach."""
        rows = PersonMerge.objects.open_to(request.user, self.grant)
        return rows.select_related("kept__home_station__village", "kept__village", "kept__household", "merged")

    def row(self, row: PersonMerge, known: Any) -> Row:
        """Whom it is about, masked."""
        side = Side.of(row.kept)
        return Row(
            name=side.name,
            href=f"/county/people/merges/{row.pk}/",
            what=side.village,
            where=side.station,
            at=row.proposed_at,
            status=LOOKS[row.status],
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Pairs to look at, of the counties within reach."""
        counties = Station.objects.open_to(request.user, self.grant).order_by("county")
        return {"pairs": likely_pairs(list(counties.values_list("county", flat=True).distinct()))}


MERGES = Merges()
