"""Check-up days over the API: lists with and without what was done, who comes, who has come, files."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from health.checkups import services
from health.checkups.api.campaigns import DAY, CheckupDayOut, CheckupPages
from health.checkups.api.verbs import ResidentVerb
from health.checkups.models import CheckupDay, CheckupOrder
from health.checkups.models.campaigns import ARRIVE, READ_DAY, READ_ROSTER
from health.checkups.queries import days, lines_of_day, orders
from health.records.queries import ROSTER_LOOK
from stations.accounts.models import User
from stations.people.services import log_reads
from stations.requests import signed_in

#: Characters of a file of results.
LONGEST_FILE = 500_000
ORDER = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e04",
    "serial": "482913-0042",
    "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c32",
    "full_name": "李国梁",
    "starts_at": "2026-11-27T01:30:00.000Z",
    "arrived_at": "2026-11-27T01:41:00.000Z",
}


class RosterLineOut(ReadSerializer):
    """A resident on the list of a day: when, and whether they have come. Nothing of what is looked at."""

    id = serializers.UUIDField()
    serial = serializers.CharField()
    resident = serializers.UUIDField(source="resident_id")
    full_name = serializers.CharField(source="resident.full_name")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    arrived_at = serializers.DateTimeField(allow_null=True)


class CheckupLineOut(RosterLineOut):
    """A line for the clinic: its state, and how many items have a result or a reason."""

    status = serializers.CharField()
    done = serializers.IntegerField()


class RosterOut(serializers.Serializer):
    """A day with its list."""

    day = CheckupDayOut()
    lines = RosterLineOut(many=True)


class CheckupListOut(serializers.Serializer):
    """A day with its list, for the clinic."""

    day = CheckupDayOut()
    lines = CheckupLineOut(many=True)


def _log(user: User, rows: Sequence[CheckupOrder]) -> None:
    log_reads(user=user, people=[row.resident for row in rows], what=ROSTER_LOOK, at=now())


class CheckupDays(generics.ListAPIView):
    """List the check-up days of the own clinics."""

    requires = READ_DAY
    serializer_class = CheckupDayOut
    pagination_class = CheckupPages
    out_example = DAY

    def get_queryset(self) -> QuerySet[CheckupDay]:
        return days().open_to(signed_in(self.request), READ_DAY)


class CheckupList(APIView):
    """Show a check-up day with its list; each resident gets a row in the access log."""

    requires = READ_DAY
    one_object = True
    out_example = {"day": DAY, "lines": [ORDER | {"status": "active", "done": 6}]}

    @extend_schema(operation_id="checkupDaysRetrieve", responses=CheckupListOut)
    def get(self, request: Request, pk: UUID) -> Response:
        found = load(days(), request.user, READ_DAY, pk=pk)
        rows = list(lines_of_day(found))
        _log(signed_in(request), rows)
        return Response({"day": CheckupDayOut(found).data, "lines": CheckupLineOut(rows, many=True).data})


class CheckupRosters(generics.ListAPIView):
    """List the check-up days at the own station."""

    requires = READ_ROSTER
    serializer_class = CheckupDayOut
    pagination_class = CheckupPages
    out_example = DAY

    def get_queryset(self) -> QuerySet[CheckupDay]:
        return days().open_to(signed_in(self.request), READ_ROSTER)


class Roster(APIView):
    """Show who comes when to a check-up day at the own station; never what is looked at or found."""

    requires = READ_ROSTER
    one_object = True
    out_example = {"day": DAY, "lines": [ORDER]}

    @extend_schema(operation_id="checkupRostersRetrieve", responses=RosterOut)
    def get(self, request: Request, pk: UUID) -> Response:
        found = load(days(), request.user, READ_ROSTER, pk=pk)
        rows = list(lines_of_day(found))
        _log(signed_in(request), rows)
        return Response({"day": CheckupDayOut(found).data, "lines": RosterLineOut(rows, many=True).data})


class _DayVerb(VerbView):
    one_object = True

    def day(self, user: User, pk: UUID) -> CheckupDay:
        """The day, within reach of the verb."""
        return load(days(), user, self.requires, pk=pk)


class RosteredOut(ReadSerializer):
    """How many are on the list now; how many have no place, and how many have not agreed to a record yet."""

    listed = serializers.IntegerField()
    without_place = serializers.IntegerField()
    not_agreed = serializers.IntegerField()


class RosterEligible(_DayVerb):
    """Put all on the list who may come and agree to a health record, as far as places and budget reach."""

    requires = "health.roster_resident"
    Out: ClassVar[type[serializers.Serializer] | None] = RosteredOut
    refusals = refused_by(services.roster_eligible)
    out_example = {"listed": 64, "without_place": 0, "not_agreed": 12}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> services.Rostered:
        return services.roster_eligible(day=self.day(user, pk), by=user, at=at)


class RosterResidentIn(serializers.Serializer):
    """Who; `manner` is how the resident agreed now, empty where it was before."""

    id_number = serializers.CharField(max_length=24)
    manner = serializers.ChoiceField(["signature", "paper"], required=False, allow_blank=True, default="")


class RosterResident(_DayVerb):
    """Put one resident on the list who agrees now."""

    requires = "health.roster_resident"
    In, Out = RosterResidentIn, RosterLineOut
    success_status = 201
    refusals = refused_by(services.roster_resident)
    in_example = {"id_number": "110105194912310028", "manner": "signature"}
    out_example = ORDER | {"arrived_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupOrder:
        return services.roster_resident(day=self.day(user, pk), **data, by=user, at=at)


class MoveDayIn(serializers.Serializer):
    """The new local date of the clinic, within the campaign."""

    to_date = serializers.DateField()


class MoveDay(_DayVerb):
    """Hold a check-up day on another date at the same hours; residents on the list get a message."""

    requires = "health.open_checkup_day"
    In, Out = MoveDayIn, CheckupDayOut
    refusals = refused_by(services.move_checkup_day)
    in_example = {"to_date": "2026-12-04"}
    out_example = DAY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupDay:
        moved = services.move_checkup_day(day=self.day(user, pk), **data, by=user, at=at)
        return days().get(pk=moved.pk)


class ResultFileIn(serializers.Serializer):
    """CSV in UTF-8 with the columns `serial,item,value,unit,note`."""

    content = serializers.CharField(max_length=LONGEST_FILE, trim_whitespace=False)


class ResultFileOut(ReadSerializer):
    """How many lines were stored now, and how many were known."""

    accepted = serializers.IntegerField()
    known = serializers.IntegerField()


class RecordResultFile(_DayVerb):
    """Record a laboratory's file: all of it, or nothing and which lines are wrong."""

    requires = "health.record_checkup_result"
    In, Out = ResultFileIn, ResultFileOut
    refusals = refused_by(services.record_result_file)
    in_example = {"content": "serial,item,value,unit,note\n482913-0042,glucose,6.6,mmol/L,\n"}
    out_example = {"accepted": 1, "known": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> services.Recorded:
        within = orders().open_to(user, self.requires)
        return services.record_result_file(day=self.day(user, pk), within=within, **data, by=user, at=at)


class _OrderVerb(ResidentVerb):
    Out: ClassVar[type[serializers.Serializer] | None] = RosterLineOut
    out_example: ClassVar[dict[str, Any] | None] = ORDER

    def order(self, user: User, pk: UUID) -> CheckupOrder:
        """The check-up, within reach of the verb."""
        return load(orders(), user, self.requires, pk=pk)


class RecordCheckupArrival(_OrderVerb):
    """Say that a resident has come; said again it changes nothing."""

    requires = ARRIVE
    refusals = refused_by(services.record_arrival)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupOrder:
        return services.record_arrival(order=self.order(user, pk), by=user, at=at)


class RevokeCheckupIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class RevokeCheckup(_OrderVerb):
    """Take a resident from the list of whom nothing was found yet."""

    requires = "health.revoke_checkup"
    In = RevokeCheckupIn
    refusals = refused_by(services.revoke_order)
    in_example = {"reason": "在外地，今年不来了"}
    out_example = ORDER | {"arrived_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupOrder:
        return services.revoke_order(order=self.order(user, pk), **data, by=user, at=at)
