"""The types of resources. Addresses, CapabilityStatement, searches, `$everything` and exports come from this table."""

from collections.abc import Mapping

from health.fhir.kinds import ResourceType
from health.fhir.resources.allergies import ALLERGY_INTOLERANCE
from health.fhir.resources.appointments import APPOINTMENT
from health.fhir.resources.changes import PROVENANCE
from health.fhir.resources.conditions import CONDITION
from health.fhir.resources.consents import CONSENT
from health.fhir.resources.encounters import ENCOUNTER
from health.fhir.resources.hospitals import HEALTHCARE_SERVICE, LOCATION, ORGANIZATION
from health.fhir.resources.looks import AUDIT_EVENT
from health.fhir.resources.medicines import MEDICATION_REQUEST, MEDICATION_STATEMENT
from health.fhir.resources.messages import COMMUNICATION
from health.fhir.resources.observations import OBSERVATION
from health.fhir.resources.patients import PATIENT
from health.fhir.resources.practitioners import PRACTITIONER, PRACTITIONER_ROLE
from health.fhir.resources.programmes import CARE_PLAN, EPISODE_OF_CARE, GOAL
from health.fhir.resources.reports import DIAGNOSTIC_REPORT
from health.fhir.resources.requests import SERVICE_REQUEST
from health.fhir.resources.slots import SCHEDULE, SLOT
from health.fhir.resources.tasks import TASK

#: What is said of nobody: hospitals, doctors, calendars.
_DIRECTORY = [PRACTITIONER, PRACTITIONER_ROLE, ORGANIZATION, LOCATION, HEALTHCARE_SERVICE, SCHEDULE, SLOT]
_RECORD = [
    *(ENCOUNTER, OBSERVATION, CONDITION, ALLERGY_INTOLERANCE, MEDICATION_STATEMENT, MEDICATION_REQUEST),
    *(SERVICE_REQUEST, EPISODE_OF_CARE, CARE_PLAN, GOAL, TASK, COMMUNICATION, DIAGNOSTIC_REPORT),
]
_LOG = [CONSENT, AUDIT_EVENT, PROVENANCE]

TYPES: Mapping[str, ResourceType] = {each.name: each for each in [PATIENT, APPOINTMENT, *_RECORD, *_LOG, *_DIRECTORY]}
