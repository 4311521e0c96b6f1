"""Rooms of a broadcast: stations join it, and their links to the teacher are kept: only what was seen counts."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refused_by, refuses
from education.courses.machine import CLASS, SESSION
from education.courses.models import BroadcastLink, ClassRun, ClassSession
from education.courses.models.rooms import SILENCE
from education.courses.queries import is_silent
from education.courses.services.classes import open_class
from stations.accounts.models import User
from stations.network.models import Station


class NotABroadcast(Refused):
    """The teacher of this class teaches this room alone."""

    code = "not_a_broadcast"
    message = _("This class is no broadcast to many rooms.")


class AlreadyJoined(Refused):
    """The station has a room in this broadcast."""

    code = "already_joined"
    message = _("This station has joined the broadcast already.")


class OtherCounty(Refused):
    """The station lies in another county."""

    code = "broadcast_elsewhere"
    status = 422
    message = _("Stations of the county alone join this broadcast.")


@refuses(WrongState, NotABroadcast, AlreadyJoined, OtherCounty, *refused_by(open_class))
@transaction.atomic
def join_broadcast(*, run: ClassRun, station: Station, seats: int, by: User, at: dt.datetime) -> ClassRun:
    """A station joins a broadcast with a room of its own: the same lessons at the same instants, its own seats.

    Raises `NotABroadcast`, `AlreadyJoined`, `OtherCounty`, and what opening a class raises: `StartsInThePast` once the
    first lesson has begun.
    """
    first = lock(run.broadcast or run)
    CLASS.check("join_broadcast", first.status)
    if first.mode != ClassRun.Mode.BROADCAST:
        raise NotABroadcast
    if station.county_id != first.station.county_id:
        raise OtherCounty
    if ClassRun.objects.live().rooms_of(first).filter(station=station).exists():
        raise AlreadyJoined
    starts = list(first.sessions.order_by("slot__starts_at").values_list("slot__starts_at", flat=True))
    made = open_class(
        course=first.course,
        station=station,
        teacher=first.teacher,
        mode=ClassRun.Mode.BROADCAST,
        seats=seats,
        starts=starts,
        by=by,
        at=at,
    )
    made.broadcast = first
    made.save(update_fields=["broadcast", "updated_at"])
    return made


@refuses(WrongState, NotABroadcast)
@transaction.atomic
def see_link(*, session: ClassSession, by: User, at: dt.datetime, by_device: bool = False) -> ClassSession:
    """The room sees its teacher. A device says so every 15 seconds; after a silence a new stretch begins.

    From the first word of a device on its silence counts, also where somebody had pressed it before. What was said
    before the link was lost, and arrives after it, changes nothing.
    """
    session = _going_on(session)
    link = _open_link(session)
    if link is None:
        if not session.links.filter(to_at__gt=at).exists():
            _begin(session, at=at, by_device=by_device)
    elif is_silent(link, at=at):
        _end(link, link.seen_at)
        _begin(session, at=at, by_device=by_device)
    elif at > link.seen_at:
        if by_device and not link.by_device:
            _end(link, at)
            _begin(session, at=at, by_device=True)
        else:
            link.seen_at = at
            link.save(update_fields=["seen_at", "updated_at"])
    return session


@refuses(WrongState, NotABroadcast)
@transaction.atomic
def lose_link(*, session: ClassSession, by: User, at: dt.datetime) -> ClassSession:
    """The room sees its teacher no more. Again it changes nothing."""
    session = _going_on(session)
    end_link(session, at=at)
    return session


def end_link(session: ClassSession, *, at: dt.datetime) -> None:
    """End the stretch of a lesson that is over, or whose link is lost: a silent device lost it when it last spoke."""
    link = _open_link(session)
    if link is not None:
        _end(link, link.seen_at if is_silent(link, at=at) else max(at, link.seen_at))


@refuses()
@transaction.atomic
def close_rooms(*, at: dt.datetime) -> int:
    """Stretches whose device has fallen silent end when it last spoke; how many."""
    silent = BroadcastLink.objects.filter(to_at=None, by_device=True, seen_at__lt=at - SILENCE)
    return silent.update(to_at=F("seen_at"), updated_at=at)


@refuses(WrongState, NotABroadcast)
def _going_on(session: ClassSession) -> ClassSession:
    mode = session.run.mode
    session = lock(session)
    SESSION.check("see_link", session.status)
    if mode != ClassRun.Mode.BROADCAST:
        raise NotABroadcast
    return session


def _begin(session: ClassSession, *, at: dt.datetime, by_device: bool) -> None:
    BroadcastLink.objects.create(session=session, from_at=at, seen_at=at, by_device=by_device)


def _open_link(session: ClassSession) -> BroadcastLink | None:
    return BroadcastLink.objects.select_for_update().filter(session=session, to_at=None).first()


def _end(link: BroadcastLink, to_at: dt.datetime) -> None:
    link.to_at = to_at
    link.save(update_fields=["to_at", "updated_at"])
