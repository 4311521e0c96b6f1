"""Rules, consultations with their messages, and prescriptions."""

from health.consultations.models.consultations import ADD_MESSAGE, READ_CASE, Consultation, Message, Sign
from health.consultations.models.prescriptions import READ_PRESCRIPTION, Prescription
from health.consultations.models.rules import ConsultationRules
