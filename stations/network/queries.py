"""What a station does for people at this moment."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.network.models import ServicePause, Station, StationService


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Whether a service is open, and if not, why not, in words."""

    is_open: bool
    reason: Any = ""


def service_open(station: Station, service: str, user: Any, at: dt.datetime) -> ServiceState:
    """The only way to ask whether somebody may do this here now: switched on, not paused, station at work."""
    if station.status not in {Station.Status.ACTIVE, Station.Status.TRIAL}:
        return ServiceState(False, _("the station is not at work"))
    above = [station.village_id, station.township_id, station.county_id, station.prefecture_id, station.province_id]
    now = Q(from_at__lte=at) & (Q(to_at__gt=at) | Q(to_at=None))
    pause = ServicePause.objects.filter(now, Q(division_id__in=above) | Q(division=None), service__code=service).first()
    if pause is not None:
        return ServiceState(False, pause.reason)
    if not StationService.objects.filter(now, station=station, service__code=service).exists():
        return ServiceState(False, _("it is not switched on here"))
    return ServiceState(True)
