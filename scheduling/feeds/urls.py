"""Pages of calendars, and the calendars themselves."""

from django.urls import path

from scheduling.feeds import views

app_name = "calendars"
urlpatterns = [
    path("me/calendar/", views.own_calendar, name="own"),
    path("me/calendar/end/", views.end_own_calendar, name="end_own"),
    path("calendars/", views.calendar_of, name="of_resident"),
    *views.RESIDENT_PAGE.paths("calendars/<uuid:pk>/"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
    path("calendar/<str:token>/qr/", views.qr, name="qr"),
]
