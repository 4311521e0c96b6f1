"""Rooms over the API: whose there are, when they are free, booking, answering, closing, and their calendars."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.language.text import refuse_far_years
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from scheduling.calendars.models import Resource
from scheduling.feeds.addresses import address_of
from scheduling.feeds.services import end_resource_feed, make_resource_feed
from scheduling.rooms import services
from scheduling.rooms.models import BOOK, GIVE_UP, KEEP, MOST_PEOPLE, READ, READ_USE, RoomUse, StationRooms
from scheduling.rooms.queries import FreeHours, free_hours, lent_rooms
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.network.models import Station
from stations.requests import signed_in

ROOMS = {"id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a2001", "station": "321324-0001", "name": "泗阳县服务中心"}
ROOM = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a2002"
USE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a2003",
    "rooms": ROOMS["id"],
    "room": ROOM,
    "name": "培训室",
    "booked_for": "321324-0007",
    "starts_at": "2026-12-30T06:00:00.000Z",
    "ends_at": "2026-12-30T08:00:00.000Z",
    "purpose": "talk",
    "people": 30,
    "status": "proposed",
    "answer_by_at": "2026-12-01T02:00:00.000Z",
}


class Newest(CursorPages):
    ordering = "-id"


class StationRoomsOut(ReadSerializer):
    """The rooms of a station."""

    id = serializers.UUIDField()
    station = serializers.CharField(source="station.code")
    name = serializers.CharField(source="station.name")


class FreeRoomOut(serializers.Serializer):
    """A room and the hours in which it is free."""

    room = serializers.UUIDField(source="room.pk")
    name = serializers.CharField(source="room.name")
    hours = serializers.SerializerMethodField()

    def get_hours(self, free: FreeHours) -> list[list[str]]:
        return [[f"{since:%H:%M}", f"{until:%H:%M}"] for since, until in free.hours]


class FreeRoomsOut(serializers.Serializer):
    """The rooms of a station with their free hours, from one time of the wall until another."""

    results = FreeRoomOut(many=True)


class RoomUseOut(ReadSerializer):
    """What a room is booked for; `status` is that of its booking (FHIR R4), `answer_by_at` that of a request."""

    id = serializers.UUIDField()
    rooms = serializers.UUIDField(source="rooms_id")
    room = serializers.UUIDField(source="booking.session.resource_id")
    name = serializers.CharField(source="booking.session.resource.name")
    booked_for = serializers.CharField(source="booking.station.code")
    starts_at = serializers.DateTimeField(source="booking.session.starts_at")
    ends_at = serializers.DateTimeField(source="booking.session.ends_at")
    purpose = serializers.CharField()
    people = serializers.IntegerField()
    status = serializers.CharField(source="booking.status")
    answer_by_at = serializers.DateTimeField(source="booking.hold_expires_at", allow_null=True)


class RoomsOfStations(generics.ListAPIView):
    """List the stations of the county that lend rooms."""

    requires = READ
    serializer_class = StationRoomsOut
    pagination_class = Newest
    out_example = ROOMS

    def get_queryset(self) -> QuerySet[StationRooms]:
        return StationRooms.objects.shown().open_to(signed_in(self.request), READ)


class FreeOn(serializers.Serializer):
    """A day on the wall of the rooms; today where none is named."""

    day = serializers.DateField(required=False, validators=[refuse_far_years])


class FreeRooms(APIView):
    """Read when the rooms of a station are free on a day."""

    requires = READ
    one_object = True

    @extend_schema(operation_id="stationRoomsRetrieve", parameters=[FreeOn], responses=FreeRoomsOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Read when the rooms of a station are free on a day."""
        rooms, at = load(StationRooms.objects.shown(), signed_in(request), READ, pk=pk), now()
        typed = FreeOn(data=request.query_params)
        typed.is_valid(raise_exception=True)
        day = typed.validated_data.get("day") or day_in(rooms.station.zone, at)
        return Response({"results": FreeRoomOut(free_hours(rooms, day, at=at), many=True).data})


class AddRoomIn(serializers.Serializer):
    """What the room is called."""

    name = Line(max_length=60)


class AddRoom(VerbView):
    """Lend one room more; the classroom of the station is one of them."""

    requires = KEEP
    one_object = True
    In, Out = AddRoomIn, StationRoomsOut
    success_status = 201
    refusals = refused_by(services.add_room)
    in_example = {"name": "培训室"}
    out_example = ROOMS

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str) -> StationRooms:
        station = load(Station.objects.select_related("county"), user, KEEP, code=code)
        return services.add_room(station=station, **data, by=user, at=at)


class PeriodIn(serializers.Serializer):
    """From one instant until another."""

    starts_at = serializers.DateTimeField(validators=[refuse_far_years])
    ends_at = serializers.DateTimeField(validators=[refuse_far_years])


class BookRoomIn(PeriodIn):
    """When a room is needed, what for, and for how many."""

    purpose = serializers.ChoiceField(RoomUse.Purpose.choices)
    people = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE)


class BookRoom(VerbView):
    """Book any free room of the own station, or ask another station of the county for one."""

    requires = BOOK
    one_object = True
    In, Out = BookRoomIn, RoomUseOut
    success_status = 201
    refusals = refused_by(services.book_room)
    in_example = {name: USE[name] for name in ("starts_at", "ends_at", "purpose", "people")}
    out_example = USE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RoomUse:
        rooms = load(StationRooms.objects.shown(), user, BOOK, pk=pk)
        made = services.book_room(rooms=rooms, station=counter_of(user, BOOK), **data, by=user, at=at, key=key)
        return _again(made)


class RoomUses(generics.ListAPIView):
    """List what the own station has booked, and what others have booked or ask for of its rooms, newest first."""

    requires = READ_USE
    serializer_class = RoomUseOut
    pagination_class = Newest
    out_example = USE

    def get_queryset(self) -> QuerySet[RoomUse]:
        return RoomUse.objects.shown().open_to(signed_in(self.request), READ_USE)


class _UseVerb(VerbView):
    requires = KEEP
    one_object = True
    Out = RoomUseOut

    def use(self, user: User, pk: UUID) -> RoomUse:
        return load(RoomUse.objects.shown(), user, self.requires, pk=pk)


def _again(use: RoomUse) -> RoomUse:
    return RoomUse.objects.shown().get(pk=use.pk)


class AcceptUse(_UseVerb):
    """Give another station the room that it asks for."""

    refusals = refused_by(services.accept_use)
    out_example = USE | {"status": "booked", "answer_by_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RoomUse:
        return _again(services.accept_use(use=self.use(user, pk), by=user, at=at))


class RoomReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class RejectUse(_UseVerb):
    """Decline the request of another station."""

    In = RoomReasonIn
    refusals = refused_by(services.reject_use)
    in_example = {"reason": "当天已安排体检"}
    out_example = USE | {"status": "cancelled", "answer_by_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RoomUse:
        return _again(services.reject_use(use=self.use(user, pk), **data, by=user, at=at))


class ChangeUseIn(PeriodIn):
    """A room of the station, and the hours."""

    room = serializers.UUIDField()


class ChangeUse(_UseVerb):
    """Give what is booked another room of the station, or other hours."""

    In = ChangeUseIn
    refusals = refused_by(services.change_use)
    in_example = {"room": ROOM, "starts_at": USE["starts_at"], "ends_at": "2026-12-30T09:00:00.000Z"}
    out_example = USE | {"status": "booked", "answer_by_at": None, "ends_at": "2026-12-30T09:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RoomUse:
        return _again(services.change_use(use=self.use(user, pk), **data, by=user, at=at))


class TakeBack(_UseVerb):
    """Cancel what another station has booked of the own rooms."""

    In = RoomReasonIn
    refusals = refused_by(services.take_back)
    in_example = {"reason": "县里临时开会"}
    out_example = USE | {"status": "cancelled", "answer_by_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RoomUse:
        return _again(services.take_back(use=self.use(user, pk), **data, by=user, at=at))


class GiveUp(_UseVerb):
    """Give up a room that the own station has booked or asked for."""

    requires = GIVE_UP
    refusals = refused_by(services.give_up_use)
    out_example = USE | {"status": "cancelled", "answer_by_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RoomUse:
        return _again(services.give_up_use(use=self.use(user, pk), by=user, at=at))


class RoomOut(ReadSerializer):
    """A room that a station lends."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class _RoomVerb(VerbView):
    requires = KEEP
    one_object = True
    Out: ClassVar[type[serializers.Serializer]] = RoomOut
    out_example = {"id": ROOM, "name": "培训室"}

    def room(self, user: User, pk: UUID) -> Resource:
        return load(lent_rooms(), user, KEEP, pk=pk)


class CloseRoomIn(PeriodIn):
    """When the room cannot be used, and why."""

    reason = Line(max_length=200)


class CloseRoom(_RoomVerb):
    """Close a room for a period: what is booked then is cancelled, and who has booked it is told."""

    In = CloseRoomIn
    refusals = refused_by(services.close_room)
    in_example = {"starts_at": USE["starts_at"], "ends_at": USE["ends_at"], "reason": "粉刷"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Resource:
        room = self.room(user, pk)
        services.close_room(room=room, **data, by=user, at=at)
        return room


class ReopenRoom(_RoomVerb):
    """Open a room that is closed; what was cancelled stays cancelled."""

    refusals = refused_by(services.reopen_room)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Resource:
        return services.reopen_room(room=self.room(user, pk), by=user, at=at)


class StopLending(_RoomVerb):
    """Lend a room no more: what is booked ahead is cancelled, and who has booked it is told."""

    In, Out = RoomReasonIn, StationRoomsOut
    refusals = refused_by(services.stop_lending)
    in_example = {"reason": "改作库房"}
    out_example = ROOMS

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> StationRooms:
        return services.stop_lending(room=self.room(user, pk), **data, by=user, at=at)


class RoomCalendarOut(serializers.Serializer):
    """The address that a phone, a computer or a screen subscribes to."""

    address = serializers.CharField()


class RoomCalendar(_RoomVerb):
    """Make a new address of a room's calendar; the one before is good no more."""

    Out = RoomCalendarOut
    success_status = 201
    out_example = {"address": "https://ecomnet.example/calendar/AZSkPU6aAWe-bCrOfQs6.ics"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        return {"address": address_of(make_resource_feed(resource=self.room(user, pk), by=user, at=at))}


class EndRoomCalendar(_RoomVerb):
    """End the address of a room's calendar; without one nothing happens."""

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Resource:
        room = self.room(user, pk)
        end_resource_feed(resource=room, by=user, at=at)
        return room
