"""What the people of a hospital may do: at the hospitals on whose staff they are, nowhere else."""

NURSE: set[str] = {
    "health.read_hospital",
    "health.read_appointment",
    "health.record_arrival",
    "health.check_in_patient",
    "health.record_served",
    "health.record_absent",
    "health.correct_absent",
    "health.mark_doctor_away",
    "health.read_enrolment",
    "health.enrol_resident",
    "health.record_visit",
    "health.record_outreach",
    "health.record_answer",
    "health.read_record",
    "health.open_record",
    "health.record_encounter",
    "health.record_allergy",
    "health.record_medicine",
    "health.correct_entry",
    "health.open_emergency_access",
    "health.read_case",
    "health.add_message",
    "health.accept_case",
    "health.reject_case",
}

DOCTOR: set[str] = NURSE | {
    "health.set_clinic_hours",
    "health.confirm_enrolment",
    "health.finish_enrolment",
    "health.record_diagnosis",
    "health.review_emergency_access",
    "health.claim_case",
    "health.answer_case",
    "health.refer_case",
    "health.complete_case",
    "health.prescribe_drug",
    "health.stop_drug",
}

PHARMACIST: set[str] = {
    "health.read_prescription",
    "health.release_prescription",
    "health.return_prescription",
    "health.dispense_prescription",
}
