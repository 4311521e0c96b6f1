"""Differences, and what people do with them."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import WrongState, refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.recon import services
from finance.recon.models import ReconItem
from finance.recon.reasons import LABELS
from stations.accounts.models import User

READ = "finance.read_recon_item"


class ReconItemOut(ReadSerializer):
    """Something that two sides see differently. `difference` is what they say less what we say."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    status = serializers.CharField()
    sides = serializers.ListField(child=serializers.CharField())
    provider = serializers.CharField(source="provider.code", allow_null=True)
    our_ref = serializers.CharField()
    of_day = serializers.DateField(source="subject_date", allow_null=True)
    difference = serializers.CharField()
    currency = serializers.CharField()
    owner = serializers.CharField(source="owner.username", allow_null=True)
    opened_at = serializers.DateTimeField()
    write_off_asked = serializers.BooleanField()
    reason = serializers.CharField(source="reason_code")
    closed_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": 812,
        "kind": "status",
        "status": "exception",
        "sides": ["ours", "provider"],
        "provider": "JS-POWER",
        "our_ref": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "of_day": "2026-11-25",
        "difference": "186.40",
        "currency": "CNY",
        "owner": None,
        "opened_at": "2026-11-25T22:00:00.000Z",
        "write_off_asked": False,
        "reason": "",
        "closed_at": None,
    }

    @staticmethod
    def get_write_off_asked(item: ReconItem) -> bool:
        return item.write_off_asked_by_id is not None


class AssignItemIn(serializers.Serializer):
    """Who works on it; oneself when left out."""

    to = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")


class ResolveIn(serializers.Serializer):
    """Why it is closed. Which reasons a kind has stands in docs/money.md."""

    reason = serializers.ChoiceField(sorted(set(LABELS) - {"write_off", "explained"}))
    text = Line(max_length=200, required=False, allow_blank=True, default="")


class WriteOffIn(serializers.Serializer):
    """Why the company should bear it."""

    text = Line(max_length=200)


class ReconItemPages(CursorPages):
    ordering = ("opened_at", "id")  # type: ignore[assignment]


class ReconItems(APIView):
    """List open reconciliation items within reach, oldest first."""

    requires = READ
    pagination_class = ReconItemPages

    @extend_schema(
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("kind", str, enum=ReconItem.Kind.values),
        ],
        responses=ReconItemOut(many=True),
    )
    def get(self, request: Any) -> Response:
        rows = ReconItem.objects.open_to(request.user, READ).still_open().select_related("provider", "owner")
        kind = request.query_params.get("kind", "")
        if kind in ReconItem.Kind.values:
            rows = rows.filter(kind=kind)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ReconItemOut(page, many=True).data)


class ReconItemVerb(VerbView):
    """A verb of one difference."""

    one_object = True
    Out = ReconItemOut
    refusals: ClassVar[Any] = (WrongState,)

    def item(self, user: User, pk: int) -> ReconItem:
        """The difference, where a post with this verb reaches it."""
        return load(ReconItem.objects.select_related("provider", "owner", "payment"), user, self.requires, pk=pk)


class AssignReconItem(ReconItemVerb):
    """Assign a reconciliation item."""

    requires = "finance.assign_recon_item"
    In = AssignItemIn
    refusals = refused_by(services.assign_recon_item)
    in_example = {"to": "finance"}
    out_example = {**ReconItemOut.example, "status": "assigned", "owner": "finance"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> ReconItem:
        item = self.item(user, pk)
        to = get_object_or_404(get_user_model(), username=data["to"], is_active=True) if data["to"] else user
        return services.assign_recon_item(item=item, to=to, by=user, at=at)


class ResolveReconItem(ReconItemVerb):
    """Resolve a reconciliation item with a reason, which posts what it says."""

    requires = "finance.resolve_recon_item"
    In = ResolveIn
    refusals = refused_by(services.resolve_recon_item)
    in_example = {"reason": "we_bear_it", "text": "their letter of 27 November"}
    out_example = {
        **ReconItemOut.example,
        "status": "resolved",
        "owner": "finance",
        "reason": "we_bear_it",
        "closed_at": "2026-11-27T02:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> ReconItem:
        item = self.item(user, pk)
        return services.resolve_recon_item(item=item, reason_code=data["reason"], text=data["text"], by=user, at=at)


class AskWriteOff(ReconItemVerb):
    """Ask to write off a reconciliation item; another person writes it off."""

    requires = "finance.write_off_recon_item"
    In = WriteOffIn
    refusals = refused_by(services.ask_write_off)
    in_example = {"text": "the company is closed, nobody answers"}
    out_example = {**ReconItemOut.example, "status": "assigned", "owner": "finance", "write_off_asked": True}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> ReconItem:
        return services.ask_write_off(item=self.item(user, pk), text=data["text"], by=user, at=at)


class WriteOffReconItem(ReconItemVerb):
    """Write off a reconciliation item, as another person asked."""

    requires = "finance.write_off_recon_item"
    refusals = refused_by(services.write_off_recon_item)
    out_example = {
        **ReconItemOut.example,
        "status": "written_off",
        "owner": "finance",
        "write_off_asked": True,
        "reason": "write_off",
        "closed_at": "2026-11-27T03:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> ReconItem:
        return services.write_off_recon_item(item=self.item(user, pk), by=user, at=at)
