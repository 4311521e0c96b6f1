"""API endpoints of appointments."""

from django.urls import path

from health.appointments import api

urlpatterns = [
    path("appointments/", api.Appointments.as_view(), name="api-appointments"),
    path("appointments/book/", api.BookAppointment.as_view(), name="api-appointment-book"),
    path("appointments/wait/", api.JoinLine.as_view(), name="api-appointment-wait"),
    path("appointments/series/preview/", api.PreviewSeries.as_view(), name="api-appointment-series-preview"),
    path("appointments/series/", api.BookSeries.as_view(), name="api-appointment-series"),
    path("appointments/<uuid:pk>/move-preview/", api.PreviewMove.as_view(), name="api-appointment-move-preview"),
    path("appointments/<uuid:pk>/move/", api.MoveSeries.as_view(), name="api-appointment-move"),
    path("appointments/<uuid:pk>/cancel-series/", api.CancelSeries.as_view(), name="api-appointment-cancel-series"),
    path("appointments/<uuid:pk>/cancel/", api.CancelAppointment.as_view(), name="api-appointment-cancel"),
    path("appointments/<uuid:pk>/take/", api.TakeOffer.as_view(), name="api-appointment-take"),
    path("appointments/<uuid:pk>/decline/", api.DeclineOffer.as_view(), name="api-appointment-decline"),
    path("appointments/<uuid:pk>/other-times/", api.OtherTimes.as_view(), name="api-appointment-other-times"),
    path("appointments/<uuid:pk>/other-time/", api.MoveAppointment.as_view(), name="api-appointment-other-time"),
    path("appointments/<uuid:pk>/rebook/", api.RebookAppointment.as_view(), name="api-appointment-rebook"),
    path(
        "appointments/<uuid:pk>/no-other-time/",
        api.DeclineOtherTime.as_view(),
        name="api-appointment-no-other-time",
    ),
    path("appointments/<uuid:pk>/arrive/", api.Arrive.as_view(), name="api-appointment-arrive"),
    path("appointments/<uuid:pk>/check-in/", api.CheckIn.as_view(), name="api-appointment-check-in"),
    path("appointments/<uuid:pk>/release/", api.ReleaseNumber.as_view(), name="api-appointment-release"),
    path("appointments/<uuid:pk>/served/", api.Serve.as_view(), name="api-appointment-served"),
    path("appointments/<uuid:pk>/absent/", api.Absent.as_view(), name="api-appointment-absent"),
    path("appointments/<uuid:pk>/came/", api.Came.as_view(), name="api-appointment-came"),
    path("appointments/<uuid:pk>/agree/", api.Agree.as_view(), name="api-appointment-agree"),
    path("appointments/<uuid:pk>/lift/", api.LiftRestriction.as_view(), name="api-appointment-lift"),
    path("appointments/<uuid:pk>/called/", api.Called.as_view(), name="api-appointment-called"),
]
