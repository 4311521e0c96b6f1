"""The list of stations, as their county sees them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import may
from core.forms import PressForm
from core.language import formatting
from core.web.list_filters import Pick, State
from core.web.lists import Empty, Row
from stations.lists import StationList
from stations.network import queries
from stations.network.models import ServicePause, Station
from stations.network.views.shared import LOOKS, READ


class Stations(StationList):
    """The stations within reach by code; beside them the services that are paused."""

    name = "network:county_stations"
    grant = READ
    title = gettext_lazy("Stations")
    template = "stations/network/county_stations.html"
    place = ""
    headings = {
        "name": gettext_lazy("Station"),
        "what": gettext_lazy("Code and kind"),
        "where": gettext_lazy("Village"),
        "at": gettext_lazy("Last contact"),
        "state": gettext_lazy("State now"),
    }
    order = ("code", "pk")
    picks = (
        Pick(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda: Station.Kind.choices,
            lambda kind: Q(kind=kind),
        ),
    )
    empty = Empty(gettext_lazy("No stations in this state."), icon="station")

    def tabs(self) -> Sequence[State]:
        """Those that were heard of in the last half hour, and each status."""
        heard = Q(status__in=queries.WORKING, last_seen_at__gte=now() - queries.SILENT_AFTER)
        online = State("online", gettext_lazy("online now"), heard)
        return (online, *(State(each.value, each.label, Q(status=each)) for each in Station.Status))

    def rows(self, request: HttpRequest) -> QuerySet[Station]:
        """Those within reach."""
        return Station.objects.open_to(request.user, self.grant).select_related("village", "township")

    def known(self, rows: Sequence[Station], request: HttpRequest) -> dict[int, queries.CountyRow]:
        """How each of them stands at this moment."""
        return {row.station.pk: row for row in queries.county_rows(list(rows), now())}

    def row(self, row: Station, known: dict[int, queries.CountyRow]) -> Row:
        """Which station, and whether it is open and heard of."""
        state = known[row.pk].state
        heard = _heard(row, now()) if state.code == "offline" else ""
        return Row(
            name=row.name,
            href=f"/county/stations/{row.code}/",
            what=" · ".join(filter(None, [row.code, row.get_kind_display(), heard])),
            where=row.village.short_name,
            at=row.last_seen_at,
            status=LOOKS.get(state.code, "bad"),
            words=state.label,
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The pauses, and whether the reader makes one."""
        pauses = ServicePause.objects.open_to(request.user, "stations.read_service_pause").running(now())
        return {
            "pauses": pauses.select_related("service", "division").order_by("-from_at"),
            "may_pause": may(request.user, "stations.pause_service"),
            "end_form": PressForm(),
        }


def _heard(station: Station, at: dt.datetime) -> str:
    """When a station that should be open was last heard of, in words."""
    if station.last_seen_at is None:
        return _("no contact yet")
    return _("last contact %(when)s") % {"when": formatting.near(localtime(station.last_seen_at), localtime(at))}


STATIONS = Stations()
