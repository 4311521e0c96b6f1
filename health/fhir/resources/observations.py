"""Observation: a measurement of the record (LOINC, UCUM), or a result of a check-up with what was normal then."""

from decimal import Decimal

from django.db.models import Q, QuerySet

from core.database.db import present
from health.checkups.models import CheckupItem, CheckupReport, CheckupResult
from health.chronic.models import FollowUpVisit
from health.fhir import reach
from health.fhir.elements import (
    coding,
    concept,
    framed,
    instant,
    patient,
    practitioner,
    quantity,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import Filter, choice, code_of, exact, instants, quantities, states
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.names import BLOOD_PRESSURE, CHECKUP_ITEM, LOINC, TERMINOLOGY, VITAL_SIGNS
from health.fhir.wire import Json, Resource
from health.records.models import Code, Encounter, Observation

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
_CATEGORY = f"{TERMINOLOGY}/observation-category"
_INTERPRETATION = f"{TERMINOLOGY}/v3-ObservationInterpretation"
_ABSENT = f"{TERMINOLOGY}/data-absent-reason"
#: LOINC's own short names.
_NAMES = {
    Code.PRESSURE: "Blood pressure panel with all children optional",
    Code.FASTING_MMOL: "Fasting glucose [Moles/volume] in Capillary blood by Glucometer",
    Code.FASTING_MG: "Fasting glucose [Mass/volume] in Capillary blood by Glucometer",
    Code.GLUCOSE_MMOL: "Glucose [Moles/volume] in Capillary blood by Glucometer",
    Code.GLUCOSE_MG: "Glucose [Mass/volume] in Capillary blood by Glucometer",
    Code.TEMPERATURE: "Body temperature",
    Code.PULSE: "Heart rate",
    Code.OXYGEN: "Oxygen saturation in Arterial blood by Pulse oximetry",
    Code.WEIGHT: "Body weight",
    Code.HEIGHT: "Body height",
}
GLUCOSE = frozenset({Code.FASTING_MMOL, Code.FASTING_MG, Code.GLUCOSE_MMOL, Code.GLUCOSE_MG})
#: The profile of vital signs asks for the general code of oxygen saturation beside that of the method.
_GENERAL_OXYGEN = "2708-6"

GROUPS = {
    CheckupItem.Group.LIFE: "survey",
    CheckupItem.Group.BODY: "exam",
    CheckupItem.Group.EXAM: "exam",
    CheckupItem.Group.SENSES: "exam",
    CheckupItem.Group.BLOOD: "laboratory",
    CheckupItem.Group.URINE: "laboratory",
    CheckupItem.Group.IMAGES: "imaging",
}
_ABSENT_CODES = {
    CheckupResult.Absent.REFUSED: "asked-declined",
    CheckupResult.Absent.NOT_POSSIBLE: "not-applicable",
    CheckupResult.Absent.SAMPLE_LOST: "error",
    CheckupResult.Absent.NO_DEVICE: "not-performed",
}
REPORT_STATUSES = {
    CheckupReport.Status.REGISTERED: "preliminary",
    CheckupReport.Status.PRELIMINARY: "preliminary",
    CheckupReport.Status.FINAL: "final",
    CheckupReport.Status.AMENDED: "amended",
}


def _of_whole_or_part(value: str) -> Q:
    """A code of a measurement or of one of its two values."""
    code = code_of(value, LOINC)
    return Q(code=Code.PRESSURE if code in {SYSTOLIC, DIASTOLIC} else code)


COMBO = Filter("token", _of_whole_or_part)


def rows() -> QuerySet[Observation]:
    """Measurements with the clinic of their visit or encounter."""
    about = ("recorded_by", "visit__clinic", "encounter__clinic", "corrected_by")
    measured = with_doctors(Observation.objects.select_related(*about), "recorded_by")
    return with_updated(measured, "updated_at", "encounter__updated_at", "corrected_by__updated_at")


def resource(row: Observation) -> Resource:
    meeting: Encounter | FollowUpVisit = row.encounter or present(row.visit)
    is_wrong = hasattr(row, "corrected_by") or (row.encounter is not None and row.encounter.wrong_at is not None)
    content: Resource = {
        "status": "entered-in-error" if is_wrong else "corrected" if row.corrects_id else "final",
        "category": [_category(category_of(row))],
        "code": _code(row),
        "subject": patient(row.resident_id),
        "encounter": reference("Encounter", meeting.pk),
        "effectiveDateTime": instant(row.measured_at, meeting.clinic.zone),
    }
    if is_wrong:
        return framed("Observation", row, content | _nothing_of(row))
    content["performer"] = [
        practitioner(row, "recorded_by"),
        reference("Organization", meeting.clinic_id, meeting.clinic.name_zh),
    ]
    if row.value is None:
        content["component"] = [
            _pressure(SYSTOLIC, "Systolic blood pressure", row.systolic, row.unit),
            _pressure(DIASTOLIC, "Diastolic blood pressure", row.diastolic, row.unit),
        ]
        return framed("Observation", row, content, VITAL_SIGNS, BLOOD_PRESSURE)
    content["valueQuantity"] = quantity(row.value, row.unit)
    profiles = [] if row.code in GLUCOSE else [VITAL_SIGNS]
    return framed("Observation", row, content, *profiles)


def _nothing_of(row: Observation) -> Resource:
    """What was entered in error has no value, nor have its parts."""
    reason = concept(coding(_ABSENT, "error"))
    if row.code != Code.PRESSURE:
        return {"dataAbsentReason": reason}
    parts = {SYSTOLIC: "Systolic blood pressure", DIASTOLIC: "Diastolic blood pressure"}
    return {
        "component": [
            {"code": concept(coding(LOINC, code, name)), "dataAbsentReason": reason} for code, name in parts.items()
        ]
    }


def category_of(row: Observation) -> str:
    """Glucose is a laboratory value, all else a vital sign."""
    return "laboratory" if row.code in GLUCOSE else "vital-signs"


def _category(code: str) -> Json:
    return concept(coding(_CATEGORY, code))


def _code(row: Observation) -> Json:
    code = Code(row.code)
    codings = [coding(LOINC, code.value, _NAMES[code])]
    if code == Code.OXYGEN:
        codings.insert(0, coding(LOINC, _GENERAL_OXYGEN, "Oxygen saturation in Arterial blood"))
    return concept(*codings, text=code.label)


def _pressure(code: str, name: str, value: int | None, unit: str) -> Json:
    return {"code": concept(coding(LOINC, code, name)), "valueQuantity": quantity(value or 0, unit)}


def result_rows() -> QuerySet[CheckupResult]:
    """The results that count, with item, check-up and report."""
    about = ("item", "recorded_by", "order__report", "order__campaign__clinic")
    results = CheckupResult.objects.filter(is_current=True).exclude(order__status="revoked").select_related(*about)
    return with_updated(with_doctors(results, "recorded_by"), "updated_at", "order__report__updated_at")


def result_resource(row: CheckupResult) -> Resource:
    order, clinic, item = row.order, row.order.campaign.clinic, row.item
    return framed(
        "Observation",
        row,
        {
            "basedOn": [reference("ServiceRequest", order.pk)],
            "status": REPORT_STATUSES[CheckupReport.Status(order.report.status)],
            "category": [_category(GROUPS[CheckupItem.Group(item.group)])],
            "code": concept(
                coding(LOINC, item.loinc) if item.loinc else {},
                coding(CHECKUP_ITEM, item.code, item.name),
                text=item.name,
            ),
            "subject": patient(order.resident_id),
            "effectiveDateTime": instant(row.made_at, clinic.zone),
            "issued": instant(row.received_at, clinic.zone),
            "performer": [
                practitioner(row, "recorded_by"),
                reference("Organization", clinic.pk, clinic.name_zh),
            ],
            "valueQuantity": _measured(row),
            "valueCodeableConcept": _answer(row),
            "dataAbsentReason": _absent(row),
            "interpretation": [concept(coding(_INTERPRETATION, row.flag))] if row.flag else [],
            "note": [{"text": row.text}] if row.text else [],
            "referenceRange": [_range(row)] if row.low is not None or row.high is not None else [],
        },
    )


def _measured(row: CheckupResult) -> Json:
    return None if row.value is None else _number(row.value, row.unit)


def _number(value: Decimal, unit: str) -> Resource:
    return quantity(value, unit) if unit else {"value": value}


def _answer(row: CheckupResult) -> Json:
    if not row.choice:
        return None
    option = row.item.option(row.choice) or {}
    return concept(coding(f"{CHECKUP_ITEM}/{row.item.code}", row.choice, str(option.get("en", ""))))


def _absent(row: CheckupResult) -> Json:
    if not row.absent_because:
        return None
    because = CheckupResult.Absent(row.absent_because)
    return concept(coding(_ABSENT, _ABSENT_CODES[because]), text=because.label)


def _range(row: CheckupResult) -> Json:
    ends = {"low": row.low, "high": row.high}
    return {name: _number(end, row.unit) for name, end in ends.items() if end is not None}


OBSERVATION = ResourceType(
    "Observation",
    (
        Source(
            rows,
            reach.measured_in_open_records,
            resource,
            {
                "patient": of("resident"),
                "code": exact("code", LOINC),
                "combo-code": COMBO,
                "category": choice(
                    {
                        "laboratory": Q(code__in=GLUCOSE),
                        "vital-signs": ~Q(code__in=GLUCOSE),
                    }
                ),
                "date": instants("measured_at"),
                "value-quantity": quantities("value", "unit"),
                "status": choice(
                    {
                        "final": Q(encounter__wrong_at=None, corrects=None, corrected_by=None),
                        "corrected": Q(corrects__isnull=False, corrected_by=None),
                        "entered-in-error": Q(encounter__wrong_at__isnull=False) | Q(corrected_by__isnull=False),
                    }
                ),
            },
            person="resident_id",
        ),
        Source(
            result_rows,
            reach.of_checkups,
            result_resource,
            {
                "patient": of("order__resident"),
                "code": exact("item__loinc", LOINC),
                "combo-code": exact("item__loinc", LOINC),
                "category": states(GROUPS, "item__group"),
                "date": instants("made_at"),
                "value-quantity": quantities("value", "unit"),
                "status": states(REPORT_STATUSES, "order__report__status"),
            },
            person="order__resident_id",
        ),
    ),
    {**SUBJECT, "encounter": "encounter"},
)
