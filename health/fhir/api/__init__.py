"""Endpoints of the FHIR interface: reading, and writing a measurement."""

from health.fhir.api.reading import (
    Definition,
    EverythingOfPatient,
    Metadata,
    ReadHistory,
    ReadResource,
    ReadVersion,
    SearchResources,
    TypeConverter,
)
from health.fhir.api.writing import Observations
