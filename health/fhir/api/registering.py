"""Registering over the FHIR interface: a place is held, booked or given up at the desk of the own hospital."""
# ruff: noqa: N815 - fields have the names of FHIR's elements.

import datetime as dt
from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.wire import JSONParser
from health.appointments import services as registering
from health.appointments.models import Appointment
from health.appointments.queries import appointments
from health.fhir import services
from health.fhir.api.reading import FhirView, searched
from health.fhir.api.writing import Element, ReferenceIn, Writing
from health.fhir.filters import key_of
from health.fhir.reach import READ_FHIR
from health.fhir.rendering import FhirParser
from health.fhir.services import Wish
from health.fhir.table import TYPES
from scheduling.bookings.models import Booking
from stations.accounts.models import User
from stations.requests import signed_in

APPOINTMENT = TYPES["Appointment"]
BOOK, CANCEL = "health.book_at_desk", "health.cancel_at_desk"
#: HL7's code for each of those who give a number up.
CANCELLED_BY = {"pat": Booking.CancelledBy.RESIDENT, "prov": Booking.CancelledBy.PROVIDER}
EXAMPLE = {
    "resourceType": "Appointment",
    "status": "booked",
    "slot": [{"reference": "Slot/4711"}],
    "start": "2026-12-01T09:00:00+08:00",
    "end": "2026-12-01T10:00:00+08:00",
    "participant": [
        {"actor": {"reference": "Patient/0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c32"}, "status": "accepted"},
    ],
}


class ParticipantIn(Element):
    """The patient; others who take part are those of the slot, and need not be named."""

    actor = ReferenceIn()
    status = serializers.ChoiceField(["accepted", "needs-action", "tentative"])


class AppointmentIn(Element):
    """A slot of the own hospital for one patient. Why the patient comes is stored nowhere, and refused here."""

    changing = Element.changing | {
        *("implicitRules", "requestedPeriod", "reasonCode", "reasonReference", "description", "comment"),
        *("basedOn", "supportingInformation", "patientInstruction", "cancelationReason", "contained"),
    }
    #: What the resource says that it is, once it is stored.
    statuses: ClassVar[tuple[str, ...]] = ("booked",)

    resourceType = serializers.ChoiceField(["Appointment"])
    status = serializers.CharField(max_length=20)
    slot = ReferenceIn(many=True, allow_empty=False)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    participant = ParticipantIn(many=True, allow_empty=False)

    def validate_status(self, value: str) -> str:
        """What it becomes, and nothing else."""
        if value not in self.statuses:
            raise serializers.ValidationError(_("This value is not possible here."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        actors = [each["actor"]["reference"] for each in attrs["participant"]]
        wish = Wish(
            slot=_one_key("slot", "Slot", [each["reference"] for each in attrs["slot"]]),
            patient=_one_key("participant", "Patient", actors),
            starts_at=attrs["start"],
            ends_at=attrs["end"],
            others=frozenset(each for each in actors if not each.startswith("Patient/")),
        )
        return {"wish": wish}


class HeldAppointmentIn(AppointmentIn):
    """As a registration, and pending; also as the one parameter of Parameters."""

    statuses = ("pending", "proposed")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and data.get("resourceType") == "Parameters":
            data = _parameter(data, "resource").get("resource")
        return super().to_internal_value(data)


class ParametersIn(serializers.Serializer):
    """Nothing is asked: the address says all."""


class CancellationIn(serializers.Serializer):
    """Parameters with `reason`: `pat` at the patient's word, `prov` by the hospital."""

    resourceType = serializers.ChoiceField(["Parameters"])
    parameter = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=5)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        reason = _parameter(attrs, "reason").get("valueCode")
        if not isinstance(reason, str) or reason not in CANCELLED_BY:
            raise serializers.ValidationError({"reason": [_("This value is not possible here.")]})
        return {"cancelled_by": CANCELLED_BY[reason]}


def _parameter(parameters: dict[str, Any], name: str) -> dict[str, Any]:
    """The parameter of this name; empty where there is none."""
    given = parameters.get("parameter")
    rows = given if isinstance(given, list) else []
    return next((each for each in rows if isinstance(each, dict) and each.get("name") == name), {})


def _one_key(name: str, kind: str, references: list[str]) -> Any:
    """The id of the one resource of this type among these. Raises `ValidationError` (400)."""
    found = [text for named, _slash, text in (each.partition("/") for each in references) if named == kind]
    key = key_of(kind, found[0]) if len(found) == 1 else None
    if key is None:
        raise serializers.ValidationError({name: [_("This value is not possible here.")]})
    return key


class _RegisteringView(Writing, FhirView, VerbView):
    kind = APPOINTMENT
    parser_classes = (FhirParser, JSONParser)


class Appointments(_RegisteringView):
    """Register a patient for a slot of the own hospital; GET searches registrations."""

    requires, reads = BOOK, READ_FHIR
    In = AppointmentIn
    success_status = 201
    refusals = refused_by(services.register)
    in_example = EXAMPLE

    def get(self, request: Request) -> Response:
        return searched(self, APPOINTMENT)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, str]:
        return {"id": str(services.register(wish=data["wish"], by=user, at=at, key=key).pk)}


class HoldAppointment(_RegisteringView):
    """Hold a slot of the own hospital for a patient for some minutes."""

    requires = BOOK
    In = HeldAppointmentIn
    refusals = refused_by(services.hold)
    in_example = EXAMPLE | {"status": "pending"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, str]:
        return {"id": str(services.hold(wish=data["wish"], by=user, at=at, key=key).pk)}


class _RegisteredView(_RegisteringView):
    one_object = True

    def post(self, request: Request, **path: Any) -> Response:
        """What is not within reach is not found, and the attempt is written down."""
        try:
            return super().post(request, **path)
        except Http404:
            services.record_refusal(kind=APPOINTMENT, pk=path["pk"], user=signed_in(request), at=now())
            raise

    def appointment(self, user: User, pk: str) -> Appointment:
        """The registration within reach of the verb."""
        return load(appointments(), user, self.requires, pk=pk)


class BookAppointment(_RegisteredView):
    """Book what is held: the next number, and a code for the desk."""

    requires = BOOK
    In = ParametersIn
    refusals = refused_by(registering.book_at_desk)
    in_example: ClassVar[dict[str, Any]] = {"resourceType": "Parameters"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: str) -> dict[str, str]:
        made = registering.book_at_desk(appointment=self.appointment(user, pk), by=user, at=at)
        return {"id": str(made.pk)}


class CancelAppointment(_RegisteredView):
    """Give a number up: at the patient's word, or by the hospital."""

    requires = CANCEL
    In = CancellationIn
    refusals = refused_by(registering.cancel_at_desk)
    in_example: ClassVar[dict[str, Any]] = {
        "resourceType": "Parameters",
        "parameter": [{"name": "reason", "valueCode": "prov"}],
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: str) -> dict[str, str]:
        made = registering.cancel_at_desk(appointment=self.appointment(user, pk), **data, by=user, at=at)
        return {"id": str(made.pk)}
