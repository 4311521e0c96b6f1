"""Closing a station for good: one person of the county asks, another closes, and nobody is left behind."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.state_machines import Machine
from stations.accounts.models import User
from stations.hooks import CLOSING_CHECKS, MOVERS
from stations.network.models import Station, StationClosing, StationService
from stations.network.services.life import MACHINE as STATION
from stations.network.services.life import Status, move, tell
from stations.two_persons import require_two_persons

Stage = StationClosing.Status

MACHINE = Machine(
    "station closing",
    Stage,
    {"confirm_closing": frozenset({Stage.ASKED}), "withdraw_closing": frozenset({Stage.ASKED})},
)


class ClearanceOpen(Refused):
    """Money, parcels or people still stand in the way."""

    code = "clearance_open"
    message = _("Settle this first: %(open)s.")


class SuccessorMisplaced(Refused):
    """Households go to another working station of the county."""

    code = "successor_misplaced"
    status = 422
    message = _("Choose another active station in the same county for its households.")


class ClosingAsked(Refused):
    """Somebody has asked for it already."""

    code = "closing_asked"
    message = _("Closure of this station is already requested. Another person confirms or withdraws it.")


@refuses(WrongState, SuccessorMisplaced, ClosingAsked)
@needs_words("reason")
@transaction.atomic
def ask_closing(
    *, station: Station, actor: User, at: dt.datetime, reason: str, successor: Station | None = None
) -> StationClosing:
    """Ask to close a station for good; its households will go to `successor`, its parent when none is named.

    Nothing changes until a second person closes it. Raises `WrongState`, `SuccessorMisplaced`, `ClosingAsked`.
    """
    station = lock(station)
    STATION.check("close_station", station.status)
    successor = successor or station.parent
    if successor is None or not _takes_over(successor, station):
        raise SuccessorMisplaced(field="successor")
    try:
        with transaction.atomic():
            closing = StationClosing.objects.create(
                station=station, successor=successor, reason=reason, asked_by=actor, asked_at=at
            )
    except IntegrityError as error:
        raise ClosingAsked from error
    record_change(closing, old="", new=closing.status, at=at, actor=actor.pk, reason=reason)
    return closing


@refuses(WrongState, SamePerson, ClearanceOpen, SuccessorMisplaced)
@transaction.atomic
def close_station(*, closing: StationClosing, actor: User, at: dt.datetime) -> StationClosing:
    """Close it: services end, households and what belongs to the station go to the successor, for ever.

    Raises `SamePerson` for who asked, `ClearanceOpen` with everything that still binds it, `WrongState`.
    """
    station = lock(closing.station)
    closing = lock(closing)
    MACHINE.check("confirm_closing", closing.status)
    STATION.check("close_station", station.status)
    require_two_persons(actor, closing.asked_by_id)
    if binding := binding_of(station):
        raise ClearanceOpen(open="; ".join(binding))
    successor = closing.successor
    if not _takes_over(successor, station):
        raise SuccessorMisplaced(field="successor")
    Station.objects.filter(parent=station).exclude(status=Status.CLOSED).update(parent=station.parent)
    StationService.objects.filter(Q(to_at__gt=at) | Q(to_at=None), station=station).update(to_at=at, switched_by=actor)
    for take in MOVERS:
        take(station=station, successor=successor, by=actor, at=at)
    facts = {"closed_date": day_in(station.zone, at), "reopens_date": None}
    move(station, "close_station", Status.CLOSED, actor, at, closing.reason, **facts)
    _end(closing, Stage.CONFIRMED, actor, at, "")
    tell("stations.station_closed", station, at, successor=successor.pk)
    return closing


@refuses(WrongState)
@transaction.atomic
def withdraw_closing(*, closing: StationClosing, actor: User, at: dt.datetime, reason: str = "") -> StationClosing:
    """The station stays as it is. Raises `WrongState`."""
    closing = lock(closing)
    MACHINE.check("withdraw_closing", closing.status)
    return _end(closing, Stage.WITHDRAWN, actor, at, reason)


def binding_of(station: Station) -> list[str]:
    """Everything that still binds a station, as sentences."""
    return [sentence for check in (_running_contracts, _stations_below, *CLOSING_CHECKS) for sentence in check(station)]


def _end(closing: StationClosing, status: str, actor: User, at: dt.datetime, reason: str) -> StationClosing:
    old, closing.status = closing.status, status
    closing.ended_by, closing.ended_at = actor, at
    closing.save(update_fields=["status", "ended_by", "ended_at", "updated_at"])
    record_change(closing, old=old, new=status, at=at, actor=actor.pk, reason=reason)
    return closing


def _takes_over(successor: Station, station: Station) -> bool:
    return (
        successor.pk != station.pk
        and successor.county_id == station.county_id
        and successor.status in {Status.ACTIVE, Status.TRIAL, Status.TEMPORARILY_CLOSED}
    )


def _running_contracts(station: Station) -> list[str]:
    return [str(_("a contract is still running"))] if station.contracts.running().exists() else []


def _stations_below(station: Station) -> list[str]:
    """A centre goes last; what stands under a hub goes under the centre by itself."""
    if station.parent_id is not None:
        return []
    below = station.children.exclude(status=Status.CLOSED).count()
    words = ngettext("%(n)s station reports to it", "%(n)s stations report to it", below)
    return [words % {"n": below}] if below else []
