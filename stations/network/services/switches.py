"""Services switched on and off at a station, and paused in a division."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.language.reasons import needs_words
from stations.accounts.models import User
from stations.network.models import Service, ServicePause, Station, StationService
from stations.places.models import Division


class NoChange(Refused):
    """Nothing to do: it is so already."""

    code = "no_change"
    message = _("Nothing to change.")


class CertificateMissing(Refused):
    """Nobody at the station holds the certificate that the service needs."""

    code = "certificate_missing"
    message = _("No one at this station holds a valid certificate for this: %(service)s.")


@refuses(WrongState, NoChange, CertificateMissing)
@transaction.atomic
def switch_service_on(
    *, station: Station, service: Service, actor: User, at: dt.datetime, reason: str = ""
) -> StationService:
    """Offer a service from now on. Raises `NoChange`, `CertificateMissing`, or `WrongState` when closed for good."""
    station = lock(station)
    if station.status == Station.Status.CLOSED:
        raise WrongState(state=station.get_status_display())
    if _switches(station, service, at).exists():
        raise NoChange
    if service.needs_certificate and not _certified(station, service.needs_certificate, at):
        raise CertificateMissing(service=service.shown_name)
    return StationService.objects.create(station=station, service=service, from_at=at, switched_by=actor, reason=reason)


@refuses(NoChange)
@transaction.atomic
def switch_service_off(
    *, station: Station, service: Service, actor: User, at: dt.datetime, reason: str = ""
) -> StationService:
    """Stop offering a service from now on. Raises `NoChange`."""
    switch = _switches(lock(station), service, at).first()
    if switch is None:
        raise NoChange
    switch.to_at, switch.switched_by = at, actor
    switch.reason = reason or switch.reason
    switch.save(update_fields=["to_at", "switched_by", "reason", "updated_at"])
    return switch


@refuses(NoChange)
@needs_words("reason")
@transaction.atomic
def pause_service(
    *, service: Service, division: Division | None, actor: User, at: dt.datetime, reason: str
) -> ServicePause:
    """Stop a service in a division, or everywhere without one; it beats every switch. Raises `NoChange`."""
    service = lock(service)
    if _running_pauses(service, division, at).exists():
        raise NoChange
    pause = ServicePause.objects.create(service=service, division=division, from_at=at, reason=reason, paused_by=actor)
    publish(
        "stations.service_paused",
        at=at,
        service=service.code,
        division=division.pk if division else None,
        pause=pause.pk,
    )
    return pause


@refuses(NoChange)
@transaction.atomic
def end_pause(*, pause: ServicePause, actor: User, at: dt.datetime) -> ServicePause:
    """Go on with the service wherever it is switched on. Raises `NoChange`."""
    pause = lock(pause)
    if pause.to_at is not None and pause.to_at <= at:
        raise NoChange
    pause.to_at, pause.ended_by = at, actor
    pause.save(update_fields=["to_at", "ended_by", "updated_at"])
    return pause


def _switches(station: Station, service: Service, at: dt.datetime) -> QuerySet[StationService]:
    return StationService.objects.filter(Q(to_at__gt=at) | Q(to_at=None), station=station, service=service)


def _running_pauses(service: Service, division: Division | None, at: dt.datetime) -> QuerySet[ServicePause]:
    return ServicePause.objects.running(at).filter(service=service, division=division)


def _certified(station: Station, subject: str, at: dt.datetime) -> bool:
    today = day_in(station.zone, at)
    return station.certificates.filter(
        subject=subject, issued_date__lte=today, expires_date__gte=today, revoked_at=None
    ).exists()
