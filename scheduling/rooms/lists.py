"""The lists of rooms: which stations of the county lend some, and what is booked or asked for."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.days import day_in
from core.web.list_filters import State
from core.web.lists import Empty, Row
from scheduling.rooms.display import hours_of, kind_of
from scheduling.rooms.models import READ, READ_USE, RoomUse, StationRooms
from stations.lists import StationList

STATION, STATE = gettext_lazy("Station"), gettext_lazy("State")


class Rooms(StationList):
    """Stations of the county that lend rooms."""

    name, grant = "rooms:rooms", READ
    title = gettext_lazy("Rooms")
    headings: ClassVar[Mapping[str, Any]] = {"name": STATION, "what": gettext_lazy("Rooms")}
    order = ("station__code", "pk")
    empty = Empty(
        gettext_lazy("No station of the county lends a room yet."),
        gettext_lazy("A partner adds the first room of their own station."),
        "calendar",
    )

    def rows(self, request: HttpRequest) -> QuerySet[StationRooms]:
        """Each with the number of its rooms."""
        rows = StationRooms.objects.open_to(request.user, self.grant).select_related("station")
        rows = rows.annotate(count=Count("group__members", filter=Q(group__members__is_active=True)))
        return rows.filter(count__gt=0)

    def row(self, row: StationRooms, known: None) -> Row:
        """Whose they are, and how many."""
        words = ngettext("%(n)s room", "%(n)s rooms", row.count) % {"n": row.count}
        return Row(name=row.station.name, what=words, href=reverse("rooms:station", args=[row.pk]))


class Uses(StationList):
    """What the own station has booked, and what others have booked or ask for of its rooms."""

    name, grant = "rooms:uses", READ_USE
    title = gettext_lazy("Booked rooms")
    place = "rooms__station"
    headings: ClassVar[Mapping[str, Any]] = {
        "name": gettext_lazy("Room"),
        "what": gettext_lazy("Booked by"),
        "where": gettext_lazy("Hours"),
        "at": gettext_lazy("Day"),
        "state": STATE,
    }
    order = ("-booking__session__starts_at", "-pk")
    states = (
        State(
            "asked",
            pgettext_lazy("room", "asked for"),
            Q(booking__status="proposed"),
            order=("booking__session__starts_at", "pk"),
        ),
        State(
            "ahead",
            pgettext_lazy("room", "booked"),
            Q(booking__status__in=["booked", "arrived", "checked-in"]),
            order=("booking__session__starts_at", "pk"),
        ),
        State("over", pgettext_lazy("room", "used"), Q(booking__status="fulfilled")),
        State("cancelled", pgettext_lazy("room", "cancelled"), Q(booking__status="cancelled")),
    )
    state = "ahead"
    empty = Empty(
        gettext_lazy("No room is booked."), gettext_lazy("Open the rooms of a station to book one."), "calendar"
    )

    def rows(self, request: HttpRequest) -> QuerySet[RoomUse]:
        """Those of either station."""
        return RoomUse.objects.shown().open_to(request.user, self.grant)

    def row(self, row: RoomUse, known: None) -> Row:
        """Which room, for which station, and when."""
        booking = row.booking
        return Row(
            name=f"{row.rooms.station.name} · {row.room_name}",
            href=reverse("rooms:use", args=[row.pk]),
            what=booking.station.name if booking.station else "",
            where=hours_of(row),
            at=day_in(row.room.zone, booking.session.starts_at),
            status=kind_of(row),
            words=booking.get_status_display(),
        )


ROOMS, USES = Rooms(), Uses()
