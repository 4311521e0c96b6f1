"""Endpoints of inspections and visits, below /api/v1/."""

from django.urls import path

from stations.inspections import api

urlpatterns = [
    path("inspections/", api.Inspections.as_view()),
    path("inspections/<int:inspection_id>/finish/", api.FinishInspection.as_view()),
    path("inspections/<int:inspection_id>/cancel/", api.CancelInspection.as_view()),
    path("support-visits/", api.Visits.as_view()),
    path("support-visits/<int:visit_id>/finish/", api.FinishVisit.as_view()),
]
