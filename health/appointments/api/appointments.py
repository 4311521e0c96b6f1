"""Appointments over the API."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from core.access import load
from core.api import NonNegativeAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payments.services import Tender
from health.appointments import services
from health.appointments.models import Appointment
from health.appointments.queries import appointments
from health.appointments.services import Reason
from scheduling.calendars.models import Session, Slot
from stations.accounts.models import User
from stations.models import Person
from stations.network.models import Station
from stations.network.queries import station_at
from stations.people.recorded_lists import RecordedList
from stations.requests import signed_in

READ, BOOK = "health.read_appointment", "health.book_appointment"
ANSWER = "health.answer_offer"


class AppointmentOut(ReadSerializer):
    """An appointment: when and where, never why. Hospital, department and doctor are empty where they are not named.

    `status` is a code of FHIR R4 `appointmentstatus`; while it is `pending` the hospital is asked for the number.
    Until `answer_by_at` the resident is asked about the time to which the hospital has moved the clinic.
    """

    id = serializers.UUIDField()
    status = serializers.CharField()
    resident = serializers.UUIDField(source="resident_id")
    hospital = serializers.UUIDField(source="hospital_shown", allow_null=True)
    department = serializers.CharField(source="department_shown", allow_blank=True)
    doctor = serializers.CharField(source="doctor_shown", allow_blank=True)
    date = serializers.DateField(source="booking.session.local_date")
    starts_at = serializers.DateTimeField()
    number = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(source="code_at_desk", allow_blank=True)
    fee = serializers.CharField()
    currency = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id", allow_null=True)
    free_cancel_until_at = serializers.DateTimeField(source="booking.free_cancel_until_at", allow_null=True)
    answer_by_at = serializers.DateTimeField(source="booking.answer_by_at", allow_null=True)
    series = serializers.UUIDField(source="booking.series_id", allow_null=True)

    @staticmethod
    def get_starts_at(row: Appointment) -> dt.datetime:
        return (row.booking.slot or row.booking.session).starts_at

    @staticmethod
    def get_fee(row: Appointment) -> str:
        return str(row.fee)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c21",
        "status": "booked",
        "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
        "hospital": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
        "department": "心内科",
        "doctor": "周明远",
        "date": "2026-12-02",
        "starts_at": "2026-12-02T01:00:00.000Z",
        "number": 12,
        "code": "40718852",
        "fee": "25.00",
        "currency": "CNY",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "free_cancel_until_at": "2026-12-01T08:00:00.000Z",
        "answer_by_at": None,
        "series": None,
    }


class AppointmentPages(CursorPages):
    """The newest first."""

    ordering = "-pk"


class AppointmentQuery(serializers.Serializer):
    """Of which day."""

    date = serializers.DateField(required=False)


class Appointments(RecordedList):
    """List the appointments of the own station; for doctors and nurses those of their hospital."""

    requires = READ
    serializer_class = AppointmentOut
    pagination_class = AppointmentPages
    out_example = AppointmentOut.example

    def get_queryset(self) -> Any:
        query = AppointmentQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        rows = appointments().open_to(self.request.user, READ)
        if date := query.validated_data.get("date"):
            rows = rows.filter(booking__session__local_date=date)
        return rows

    @extend_schema(parameters=[OpenApiParameter("date", dt.date, description="The local date of the clinic.")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def record(self, rows: Sequence[Appointment]) -> None:
        services.record_reads(rows=rows, user=signed_in(self.request), at=now())


class BookAppointmentIn(serializers.Serializer):
    """Who goes, in which slot, and the cash on the counter."""

    resident = serializers.UUIDField()
    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    station = serializers.CharField(max_length=11)
    cash_given = NonNegativeAmountField(required=False, allow_null=True)


class BookAppointment(VerbView):
    """Register a resident with a doctor and take the fee.

    The next number of the slot is booked and paid in cash, both or neither. Where the hospital's own system keeps the
    numbers the answer is `pending` until that has said yes, or no: then the fee comes back. Refused besides what taking
    money refuses: `slot_full`, `slot_unavailable`, `booking_not_open_yet`, `booking_closed`, `already_booked`,
    `person_busy`, `identity_not_confirmed`, `consent_missing`, `hospital_not_served`, `too_young`,
    `too_many_registrations`.
    """

    requires = BOOK
    In = BookAppointmentIn
    Out = AppointmentOut
    success_status = 201
    refusals = refused_by(services.book_appointment)
    in_example = {
        "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
        "slot": 4711,
        "station": "321324-0007",
        "cash_given": "30.00",
    }
    out_example = AppointmentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Appointment:
        station = station_at(user, BOOK, data["station"])
        resident = resident_of(user, data["resident"])
        slot = Slot.objects.select_related("session").filter(pk=data["slot"]).first()
        if slot is None:
            raise Http404
        made = services.book_appointment(
            slot=slot,
            resident=resident,
            station=station,
            tender=_tender(data, resident, station),
            by=user,
            at=at,
            key=key,
        )
        return appointments().get(pk=made.pk)


class WaitForNumberIn(serializers.Serializer):
    """Who waits for a number of which clinic."""

    resident = serializers.UUIDField()
    session = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    station = serializers.CharField(max_length=11)


class JoinLine(VerbView):
    """Put a resident on the waiting list of a clinic.

    Nothing is paid before a number is taken. Refused: `places_left`, `already_booked`, and those of booking.
    """

    requires = BOOK
    In = WaitForNumberIn
    Out = AppointmentOut
    success_status = 201
    refusals = refused_by(services.join_line)
    in_example = {
        "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
        "session": 812,
        "station": "321324-0007",
    }
    out_example = AppointmentOut.example | {
        "status": "waitlist",
        "number": None,
        "code": "",
        "payment": None,
        "free_cancel_until_at": None,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Appointment:
        station = station_at(user, BOOK, data["station"])
        session = Session.objects.filter(pk=data["session"]).first()
        if session is None:
            raise Http404
        made = services.join_line(
            session=session, resident=resident_of(user, data["resident"]), station=station, by=user, at=at, key=key
        )
        return appointments().get(pk=made.pk)


class AppointmentVerb(VerbView):
    """One verb of an appointment."""

    one_object = True
    Out: ClassVar[type[serializers.Serializer]] = AppointmentOut
    out_example: ClassVar[dict[str, Any]] = AppointmentOut.example
    service: ClassVar[Callable[..., Appointment]]

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Appointment:
        made = type(self).service(appointment=self.appointment(user, pk), **data, by=user, at=at)
        return appointments().get(pk=made.pk)

    def appointment(self, user: User, pk: Any) -> Appointment:
        """The appointment within reach of the verb."""
        return load(appointments(), user, self.requires, pk=pk)


class CancelAppointmentIn(serializers.Serializer):
    """Why it is given up; after the deadline only the station's own mistake costs the resident nothing."""

    reason = serializers.ChoiceField(Reason.choices)
    comment = Line(max_length=200, required=False, allow_blank=True, default="")


class CancelAppointment(AppointmentVerb):
    """Cancel a registration or leave the waiting list; the refund that the rules leave is granted at once.

    Refused: `session_started`, `wrong_state`.
    """

    requires = "health.cancel_appointment"
    In = CancelAppointmentIn
    service = services.cancel_appointment
    refusals = refused_by(services.cancel_appointment)
    in_example = {"reason": "cannot-come", "comment": ""}
    out_example = AppointmentOut.example | {"status": "cancelled"}


class TakeOfferIn(serializers.Serializer):
    """The cash on the counter."""

    cash_given = NonNegativeAmountField(required=False, allow_null=True)


class TakeOffer(AppointmentVerb):
    """Take the place that is offered to one who waits, and pay it.

    Refused: `offer_expired`, `wrong_state`, and what taking money refuses.
    """

    requires = ANSWER
    In = TakeOfferIn
    refusals = refused_by(services.take_offer)
    in_example = {"cash_given": "30.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Appointment:
        found = self.appointment(user, pk)
        tender = Tender(payer=found.resident, cash_given=_cash(data, found.currency))
        made = services.take_offer(appointment=found, tender=tender, by=user, at=at, key=key)
        return appointments().get(pk=made.pk)


class DeclineOffer(AppointmentVerb):
    """Give the offered place to the next in line. Refused: `no_offer`."""

    requires = ANSWER
    service = services.decline_offer
    refusals = refused_by(services.decline_offer)
    out_example = AppointmentOut.example | {"status": "cancelled", "number": None, "code": "", "payment": None}


class Arrive(AppointmentVerb):
    """Record that the resident is there, on the day. Refused: `not_its_day`, `wrong_state`."""

    requires = "health.record_arrival"
    service = services.record_arrival
    refusals = refused_by(services.record_arrival)
    out_example = AppointmentOut.example | {"status": "arrived"}


class CheckIn(AppointmentVerb):
    """Record that the patient waits at the desk of the hospital. Refused: `not_its_day`, `wrong_state`."""

    requires = "health.check_in_patient"
    service = services.check_in
    refusals = refused_by(services.check_in)
    out_example = AppointmentOut.example | {"status": "checked-in"}


class ReleaseNumber(AppointmentVerb):
    """Release a number that the hospital refused and yet lists. Refused: `not_listed_there`."""

    requires = "health.release_number"
    service = services.release_listed
    refusals = refused_by(services.release_listed)
    out_example = AppointmentOut.example | {"status": "cancelled"}


class Serve(AppointmentVerb):
    """Record that the doctor has seen the patient. Refused: `too_early`, `wrong_state`."""

    requires = "health.record_served"
    service = services.record_served
    refusals = refused_by(services.record_served)
    out_example = AppointmentOut.example | {"status": "fulfilled"}


class Absent(AppointmentVerb):
    """Record that the patient did not come. Refused: `too_early`, `wrong_state`."""

    requires = "health.record_absent"
    service = services.record_absent
    refusals = refused_by(services.record_absent)
    out_example = AppointmentOut.example | {"status": "noshow"}


class CorrectAbsentIn(serializers.Serializer):
    """How the desk knows."""

    reason = Line(max_length=200)


class Came(AppointmentVerb):
    """Correct an absence within a day: the patient came. Refused: `too_late_to_correct`, `wrong_state`."""

    requires = "health.correct_absent"
    In = CorrectAbsentIn
    service = services.correct_absent
    refusals = refused_by(services.correct_absent)
    in_example = {"reason": "On the list of the doctor."}
    out_example = AppointmentOut.example | {"status": "fulfilled"}


class Agree(AppointmentVerb):
    """Record that the resident comes at the clinic's new time.

    Refused: `nothing_to_answer`, `wrong_state`.
    """

    requires = "health.move_appointment"
    service = services.agree_to_move
    refusals = refused_by(services.agree_to_move)
    out_example = AppointmentOut.example


class LiftRestrictionIn(serializers.Serializer):
    """Why the hospital excuses the absences."""

    reason = Line(max_length=200)


class LiftRestriction(AppointmentVerb):
    """Excuse the absences that stand against a patient: the hospital registers again. Refused: `not_restricted`."""

    requires = "health.lift_restriction"
    In = LiftRestrictionIn
    service = services.lift_restriction
    refusals = refused_by(services.lift_restriction)
    in_example = {"reason": "Snow had closed the road."}
    out_example = AppointmentOut.example | {"status": "noshow"}


class Called(AppointmentVerb):
    """Record that the resident was told that the hospital has cancelled. Refused: `nothing_to_call`."""

    requires = "health.record_call"
    service = services.record_call
    refusals = refused_by(services.record_call)
    out_example = AppointmentOut.example | {"status": "cancelled"}


def resident_of(user: User, pk: Any) -> Person:
    return load(Person.objects.living(), user, "stations.find_person", pk=pk)


def _tender(data: dict[str, Any], resident: Person, station: Station) -> Tender:
    return Tender(payer=resident, cash_given=_cash(data, station.currency))


def _cash(data: dict[str, Any], currency: str) -> Money | None:
    sent = data.get("cash_given")
    return sent.in_currency(currency) if sent is not None else None
