"""Health records: who may open them, and what stands in them."""

from health.records.models.drugs import Allergen, Drug
from health.records.models.entries import Allergy, Condition, Encounter, Medicine
from health.records.models.grantees import GranteeConsent
from health.records.models.measurements import FASTING, POSSIBLE, UNIT_OF, Code, Observation, Unit
from health.records.models.records import AccessGrant, EmergencyAccess, HealthRecord
