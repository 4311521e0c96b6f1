"""Pages of inspections and visits, at the root."""

from django.urls import path

from stations.inspections import views
from stations.inspections.lists import INSPECTIONS, VISITS

app_name = "inspections"
urlpatterns = [
    path("county/inspections/", INSPECTIONS.view(), name="inspections"),
    path("county/inspections/<int:inspection_id>/", views.inspection, name="inspection"),
    path("county/inspections/<int:inspection_id>/call-off/", views.call_off, name="call_off"),
    path("county/visits/", VISITS.view(), name="visits"),
    path("county/visits/<int:visit_id>/", views.visit, name="visit"),
    path("county/stations/<str:code>/inspection/", views.plan, name="plan"),
]
