"""Health records over the API: one module per phase, all views offered here."""

from health.records.api.granting import (
    AllowAtStation,
    AllowGrantee,
    RecordReaders,
    SendCodeAtStation,
    SendGranteeCode,
    WithdrawAtStation,
    WithdrawGrantee,
)
from health.records.api.opening import OpenEmergencyAccess, OpenRecord, ReviewEmergencyAccess
from health.records.api.reading import HealthRecordContents, HealthRecords
from health.records.api.writing import CorrectEntry, RecordAllergy, RecordDiagnosis, RecordEncounter, RecordMedicine
