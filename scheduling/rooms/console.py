"""What rooms show outside their pages: lines of the menu, and requests to answer."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from scheduling.bookings.models import Booking
from scheduling.rooms.models import KEEP, READ, READ_USE, RoomUse
from stations.accounts.models import User

ROOMS, USES = "rooms:rooms", "rooms:uses"


def _to_answer(*, user: User, at: dt.datetime) -> QuerySet[RoomUse]:
    return RoomUse.objects.open_to(user, KEEP).filter(booking__status=Booking.Status.PROPOSED)


CONSOLE = Console(
    menu=[
        MenuEntry("stations", _("Rooms"), ROOMS, READ),
        MenuEntry("stations", _("Lend a room"), "rooms:add", KEEP),
        MenuEntry("stations", _("Booked rooms"), USES, READ_USE, needs=("rooms.requests",)),
    ],
    needs=[
        Need(
            *("rooms.requests", _("Requests for our rooms"), "calendar", KEEP, USES, _to_answer, "created_at"),
            place="rooms__station__name",
            query="state=asked",
        ),
    ],
)
