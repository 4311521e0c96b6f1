"""Health records over the API: the list, and what stands in one."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.records import services
from health.records.loading import load_record
from health.records.models import HealthRecord
from health.records.models.records import READ
from health.records.queries import contents_of, emergency_of, grantees_of, records
from stations.people.recorded_lists import RecordedList
from stations.requests import signed_in

EXAMPLE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c41",
    "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c32",
    "number": "4071885290",
    "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
}


class HealthRecordOut(ReadSerializer):
    """The record of a resident, and the clinic that keeps it."""

    id = serializers.UUIDField()
    resident = serializers.UUIDField(source="resident_id")
    number = serializers.CharField()
    clinic = serializers.UUIDField(source="clinic_id")


class RecordPages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class HealthRecords(RecordedList):
    """List the records that the own clinics may open; each one shown gets a row in the access log."""

    requires = READ
    serializer_class = HealthRecordOut
    pagination_class = RecordPages
    out_example = EXAMPLE

    def get_queryset(self) -> QuerySet[HealthRecord]:
        return records().open_to(signed_in(self.request), READ)

    def record(self, rows: Sequence[HealthRecord]) -> None:
        services.record_reads(residents=[row.resident for row in rows], user=signed_in(self.request), at=now())


class AllergyOut(ReadSerializer):
    """What the resident must not get."""

    id = serializers.UUIDField()
    allergen = serializers.CharField()
    drug = serializers.CharField(source="drug.code", allow_null=True)
    substance = serializers.CharField(allow_blank=True)
    criticality = serializers.CharField()


class DiagnosisOut(ReadSerializer):
    """A confirmed diagnosis (ICD-10)."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    confirmed_at = serializers.DateTimeField()


class MedicineOut(ReadSerializer):
    """What is taken: a drug of the list by its ATC code, or one by its name."""

    id = serializers.UUIDField()
    drug = serializers.CharField(source="drug.code", allow_null=True)
    name = serializers.CharField(allow_blank=True)
    dose = serializers.CharField()
    from_date = serializers.DateField()
    to_date = serializers.DateField(allow_null=True)


class EncounterOut(ReadSerializer):
    """A meeting with a doctor or nurse."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    clinic = serializers.UUIDField(source="clinic_id")
    summary = serializers.CharField()
    advice = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField()


class ObservationOut(ReadSerializer):
    """A measurement (LOINC) with the UCUM unit in which it was entered; blood pressure has two values."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    unit = serializers.CharField()
    quantity = serializers.DecimalField(source="value", max_digits=6, decimal_places=2, allow_null=True)
    systolic = serializers.IntegerField(allow_null=True)
    diastolic = serializers.IntegerField(allow_null=True)
    measured_at = serializers.DateTimeField()


class GranteeConsentOut(ReadSerializer):
    """Whom the resident allows alone to open the record: a hospital, or a doctor; until before `to_at`."""

    id = serializers.UUIDField()
    hospital = serializers.UUIDField(source="hospital_id", allow_null=True)
    doctor = serializers.UUIDField(source="doctor_id", allow_null=True)
    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ContentsOut(serializers.Serializer):
    """A record with its last entries, newest first. `is_partial`: restricted entries are left out."""

    record = HealthRecordOut()
    allergies = AllergyOut(many=True)
    diagnoses = DiagnosisOut(many=True)
    medicines = MedicineOut(many=True)
    encounters = EncounterOut(many=True)
    observations = ObservationOut(many=True)
    consents = GranteeConsentOut(many=True)
    is_partial = serializers.BooleanField()


class HealthRecordContents(APIView):
    """Show the record of a resident; the look gets a row in the access log."""

    requires = READ
    one_object = True

    @extend_schema(operation_id="healthRecordsRetrieve", responses=ContentsOut)
    def get(self, request: Request, pk: UUID) -> Response:
        user, at = signed_in(request), now()
        found = load_record(user, pk)
        emergency = emergency_of(found, user, at=at) is not None
        services.record_reads(residents=[found.resident], user=user, at=at, in_emergency=emergency)
        seen = contents_of(found, user, at=at)
        return Response(
            {
                "record": HealthRecordOut(found).data,
                "allergies": AllergyOut(seen.allergies, many=True).data,
                "diagnoses": DiagnosisOut(seen.conditions, many=True).data,
                "medicines": MedicineOut(seen.medicines, many=True).data,
                "encounters": EncounterOut(seen.encounters, many=True).data,
                "observations": ObservationOut(seen.observations, many=True).data,
                "consents": GranteeConsentOut(grantees_of(found, at=at), many=True).data,
                "is_partial": seen.is_partial,
            }
        )
