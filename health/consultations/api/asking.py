"""What a station asks for, and what it sees of it: place, number, state and fee."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from rest_framework import serializers

from core.access import load
from core.api import NonNegativeAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payments.services import Tender
from health.consultations import services
from health.consultations.models import Consultation, Sign
from health.consultations.queries import clinics_for, consultations
from health.consultations.refusals import ConsultationNotServed
from stations.accounts.models import User
from stations.network.queries import station_at
from stations.people.models import Person
from stations.people.recorded_lists import RecordedList
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.requests import signed_in

READ, REQUEST = "health.read_consultation", "health.request_consultation"


class ConsultationOut(ReadSerializer):
    """A consultation as its station sees it: never why. `must_call`: the clinic has found an emergency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    resident = serializers.UUIDField(source="resident_id")
    clinic = serializers.UUIDField(source="clinic_id")
    status = serializers.CharField()
    must_call = serializers.BooleanField()
    requested_at = serializers.DateTimeField()
    fee = serializers.CharField()
    currency = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id", allow_null=True)

    @staticmethod
    def get_fee(row: Consultation) -> str:
        return str(row.fee)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "number": "30518842",
        "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
        "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
        "status": "requested",
        "must_call": False,
        "requested_at": "2026-12-02T01:00:00.000Z",
        "fee": "20.00",
        "currency": "CNY",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
    }


class ConsultationPages(CursorPages):
    """The newest first."""

    ordering = "-pk"


class Consultations(RecordedList):
    """List what the own station has asked for, without content."""

    requires = READ
    serializer_class = ConsultationOut
    pagination_class = ConsultationPages
    out_example = ConsultationOut.example

    def get_queryset(self) -> QuerySet[Consultation]:
        return consultations().open_to(signed_in(self.request), READ)

    def record(self, rows: Sequence[Consultation]) -> None:
        services.record_reads(rows=rows, user=signed_in(self.request), at=now())


class ConsultationRequestIn(serializers.Serializer):
    """Who asks which clinic, the signs that apply, what is the matter, stored photos, and the cash on the counter."""

    resident = serializers.UUIDField()
    clinic = serializers.UUIDField()
    station = serializers.CharField(max_length=11)
    signs = serializers.ListField(child=serializers.ChoiceField(Sign.choices), max_length=10)
    complaint = Words(max_length=1000)
    photos = serializers.ListField(child=serializers.UUIDField(), max_length=3, required=False)
    cash_given = NonNegativeAmountField(required=False, allow_null=True)


class RequestConsultation(VerbView):
    """Ask a clinic online for a resident and take the fee; with a sign of danger only the number to call comes back.

    Refused besides what taking money refuses: `emergency_signs`, `consultation_not_served`, `too_young_online`,
    `consultation_open`, `identity_not_confirmed`, `consent_missing`, `file_unknown`.
    """

    requires = REQUEST
    In, Out = ConsultationRequestIn, ConsultationOut
    success_status = 201
    refusals = refused_by(services.request_consultation)
    in_example = {
        "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
        "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
        "station": "321324-0007",
        "signs": ["fever"],
        "complaint": "咳嗽三天，有痰",
        "photos": [],
        "cash_given": "20.00",
    }
    out_example = ConsultationOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Consultation:
        station = station_at(user, REQUEST, data.pop("station"))
        resident = load(Person.objects.living(), user, "stations.find_person", pk=data.pop("resident"))
        clinic = clinics_for(station).filter(pk=data.pop("clinic")).first()
        if clinic is None:
            raise ConsultationNotServed(field="clinic")
        cash = data.pop("cash_given", None)
        tender = Tender(payer=resident, cash_given=cash.in_currency(station.currency) if cash is not None else None)
        made = services.request_consultation(
            clinic=clinic, resident=resident, station=station, tender=tender, **data, by=user, at=at, key=key
        )
        return consultations().get(pk=made.pk)


class _ConsultationVerb(LogsRefusedReads, VerbView):
    """One verb of a consultation of the own station."""

    one_object = True
    Out = ConsultationOut
    out_example = ConsultationOut.example

    def consultation(self, user: User, pk: UUID) -> Consultation:
        """The consultation within reach of the verb."""
        return load_of_resident(consultations(), user, self.requires, resident="resident", pk=pk)


class ConsultationMessageIn(serializers.Serializer):
    """What the resident says besides, with stored photos."""

    text = Words(max_length=1000)
    photos = serializers.ListField(child=serializers.UUIDField(), max_length=3, required=False)


class SendMessage(_ConsultationVerb):
    """Write down what the resident says besides; only the clinic reads it. Refused: `wrong_state`, `file_unknown`."""

    requires = "health.send_message"
    In = ConsultationMessageIn
    refusals = refused_by(services.send_message)
    in_example = {"text": "今天开始发烧", "photos": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Consultation:
        return services.send_message(consultation=self.consultation(user, pk), **data, by=user, at=at)


class CancelConsultation(_ConsultationVerb):
    """Cancel it before a doctor has it; the fee comes back. Refused: `wrong_state`."""

    requires = "health.cancel_consultation"
    refusals = refused_by(services.cancel_consultation)
    out_example = ConsultationOut.example | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Consultation:
        return services.cancel_consultation(consultation=self.consultation(user, pk), by=user, at=at)
