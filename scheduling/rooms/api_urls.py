"""API endpoints of rooms."""

from django.urls import path

from scheduling.rooms import api

urlpatterns = [
    path("station-rooms/", api.RoomsOfStations.as_view(), name="api-station-rooms"),
    path("stations/<str:code>/rooms/", api.AddRoom.as_view(), name="api-station-rooms-add"),
    path("station-rooms/<uuid:pk>/", api.FreeRooms.as_view(), name="api-station-rooms-free"),
    path("station-rooms/<uuid:pk>/book/", api.BookRoom.as_view(), name="api-station-rooms-book"),
    path("room-uses/", api.RoomUses.as_view(), name="api-room-uses"),
    path("room-uses/<uuid:pk>/accept/", api.AcceptUse.as_view(), name="api-room-use-accept"),
    path("room-uses/<uuid:pk>/reject/", api.RejectUse.as_view(), name="api-room-use-reject"),
    path("room-uses/<uuid:pk>/change/", api.ChangeUse.as_view(), name="api-room-use-change"),
    path("room-uses/<uuid:pk>/take-back/", api.TakeBack.as_view(), name="api-room-use-take-back"),
    path("room-uses/<uuid:pk>/give-up/", api.GiveUp.as_view(), name="api-room-use-give-up"),
    path("resources/<uuid:pk>/close/", api.CloseRoom.as_view(), name="api-room-close"),
    path("resources/<uuid:pk>/reopen/", api.ReopenRoom.as_view(), name="api-room-reopen"),
    path("resources/<uuid:pk>/stop-lending/", api.StopLending.as_view(), name="api-room-stop-lending"),
    path("resources/<uuid:pk>/calendar/", api.RoomCalendar.as_view(), name="api-room-calendar"),
    path("resources/<uuid:pk>/end-calendar/", api.EndRoomCalendar.as_view(), name="api-room-calendar-end"),
]
