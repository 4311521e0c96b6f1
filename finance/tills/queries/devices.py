"""Devices of a station that may still hold cash which has not reached us."""

import datetime as dt

from django.db.models import Q

from stations.accounts.models import Device
from stations.network.models import Station


def devices_waiting(station: Station, *, since: dt.datetime) -> list[Device]:
    """Those with unsent items, and those that keep a queue and have not reported it empty since this instant.

    A browser that never kept anything is none of them; nor is a device that was revoked.
    """
    keeps = Q(queued_ops__gt=0) | Q(queue_emptied_at__lt=since)
    return list(station.devices.filter(keeps).exclude(state=Device.State.REVOKED).order_by("label", "pk"))


def devices_unsent(station: Station) -> list[Device]:
    """Those that have said that they hold unsent items: they stand on the close sheet."""
    return list(station.devices.filter(queued_ops__gt=0).exclude(state=Device.State.REVOKED).order_by("label", "pk"))
