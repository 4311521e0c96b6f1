"""What several pages of stations show."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now

from core.access import may
from core.days import day_in
from stations.network import links, queries
from stations.network.models import Station
from stations.network.services.life import closed_by_its_people
from stations.requests import SignedInRequest

READ = "stations.read_station"
#: How a state looks: the kind of its status word.
LOOKS = {"open_now": "ok", "offline": "wait", "closed_now": "info", "temporarily_closed": "wait"}
STATUS_LOOKS = {"active": "ok", "trial": "ok", "suspended": "bad", "closed": "bad", "temporarily_closed": "wait"}


def facts_of(request: SignedInRequest, station: Station) -> dict[str, Any]:
    """What its own people and its county see of a station now."""
    at = now()
    state = queries.public_state(station, at)
    today = day_in(station.zone, at)
    return {
        "station": station,
        "state": state,
        "look": LOOKS.get(state.code, "bad"),
        "status_look": STATUS_LOOKS.get(station.status, "info"),
        "week": queries.week_of(station, today),
        "differing": queries.days_that_differ(station, today),
        "services": queries.services_offered(station, None, at),
        "certificates": station.certificates.filter(revoked_at=None).select_related("holder").order_by("pk"),
        "to_print": links.to_print(request.user),
        "devices": station.devices.exclude(state="revoked").order_by("label"),
        "may_see_devices": may(request.user, "stations.read_device"),
        "may_photograph": may(request.user, "stations.set_certificate_photo"),
        "may_certify": may(request.user, "stations.issue_certificate"),
        "may_except": may(request.user, "stations.set_opening_exception"),
        "may_close": may(request.user, "stations.close_temporarily") and station.status == Station.Status.ACTIVE,
        "may_reopen": may(request.user, "stations.reopen_station")
        and station.status == Station.Status.TEMPORARILY_CLOSED
        and closed_by_its_people(station),
    }


def address_of_sign(station: Station) -> str:
    """What the code on the sign says."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('network:sign', args=[station.code])}"
