"""API endpoints of calendars."""

from django.urls import path

from scheduling.feeds import api

urlpatterns = [
    path("own-calendar/", api.OwnCalendar.as_view(), name="api-own-calendar"),
    path("own-calendar/end/", api.EndOwnCalendar.as_view(), name="api-own-calendar-end"),
    path("calendars/<uuid:pk>/send/", api.SendCalendar.as_view(), name="api-calendar-send"),
    path("calendars/<uuid:pk>/end/", api.EndCalendar.as_view(), name="api-calendar-end"),
]
