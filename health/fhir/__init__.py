"""Health data as FHIR R4 resources, for the systems of hospitals."""
