"""Provenance: in what a resource was changed, when, and by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, OuterRef, QuerySet, Subquery, TextField, UUIDField
from django.db.models.functions import Cast

from core.models import StatusChange
from health.checkups.models import CareTask, CheckupOrder, CheckupReport
from health.chronic.models import Enrolment, Referral
from health.consultations.models import Consultation, Prescription
from health.fhir import reach
from health.fhir.elements import (
    annotated,
    concept,
    framed,
    instant,
    named_practitioner,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import instants, references
from health.fhir.kinds import Reach, ResourceType, Source, of
from health.fhir.wire import Json, Resource
from health.records.models import Allergy, Condition, Encounter, Medicine
from scheduling.bookings.models import Booking
from stations.accounts.models import User
from stations.people.models import StandingRecord

SYSTEM: Json = {"type": "Device", "display": "EcomNet"}


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows of `model`, shown as resources of `kind`, change; `row`, `resident` and `clinic` lead from it to their ids.

    `agent` says who did it: by name, or for entries that a name would tell too much of, the clinic.
    """

    kind: str
    model: type[Model]
    resident: F | StandingRecord
    clinic: str
    agent: Callable[[StatusChange], Json]
    row: str = "pk"

    def rows(self) -> QuerySet[StatusChange]:
        """With resident, clinic, the clinic's zone, the id of the resource and the names of who made each."""
        changed = self.model._base_manager.filter(pk=OuterRef("key_of_row"))
        login = User.objects.filter(pk=OuterRef("actor"))
        changes = StatusChange.objects.filter(content_type=ContentType.objects.get_for_model(self.model))
        changes = changes.annotate(key_of_row=Cast("object_id", UUIDField())).annotate(
            target=Subquery(changed.values(self.row)[:1]),
            patient=Subquery(changed.annotate(whose=self.resident).values("whose")[:1]),
            clinic=Subquery(changed.values(self.clinic)[:1]),
            is_never_named=Subquery(changed.values(f"{self.clinic}__is_restricted")[:1]),
            zone=Subquery(changed.values(f"{self.clinic}__zone")[:1]),
            first_name=Subquery(login.values("first_name")),
            last_name=Subquery(login.values("last_name")),
            username=Subquery(login.values("username")),
        )
        return with_updated(with_doctors(changes.filter(target__isnull=False), "actor"), "created_at")

    def reaching(self, rows: QuerySet[StatusChange], reached: QuerySet) -> QuerySet[StatusChange]:
        """Changes of these rows."""
        return rows.filter(object_id__in=reached.order_by().values_list(Cast("pk", TextField())))

    def resource(self, row: StatusChange) -> Resource:
        """The function from a row to the resource."""
        at = instant(row.at, annotated(row, "zone"))
        return framed(
            "Provenance",
            row,
            {
                "target": [reference(self.kind, annotated(row, "target"))],
                "occurredDateTime": at,
                "recorded": at,
                "activity": concept(text=f"{row.old} > {row.new}" if row.old else row.new),
                "agent": [{"who": self.agent(row)}],
            },
        )


def by_person(row: StatusChange) -> Json:
    """Who did it, by name; the system where nobody did."""
    first_name, last_name, username = (annotated(row, name) for name in ("first_name", "last_name", "username"))
    if username is None:
        return SYSTEM
    login = User(first_name=first_name, last_name=last_name, username=username)
    return named_practitioner(login, annotated(row, "actor_doctor"))


def by_clinic(row: StatusChange) -> Json:
    """The clinic, unless it is never named: of a diagnosis or an allergy a name would tell the department."""
    if annotated(row, "is_never_named"):
        return {"type": "Organization", "display": "a clinic"}
    return reference("Organization", annotated(row, "clinic"))


def _changes(changed: Changed, rows: Callable[[], QuerySet], reached: Reach) -> Source:
    """Changes of the rows of a model that a reader may read."""
    return Source(
        changed.rows,
        lambda changes_made, user: changed.reaching(changes_made, reached(rows(), user)),
        changed.resource,
        {
            "patient": of("patient"),
            "target": references({changed.kind: "target"}),
            "recorded": instants("at"),
        },
        person="patient",
    )


def _rows_of(model: Any) -> Callable[[], QuerySet]:
    return lambda: model._base_manager.all()


#: Rows that the system keeps the states of, and who may read each.
_CHANGED = [
    (Changed("Encounter", Encounter, F("resident"), "clinic", by_clinic), reach.in_open_records),
    (Changed("Condition", Condition, F("resident"), "clinic", by_clinic), reach.in_open_records),
    (
        Changed("AllergyIntolerance", Allergy, StandingRecord("resident"), "clinic", by_clinic),
        reach.allergies_of_open_records,
    ),
    (Changed("MedicationStatement", Medicine, F("resident"), "clinic", by_clinic), reach.in_open_records),
    (Changed("EpisodeOfCare", Enrolment, F("resident"), "clinic", by_person), reach.enrolments),
    (Changed("ServiceRequest", Referral, F("enrolment__resident"), "enrolment__clinic", by_person), reach.referrals),
    (Changed("ServiceRequest", CheckupOrder, F("resident"), "campaign__clinic", by_person), reach.checkups),
    (
        Changed("DiagnosticReport", CheckupReport, F("order__resident"), "order__campaign__clinic", by_person),
        reach.of_checkups,
    ),
    (Changed("Task", CareTask, F("order__resident"), "clinic", by_person), reach.care_tasks),
    (Changed("Task", Consultation, F("resident"), "clinic", by_person), reach.cases),
    (
        Changed("MedicationRequest", Prescription, F("consultation__resident"), "consultation__clinic", by_person),
        reach.prescriptions,
    ),
    (
        Changed("Appointment", Booking, F("appointment__resident"), "appointment__hospital", by_person, "appointment"),
        reach.bookings,
    ),
]

PROVENANCE = ResourceType(
    "Provenance",
    tuple(_changes(changed, _rows_of(changed.model), reached) for changed, reached in _CHANGED),
    {"target": "target"},
)
