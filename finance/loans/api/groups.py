"""Groups of borrowers over the API: formed, filled, and approved together."""

import datetime as dt
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.loans import services
from finance.loans.models import BorrowerGroup, Loan
from finance.loans.models.groups import LONGEST_INTERVAL, READ_GROUP, BorrowerGroupQuerySet
from finance.loans.queries import dues_of, loans_of_group, members_of, written_off_of
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.people.masking import mask_name
from stations.people.models import Person

FORM, COLLECT = "finance.form_loan_group", "finance.collect_from_group"
GROUP, LOAN = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e71", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01"
PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001"


class GroupPages(CursorPages):
    ordering = "-id"


class BorrowerGroupIn(serializers.Serializer):
    """What it is called, when it meets first and how often, and whether its members stand up for each other."""

    name = Line(max_length=40)
    first_meeting_date = serializers.DateField()
    every_weeks = serializers.IntegerField(min_value=1, max_value=LONGEST_INTERVAL)
    joint_liability = serializers.BooleanField(default=True)


class GroupMemberOut(ReadSerializer):
    """A member; `id` names the membership."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    is_leader = serializers.BooleanField()
    get_name = staticmethod(lambda member: mask_name(member.person.full_name))


class BorrowerGroupOut(ReadSerializer):
    """A group of borrowers of a station."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    station = serializers.CharField(source="station.code")
    status = serializers.CharField()
    first_meeting_date = serializers.DateField()
    every_weeks = serializers.IntegerField()
    joint_liability = serializers.BooleanField()

    example: ClassVar[dict[str, Any]] = {
        "id": GROUP,
        "name": "养鹅一组",
        "station": "321324-0007",
        "status": "active",
        "first_meeting_date": "2026-12-02",
        "every_weeks": 2,
        "joint_liability": True,
    }


class BorrowerGroupDetailOut(BorrowerGroupOut):
    """A group with its members, the leader first, and what is open of loans that were written off."""

    members = GroupMemberOut(many=True)
    get_members = staticmethod(members_of)
    written_off_left = serializers.CharField()
    get_written_off_left = staticmethod(lambda group: str(written_off_of(group)))


class DueLineOut(ReadSerializer):
    """What is due on one loan of the group, as of its last close."""

    loan = serializers.UUIDField()
    number = serializers.CharField()
    borrower = serializers.CharField()
    due = serializers.CharField()
    currency = serializers.CharField()


class GroupSheetOut(serializers.Serializer):
    """Every running loan of the group, in its order."""

    lines = DueLineOut(many=True)


class AddGroupMemberIn(serializers.Serializer):
    """Who joins."""

    person = serializers.UUIDField()


class GroupMemberIn(serializers.Serializer):
    """Which membership."""

    member = serializers.IntegerField(min_value=1)


class ApproveGroupIn(serializers.Serializer):
    """Every application that was shown."""

    applications = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=60)


def groups() -> BorrowerGroupQuerySet:
    """With what the answers show."""
    return BorrowerGroup.objects.select_related("station__county")


class BorrowerGroups(VerbView):
    """Form a group of borrowers at this counter."""

    requires, reads = FORM, READ_GROUP
    pagination_class = GroupPages
    In = BorrowerGroupIn
    Out = BorrowerGroupOut
    success_status = 201
    refusals = refused_by(services.form_loan_group)
    in_example: ClassVar[dict[str, Any]] = {
        name: BorrowerGroupOut.example[name]
        for name in ("name", "first_meeting_date", "every_weeks", "joint_liability")
    }
    out_example = BorrowerGroupOut.example

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=BorrowerGroupOut(many=True))
    def get(self, request: Request) -> Response:
        """Groups within reach, the newest first."""
        rows = groups().open_to(request.user, READ_GROUP)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(BorrowerGroupOut(page, many=True).data)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> BorrowerGroup:
        return services.form_loan_group(station=counter_of(user, FORM), **data, by=user, at=at)


class BorrowerGroupDetail(APIView):
    """One group with its members."""

    requires = READ_GROUP
    one_object = True

    @extend_schema(responses=BorrowerGroupDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(BorrowerGroupDetailOut(load(groups(), request.user, READ_GROUP, pk=pk)).data)


class GroupSheet(APIView):
    """What is due of each member today; stores nothing."""

    requires = READ_GROUP
    one_object = True

    @extend_schema(responses=GroupSheetOut)
    def get(self, request: Request, pk: UUID) -> Response:
        group = load(groups(), request.user, READ_GROUP, pk=pk)
        loans = list(loans_of_group(group))
        due = dues_of(loans)
        lines = [_due_line(loan, due[loan.pk]) for loan in loans]
        return Response(GroupSheetOut({"lines": lines}).data)


class DueLine(NamedTuple):
    """What a sheet says of one loan."""

    loan: UUID
    number: str
    borrower: str
    due: Money
    currency: str


def _due_line(loan: Loan, due: Money) -> DueLine:
    return DueLine(loan.pk, loan.number, mask_name(loan.borrower.full_name), due, loan.currency)


class GroupVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = BorrowerGroupOut
    out_example: ClassVar[dict[str, Any]] = BorrowerGroupOut.example

    def group(self, user: User, pk: UUID) -> BorrowerGroup:
        """The group within reach of the verb."""
        return load(groups(), user, self.requires, pk=pk)


class AddGroupMember(GroupVerb):
    """Let a resident into a group; the first one leads it."""

    requires = "finance.add_group_member"
    In = AddGroupMemberIn
    refusals = refused_by(services.add_group_member)
    in_example: ClassVar[dict[str, Any]] = {"person": PERSON}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BorrowerGroup:
        group = self.group(user, pk)
        person = load(Person.objects.living(), user, "stations.read_person", pk=data["person"])
        return services.add_group_member(group=group, person=person, by=user, at=at)


class AppointGroupLeader(GroupVerb):
    """Let another member lead the group."""

    requires = "finance.add_group_member"
    In = GroupMemberIn
    refusals = refused_by(services.appoint_group_leader)
    in_example: ClassVar[dict[str, Any]] = {"member": 12}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BorrowerGroup:
        return services.appoint_group_leader(group=self.group(user, pk), **data, by=user, at=at)


class RemoveGroupMember(GroupVerb):
    """Let a member leave who owes nothing."""

    requires = "finance.remove_group_member"
    In = GroupMemberIn
    refusals = refused_by(services.remove_group_member)
    in_example: ClassVar[dict[str, Any]] = {"member": 12}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BorrowerGroup:
        return services.remove_group_member(group=self.group(user, pk), **data, by=user, at=at)


class CloseLoanGroup(GroupVerb):
    """End a group of which nobody owes anything."""

    requires = "finance.close_loan_group"
    refusals = refused_by(services.close_loan_group)
    in_example: ClassVar[dict[str, Any]] = {}
    out_example = BorrowerGroupOut.example | {"status": "closed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BorrowerGroup:
        return services.close_loan_group(group=self.group(user, pk), by=user, at=at)


class ApproveGroupLoans(GroupVerb):
    """Approve every appraised application of a group: all that were shown, or none."""

    requires = "finance.approve_group_loans"
    In = ApproveGroupIn
    refusals = refused_by(services.approve_group_loans)
    in_example: ClassVar[dict[str, Any]] = {"applications": ["0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c21"]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BorrowerGroup:
        return services.approve_group_loans(group=self.group(user, pk), **data, by=user, at=at)
