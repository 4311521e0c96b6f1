"""Verbs and lists of parcels to the city."""

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
from orders.shipping import services
from orders.shipping.api.fields import (
    CANCELLED,
    COMPENSATED,
    DISPOSED,
    HANDED_BACK,
    HANDED_ON,
    CompensateIn,
    DisposeIn,
    HandOnIn,
    ShipmentDetailOut,
    ShipmentIn,
    ShipmentOut,
    ShipmentQuery,
    ShipmentQuoteIn,
    ShipmentQuoteOut,
)
from orders.shipping.models import Shipment
from orders.shipping.queries import ShippingPrice, shipments
from orders.shipping.services.accepting import Address
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person

READ, ACCEPT = "orders.read_shipment", "orders.accept_shipment"


class ShipmentPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class ShipmentQuotes(VerbView):
    """Quote a parcel to the city: what it costs at the counter today."""

    requires = ACCEPT
    In = ShipmentQuoteIn
    Out = ShipmentQuoteOut
    refusals = refused_by(services.quote_shipment)
    in_example: ClassVar[dict[str, Any]] = {"region": "上海市", "weight_g": 1800}
    out_example = ShipmentQuoteOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> ShippingPrice:
        return services.quote_shipment(station=counter_of(user, ACCEPT), **data, at=at)


class Shipments(VerbView):
    """Accept a parcel for the city and take its price in cash; GET lists those within reach, newest first."""

    requires, reads = ACCEPT, READ
    pagination_class = ShipmentPages
    In = ShipmentIn
    Out = ShipmentOut
    success_status = 201
    refusals = refused_by(services.accept_shipment)
    in_example: ClassVar[dict[str, Any]] = {
        "sender_name": "王秀英",
        "sender_phone": "+8613800138000",
        "receiver_name": "王小明",
        "receiver_phone": "+8613900139000",
        "region": "上海市",
        "street": "浦东新区张江路100号",
        "weight_g": 1800,
        "price": "12.00",
        "cash_given": "20.00",
    }
    out_example = ShipmentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Shipment:
        station = counter_of(user, ACCEPT)
        known = data.get("sender")
        sender = load(Person.objects.living(), user, "stations.find_person", pk=known) if known else None
        tender = Tender(
            payer=sender,
            payer_phone=data["sender_phone"],
            cash_given=_money(data, "cash_given", station.currency),
        )
        to = Address(
            name=data["receiver_name"], phone=data["receiver_phone"], region=data["region"], street=data["street"]
        )
        return services.accept_shipment(
            station=station,
            sender=sender,
            sender_name=data["sender_name"],
            sender_phone=data["sender_phone"],
            to=to,
            weight_g=data["weight_g"],
            declared=_money(data, "declared", station.currency),
            expected=_money(data, "price", station.currency),
            tender=tender,
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=ShipmentOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List parcels to the city within reach, newest first; `status` leaves those in one state."""
        query = ShipmentQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = shipments().open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ShipmentOut(page, many=True).data)


def _money(data: dict[str, Any], name: str, currency: str) -> Money | None:
    typed = data.get(name)
    return typed.in_currency(currency) if typed is not None else None


class ShipmentDetail(APIView):
    """Get a parcel to the city with its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=ShipmentDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ShipmentDetailOut(load(shipments(), request.user, READ, pk=pk)).data)


class _ShipmentVerb(VerbView):
    one_object = True
    Out = ShipmentOut

    def found(self, user: User, pk: UUID) -> Shipment:
        """The parcel to the city, within reach of who acts."""
        return load(shipments(), user, self.requires, pk=pk)

    def shown(self, made: Shipment) -> dict[str, Any]:
        return super().shown(shipments().get(pk=made.pk))


class CancelShipment(_ShipmentVerb):
    """Give a parcel back to its sender before it leaves the station; the price is owed back."""

    requires = "orders.cancel_shipment"
    refusals = refused_by(services.cancel_shipment)
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shipment:
        return services.cancel_shipment(shipment=self.found(user, pk), by=user, at=at)


class HandOnShipment(_ShipmentVerb):
    """Give a parcel at the county centre to its carrier; the price is shared out."""

    requires = "orders.hand_on_shipment"
    In = HandOnIn
    refusals = refused_by(services.hand_on_shipment)
    in_example: ClassVar[dict[str, Any]] = {"carrier_number": "YT884122075"}
    out_example = HANDED_ON

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shipment:
        return services.hand_on_shipment(shipment=self.found(user, pk), **data, by=user, at=at)


class HandBackShipment(_ShipmentVerb):
    """Give a parcel that could not be delivered back to its sender."""

    requires = "orders.hand_back_shipment"
    refusals = refused_by(services.hand_back_shipment)
    out_example = HANDED_BACK

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shipment:
        return services.hand_back_shipment(shipment=self.found(user, pk), by=user, at=at)


class DisposeOfShipment(_ShipmentVerb):
    """Take over for the county what its sender did not fetch in time, with a record of what became of it."""

    requires = "orders.dispose_of_shipment"
    In = DisposeIn
    refusals = refused_by(services.dispose_of_shipment)
    in_example: ClassVar[dict[str, Any]] = {"record": "两件旧衣服，已捐给镇敬老院，李主任在场"}
    out_example = DISPOSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shipment:
        return services.dispose_of_shipment(shipment=self.found(user, pk), **data, by=user, at=at)


class CompensateShipment(_ShipmentVerb):
    """Owe a sender something for reported damage; another person than the one who accepted the parcel does."""

    requires = "orders.compensate_shipment"
    In = CompensateIn
    refusals = refused_by(services.compensate_shipment)
    in_example: ClassVar[dict[str, Any]] = {"amount": "20.00", "reason": "碗碎了两只"}
    out_example = COMPENSATED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shipment:
        found = self.found(user, pk)
        amount = data["amount"].in_currency(found.currency)
        return services.compensate_shipment(shipment=found, amount=amount, reason=data["reason"], by=user, at=at)
