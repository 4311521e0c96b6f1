"""Care: records, hospital appointments, consultations, chronic illness, check-ups. Without work yet."""
