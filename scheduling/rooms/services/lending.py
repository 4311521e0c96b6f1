"""A station lends its rooms: which there are, when one is closed, and who gets it."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from scheduling.bookings import services as bookings
from scheduling.bookings.models import Booking
from scheduling.calendars.models import AvailabilityException, BookingPolicy, Resource
from scheduling.calendars.services import (
    PeriodHours,
    add_to_group,
    define_offering,
    define_policy,
    form_group,
    register_resource,
)
from scheduling.feeds.services import end_resource_feed
from scheduling.rooms.models import ROOM_KIND, RoomUse, StationRooms
from scheduling.rooms.notices import tell_booker
from scheduling.rooms.queries import rooms_of
from stations.accounts.models import User
from stations.network.models import Station

POLICY = "scheduling.room"
#: Rooms are booked from so many days before, between these local times, and for no longer than a day has them open.
OPENS_DAYS_BEFORE = 90
HOURS = PeriodHours(dt.time(7), dt.time(21), 14 * 60)
MOST_ROOMS = 20
CLOSED, ENDED_BY_KEEPER = "room-closed", "keeper-cancelled"


class TooManyRooms(Refused):
    """A station has so many rooms at most."""

    code = "too_many_rooms"
    message = _("A station lends at most %(count)s rooms.")


class NameTaken(Refused):
    """Two rooms of one name cannot be told apart."""

    code = "room_name_taken"
    message = _("The station has a room of this name.")


class AlreadyClosed(Refused):
    """Part of the period is one in which the room is closed."""

    code = "room_already_closed"
    message = _("The room is already closed for a part of this time.")


class RoomNotLent(Refused):
    """The room is none of those of the group, or none any more."""

    code = "room_not_lent"
    status = 422
    message = _("The station does not lend this room.")


class NotClosed(Refused):
    """The room is open."""

    code = "room_not_closed"
    message = _("This room is not closed.")


@refuses(TooManyRooms, NameTaken, *refused_by(register_resource))
@transaction.atomic
def add_room(*, station: Station, name: str, by: User, at: dt.datetime) -> StationRooms:
    """The station lends one room more: whoever books gets any free one of them.

    The classroom in which its classes are held is one of them, where there is one: a class and a talk never meet.
    """
    station = lock(station)
    rooms = StationRooms.objects.filter(station=station).first() or _open_rooms(station, by=by, at=at)
    names = [each.name for each in rooms_of(rooms)]
    if len(names) >= MOST_ROOMS:
        raise TooManyRooms(count=MOST_ROOMS)
    if name in names:
        raise NameTaken(field="name")
    room = register_resource(
        kind=Resource.Kind.MEETING_ROOM,
        name=name,
        zone=station.zone,
        owner_kind=ROOM_KIND,
        owner_ref=f"{station.code}:{rooms.group.members.count()}",
        station=station,
        by=by,
        at=at,
    )
    classrooms = Resource.objects.filter(station=station, kind=Resource.Kind.CLASSROOM, is_active=True)
    for each in (room, *classrooms):
        add_to_group(group=rooms.group, resource=each, by=by, at=at)
    return rooms


@refuses(*refused_by(bookings.accept_request))
@transaction.atomic
def accept_use(*, use: RoomUse, by: User, at: dt.datetime) -> RoomUse:
    """The other station gets the room that it has asked for; again it changes nothing."""
    bookings.accept_request(booking=use.booking, by=by, at=at)
    return tell_booker(use, "room_granted", at=at)


@refuses(*refused_by(bookings.reject_request))
@needs_words("reason")
@transaction.atomic
def reject_use(*, use: RoomUse, reason: str, by: User, at: dt.datetime) -> RoomUse:
    """The other station does not get it, and reads why; again it changes nothing."""
    bookings.reject_request(booking=use.booking, comment=reason, by=by, at=at)
    return tell_booker(use, "room_declined", at=at)


@refuses(RoomNotLent, *refused_by(bookings.change_interval))
@transaction.atomic
def change_use(
    *, use: RoomUse, room: UUID, starts_at: dt.datetime, ends_at: dt.datetime, by: User, at: dt.datetime
) -> RoomUse:
    """Another room of the station, or other hours; if that is taken, the old ones stand."""
    chosen = use.rooms.group.members.filter(is_active=True, pk=room).first()
    if chosen is None:
        raise RoomNotLent(field="room")
    before = use.booking.ical_sequence
    changed = bookings.change_interval(
        booking=use.booking, resource=chosen, starts_at=starts_at, ends_at=ends_at, by=by, at=at
    )
    return tell_booker(use, "room_changed", at=at) if changed.ical_sequence != before else use


@refuses(*refused_by(bookings.cancel_booking))
@needs_words("reason")
@transaction.atomic
def take_back(*, use: RoomUse, reason: str, by: User, at: dt.datetime) -> RoomUse:
    """The station needs the room itself, before it has begun: who has booked it is told why."""
    if at >= use.booking.session.starts_at:
        raise bookings.SessionStarted
    bookings.cancel_booking(
        booking=use.booking,
        cancelled_by=Booking.CancelledBy.PROVIDER,
        reason_code=ENDED_BY_KEEPER,
        comment=reason,
        by=by,
        at=at,
    )
    return tell_booker(use, "room_taken_back", at=at)


@refuses(AlreadyClosed, bookings.PeriodOver)
@needs_words("reason")
@transaction.atomic
def close_room(
    *, room: Resource, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: User, at: dt.datetime
) -> AvailabilityException:
    """Nobody uses a room in a period: what is booked then is cancelled, and who has booked is told."""
    try:
        report = bookings.record_leave(
            resource=room,
            starts_at=starts_at,
            ends_at=ends_at,
            kind=AvailabilityException.Kind.CLOSED,
            reason_code=CLOSED,
            note=reason,
            by=by,
            at=at,
        )
    except bookings.AlreadyAway as refusal:
        raise AlreadyClosed from refusal
    for use in RoomUse.objects.shown().filter(booking__in=report.cancelled):
        tell_booker(use, "room_taken_back", at=at)
    return report.exception


@refuses(*refused_by(bookings.cancel_booking))
@needs_words("reason")
@transaction.atomic
def stop_lending(*, room: Resource, reason: str, by: User, at: dt.datetime) -> StationRooms:
    """The station lends a room no more: what is ahead is cancelled and told, its calendar ends; again no change.

    What has begun goes on. The station may lend one of the same name later.
    """
    room = lock(room)
    rooms = StationRooms.objects.get(station=room.station_id)
    if not room.is_active:
        return rooms
    room.is_active = False
    room.save(update_fields=["is_active", "updated_at"])
    record_change(room, old="lent", new="not lent", at=at, actor=by.pk, reason=reason)
    ahead = RoomUse.objects.shown().filter(
        booking__session__resource=room, booking__status__in=Booking.ACTIVE, booking__session__starts_at__gt=at
    )
    for use in ahead.order_by("booking__session_id"):
        take_back(use=use, reason=reason, by=by, at=at)
    end_resource_feed(resource=room, by=by, at=at)
    return rooms


@refuses(NotClosed)
@transaction.atomic
def reopen_room(*, room: Resource, by: User, at: dt.datetime) -> Resource:
    """The room is open from now on; what was cancelled stays cancelled."""
    closed = room.exceptions.filter(kind=AvailabilityException.Kind.CLOSED, withdrawn_at=None, ends_at__gt=at)
    found = list(closed)
    if not found:
        raise NotClosed
    for each in found:
        bookings.withdraw_leave(exception=each, by=by, at=at)
    return room


def _open_rooms(station: Station, *, by: User, at: dt.datetime) -> StationRooms:
    offering = define_offering(
        owner_kind=ROOM_KIND,
        owner_ref=station.code,
        label="Room",
        label_zh="活动室",
        policy=_policy(by=by, at=at),
        periods=HOURS,
        by=by,
        at=at,
    )
    group = form_group(owner_kind=ROOM_KIND, owner_ref=station.code, name=station.name, offering=offering, by=by, at=at)
    return StationRooms.objects.create(station=station, group=group)


def _policy(*, by: User, at: dt.datetime) -> BookingPolicy:
    return BookingPolicy.objects.filter(code=POLICY).order_by("-revision").first() or define_policy(
        code=POLICY,
        opens_days_before=OPENS_DAYS_BEFORE,
        release_local_time=dt.time(),
        closes_minutes_before=0,
        cancel_minutes_before=0,
        attendance=BookingPolicy.Attendance.ASSUMED,
        by=by,
        at=at,
    )
