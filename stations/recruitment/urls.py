"""Pages of certificates, at the root."""

from django.urls import path

from stations.recruitment import views
from stations.recruitment.lists import REPORTS

app_name = "recruitment"
urlpatterns = [
    path("r/<str:number>", views.register, name="register"),
    path("r/<str:number>/picture/", views.picture, name="picture"),
    path("r/<str:number>/photo/", views.photo, name="photo"),
    path("r/<str:number>/report/", views.report, name="report"),
    path("county/reports/", REPORTS.view(), name="reports"),
    path("county/reports/<int:report_id>/", views.register_report, name="register_report"),
    path("county/stations/<str:code>/certificates/new/", views.issue, name="issue"),
    path("county/certificates/<str:number>/photo/", views.photograph, name="photograph"),
    path("station/certificates/<str:number>/", views.certificate, name="certificate"),
]
