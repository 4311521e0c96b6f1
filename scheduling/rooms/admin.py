"""Groups of rooms and what they are booked for are read in the administration."""

from django.contrib import admin

from core.administration import ReadAdmin
from scheduling.rooms.models import READ, READ_USE, RoomUse, StationRooms


@admin.register(StationRooms)
class StationRoomsAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("station", "group")
    list_select_related = ("station", "group")
    fields = ("station", "group")
    ordering = ("station__code",)


@admin.register(RoomUse)
class RoomUseAdmin(ReadAdmin):
    read_verb = READ_USE
    list_display = ("rooms", "purpose", "people", "created_at")
    list_select_related = ("rooms__station",)
    list_filter = ("purpose",)
    fields = ("rooms", "booking", "purpose", "people")
    ordering = ("-pk",)
