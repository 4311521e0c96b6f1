"""Pages of rooms."""

from django.urls import path

from scheduling.rooms import views
from scheduling.rooms.lists import ROOMS, USES

app_name = "rooms"
urlpatterns = [
    path("", ROOMS.view(), name="rooms"),
    path("add/", views.add_room, name="add"),
    *views.ROOMS_PAGE.paths("station-rooms/<uuid:pk>/"),
    path("room-uses/", USES.view(), name="uses"),
    *views.USE_PAGE.paths("room-uses/<uuid:pk>/"),
    *views.ROOM_PAGE.paths("resources/<uuid:pk>/"),
]
