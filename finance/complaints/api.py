"""Complaints and disputes over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.history import changes_of
from core.language.typed import Line, Words
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.complaints import services
from finance.complaints.models import Complaint
from finance.payments.models import Payment
from ledger.models import Account
from stations.accounts.models import User
from stations.current_station import counter_of

READ = "finance.read_complaint"


class ComplaintOut(ReadSerializer):
    """One complaint; of a dispute `entry` names account and version, of all others `payment` is set."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id", allow_null=True)
    entry = serializers.CharField(allow_null=True, help_text="`<account code> <version>` of a disputed entry.")
    amount = serializers.CharField(allow_null=True, help_text="What the disputed entry took.")
    currency = serializers.CharField()
    station = serializers.CharField(source="station.code")
    kind = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    channel = serializers.CharField()
    status = serializers.CharField()
    assignee = serializers.CharField(source="assignee.username", allow_null=True)
    logged_at = serializers.DateTimeField()
    assign_due_at = serializers.DateTimeField()
    provider_due_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField()
    outcome = serializers.CharField(allow_null=True)
    answer = serializers.CharField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    times_reopened = serializers.IntegerField()

    @staticmethod
    def get_entry(complaint: Complaint) -> str | None:
        """The account and its version."""
        entry = complaint.entry
        return f"{entry.account.code} {entry.version}" if entry else None

    @staticmethod
    def get_amount(complaint: Complaint) -> Money | None:
        """Of a dispute alone."""
        return complaint.amount if complaint.entry_id else None

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c01",
        "number": "321324-0007-C261125-K7P2",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "entry": None,
        "amount": None,
        "currency": "CNY",
        "station": "321324-0007",
        "kind": "overcharged",
        "text": "收了191.40",
        "channel": "counter",
        "status": "logged",
        "assignee": None,
        "logged_at": "2026-11-25T02:41:00.000Z",
        "assign_due_at": "2026-11-25T06:41:00.000Z",
        "provider_due_at": None,
        "due_at": "2026-11-30T02:41:00.000Z",
        "outcome": None,
        "answer": None,
        "resolved_at": None,
        "times_reopened": 0,
    }


class StepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class ComplaintDetailOut(ComplaintOut):
    """A complaint with its history."""

    history = StepOut(many=True)
    get_history = staticmethod(changes_of)


class ComplaintIn(serializers.Serializer):
    """What somebody says went wrong."""

    kind = serializers.ChoiceField(Complaint.Kind.choices)
    text = Words(max_length=500, required=False, allow_blank=True, default="")


class DisputeIn(serializers.Serializer):
    """Why an entry is wrong."""

    text = Words(max_length=500)


class AssignComplaintIn(serializers.Serializer):
    """Who works on it: a user name of the county."""

    assignee = serializers.CharField(max_length=150)


class NoteIn(serializers.Serializer):
    """A few words for the history."""

    note = Line(max_length=200, required=False, allow_blank=True, default="")


class ComplaintAnswerIn(serializers.Serializer):
    """How it ended, and why."""

    outcome = serializers.ChoiceField(Complaint.Outcome.choices)
    answer = Words(max_length=500)


class ComplaintPages(CursorPages):
    ordering = "-id"


class ComplaintList(APIView):
    """List complaints within reach, newest first; `open=true` shows those that wait."""

    requires = READ
    pagination_class = ComplaintPages

    @extend_schema(
        parameters=[OpenApiParameter("open", bool), OpenApiParameter("cursor", str)],
        responses=ComplaintOut(many=True),
    )
    def get(self, request: Any) -> Response:
        rows = Complaint.objects.open_to(request.user, READ)
        if request.query_params.get("open") == "true":
            rows = rows.open()
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows.select_related("station", "assignee", "entry__account"), request, view=self)
        return pages.get_paginated_response(ComplaintOut(page, many=True).data)


class ComplaintDetail(APIView):
    """Get a complaint with its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=ComplaintDetailOut)
    def get(self, request: Any, pk: UUID) -> Response:
        return Response(ComplaintDetailOut(load(_complaints(), request.user, READ, pk=pk)).data)


class LogComplaint(VerbView):
    """File a complaint about a payment."""

    requires = "finance.log_complaint"
    one_object = True
    In = ComplaintIn
    Out = ComplaintOut
    success_status = 201
    refusals = refused_by(services.log_complaint)
    in_example: ClassVar[dict[str, Any]] = {"kind": "overcharged", "text": "收了191.40"}
    out_example = ComplaintOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Complaint:
        payment = load(Payment.objects.select_related("station__county"), user, self.requires, pk=pk)
        return services.log_complaint(payment=payment, **data, by=user, at=at)


class DisputeEntry(VerbView):
    """Dispute an entry of an account that one holds."""

    requires = "finance.dispute_entry"
    one_object = True
    In = DisputeIn
    Out = ComplaintOut
    success_status = 201
    refusals = refused_by(services.dispute_entry)
    in_example: ClassVar[dict[str, Any]] = {"text": "这笔扣了两次"}
    out_example = ComplaintOut.example | {
        "payment": None,
        "entry": "commission:0193f0c27a117c559a3e5b1d2f6a0003 17",
        "amount": "4.40",
        "kind": "wrong_amount",
        "text": "这笔扣了两次",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str, version: int) -> Complaint:
        account = Account.objects.filter(code=code, holder=user.pk).order_by("closed_at").first()
        if account is None:
            raise Http404
        station = counter_of(user, self.requires)
        return services.dispute_entry(account=account, version=version, **data, station=station, by=user, at=at)


class _ComplaintVerb(VerbView):
    one_object = True
    Out = ComplaintOut

    def complaint(self, user: User, pk: UUID) -> Complaint:
        """The complaint, within reach of the one who acts."""
        return load(_complaints(), user, self.requires, pk=pk)


class AssignComplaint(_ComplaintVerb):
    """Assign a complaint to somebody of the county."""

    requires = "finance.assign_complaint"
    In = AssignComplaintIn
    refusals = refused_by(services.assign_complaint)
    in_example: ClassVar[dict[str, Any]] = {"assignee": "clerk"}
    out_example = ComplaintOut.example | {"status": "assigned", "assignee": "clerk"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Complaint:
        complaint = self.complaint(user, pk)
        assignee = User.objects.filter(username=data["assignee"], is_active=True).first()
        if assignee is None:
            raise services.AssigneeOutOfReach(field="assignee")
        return services.assign_complaint(complaint=complaint, assignee=assignee, by=user, at=at)


class AskProvider(_ComplaintVerb):
    """Note that the provider was asked; it has one business day."""

    requires = "finance.ask_provider"
    In = NoteIn
    refusals = refused_by(services.ask_provider)
    in_example: ClassVar[dict[str, Any]] = {"note": "letter of 25 November"}
    out_example = ComplaintOut.example | {
        "status": "pending_with_provider",
        "assignee": "clerk",
        "provider_due_at": "2026-11-26T03:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Complaint:
        return services.ask_provider(complaint=self.complaint(user, pk), **data, by=user, at=at)


ANSWERED = ComplaintOut.example | {
    "status": "resolved",
    "assignee": "clerk",
    "outcome": "upheld",
    "answer": "多收的5.00已退",
    "resolved_at": "2026-11-26T03:00:00.000Z",
}


class ResolveComplaint(_ComplaintVerb):
    """Resolve a complaint: the answer is sent to the person who complained."""

    requires = "finance.resolve_complaint"
    In = ComplaintAnswerIn
    refusals = refused_by(services.resolve_complaint)
    in_example: ClassVar[dict[str, Any]] = {"outcome": "upheld", "answer": "多收的5.00已退"}
    out_example = ANSWERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Complaint:
        return services.resolve_complaint(complaint=self.complaint(user, pk), **data, by=user, at=at)


class ReopenComplaint(_ComplaintVerb):
    """Reopen a complaint: the resident says, within 30 days, that the answer is not enough."""

    requires = "finance.reopen_complaint"
    In = NoteIn
    refusals = refused_by(services.reopen_complaint)
    in_example: ClassVar[dict[str, Any]] = {"note": "钱还没退"}
    out_example = ComplaintOut.example | {"status": "assigned", "assignee": "clerk", "times_reopened": 1}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Complaint:
        return services.reopen_complaint(complaint=self.complaint(user, pk), **data, by=user, at=at)


class DecideDispute(_ComplaintVerb):
    """Decide a complaint about an entry, as somebody of finance who had no part in it."""

    requires = "finance.decide_dispute"
    In = ComplaintAnswerIn
    refusals = refused_by(services.decide_dispute)
    in_example: ClassVar[dict[str, Any]] = {"outcome": "upheld", "answer": "算了两次，更正"}
    out_example = ANSWERED | {"payment": None, "entry": "commission:0193f0c27a117c559a3e5b1d2f6a0003 17"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Complaint:
        return services.decide_dispute(complaint=self.complaint(user, pk), **data, by=user, at=at)


def _complaints() -> Any:
    return Complaint.objects.select_related("station__county", "assignee", "entry__account")
