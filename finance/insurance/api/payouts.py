"""Payouts of indexes over the API, and who inherits those of people who have died."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.web.pagination import CursorPages
from finance.insurance import services
from finance.insurance.api.index_fields import PAYOUT, IndexPayoutOut
from finance.insurance.models import IndexPayout
from stations.accounts.models import User

READ, NAME, CONFIRM = "finance.read_policy", "finance.name_heir", "finance.confirm_heir"


class NewestFirst(CursorPages):
    ordering = "-id"


class IndexPayoutQuery(serializers.Serializer):
    """Of which window."""

    window = serializers.UUIDField(required=False)


class IndexPayouts(APIView):
    """List payouts of indexes within reach, newest first; `window` shows those of one window."""

    requires = READ
    pagination_class = NewestFirst

    @extend_schema(
        parameters=[OpenApiParameter("window", str), OpenApiParameter("cursor", str)],
        responses=IndexPayoutOut(many=True),
    )
    def get(self, request: Request) -> Response:
        query = IndexPayoutQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = IndexPayout.objects.open_to(request.user, READ).select_related("policy__station")
        if window := query.validated_data.get("window"):
            rows = rows.filter(window=window)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(IndexPayoutOut(page, many=True).data)


class HeirIn(serializers.Serializer):
    """The number of the heir's identity card, and the paper that says so."""

    id_number = serializers.CharField(max_length=24)
    paper = Line(max_length=200)


class PaperIn(serializers.Serializer):
    """The paper that says that nobody inherits."""

    paper = Line(max_length=200)


class EstateReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class _PayoutVerb(VerbView):
    one_object = True
    Out = IndexPayoutOut

    def payout(self, user: User, pk: UUID) -> IndexPayout:
        """The payout, within reach of the user."""
        return load(_payouts(), user, self.requires, pk=pk)


class NameHeir(_PayoutVerb):
    """Name the heir of a dead person whose family cannot be paid."""

    requires = NAME
    In = HeirIn
    refusals = refused_by(services.name_heir)
    in_example: ClassVar[dict[str, Any]] = {"id_number": "32132419790301001X", "paper": "公证书（2027）第118号"}
    out_example = PAYOUT | {"status": "heir_named"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexPayout:
        return services.name_heir(payout=self.payout(user, pk), **data, by=user, at=at)


class AskToReturnPayout(_PayoutVerb):
    """Ask to give back what nobody inherits."""

    requires = NAME
    In = PaperIn
    refusals = refused_by(services.ask_to_return_payout)
    in_example: ClassVar[dict[str, Any]] = {"paper": "村委会证明：无继承人"}
    out_example = PAYOUT | {"status": "no_heir"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexPayout:
        return services.ask_to_return_payout(payout=self.payout(user, pk), **data, by=user, at=at)


class ConfirmHeir(_PayoutVerb):
    """Confirm an heir, by another person; the station records the heir's bank account."""

    requires = CONFIRM
    refusals = refused_by(services.confirm_heir)
    out_example = PAYOUT | {"status": "account_missing"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexPayout:
        return services.confirm_heir(payout=self.payout(user, pk), by=user, at=at)


class ReturnPayout(_PayoutVerb):
    """Confirm that nobody inherits a payout: nobody is paid, and the ceilings get their use back."""

    requires = CONFIRM
    refusals = refused_by(services.return_payout)
    out_example = PAYOUT | {"status": "returned"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexPayout:
        return services.return_payout(payout=self.payout(user, pk), by=user, at=at)


class DeclineEstate(_PayoutVerb):
    """Do not confirm what was said of an estate."""

    requires = CONFIRM
    In = EstateReasonIn
    refusals = refused_by(services.decline_estate)
    in_example: ClassVar[dict[str, Any]] = {"reason": "公证书与姓名不符"}
    out_example = PAYOUT | {"status": "account_missing"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexPayout:
        return services.decline_estate(payout=self.payout(user, pk), **data, by=user, at=at)


def _payouts() -> QuerySet[IndexPayout]:
    return IndexPayout.objects.select_related("policy__station", "policy__person", "policy__household__head")
