"""Pages of appointments."""

from django.urls import path

from health.appointments.lists import APPOINTMENTS, CALLS, DESK_LIST
from health.appointments.views import appointment, registering, series

app_name = "appointments"
urlpatterns = [
    path("appointments/", APPOINTMENTS.view(), name="appointments"),
    path("appointments/calls/", CALLS.view(), name="calls"),
    path("desk/", DESK_LIST.view(), name="desk"),
    path("appointments/new/", registering.hospitals, name="hospitals"),
    path("hospitals/<uuid:pk>/", registering.departments, name="departments"),
    path("departments/<int:pk>/", registering.sessions, name="sessions"),
    path("sessions/<int:pk>/", registering.book, name="book"),
    path("sessions/<int:pk>/series/", series.series, name="series"),
    *appointment.APPOINTMENT_PAGE.paths("appointments/<uuid:pk>/"),
    path("appointments/<uuid:pk>/slip/", appointment.slip, name="slip"),
    path("appointments/<uuid:pk>/event.ics", appointment.event, name="event"),
    path("appointments/<uuid:pk>/dates/", appointment.dates, name="dates"),
    path("appointments/<uuid:pk>/move/", series.move, name="move"),
]
