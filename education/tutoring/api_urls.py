"""API endpoints of tutoring."""

from django.urls import path

from education.tutoring.api import booking, deciding, sessions, tutors

urlpatterns = [
    path("tutors/", tutors.Tutors.as_view(), name="api-tutors"),
    path("tutor-applications/", tutors.RegisterTutor.as_view(), name="api-tutor-applications"),
    path("tutors/<uuid:pk>/change/", tutors.ChangeTutor.as_view(), name="api-tutor-change"),
    path("tutors/<uuid:pk>/hours/", tutors.SetTutorHours.as_view(), name="api-tutor-hours"),
    path("tutors/<uuid:pk>/activate/", tutors.ActivateTutor.as_view(), name="api-tutor-activate"),
    path("tutors/<uuid:pk>/pause/", tutors.PauseTutor.as_view(), name="api-tutor-pause"),
    path("tutors/<uuid:pk>/end/", tutors.EndTutor.as_view(), name="api-tutor-end"),
    path("tutoring-bookings/", booking.BookTutoring.as_view(), name="api-tutoring-bookings"),
    path("tutoring-series/preview/", booking.PreviewTutoringSeries.as_view(), name="api-tutoring-series-preview"),
    path("tutoring-series/", booking.BookTutoringSeries.as_view(), name="api-tutoring-series"),
    path("tutoring-sessions/", sessions.TutoringSessions.as_view(), name="api-tutoring-sessions"),
    path("tutoring-sessions/<uuid:pk>/start/", sessions.StartTutoring.as_view(), name="api-tutoring-start"),
    path("tutoring-sessions/<uuid:pk>/finish/", sessions.FinishTutoring.as_view(), name="api-tutoring-finish"),
    path("tutoring-sessions/<uuid:pk>/confirm/", sessions.ConfirmTutoring.as_view(), name="api-tutoring-confirm"),
    path("tutoring-sessions/<uuid:pk>/contest/", sessions.ContestTutoring.as_view(), name="api-tutoring-contest"),
    path("tutoring-sessions/<uuid:pk>/miss/", sessions.MissTutoring.as_view(), name="api-tutoring-miss"),
    path("contested-lessons/", deciding.ContestedLessons.as_view(), name="api-contested-lessons"),
    path("contested-lessons/<uuid:pk>/decide/", deciding.DecideTutoring.as_view(), name="api-contested-lesson-decide"),
    path("tutoring-sessions/<uuid:pk>/cancel/", sessions.CancelTutoring.as_view(), name="api-tutoring-cancel"),
]
