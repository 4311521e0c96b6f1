"""A station books a room: one of its own at once, one of another station of the county by asking for it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refused_by, refuses
from core.keys.own import own_key
from scheduling.bookings import services as bookings
from scheduling.bookings.models import Booking
from scheduling.bookings.services import Wanted
from scheduling.rooms.models import OWNER_KIND, RoomUse, StationRooms
from scheduling.rooms.notices import tell_keepers
from stations.accounts.models import User
from stations.network.models import Station


class RoomElsewhere(Refused):
    """The rooms are those of another county."""

    code = "room_elsewhere"
    status = 422
    message = _("Only stations of the county can use these rooms.")


@refuses(RoomElsewhere, *refused_by(bookings.hold_interval, bookings.confirm_booking, bookings.request_interval))
@transaction.atomic
def book_room(
    *,
    rooms: StationRooms,
    station: Station,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    purpose: str,
    people: int,
    by: User,
    at: dt.datetime,
    key: str,
) -> RoomUse:
    """Book `[starts_at, ends_at)` of any free room; the same key gives what it made.

    A room of another station is held until that station answers, for a day at most.
    """
    if station.county_id != rooms.station.county_id:
        raise RoomElsewhere
    pressed = own_key(by.pk, f"{rooms.pk}:{key}")
    known = RoomUse.objects.filter(booking__owner_kind=OWNER_KIND, booking__key=pressed).first()
    if known is not None:
        return known
    wanted = Wanted(
        subject=None,
        owner_kind=OWNER_KIND,
        station=station,
        public_place=rooms.station.name,
        language=by.language,
        by=by,
        at=at,
        key=pressed,
    )
    booking = _take(rooms, station, starts_at, ends_at, wanted)
    use, is_new = RoomUse.objects.get_or_create(
        booking=booking, defaults={"rooms": rooms, "purpose": purpose, "people": people}
    )
    if is_new and booking.status == Booking.Status.PROPOSED:
        tell_keepers(use, at=at)
    return use


@refuses(*refused_by(bookings.cancel_booking))
@transaction.atomic
def give_up_use(*, use: RoomUse, by: User, at: dt.datetime) -> RoomUse:
    """The station needs the room no more; again it changes nothing."""
    bookings.cancel_booking(
        booking=use.booking, cancelled_by=Booking.CancelledBy.STATION, reason_code="not-needed", by=by, at=at
    )
    return use


def _take(
    rooms: StationRooms, station: Station, starts_at: dt.datetime, ends_at: dt.datetime, wanted: Wanted
) -> Booking:
    if station.pk != rooms.station_id:
        return bookings.request_interval(group=rooms.group, starts_at=starts_at, ends_at=ends_at, wanted=wanted)
    held = bookings.hold_interval(group=rooms.group, starts_at=starts_at, ends_at=ends_at, wanted=wanted)
    return bookings.confirm_booking(booking=held, by=wanted.by, at=wanted.at)
