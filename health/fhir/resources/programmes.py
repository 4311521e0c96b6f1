"""EpisodeOfCare, CarePlan and Goal: a resident in a programme for a chronic disease, its next visit, and the target."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, JSONField, OuterRef, QuerySet, Subquery

from health.chronic.judging import targets
from health.chronic.models import Enrolment, Programme, ProtocolVersion
from health.fhir import reach
from health.fhir.elements import (
    annotated,
    coding,
    concept,
    day,
    framed,
    patient,
    period,
    practitioner,
    quantity,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import days, states
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.names import ICD10, LOINC
from health.fhir.resources.observations import DIASTOLIC, SYSTOLIC
from health.fhir.wire import Json, Resource
from health.records.models import Code, Condition

_S = Enrolment.Status
EPISODE_STATUSES = {_S.PLANNED: "planned", _S.ACTIVE: "active", _S.FINISHED: "finished"}
PLAN_STATUSES = {_S.PLANNED: "draft", _S.ACTIVE: "active", _S.FINISHED: "completed"}
GOAL_STATUSES = {_S.PLANNED: "proposed", _S.ACTIVE: "active", _S.FINISHED: "completed"}
_DISEASES = {Programme.HYPERTENSION: "I10", Programme.DIABETES: "E11"}
#: Below which glucose a diabetic is in target, by its unit.
_GLUCOSE = {"mmol/L": Code.FASTING_MMOL, "mg/dL": Code.FASTING_MG}

#: Diagnoses with which the target of the old does not hold.
_OF_A_TARGET = ("E11", "N18")


class _Age(Func):
    """Whole years since a date, by the clock of the database."""

    template = "date_part('year', age(%(expressions)s))::int"
    output_field = IntegerField()


def rows() -> QuerySet[Enrolment]:
    """Enrolments with clinic and the rule of the programme that holds where the clinic is."""
    rules = ProtocolVersion.objects.filter(
        programme=OuterRef("programme"), country=OuterRef("clinic__division__country"), to_date=None
    ).order_by("-revision")
    confirmed = Condition.objects.standing().filter(resident=OuterRef("resident"), is_restricted=False)
    diagnoses = {f"has_{code.lower()}": Exists(confirmed.filter(code=code)) for code in _OF_A_TARGET}
    enrolments = Enrolment.objects.select_related("clinic", "confirmed_by").annotate(
        rule=Subquery(rules.values("parameters")[:1], output_field=JSONField()),
        age=_Age(F("resident__birth_date")),
        **diagnoses,
    )
    return with_updated(with_doctors(enrolments, "confirmed_by"), "updated_at")


def episode_resource(row: Enrolment) -> Resource:
    return framed(
        "EpisodeOfCare",
        row,
        {
            "status": EPISODE_STATUSES[_S(row.status)],
            "type": [_disease(row)],
            "patient": patient(row.resident_id),
            "managingOrganization": reference("Organization", row.clinic_id, row.clinic.name_zh),
            "period": period(day(row.started_date), None),
            "careManager": practitioner(row, "confirmed_by"),
        },
    )


def plan_resource(row: Enrolment) -> Resource:
    is_active = row.status == _S.ACTIVE
    return framed(
        "CarePlan",
        row,
        {
            "status": PLAN_STATUSES[_S(row.status)],
            "intent": "plan",
            "category": [_disease(row)],
            "title": "follow-up visits",
            "subject": patient(row.resident_id),
            "period": period(day(row.started_date), None),
            "author": reference("Organization", row.clinic_id, row.clinic.name_zh),
            "goal": [reference("Goal", row.pk)],
            "activity": [_next_visit(row)] if is_active else [],
        },
    )


def goal_resource(row: Enrolment) -> Resource:
    return framed(
        "Goal",
        row,
        {
            "lifecycleStatus": GOAL_STATUSES[_S(row.status)],
            "description": concept(text=f"{Programme(row.programme).value.replace('_', ' ')} in target"),
            "subject": patient(row.resident_id),
            "startDate": day(row.started_date),
            "target": _targets(row),
        },
    )


def _disease(row: Enrolment) -> Resource:
    programme = Programme(row.programme)
    return concept(coding(ICD10, _DISEASES[programme]), text=programme.label)


def _next_visit(row: Enrolment) -> Json:
    return {
        "detail": {
            "status": "scheduled",
            "description": "follow-up visit",
            "scheduledPeriod": period(day(row.next_due_date), day(row.next_due_date)),
        }
    }


def _targets(row: Enrolment) -> list[Json]:
    """The limits under which this resident is in target; none where no rule holds in the country."""
    rule: Mapping[str, Any] | None = annotated(row, "rule")
    if rule is None:
        return []
    known = frozenset(code for code in _OF_A_TARGET if annotated(row, f"has_{code.lower()}"))
    if row.programme == Programme.DIABETES:
        return [_below(code, Decimal(rule["control"][unit]["below"]), unit) for unit, code in _GLUCOSE.items()]
    limits: Mapping[str, int] = targets(rule, age=annotated(row, "age"), conditions=known)["mm[Hg]"]
    return [
        _below(SYSTOLIC, limits["systolic_below"], "mm[Hg]"),
        _below(DIASTOLIC, limits["diastolic_below"], "mm[Hg]"),
    ]


def _below(code: str, value: Decimal | int, unit: str) -> Json:
    return {"measure": concept(coding(LOINC, code)), "detailQuantity": {**quantity(value, unit), "comparator": "<"}}


EPISODE_OF_CARE = ResourceType(
    "EpisodeOfCare",
    (
        Source(
            rows,
            reach.enrolments,
            episode_resource,
            {
                "patient": of("resident"),
                "status": states(EPISODE_STATUSES),
                "date": days("started_date"),
            },
            person="resident_id",
        ),
    ),
    {"patient": "patient"},
)


CARE_PLAN = ResourceType(
    "CarePlan",
    (
        Source(
            rows,
            reach.enrolments,
            plan_resource,
            {
                "patient": of("resident"),
                "status": states(PLAN_STATUSES),
                "date": days("started_date"),
            },
            person="resident_id",
        ),
    ),
    SUBJECT,
)


GOAL = ResourceType(
    "Goal",
    (
        Source(
            rows,
            reach.enrolments,
            goal_resource,
            {
                "patient": of("resident"),
                "lifecycle-status": states(GOAL_STATUSES),
                "start-date": days("started_date"),
            },
            person="resident_id",
        ),
    ),
    SUBJECT,
)
