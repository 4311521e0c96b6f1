"""Rooms of the story's station, and what it has booked one of them for itself."""

from scheduling.models import Resource, RoomUse, StationRooms
from scheduling.rooms.queries import lent_rooms
from tests.demonstration import World


def rooms_at(world: World) -> StationRooms:
    return StationRooms.objects.get(station=world.station)


def room_use_at(world: World) -> RoomUse:
    own = RoomUse.objects.filter(rooms__station=world.station, booking__station=world.station)
    return own.select_related("booking__session").order_by("pk")[0]


def lent_room_at(world: World) -> Resource:
    """A room that is not the classroom: that one has the hours of its classes."""
    return lent_rooms().filter(station=world.station).order_by("pk")[0]
