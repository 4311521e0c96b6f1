"""Writing over the FHIR interface: a measurement is added to an encounter of the own clinic."""
# ruff: noqa: N815 - fields have the names of FHIR's elements.

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import VerbView
from core.errors import refused_by
from core.wire import JSONParser
from health.fhir import services
from health.fhir.api.reading import FhirView, searched
from health.fhir.filters import key_of
from health.fhir.kinds import ResourceType
from health.fhir.names import LOINC, UCUM
from health.fhir.reach import READ_FHIR
from health.fhir.rendering import FhirParser, as_outcome
from health.fhir.resources.observations import DIASTOLIC, SYSTOLIC
from health.fhir.table import TYPES
from health.records.models import FASTING, UNIT_OF, Code
from health.records.models.records import WRITE
from health.records.services import Glucose, Pressure, Reading, Vital
from stations.requests import signed_in

OBSERVATION = TYPES["Observation"]


class Element(serializers.Serializer):
    """What would change the meaning and is not stored is refused: nobody may pass over it."""

    changing: ClassVar[frozenset[str]] = frozenset({"modifierExtension"})

    def to_internal_value(self, data: Any) -> Any:
        found = sorted(self.changing & set(data)) if isinstance(data, dict) else []
        if found:
            raise serializers.ValidationError({name: [_("This value is not possible here.")] for name in found})
        return super().to_internal_value(data)


class CodingIn(serializers.Serializer):
    """A code of a system."""

    system = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=40)


class ConceptIn(serializers.Serializer):
    """Codes of one meaning."""

    coding = CodingIn(many=True, allow_empty=False)


class ReferenceIn(serializers.Serializer):
    """A relative reference."""

    reference = serializers.CharField(max_length=80)


class QuantityIn(Element):
    """A value in a UCUM unit; less or more than one is no value."""

    changing = frozenset({"comparator"})
    value = serializers.DecimalField(max_digits=6, decimal_places=2)
    system = serializers.ChoiceField([UCUM])
    code = serializers.CharField(max_length=8)


class ComponentIn(Element):
    """One of the two values of a blood pressure."""

    code = ConceptIn()
    valueQuantity = QuantityIn()


class ObservationIn(Element):
    """A measurement (LOINC, UCUM) of a patient in an encounter of the own clinic; blood pressure has two components."""

    changing = Element.changing | {
        "implicitRules",
        "dataAbsentReason",
        "focus",
        "effectivePeriod",
        "effectiveTiming",
        "effectiveInstant",
    }
    resourceType = serializers.ChoiceField(["Observation"])
    status = serializers.ChoiceField(["final"])
    code = ConceptIn()
    subject = ReferenceIn()
    encounter = ReferenceIn()
    effectiveDateTime = serializers.DateTimeField(required=False)
    valueQuantity = QuantityIn(required=False)
    component = ComponentIn(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {
            "reading": reading_of(attrs),
            "patient": key_in("subject", "Patient", attrs),
            "encounter_id": key_in("encounter", "Encounter", attrs),
        }


def key_in(name: str, kind: str, attrs: dict[str, Any]) -> UUID:
    """The id that a reference holds. Raises `ValidationError` (400)."""
    named, _slash, text = attrs[name]["reference"].partition("/")
    key = key_of(kind, text) if named == kind else None
    if not isinstance(key, UUID):
        raise serializers.ValidationError({name: [_("This value is not possible here.")]})
    return key


def reading_of(attrs: dict[str, Any]) -> Reading:
    """What was measured, in the one unit of its code. Raises `ValidationError` (400)."""
    code = _loinc_in(attrs["code"])
    if code == Code.PRESSURE:
        return _pressure(attrs.get("component", []))
    found = attrs.get("valueQuantity")
    if found is None or UNIT_OF[code] != found["code"]:
        raise serializers.ValidationError({"valueQuantity": [_("This code is measured in another unit.")]})
    if found["code"] in {"mmol/L", "mg/dL"}:
        return Glucose(found["value"], found["code"], code in FASTING)
    return Vital(code, found["value"])


def _loinc_in(concept: dict[str, Any]) -> Code:
    for each in concept["coding"]:
        if each["system"] == LOINC and each["code"] in Code.values:
            return Code(each["code"])
    raise serializers.ValidationError({"code": [_("This is not measured here.")]})


def _pressure(components: list[dict[str, Any]]) -> Pressure:
    """Both values in mm[Hg]."""
    values = {
        coding["code"]: part["valueQuantity"]["value"]
        for part in components
        for coding in part["code"]["coding"]
        if coding["system"] == LOINC and part["valueQuantity"]["code"] == "mm[Hg]"
    }
    whole = {code: values[code] for code in (SYSTOLIC, DIASTOLIC) if code in values and values[code] % 1 == 0}
    if len(whole) < 2:
        raise serializers.ValidationError({"component": [_("Blood pressure has two whole numbers in mm[Hg].")]})
    return Pressure(int(whole[SYSTOLIC]), int(whole[DIASTOLIC]))


class Writing:
    """Answers a verb with the resource as it is stored now; refusals as OperationOutcomes."""

    kind: ClassVar[ResourceType]
    success_status: ClassVar[int]
    base: str

    def post(self, request: Request, **path: Any) -> Response:
        """Run once for each key, then read."""
        answer: Response = super().post(request, **path)  # type: ignore[misc]
        if answer.status_code != self.success_status:
            return as_outcome(answer)
        user = signed_in(request)
        shown = services.read_made(kind=self.kind, pk=answer.data["id"], user=user, at=now())
        made = Response(shown.resource if shown else None, status=self.success_status)
        if self.success_status == 201:
            made["Location"] = f"{self.base}{self.kind.name}/{answer.data['id']}"
        return made


class Observations(Writing, FhirView, VerbView):
    """Add a measurement to an encounter of the own clinic; GET searches measurements."""

    kind = OBSERVATION
    requires, reads = WRITE, READ_FHIR
    In = ObservationIn
    success_status = 201
    parser_classes = (FhirParser, JSONParser)
    refusals = refused_by(services.record_observation)
    in_example = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "8310-5"}]},
        "subject": {"reference": "Patient/0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c32"},
        "encounter": {"reference": "Encounter/0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c43"},
        "valueQuantity": {"value": 36.8, "unit": "°C", "system": UCUM, "code": "Cel"},
    }

    def get(self, request: Request) -> Response:
        return searched(self, OBSERVATION)

    def act(self, *, user: Any, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, str]:
        made = services.record_observation(
            patient=data["patient"],
            encounter=data["encounter_id"],
            reading=data["reading"],
            measured_at=data.get("effectiveDateTime"),
            by=user,
            at=at,
        )
        return {"id": str(made.pk)}
