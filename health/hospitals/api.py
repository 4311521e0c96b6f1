"""Hospitals, free numbers, doctors who are away, and clinics on one day, over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.money import decimal_text
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.hospitals import services
from health.hospitals.forms import AwayReason
from health.hospitals.models import Department, Doctor, Hospital
from health.hospitals.moving import move_clinic
from health.hospitals.queries import OfferedSession, fees_of, sessions_on_sale
from scheduling.bookings.services import CapacityReport, LeaveReport, MoveReport
from scheduling.calendars.models import PartOfDay, Session
from stations.accounts.models import User

READ, AWAY, HOURS = "health.read_hospital", "health.mark_doctor_away", "health.set_clinic_hours"


class DepartmentOut(ReadSerializer):
    """A department in which doctors can be booked."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())

    @staticmethod
    def get_name(row: Department) -> Any:
        return {"en": row.name, "zh-hans": row.name_zh}


class HospitalOut(ReadSerializer):
    """A hospital that sells its numbers; local times are those of `zone`. `takes_fee`: `station` or `desk`."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    level = serializers.CharField()
    zone = serializers.CharField()
    currency = serializers.CharField()
    takes_fee = serializers.CharField()
    address = serializers.CharField()
    departments = DepartmentOut(many=True)

    @staticmethod
    def get_name(row: Hospital) -> Any:
        return {"en": row.name, "zh-hans": row.name_zh}

    @staticmethod
    def get_departments(row: Hospital) -> Any:
        return [each for each in row.departments.all() if each.is_active]


HOSPITAL_EXAMPLE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
    "code": "SIHONG-1",
    "name": {"en": "County hospital", "zh-hans": "县人民医院"},
    "level": "county",
    "zone": "Asia/Shanghai",
    "currency": "CNY",
    "takes_fee": "station",
    "address": "健康路1号",
    "departments": [{"id": 7, "code": "CARDIO", "name": {"en": "Cardiology", "zh-hans": "心内科"}}],
}


class HospitalPages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class Hospitals(generics.ListAPIView):
    """List the hospitals that sell numbers, with their departments."""

    requires = READ
    serializer_class = HospitalOut
    pagination_class = HospitalPages
    out_example = HOSPITAL_EXAMPLE

    def get_queryset(self) -> Any:
        return Hospital.objects.open_to(self.request.user, READ).filter(is_active=True).prefetch_related("departments")


class FreePlaceOut(ReadSerializer):
    """A clinic that is on sale: `slot` is the next free one, null where only the waiting list is left."""

    session = serializers.IntegerField(source="session.pk")
    slot = serializers.IntegerField(allow_null=True)
    doctor = serializers.UUIDField(source="doctor.pk")
    doctor_name = serializers.CharField(source="doctor.name")
    grade = serializers.CharField(source="doctor.grade")
    date = serializers.DateField(source="session.local_date")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    free = serializers.IntegerField()
    fee = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)

    @staticmethod
    def get_slot(row: OfferedSession) -> int | None:
        return row.slot.pk if row.slot else None

    @staticmethod
    def get_starts_at(row: OfferedSession) -> dt.datetime:
        return (row.slot or row.session).starts_at

    @staticmethod
    def get_ends_at(row: OfferedSession) -> dt.datetime:
        return (row.slot or row.session).ends_at

    @staticmethod
    def get_fee(row: OfferedSession) -> str | None:
        return decimal_text(row.fee.minor, row.fee.currency) if row.fee else None

    @staticmethod
    def get_currency(row: OfferedSession) -> str | None:
        return row.fee.currency if row.fee else None


class FreePlacesOut(serializers.Serializer):
    """Clinics that can be booked now, earliest first, at most 60."""

    results = FreePlaceOut(many=True)


class PlacesQuery(serializers.Serializer):
    """Of which department."""

    department = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class FreePlaces(APIView):
    """List the clinics of a department that can be booked now, with the next free slot and the fee."""

    requires = READ

    @extend_schema(
        operation_id="freePlacesList",
        parameters=[OpenApiParameter("department", int, required=True, description="The id of the department.")],
        responses=FreePlacesOut,
    )
    def get(self, request: Request) -> Response:
        asked = PlacesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Department.objects.select_related("hospital")
        department = load(rows, request.user, READ, pk=asked.validated_data["department"])
        at = now()
        fees = fees_of(department.hospital, on=day_in(department.hospital.zone, at))
        offered = sessions_on_sale(departments=[department], at=at, fees=fees)
        return Response({"results": FreePlaceOut(offered, many=True).data})


class DoctorAwayIn(serializers.Serializer):
    """From which local date to which a doctor is away, both included."""

    first_date = serializers.DateField()
    last_date = serializers.DateField()
    reason_code = serializers.ChoiceField(AwayReason.choices)


class DoctorAwayOut(ReadSerializer):
    """What the absence did; `absence` names it when the doctor is back."""

    absence = serializers.IntegerField(source="exception.pk")
    sessions = serializers.IntegerField()
    cancelled = serializers.IntegerField()

    @staticmethod
    def get_cancelled(report: LeaveReport) -> int:
        return len(report.cancelled)


class DoctorAway(VerbView):
    """Record that a doctor is away: appointments are cancelled by the hospital, fees come back.

    Refused: `already_away`, `period_over`, `away_period_wrong`.
    """

    requires = AWAY
    one_object = True
    In = DoctorAwayIn
    Out = DoctorAwayOut
    refusals = refused_by(services.mark_doctor_away)
    in_example = {"first_date": "2026-12-01", "last_date": "2026-12-03", "reason_code": "ill"}
    out_example = {"absence": 42, "sessions": 2, "cancelled": 12}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LeaveReport:
        doctor = load(Doctor.objects.select_related("resource"), user, AWAY, pk=pk)
        return services.mark_doctor_away(doctor=doctor, **data, by=user, at=at)


class DoctorBackIn(serializers.Serializer):
    """Which absence is over, as recording it answered."""

    absence = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class DoctorBackOut(ReadSerializer):
    """The doctor."""

    id = serializers.UUIDField()


class DoctorBack(VerbView):
    """Record that a doctor is back, or comes after all: what is ahead is on sale again, no appointment revives.

    Refused: `not_away`.
    """

    requires = AWAY
    one_object = True
    In = DoctorBackIn
    Out = DoctorBackOut
    refusals = refused_by(services.doctor_is_back)
    in_example = {"absence": 42}
    out_example = {"id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c61"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Doctor:
        doctor = load(Doctor.objects.select_related("resource"), user, AWAY, pk=pk)
        return services.doctor_is_back(doctor=doctor, **data, by=user, at=at)


class ClinicIn(serializers.Serializer):
    """A clinic on one local date, with local times of the hospital, and how many numbers it has."""

    on_date = serializers.DateField()
    opens_at = serializers.TimeField()
    closes_at = serializers.TimeField()
    part_of_day = serializers.ChoiceField(PartOfDay.choices)
    capacity = serializers.IntegerField(min_value=1, max_value=1000)


class ClinicOut(ReadSerializer):
    """A clinic with the instants at which its numbers begin and cease to be sold."""

    session = serializers.IntegerField(source="pk")
    date = serializers.DateField(source="local_date")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    on_sale_from = serializers.DateTimeField(source="opens_at")
    on_sale_until = serializers.DateTimeField(source="closes_at")


class OpenClinic(VerbView):
    """Open one clinic of a doctor on one day, today included, besides the weekly ones.

    Refused: `clinic_date_wrong`, `clinic_times_wrong`, `clinic_sale_over`, `doctor_away_then`, `doctor_licence_over`,
    `resource_taken`.
    """

    requires = HOURS
    one_object = True
    In = ClinicIn
    Out = ClinicOut
    success_status = 201
    refusals = refused_by(services.open_clinic)
    in_example = {
        "on_date": "2026-12-01",
        "opens_at": "09:00",
        "closes_at": "11:30",
        "part_of_day": "morning",
        "capacity": 20,
    }
    out_example = {
        "session": 4711,
        "date": "2026-12-01",
        "starts_at": "2026-12-01T01:00:00.000Z",
        "ends_at": "2026-12-01T03:30:00.000Z",
        "on_sale_from": "2026-11-24T00:00:00.000Z",
        "on_sale_until": "2026-11-30T09:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Session:
        doctor = load(Doctor.objects.select_related("resource", "offering"), user, HOURS, pk=pk)
        return services.open_clinic(doctor=doctor, **data, by=user, at=at)


class NumbersIn(serializers.Serializer):
    """Of which slot, as `free-places/` and FHIR name it, and how many numbers it has from now on."""

    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    capacity = serializers.IntegerField(min_value=1, max_value=1000)


class ClinicNumbersOut(ReadSerializer):
    """Numbers on sale and how many are taken; `excess`: the numbers beyond them, which stay until they are given up."""

    slot = serializers.IntegerField(source="slot.pk")
    capacity = serializers.IntegerField(source="slot.capacity")
    taken = serializers.IntegerField()
    excess = serializers.ListField(child=serializers.IntegerField())

    @staticmethod
    def get_taken(report: CapacityReport) -> int:
        return report.slot.booked + report.slot.held

    @staticmethod
    def get_excess(report: CapacityReport) -> list[int]:
        return [each.sequence_no for each in report.excess if each.sequence_no is not None]


class ChangeNumbers(VerbView):
    """Change how many numbers a clinic of a doctor has: those who wait are offered more, nobody loses a number.

    Refused: `clinic_not_found`, `numbers_held_there`, `slot_unavailable`, `session_started`.
    """

    requires = HOURS
    one_object = True
    In = NumbersIn
    Out = ClinicNumbersOut
    refusals = refused_by(services.change_numbers)
    in_example = {"slot": 4711, "capacity": 25}
    out_example = {"slot": 4711, "capacity": 25, "taken": 28, "excess": [26, 27, 28]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CapacityReport:
        doctor = load(Doctor.objects.select_related("department__hospital"), user, HOURS, pk=pk)
        return services.change_numbers(doctor=doctor, **data, by=user, at=at)


class MoveClinicIn(serializers.Serializer):
    """Which session, and the local date and time at which it begins instead."""

    session = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    on_date = serializers.DateField()
    opens_at = serializers.TimeField()


class MoveClinicOut(ReadSerializer):
    """The clinic at its new time; how many residents moved along, and how many were cancelled, who are elsewhere."""

    session = serializers.IntegerField(source="session.pk")
    starts_at = serializers.DateTimeField(source="session.starts_at")
    ends_at = serializers.DateTimeField(source="session.ends_at")
    moved = serializers.IntegerField()
    cancelled = serializers.IntegerField()

    @staticmethod
    def get_moved(report: MoveReport) -> int:
        return len(report.moved)

    @staticmethod
    def get_cancelled(report: MoveReport) -> int:
        return len(report.cancelled)


class MoveClinic(VerbView):
    """Hold a clinic of a doctor at another time: numbers stay, and residents are asked at their stations.

    Refused: `clinic_not_found`, `clinic_not_moved`, `clinic_date_wrong`, `doctor_away_then`, `doctor_licence_over`,
    `numbers_held_there`, `resource_taken`, `slot_unavailable`, `session_started`, `somebody_came`, `already_booked`,
    `person_busy`.
    """

    requires = HOURS
    one_object = True
    In = MoveClinicIn
    Out = MoveClinicOut
    refusals = refused_by(move_clinic)
    in_example = {"session": 4711, "on_date": "2026-12-03", "opens_at": "09:00"}
    out_example = {
        "session": 4711,
        "starts_at": "2026-12-03T01:00:00.000Z",
        "ends_at": "2026-12-03T03:30:00.000Z",
        "moved": 12,
        "cancelled": 1,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> MoveReport:
        doctor = load(Doctor.objects.select_related("department__hospital", "resource"), user, HOURS, pk=pk)
        return move_clinic(doctor=doctor, **data, by=user, at=at)
