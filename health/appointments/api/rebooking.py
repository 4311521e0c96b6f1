"""Another time for one whose doctor is away, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.errors import refused_by
from core.serializers import ReadSerializer
from health.appointments import services
from health.appointments.api.appointments import ANSWER, READ, AppointmentOut, AppointmentVerb
from health.appointments.models import Appointment
from health.appointments.queries import appointments, other_times
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.requests import signed_in


class OtherTimeOut(ReadSerializer):
    """A time that one whose doctor is away can have; `kept_until_at` of the one that is kept, else it may be taken.

    The doctor is empty where none is named.
    """

    slot = serializers.IntegerField(source="slot.pk")
    date = serializers.DateField(source="slot.session.local_date")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    doctor = serializers.CharField(source="doctor_shown", allow_blank=True)
    kept_until_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "slot": 4733,
        "date": "2026-12-03",
        "starts_at": "2026-12-03T01:00:00.000Z",
        "doctor": "李慧",
        "kept_until_at": "2026-12-01T08:00:00.000Z",
    }


class OtherTimesOut(serializers.Serializer):
    """Three at most, the one that is kept first; none once it is taken, given back or over."""

    results = OtherTimeOut(many=True)


class OtherTimes(APIView):
    """List the times that one whose doctor is away can have instead."""

    requires = READ
    one_object = True

    @extend_schema(operation_id="otherTimesList", responses=OtherTimesOut)
    def get(self, request: Request, pk: UUID) -> Response:
        found: Appointment = load(appointments(), request.user, READ, pk=pk)
        at = now()
        services.record_reads(rows=[found], user=signed_in(request), at=at)
        rows = other_times(found, at=at)
        return Response({"results": OtherTimeOut(rows, many=True).data})


class RebookIn(serializers.Serializer):
    """Which of the other times; without it the one that is kept."""

    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)


class RebookAppointment(AppointmentVerb):
    """Register one whose doctor is away for the time that is kept, or another; what was paid and the code stay.

    Refused: `rebooking_over`, `not_the_same_clinic`, and those of booking.
    """

    requires = ANSWER
    In = RebookIn
    refusals = refused_by(services.rebook_appointment)
    in_example = {"slot": 4733}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Appointment:
        found, slot = self.appointment(user, pk), None
        if data.get("slot") is not None:
            slot = Slot.objects.select_related("session").filter(pk=data["slot"]).first()
            if slot is None:
                raise Http404
        made = services.rebook_appointment(appointment=found, slot=slot, by=user, at=at, key=key)
        return appointments().get(pk=made.pk)


class NewTimeIn(serializers.Serializer):
    """The slot of the other time, of the same department and grade."""

    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class MoveAppointment(AppointmentVerb):
    """Move a registration to another time; what was paid and the code stay, the number is a new one.

    Refused: `move_too_late`, `moved_in_series`, `not_the_same_clinic`, `system_keeps_numbers`, and those of booking.
    """

    requires = "health.move_appointment"
    In = NewTimeIn
    refusals = refused_by(services.move_appointment)
    in_example = {"slot": 4733}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Appointment:
        found = self.appointment(user, pk)
        slot = Slot.objects.select_related("session").filter(pk=data["slot"]).first()
        if slot is None:
            raise Http404
        return services.move_appointment(appointment=found, slot=slot, by=user, at=at, key=key)


class DeclineOtherTime(AppointmentVerb):
    """Give the time that is kept back: the fee comes back at once. Refused: `no_offer`."""

    requires = ANSWER
    service = services.decline_other_time
    refusals = refused_by(services.decline_other_time)
    out_example = AppointmentOut.example | {"status": "cancelled"}
