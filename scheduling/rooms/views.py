"""Pages of rooms: those of a station with their free hours, what is booked, and a room with its calendar."""

import datetime as dt
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.access import may, requires
from core.days import day_in
from core.language.text import refuse_far_years
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Resource
from scheduling.feeds.addresses import address_of
from scheduling.feeds.queries import standing_feed_of
from scheduling.feeds.services import end_resource_feed, make_resource_feed
from scheduling.rooms import services
from scheduling.rooms.display import between, hours_of, kind_of, why_cancelled
from scheduling.rooms.forms import BookForm, ChangeForm, CloseForm, ReasonForm, RoomForm
from scheduling.rooms.models import (
    BOOK,
    GIVE_UP,
    KEEP,
    READ,
    READ_USE,
    ROOM_KIND,
    RoomUse,
    RoomUseQuerySet,
    StationRooms,
)
from scheduling.rooms.queries import closures_of, day_is_over, free_hours, lent_rooms, rooms_of, uses_ahead
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.requests import SignedInRequest

_S = Booking.Status
DAY = dt.timedelta(days=1)


def _rooms() -> QuerySet[StationRooms]:
    return StationRooms.objects.shown()


def _day(request: SignedInRequest, rooms: StationRooms) -> dt.date:
    """The day that is looked at: the one in the address, or today on the wall of the rooms."""
    today = day_in(rooms.station.zone, now())
    try:
        chosen = parse_date(request.GET.get("day", "")) or today
        refuse_far_years(chosen)
    except (ValueError, ValidationError):
        return today
    return chosen


def _rooms_context(request: SignedInRequest, found: StationRooms) -> dict[str, Any]:
    day, at = _day(request, found), now()
    keeps = may(request.user, KEEP) and _is_of(request.user, found)
    return {
        "rooms": found,
        "day": day,
        "before": (day - DAY).isoformat() if day > day_in(found.station.zone, at) else "",
        "after": (day + DAY).isoformat(),
        "is_over": day_is_over(found, day, at=at),
        "free": [(each, _page_of_room(each.room, keeps)) for each in free_hours(found, day, at=at)],
        "more": gettext("Lend a room") if keeps else "",
    }


def _page_of_room(room: Resource, keeps: bool) -> str:
    """A classroom has no page here: its hours are those of its classes."""
    return reverse("rooms:room", args=[room.pk]) if keeps and room.owner_kind == ROOM_KIND else ""


def _is_of(user: User, rooms: StationRooms) -> bool:
    return StationRooms.objects.open_to(user, KEEP).filter(pk=rooms.pk).exists()


def _book(*, rooms: StationRooms, by: User, **typed: Any) -> RoomUse:
    return services.book_room(rooms=rooms, station=counter_of(by, BOOK), by=by, **typed)


def _booking_form(request: SignedInRequest, rooms: StationRooms) -> dict[str, Any]:
    return {"zone": rooms.station.zone, "date": _day(request, rooms)}


ROOMS_PAGE = ObjectPage(
    name="rooms:station",
    template="scheduling/rooms/station.html",
    grant=READ,
    noun="rooms",
    rows=_rooms,
    context=_rooms_context,
    actions={
        "book": PageAction(
            grant=BOOK,
            service=_book,
            form=BookForm,
            form_kwargs=_booking_form,
            then=page_of("rooms:use"),
            title=_("Book a room"),
            button=_("Book a free room"),
            doing=_("Booking…"),
            done=_("Recorded. What is asked of another station waits for its answer."),
        ),
    },
)


def _uses() -> RoomUseQuerySet:
    return RoomUse.objects.shown()


def _use_context(request: SignedInRequest, found: RoomUse) -> dict[str, Any]:
    return {"use": found, "kind": kind_of(found), "hours": hours_of(found), "why": why_cancelled(found)}


def _is_asked(use: RoomUse, _user: User) -> bool:
    return use.booking.status == _S.PROPOSED


def _is_ahead(use: RoomUse, _user: User) -> bool:
    return use.booking.status == _S.BOOKED and now() < use.booking.session.starts_at


def _is_live(use: RoomUse, user: User) -> bool:
    return _is_asked(use, user) or _is_ahead(use, user)


def _change_form(_request: SignedInRequest, use: RoomUse) -> dict[str, Any]:
    return {"zone": use.room.zone, "rooms": rooms_of(use.rooms), "use": use}


USE_PAGE = ObjectPage(
    name="rooms:use",
    template="scheduling/rooms/use.html",
    grant=READ_USE,
    noun="use",
    rows=_uses,
    context=_use_context,
    actions={
        "accept": PageAction(
            grant=KEEP,
            service=services.accept_use,
            is_open=_is_asked,
            title=_("Another station asks for this room"),
            button=_("Let them have the room"),
            doing=_("Recording…"),
            shortcut="a",
        ),
        "reject": PageAction(
            grant=KEEP,
            service=services.reject_use,
            form=ReasonForm,
            is_open=_is_asked,
            title=_("Decline the request"),
            button=pgettext_lazy("room", "Decline"),
            doing=_("Recording…"),
            kind="danger",
            shortcut="d",
        ),
        "change": PageAction(
            grant=KEEP,
            service=services.change_use,
            form=ChangeForm,
            form_kwargs=_change_form,
            is_open=_is_ahead,
            title=_("Another room or other hours"),
            button=_("Change it"),
            doing=_("Recording…"),
        ),
        "take-back": PageAction(
            grant=KEEP,
            service=services.take_back,
            form=ReasonForm,
            is_open=lambda use, user: _is_ahead(use, user) and use.booking.station_id != use.rooms.station_id,
            title=_("We need the room ourselves"),
            button=_("Cancel their booking"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "give-up": PageAction(
            grant=GIVE_UP,
            service=services.give_up_use,
            is_open=_is_live,
            title=_("We no longer need this room"),
            button=_("Give up the room"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _room_context(_request: SignedInRequest, found: Resource) -> dict[str, Any]:
    at, feed = now(), standing_feed_of(found)
    return {
        "room": found,
        "address": address_of(feed) if feed else "",
        "uses": [(each, hours_of(each), kind_of(each)) for each in uses_ahead(found, at=at)],
        "closures": [
            (between(each.starts_at, each.ends_at, found.zone), each.note) for each in closures_of(found, at=at)
        ],
    }


def _close_form(_request: SignedInRequest, room: Resource) -> dict[str, Any]:
    return {"zone": room.zone}


def _is_lent(room: Resource, _user: User) -> bool:
    return room.is_active


ROOM_PAGE = ObjectPage(
    name="rooms:room",
    template="scheduling/rooms/room.html",
    grant=KEEP,
    noun="room",
    rows=lent_rooms,
    context=_room_context,
    actions={
        "close": PageAction(
            grant=KEEP,
            service=services.close_room,
            is_open=_is_lent,
            form=CloseForm,
            form_kwargs=_close_form,
            title=_("Close the room"),
            button=_("Close it for these hours"),
            doing=_("Recording…"),
            done=_("The room is closed then. The stations that had booked it have been told."),
            kind="danger",
        ),
        "reopen": PageAction(
            grant=KEEP,
            service=services.reopen_room,
            is_open=lambda room, user: _is_lent(room, user) and bool(closures_of(room, at=now())),
            title=_("Open the room again"),
            button=_("Open it from now on"),
            doing=_("Recording…"),
        ),
        "calendar": PageAction(
            grant=KEEP,
            service=lambda *, room, by, at: make_resource_feed(resource=room, by=by, at=at),
            is_open=_is_lent,
            title=_("Calendar of the room"),
            button=_("Make a new address"),
            doing=_("Making…"),
            done=_("The new address is below. An earlier one no longer works."),
        ),
        "end-calendar": PageAction(
            grant=KEEP,
            service=lambda *, room, by, at: end_resource_feed(resource=room, by=by, at=at),
            is_open=lambda room, _user: standing_feed_of(room) is not None,
            title=_("End the calendar’s address"),
            button=_("End the address"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "stop-lending": PageAction(
            grant=KEEP,
            service=services.stop_lending,
            is_open=_is_lent,
            form=ReasonForm,
            then=page_of("rooms:station"),
            title=_("Stop lending this room"),
            button=_("Stop lending it"),
            doing=_("Recording…"),
            done=_("The room is no longer lent. The stations that had booked it have been told."),
            kind="danger",
        ),
    },
)


@requires(KEEP)
def add_room(request: SignedInRequest) -> HttpResponse:
    """The own station lends one room more."""
    station = counter_of(request.user, KEEP)
    return form_page(
        request,
        operation=KEEP,
        form=RoomForm(request.POST or None),
        service=partial(services.add_room, station=station),
        then=page_of("rooms:station"),
        template="scheduling/rooms/add.html",
        page=lambda: {"station": station},
        done=_("Stations of the county can book this room."),
    )
