"""What can be done with health records: one module per noun, all verbs offered here."""

from health.records.services.agreeing import CONSENT, agree, has_agreed, require_agreement
from health.records.services.emergencies import ReasonTooShort, open_emergency_access, review_emergency_access
from health.records.services.forgetting import forget_proofs
from health.records.services.granting import (
    AccessPeriodWrong,
    GranteeConsentMissing,
    GranteeNotPossible,
    NoHealthRecord,
    RecordedByGrantee,
    SignedPaperMissing,
    allow_grantee,
    send_grantee_code,
    withdraw_grantee,
)
from health.records.services.measuring import (
    Glucose,
    Pressure,
    Reading,
    ValueNotPossible,
    Vital,
    check_reading,
    observation_of,
    reading_of,
)
from health.records.services.opening import ResidentNotFound, grant_access, open_record, record_for, record_reads
from health.records.services.writing import (
    AllergyKnown,
    AlreadyConfirmed,
    EntryNotFound,
    MedicineMissing,
    SubstanceMissing,
    add_measurement,
    confirm_condition,
    correct_entry,
    end_medicine,
    record_allergy,
    record_diagnosis,
    record_encounter,
    record_medicine,
    refuse_allergic,
)
