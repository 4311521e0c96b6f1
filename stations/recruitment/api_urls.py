"""Endpoints of certificates, below /api/v1/."""

from django.urls import path

from stations.recruitment import api

urlpatterns = [
    path("register/<str:number>/", api.Register.as_view()),
    path("register/<str:number>/report/", api.ReportNumber.as_view()),
    path("stations/<str:code>/certificates/", api.IssueCertificate.as_view()),
    path("register-reports/", api.RegisterReports.as_view()),
    path("register-reports/<int:report_id>/answer/", api.AnswerReport.as_view()),
]
