"""A station closes for good: its rooms are nobody's any more, and it needs none of another station."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from core.database.db import lock_all
from core.errors import refused_by, refuses
from core.history import record_change
from scheduling.bookings import services as bookings
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Resource
from scheduling.feeds.services import end_resource_feed
from scheduling.rooms.models import STATION_CLOSED, RoomUse, StationRooms
from scheduling.rooms.notices import tell_booker
from stations.accounts.models import User
from stations.network.models import Station

CancelledBy = Booking.CancelledBy


@refuses(*refused_by(bookings.cancel_booking))
@transaction.atomic
def end_rooms_of(*, station: Station, successor: Station, by: User, at: dt.datetime) -> None:
    """What is ahead in its rooms is cancelled, and who has booked is told; what it has elsewhere is given up."""
    for rooms in StationRooms.objects.select_related("group").filter(station=station):
        for room in lock_all(Resource.objects.filter(groups=rooms.group_id)):
            end_resource_feed(resource=room, by=by, at=at)
        rooms.group.places.all().delete()
        record_change(rooms.group, old="lent", new="station closed", at=at, actor=by.pk)
    of_either = RoomUse.objects.shown().filter(Q(rooms__station=station) | Q(booking__station=station))
    ahead = of_either.filter(booking__status__in=Booking.ACTIVE, booking__session__starts_at__gt=at)
    for use in ahead.order_by("booking__session_id"):
        is_ours = use.rooms.station_id == station.pk
        bookings.cancel_booking(
            booking=use.booking,
            cancelled_by=CancelledBy.PROVIDER if is_ours else CancelledBy.STATION,
            reason_code=STATION_CLOSED,
            by=by,
            at=at,
        )
        if is_ours:
            tell_booker(use, "room_taken_back", at=at)
