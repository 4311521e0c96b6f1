"""Endpoints of the FHIR interface: reading, writing a measurement, and registering."""

from health.fhir.api.reading import (
    Definition,
    EverythingOfPatient,
    Metadata,
    Operation,
    ReadHistory,
    ReadResource,
    ReadVersion,
    SearchResources,
    TypeConverter,
)
from health.fhir.api.registering import Appointments, BookAppointment, CancelAppointment, HoldAppointment
from health.fhir.api.writing import Observations
