"""Writing into health records over the API."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from health.records import services
from health.records.api.reading import EXAMPLE, AllergyOut, DiagnosisOut, EncounterOut, HealthRecordOut, MedicineOut
from health.records.loading import log_refusal
from health.records.models import Allergen, Allergy, Code, Condition, Drug, Encounter, HealthRecord, Medicine
from health.records.queries import acting_clinic, records
from health.records.services import Pressure, Reading, Vital
from stations.accounts.models import User
from stations.requests import signed_in

OTHERS = [code.value for code in Code if not code.name.startswith(("PRESSURE", "FASTING", "GLUCOSE"))]


class RecordVerb(VerbView):
    """Writing in one record; the attempt of somebody who is told 404 stands in the resident's log."""

    one_object = True
    success_status: ClassVar[int] = 201

    def record(self, user: User, pk: UUID, at: dt.datetime) -> dict[str, Any]:
        """The record, and the clinic of the user who writes."""
        found = load(records(), user, self.requires, pk=pk)
        return {"record": found, "clinic": acting_clinic(found, user, self.requires, at=at)}

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: this row stands on its own."""
        if isinstance(exc, Http404) and self.request.user.is_authenticated:
            log_refusal(signed_in(self.request), self.kwargs["pk"])
        return super().handle_exception(exc)


class VitalIn(serializers.Serializer):
    """A value in the one unit of its code: temperature in Cel, pulse in /min, saturation in %, kg, cm."""

    code = serializers.ChoiceField(OTHERS)
    quantity = serializers.DecimalField(source="value", max_digits=6, decimal_places=2, min_value=Decimal("0.01"))


class MmHgIn(serializers.Serializer):
    """A blood pressure in mm[Hg]."""

    systolic = serializers.IntegerField(min_value=1, max_value=999)
    diastolic = serializers.IntegerField(min_value=1, max_value=999)


class EncounterIn(serializers.Serializer):
    """What was found, advised and measured."""

    kind = serializers.ChoiceField(Encounter.Kind.choices)
    summary = serializers.CharField(max_length=2000)
    advice = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    pressures = MmHgIn(many=True, required=False)
    vitals = VitalIn(many=True, required=False)


class RecordEncounter(RecordVerb):
    """Write an encounter into the record."""

    requires = "health.record_encounter"
    In, Out = EncounterIn, EncounterOut
    refusals = refused_by(services.record_encounter)
    in_example = {
        "kind": "AMB",
        "summary": "咽部充血，肺部听诊正常",
        "advice": "多喝水，三天后复诊",
        "vitals": [{"code": "8310-5", "quantity": "37.8"}],
    }
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c43",
        "kind": "AMB",
        "clinic": EXAMPLE["clinic"],
        "summary": "咽部充血，肺部听诊正常",
        "advice": "多喝水，三天后复诊",
        "started_at": "2026-11-27T02:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Encounter:
        readings: list[Reading] = [Pressure(**each) for each in data.pop("pressures", [])]
        readings += [Vital(**each) for each in data.pop("vitals", [])]
        return services.record_encounter(**self.record(user, pk, at), readings=readings, **data, by=user, at=at)


class DiagnosisIn(serializers.Serializer):
    """A code of ICD-10."""

    code = serializers.ChoiceField(Condition.Icd.choices)


class RecordDiagnosis(RecordVerb):
    """Confirm a diagnosis as a doctor."""

    requires = "health.record_diagnosis"
    In, Out = DiagnosisIn, DiagnosisOut
    refusals = refused_by(services.record_diagnosis)
    in_example = {"code": "M10"}
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c44",
        "code": "M10",
        "confirmed_at": "2026-11-27T02:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Condition:
        return services.record_diagnosis(**self.record(user, pk, at), **data, by=user, at=at)


class DrugField(serializers.SlugRelatedField):
    """A drug of the list by its ATC code."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Drug.objects.filter(is_active=True)
        super().__init__(slug_field="code", **({"queryset": rows} | kwargs))


class AllergyIn(serializers.Serializer):
    """A group of drugs, one drug, or something else by its name."""

    allergen = serializers.ChoiceField(Allergen.choices)
    drug = DrugField(required=False, allow_null=True)
    substance = serializers.CharField(max_length=80, required=False, allow_blank=True)
    criticality = serializers.ChoiceField(Allergy.Criticality.choices)
    reaction = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RecordAllergy(RecordVerb):
    """Write an allergy into the record; prescriptions of such drugs are refused from now on."""

    requires = "health.record_allergy"
    In, Out = AllergyIn, AllergyOut
    refusals = refused_by(services.record_allergy)
    in_example = {"allergen": "penicillins", "criticality": "high", "reaction": "全身皮疹"}
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c45",
        "allergen": "penicillins",
        "drug": None,
        "substance": "",
        "criticality": "high",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Allergy:
        return services.record_allergy(**self.record(user, pk, at), **data, by=user, at=at)


class MedicineIn(serializers.Serializer):
    """A drug of the list, or one by its name; dates of the clinic's zone."""

    drug = DrugField(required=False, allow_null=True)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    dose = serializers.CharField(max_length=120)
    from_date = serializers.DateField()


class RecordMedicine(RecordVerb):
    """Write into the record what the resident takes."""

    requires = "health.record_medicine"
    In, Out = MedicineIn, MedicineOut
    refusals = refused_by(services.record_medicine)
    in_example = {"drug": "C08CA01", "dose": "每天一次，每次 5 毫克", "from_date": "2026-11-01"}
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c46",
        "drug": "C08CA01",
        "name": "",
        "dose": "每天一次，每次 5 毫克",
        "from_date": "2026-11-01",
        "to_date": None,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Medicine:
        return services.record_medicine(**self.record(user, pk, at), **data, by=user, at=at)


class CorrectIn(serializers.Serializer):
    """Which entry of the own clinic is wrong, and why."""

    kind = serializers.ChoiceField(["encounter", "diagnosis", "allergy", "medicine"])
    entry = serializers.UUIDField()
    reason = serializers.CharField(max_length=200)


class CorrectEntry(RecordVerb):
    """Mark an entry as entered in error: it is shown no more and stays stored."""

    requires = "health.correct_entry"
    success_status = 200
    In, Out = CorrectIn, HealthRecordOut
    refusals = refused_by(services.correct_entry)
    in_example = {"kind": "allergy", "entry": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c45", "reason": "记错了人"}
    out_example = EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HealthRecord:
        return services.correct_entry(**self.record(user, pk, at), **data, by=user, at=at)
