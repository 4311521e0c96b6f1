"""Verbs and lists of group orders and their pledges."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.money import Money
from core.web.pagination import CursorPages
from finance.payments.services import Tender
from orders.catalog.queries import variant_called
from orders.groups import services
from orders.groups.api.fields import (
    CANCELLED,
    CLOSED,
    WITHDRAWN,
    GroupOrderDetailOut,
    GroupOrderIn,
    GroupOrderOut,
    GroupOrderQuery,
    PledgeIn,
    PledgeOut,
    PledgeQuery,
    WhyIn,
)
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import group_orders, pledges
from orders.purchases.services import BuyerUnknown
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person

READ, OPEN, JOIN = "orders.read_group_order", "orders.open_group_order", "orders.add_pledge"


class GroupPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class GroupOrders(VerbView):
    """Open a group order at this counter; GET lists those within reach, newest first."""

    requires, reads = OPEN, READ
    pagination_class = GroupPages
    In = GroupOrderIn
    Out = GroupOrderOut
    success_status = 201
    refusals = refused_by(services.open_group_order)
    in_example: ClassVar[dict[str, Any]] = {
        "variant": "RICE-25",
        "cutoff_at": "2026-11-28T10:00:00.000Z",
        "pickup_date": "2026-12-02",
        "max_quantity": 60,
    }
    out_example = GroupOrderOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> GroupOrder:
        variant = variant_called(data["variant"])
        if variant is None:
            raise ValidationError({"variant": [_("No article has this number.")]})
        return services.open_group_order(
            station=counter_of(user, OPEN),
            variant=variant,
            cutoff_at=data["cutoff_at"],
            pickup_date=data["pickup_date"],
            max_quantity=data.get("max_quantity"),
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=GroupOrderOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List group orders within reach, newest first; `status` leaves those in one state."""
        query = GroupOrderQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = group_orders().open_to(request.user, READ).filter(**query.validated_data)
        return _page_of(self, rows, GroupOrderOut, request)


class GroupOrderDetail(APIView):
    """Get a group order with its prices and its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=GroupOrderDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(GroupOrderDetailOut(load(group_orders(), request.user, READ, pk=pk)).data)


class _GroupVerb(VerbView):
    one_object = True

    def group(self, user: User, pk: UUID) -> GroupOrder:
        """The group order, within reach of who acts."""
        return load(group_orders(), user, self.requires, pk=pk)


class CloseGroupOrder(_GroupVerb):
    """Close a full group order before its cut-off; a job orders it at once."""

    requires = "orders.close_group_order"
    Out = GroupOrderOut
    refusals = refused_by(services.close_group_order)
    out_example = CLOSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GroupOrder:
        return services.close_group_order(group=self.group(user, pk), by=user, at=at)


class CancelGroupOrder(_GroupVerb):
    """Stop a group order that is not decided; everybody gets all of their money back."""

    requires = "orders.cancel_group_order"
    In = WhyIn
    Out = GroupOrderOut
    refusals = refused_by(services.cancel_group_order)
    in_example: ClassVar[dict[str, Any]] = {"reason": "供货商停产"}
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GroupOrder:
        return services.cancel_group_order(group=self.group(user, pk), **data, by=user, at=at)


class AddPledge(_GroupVerb):
    """Take a resident's pledge with its money: paying it is the agreement. It counts when it reaches the server."""

    requires = JOIN
    In = PledgeIn
    Out = PledgeOut
    success_status = 201
    refusals = refused_by(services.add_pledge)
    in_example: ClassVar[dict[str, Any]] = {
        "villager": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "quantity": 2,
        "amount": "96.00",
        "cash_given": "100.00",
    }
    out_example = PledgeOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GroupPledge:
        group = self.group(user, pk)
        people = Person.objects.living().open_to(user, "stations.read_person")
        villager = people.filter(pk=data["villager"]).first()
        if villager is None:
            raise BuyerUnknown(field="villager")
        tender = Tender(
            payer=villager,
            payer_phone=str(villager.phone or ""),
            cash_given=_money(data, "cash_given", group.currency),
        )
        return services.add_pledge(
            group=group,
            villager=villager,
            quantity=data["quantity"],
            expected=_money(data, "amount", group.currency),
            tender=tender,
            by=user,
            at=at,
            key=key,
        )


class GroupPledges(APIView):
    """List pledges to group orders."""

    requires = READ
    pagination_class = GroupPages

    @extend_schema(
        parameters=[
            OpenApiParameter("group", UUID),
            OpenApiParameter("status", str),
            OpenApiParameter("cursor", str),
        ],
        responses=PledgeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List pledges within reach, newest first; `group` leaves those of one group order."""
        query = PledgeQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = pledges().open_to(request.user, READ).filter(**query.validated_data)
        return _page_of(self, rows, PledgeOut, request)


class WithdrawPledge(VerbView):
    """Let a resident leave a group order before its cut-off; all that was put in is owed back."""

    requires = "orders.withdraw_pledge"
    one_object = True
    Out = PledgeOut
    refusals = refused_by(services.withdraw_pledge)
    out_example = WITHDRAWN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GroupPledge:
        pledge = load(pledges(), user, self.requires, pk=pk)
        return services.withdraw_pledge(pledge=pledge, by=user, at=at)

    def shown(self, made: GroupPledge) -> dict[str, Any]:
        return super().shown(pledges().get(pk=made.pk))


def _page_of(view: Any, rows: QuerySet[Any], shape: Any, request: Request) -> Response:
    pages = view.pagination_class()
    page = pages.paginate_queryset(rows, request, view=view)
    return pages.get_paginated_response(shape(page, many=True).data)


def _money(data: dict[str, Any], name: str, currency: str) -> Money | None:
    typed = data.get(name)
    return typed.in_currency(currency) if typed is not None else None
