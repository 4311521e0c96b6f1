"""API endpoints of calendars and rooms."""

from django.urls import include, path

from scheduling.feeds import api

urlpatterns = [
    path("", include("scheduling.rooms.api_urls")),
    path("own-calendar/", api.OwnCalendar.as_view(), name="api-own-calendar"),
    path("own-calendar/end/", api.EndOwnCalendar.as_view(), name="api-own-calendar-end"),
    path("calendars/<uuid:pk>/send/", api.SendCalendar.as_view(), name="api-calendar-send"),
    path("calendars/<uuid:pk>/end/", api.EndCalendar.as_view(), name="api-calendar-end"),
]
