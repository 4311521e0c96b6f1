"""API of programmes."""

from django.urls import path

from health.chronic.api import enrolments, sending

urlpatterns = [
    path("care-enrolments/", enrolments.Enrolments.as_view()),
    path("care-enrolments/enrol/", enrolments.EnrolResident.as_view()),
    path("care-enrolments/<uuid:pk>/confirm/", enrolments.ConfirmEnrolment.as_view()),
    path("care-enrolments/<uuid:pk>/visit/", enrolments.RecordVisit.as_view()),
    path("care-enrolments/<uuid:pk>/call/", enrolments.RecordOutreach.as_view()),
    path("care-enrolments/<uuid:pk>/answer/", enrolments.RecordAnswer.as_view()),
    path("care-enrolments/<uuid:pk>/finish/", enrolments.FinishEnrolment.as_view()),
    path("care-protocols/", sending.CareProtocols.as_view()),
    path("follow-ups/", sending.FollowUpsToTake.as_view()),
    path("follow-up-visits/", sending.SendVisits.as_view()),
    path("follow-up-dates/", enrolments.FollowUpDates.as_view()),
    path("health-indicators/", enrolments.HealthIndicators.as_view()),
]
