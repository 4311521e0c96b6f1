"""Orders of presales over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.money import Money
from core.web.pagination import CursorPages
from finance.payments.services import Tender
from orders.presales import services
from orders.presales.api.fields import (
    HANDED_OVER,
    WITHDRAWN,
    PresaleOrderIn,
    PresaleOrderOut,
    PresaleOrderQuery,
)
from orders.presales.models import PresaleOrder
from orders.presales.queries import presale_orders, presales
from orders.purchases.services import BuyerUnknown
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person

READ, ORDER = "orders.read_presale_order", "orders.place_presale_order"


class PresaleOrderPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class PresaleOrders(VerbView):
    """Take a resident's order with its money: paying it is the agreement. GET lists those within reach."""

    requires, reads = ORDER, READ
    pagination_class = PresaleOrderPages
    In = PresaleOrderIn
    Out = PresaleOrderOut
    success_status = 201
    refusals = refused_by(services.place_presale_order)
    in_example: ClassVar[dict[str, Any]] = {
        "presale": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f71",
        "villager": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "boxes": 50,
        "amount": "1950.00",
        "cash_given": "2000.00",
    }
    out_example = PresaleOrderOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PresaleOrder:
        station = counter_of(user, ORDER)
        presale = presales().filter(pk=data["presale"], station__county=station.county_id).first()
        if presale is None:
            raise services.PresaleClosed(field="presale")
        people = Person.objects.living().open_to(user, "stations.read_person")
        villager = people.filter(pk=data["villager"]).first()
        if villager is None:
            raise BuyerUnknown(field="villager")
        cash_given = _money(data, "cash_given", presale.currency)
        return services.place_presale_order(
            presale=presale,
            station=station,
            villager=villager,
            boxes=data["boxes"],
            tender=Tender(payer=villager, payer_phone=str(villager.phone or ""), cash_given=cash_given),
            expected=_money(data, "amount", presale.currency),
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("presale", UUID),
            OpenApiParameter("status", str),
            OpenApiParameter("cursor", str),
        ],
        responses=PresaleOrderOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List orders of presales within reach, newest first; `presale` leaves those of one."""
        query = PresaleOrderQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = presale_orders().open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PresaleOrderOut(page, many=True).data)


class PresaleOrderDetail(APIView):
    """Get an order of a presale."""

    requires = READ
    one_object = True

    @extend_schema(responses=PresaleOrderOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PresaleOrderOut(load(presale_orders(), request.user, READ, pk=pk)).data)


class _OrderVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = PresaleOrderOut

    def order(self, user: User, pk: UUID) -> PresaleOrder:
        """The order, within reach of who acts."""
        return load(presale_orders(), user, self.requires, pk=pk)

    def shown(self, made: PresaleOrder) -> dict[str, Any]:
        return super().shown(presale_orders().get(pk=made.pk))


class CancelPresaleOrder(_OrderVerb):
    """Cancel an order before the close, or within 24 hours after a cut; what was paid is owed back."""

    requires = "orders.cancel_presale_order"
    refusals = refused_by(services.cancel_presale_order)
    out_example = WITHDRAWN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleOrder:
        return services.cancel_presale_order(order=self.order(user, pk), by=user, at=at)


class HandOverPresaleOrder(_OrderVerb):
    """Hand the boxes of an order over."""

    requires = "orders.hand_over_presale_order"
    refusals = refused_by(services.hand_over_presale_order)
    out_example = HANDED_OVER

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleOrder:
        return services.hand_over_presale_order(order=self.order(user, pk), by=user, at=at)


def _money(data: dict[str, Any], name: str, currency: str) -> Money | None:
    typed = data.get(name)
    return typed.in_currency(currency) if typed is not None else None
