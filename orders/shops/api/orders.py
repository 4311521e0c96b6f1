"""Verbs and lists of the orders of shops."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.money import AmountMalformed
from core.web.pagination import CursorPages
from orders.shops import services
from orders.shops.api.fields import (
    CANCELLED,
    DELIVERED,
    SENT,
    AcceptClaimIn,
    BuyerSeenOut,
    SendIn,
    ShopOrderDetailOut,
    ShopOrderForReaderOut,
    ShopOrderOut,
    ShopOrderQuery,
    ShopReasonIn,
)
from orders.shops.models import ShopOrder
from orders.shops.queries import shop_orders, shop_orders_with_claims
from stations.accounts.models import User
from stations.requests import signed_in

READ, PACK, CANCEL = "orders.read_shop", "orders.pack_shop_order", "orders.cancel_shop_order"
CONCEDE, DECIDE_CLAIM = "orders.concede_shop_claim", "orders.decide_shop_claim"


class ShopOrderPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class ShopOrders(APIView):
    """List orders of shops within reach, newest first; `status` leaves those in one state."""

    requires = READ
    pagination_class = ShopOrderPages

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=ShopOrderOut(many=True),
    )
    def get(self, request: Request) -> Response:
        query = ShopOrderQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = ShopOrder.objects.open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(shop_orders().filter(pk__in=rows.values("pk")), request, view=self)
        return pages.get_paginated_response(ShopOrderOut(page, many=True).data)


class ShopOrderDetail(APIView):
    """Get an order of a shop with what is in it and where it is sent; the buyer in clear for those who pack it."""

    requires = READ
    one_object = True

    @extend_schema(responses=ShopOrderForReaderOut)
    def get(self, request: Request, pk: UUID) -> Response:
        user = signed_in(request)
        order = load(shop_orders_with_claims(), user, READ, pk=pk)
        buyer = services.see_buyer(order=order, user=user, at=now())
        return Response({**ShopOrderDetailOut(order).data, **BuyerSeenOut(buyer).data})


class _OrderVerb(VerbView):
    one_object = True
    Out = ShopOrderOut

    def order(self, user: User, pk: UUID) -> ShopOrder:
        """The order, within reach of who acts."""
        return load(shop_orders(), user, self.requires, pk=pk)

    def shown(self, made: ShopOrder) -> dict[str, Any]:
        return super().shown(shop_orders().get(pk=made.pk))


class PackShopOrder(_OrderVerb):
    """Record that the goods are in the box, with the address on it."""

    requires = PACK
    refusals = refused_by(services.pack_shop_order)
    out_example = ShopOrderOut.example | {"status": "packed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        return services.pack_shop_order(order=self.order(user, pk), by=user, at=at)


class SendShopOrder(_OrderVerb):
    """Record that a carrier has the box; the buyer gets the tracking number."""

    requires = PACK
    In = SendIn
    refusals = refused_by(services.send_shop_order)
    in_example: ClassVar[dict[str, Any]] = {"courier": "EMS", "tracking_number": "9876543210987"}
    out_example = SENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        return services.send_shop_order(order=self.order(user, pk), **data, by=user, at=at)


class DeliverShopOrder(_OrderVerb):
    """Record what the carrier says: the buyer has it. Everybody's part is posted."""

    requires = PACK
    refusals = refused_by(services.deliver_shop_order)
    out_example = DELIVERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        return services.deliver_shop_order(order=self.order(user, pk), by=user, at=at)


class CancelShopOrder(_OrderVerb):
    """Give all of an order's money back, for a reason: it cannot be delivered."""

    requires = CANCEL
    In = ShopReasonIn
    refusals = refused_by(services.cancel_shop_order)
    in_example: ClassVar[dict[str, Any]] = {"reason": "hail"}
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        return services.cancel_shop_order(order=self.order(user, pk), **data, by=user, at=at)


class ConcedeShopClaim(_OrderVerb):
    """Give in to a small complaint at the station: the buyer gets all that was asked."""

    requires = CONCEDE
    refusals = refused_by(services.concede_claim)
    out_example = DELIVERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        return services.concede_claim(order=self.order(user, pk), by=user, at=at).order


class AcceptShopClaim(_OrderVerb):
    """Accept a complaint: the buyer gets so much of the goods back, at the charge of who caused it."""

    requires = DECIDE_CLAIM
    In = AcceptClaimIn
    refusals = (*refused_by(services.accept_claim), AmountMalformed)
    in_example: ClassVar[dict[str, Any]] = {"amount": "54.80", "bearer": "seller"}
    out_example = DELIVERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        order = self.order(user, pk)
        amount = data["amount"].in_currency(order.currency)
        return services.accept_claim(order=order, amount=amount, bearer=data["bearer"], by=user, at=at).order


class RefuseShopClaim(_OrderVerb):
    """Refuse a complaint, for a reason that the buyer reads."""

    requires = DECIDE_CLAIM
    In = ShopReasonIn
    refusals = refused_by(services.refuse_claim)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the photos show other apples"}
    out_example = DELIVERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopOrder:
        return services.refuse_claim(order=self.order(user, pk), **data, by=user, at=at).order
