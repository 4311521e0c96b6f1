"""Addresses of the FHIR interface; as in FHIR, without a slash at the end."""

from django.urls import path, register_converter

from health.fhir import api

register_converter(api.TypeConverter, "fhir_type")

urlpatterns = [
    path("fhir/metadata", api.Metadata.as_view(), name="fhir-metadata"),
    path("fhir/StructureDefinition/<slug:name>", api.Definition.as_view(), name="fhir-definition"),
    path("fhir/Patient/<str:pk>/$everything", api.EverythingOfPatient.as_view(), name="fhir-everything"),
    path("fhir/OperationDefinition/<slug:name>", api.Operation.as_view(), name="fhir-operation"),
    path("fhir/Appointment", api.Appointments.as_view(), name="fhir-appointments"),
    path("fhir/Appointment/$hold", api.HoldAppointment.as_view(), name="fhir-hold"),
    path("fhir/Appointment/<str:pk>/$book", api.BookAppointment.as_view(), name="fhir-book"),
    path("fhir/Appointment/<str:pk>/$cancel", api.CancelAppointment.as_view(), name="fhir-cancel"),
    path("fhir/Observation", api.Observations.as_view(), name="fhir-observations"),
    path("fhir/<fhir_type:kind>", api.SearchResources.as_view(), name="fhir-search"),
    path("fhir/<fhir_type:kind>/<str:pk>", api.ReadResource.as_view(), name="fhir-read"),
    path("fhir/<fhir_type:kind>/<str:pk>/_history", api.ReadHistory.as_view(), name="fhir-history"),
    path("fhir/<fhir_type:kind>/<str:pk>/_history/<str:version>", api.ReadVersion.as_view(), name="fhir-version"),
]
