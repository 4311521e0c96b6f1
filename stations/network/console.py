"""What the network shows outside its pages: how many stations are open, closings that wait, and finding a station."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import may
from core.web.console import MOST, Console, Figure, Finder, Hit, Measured, MenuEntry, Need
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.network.models import Station, StationClosing
from stations.network.queries import SILENT_AFTER, WORKING

READ, CLOSE, COUNTY = "stations.read_station", "stations.close_station", "network:county_stations"
KINDS = {Station.Status.ACTIVE: "ok", Station.Status.CLOSED: "info", Station.Status.SUSPENDED: "bad"}


def _to_close(*, user: User, at: dt.datetime) -> QuerySet[StationClosing]:
    asked = StationClosing.objects.open_to(user, CLOSE).filter(status=StationClosing.Status.ASKED)
    return asked.exclude(asked_by__in=own_logins(user))


def _open_now(*, user: User, at: dt.datetime) -> Measured:
    """Of the stations that work: those that were heard of in the last half hour."""
    working = Station.objects.open_to(user, READ).filter(status__in=WORKING)
    found = working.aggregate(all=Count("pk"), heard=Count("pk", filter=Q(last_seen_at__gte=at - SILENT_AFTER)))
    return Measured(found["heard"], gettext("of %(count)s stations") % {"count": f"{found['all']:,}"})


def find_stations(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """Stations within reach by their number, their name, or the village and township they stand in."""
    named = Q(name__icontains=text) | Q(name_local__icontains=text) | Q(code__startswith=text)
    for place in ("village", "township", "county"):
        named |= Q(**{f"{place}__name__icontains": text}) | Q(**{f"{place}__romanised__istartswith": text})
        named |= Q(**{f"{place}__initials__istartswith": text})
    stations = Station.objects.open_to(user, READ).filter(named).select_related("township", "county")
    return [_hit(station, user) for station in stations.order_by("code")[:MOST]]


def _hit(station: Station, user: User) -> Hit:
    is_county = may(user, "stations.pause_service")
    return Hit(
        title=station.name,
        href=reverse("network:county_station" if is_county else "network:sign", args=[station.code]),
        detail=f"{station.code} · {station.township.name}, {station.county.name}",
        status=KINDS.get(Station.Status(station.status), "wait"),
        words=station.get_status_display(),
    )


CONSOLE = Console(
    menu=[
        MenuEntry("stations", _("Station"), "network:station", "stations.send_heartbeat"),
        MenuEntry(
            *("stations", _("Stations"), COUNTY, "stations.pause_service"),
            needs=("network.close", "contracts.terminate"),
        ),
    ],
    needs=[
        Need(
            "network.close",
            _("Station closings to confirm"),
            "station",
            CLOSE,
            COUNTY,
            _to_close,
            "asked_at",
            place="station__name",
        ),
    ],
    figures=[
        Figure("network.open", _("Stations online now"), "stations.pause_service", COUNTY, _open_now, "state=online")
    ],
    finders=[Finder("stations", _("Stations"), "station", READ, find_stations)],
)
