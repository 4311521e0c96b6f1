"""API of online consultations."""

from django.urls import path

from health.consultations import api

urlpatterns = [
    path("consultations/", api.Consultations.as_view()),
    path("consultations/request/", api.RequestConsultation.as_view()),
    path("consultations/<uuid:pk>/message/", api.SendMessage.as_view()),
    path("consultations/<uuid:pk>/cancel/", api.CancelConsultation.as_view()),
    path("cases/", api.Cases.as_view()),
    path("cases/<uuid:pk>/", api.CaseContents.as_view()),
    path("cases/<uuid:pk>/accept/", api.AcceptCase.as_view()),
    path("cases/<uuid:pk>/reject/", api.RejectCase.as_view()),
    path("cases/<uuid:pk>/claim/", api.ClaimCase.as_view()),
    path("cases/<uuid:pk>/answer/", api.AnswerCase.as_view()),
    path("cases/<uuid:pk>/complete/", api.CompleteCase.as_view()),
    path("cases/<uuid:pk>/refer/", api.ReferCase.as_view()),
    path("cases/<uuid:pk>/prescribe/", api.PrescribeDrug.as_view()),
    path("cases/<uuid:pk>/stop-prescription/", api.StopPrescription.as_view()),
    path("prescriptions/", api.Prescriptions.as_view()),
    path("prescriptions/<uuid:pk>/release/", api.ReleasePrescription.as_view()),
    path("prescriptions/<uuid:pk>/return/", api.ReturnPrescription.as_view()),
    path("prescriptions/<uuid:pk>/dispense/", api.DispensePrescription.as_view()),
]
