"""Addresses of bulk exports, below those of the FHIR interface; they stand before its addresses of any type."""

from django.urls import path

from health.exports import api

urlpatterns = [
    path("fhir/Patient/$export", api.ExportResidents.as_view(), name="fhir-export"),
    path("fhir/Group", api.SearchGroups.as_view(), name="fhir-groups"),
    path("fhir/Group/<str:pk>", api.ReadGroup.as_view(), name="fhir-group"),
    path("fhir/Group/<str:pk>/$export", api.ExportGroup.as_view(), name="fhir-export-group"),
    path("fhir/export-status/<uuid:pk>", api.ExportStatus.as_view(), name="fhir-export-status"),
    path("fhir/export-files/<uuid:pk>/<str:kind>.ndjson", api.ExportedFile.as_view(), name="fhir-export-file"),
]
