"""Pages of appointments."""

from django.urls import path

from health.appointments import views
from health.appointments.lists import APPOINTMENTS, CALLS, DESK_LIST

app_name = "appointments"
urlpatterns = [
    path("appointments/", APPOINTMENTS.view(), name="appointments"),
    path("appointments/calls/", CALLS.view(), name="calls"),
    path("desk/", DESK_LIST.view(), name="desk"),
    path("appointments/new/", views.hospitals, name="hospitals"),
    path("hospitals/<uuid:pk>/", views.departments, name="departments"),
    path("departments/<int:pk>/", views.sessions, name="sessions"),
    path("sessions/<int:pk>/", views.book, name="book"),
    path("sessions/<int:pk>/series/", views.series, name="series"),
    *views.APPOINTMENT_PAGE.paths("appointments/<uuid:pk>/"),
    path("appointments/<uuid:pk>/slip/", views.slip, name="slip"),
    path("appointments/<uuid:pk>/dates/", views.dates, name="dates"),
    path("appointments/<uuid:pk>/move/", views.move, name="move"),
]
