"""Orders over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.web.pagination import CursorPages
from finance.payments.services import Tender
from logistics.parcels.api.counter import id_check_in
from orders.catalog.queries import variant_called
from orders.purchases import services
from orders.purchases.api.fields import (
    ASKED,
    CANCELLED,
    HANDED_OVER,
    PLACED,
    CashIn,
    GiveConsentIn,
    HandOverIn,
    LinkIn,
    PaymentLinkOut,
    PurchaseDetailOut,
    PurchaseIn,
    PurchaseOut,
    PurchaseReasonIn,
    RequestConsentIn,
)
from orders.purchases.api.fulfilments import parts
from orders.purchases.link_tokens import address_of
from orders.purchases.models import Order, PaymentLink
from orders.purchases.models.orders import OrderQuerySet
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person
from stations.people.queries import holder_of

READ = "orders.read_purchase"


class PurchasePages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Purchases(VerbView):
    """Begin an order for a resident or for somebody without a file, at the prices of now.

    What promotions take off is theirs as long as the prices: the best that needs no coupon, and `coupon`.

    Refused: `service_not_open`, `not_for_sale`, `quantity_step`, `amount_impossible`, `coupon_not_valid`,
    `promotion_used_up`.
    """

    requires, reads = "orders.start_purchase", READ
    pagination_class = PurchasePages
    In = PurchaseIn
    Out = PurchaseOut
    success_status = 201
    refusals = (services.BuyerUnknown, *refused_by(services.start_purchase))
    in_example: ClassVar[dict[str, Any]] = {
        "villager": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "lines": [{"variant": "WASHER-8", "quantity": 1}],
        "pay_method": "cash_on_delivery",
    }
    out_example = PurchaseOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Order:
        station = counter_of(user, self.requires)
        villager = None
        if data.get("villager"):
            people = Person.objects.living().open_to(user, "stations.read_person")
            villager = people.filter(pk=data["villager"]).first()
            if villager is None:
                raise services.BuyerUnknown(field="villager")
        items = []
        for number, line in enumerate(data["lines"], start=1):
            variant = variant_called(line["variant"])
            if variant is None:
                raise ValidationError({"lines": [f"{number}: No article has this number."]})
            items.append(services.Item(variant, line["quantity"]))
        return services.start_purchase(
            station=station,
            items=items,
            pay_method=data["pay_method"],
            villager=villager,
            walk_in_name=data.get("walk_in_name", ""),
            walk_in_phone=data.get("walk_in_phone", ""),
            coupon=data.get("coupon", ""),
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=PurchaseOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List orders within reach, newest first; `status` leaves those in one state."""
        rows = _orders().open_to(request.user, READ)
        status = request.query_params.get("status")
        if status in Order.Status.values:
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PurchaseOut(page, many=True).data)


class PurchaseDetail(APIView):
    """Get an order with its articles, what is sent for it, and its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=PurchaseDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PurchaseDetailOut(load(_orders(), request.user, READ, pk=pk)).data)


class _PurchaseVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = PurchaseOut

    def order(self, user: User, pk: UUID) -> Order:
        """The order, within reach of who acts."""
        return load(_orders(), user, self.requires, pk=pk)


class RequestConsent(_PurchaseVerb):
    """Reserve the goods and ask the buyer, by a code to the phone in the file or for a signature on the slip."""

    requires = "orders.request_consent"
    In = RequestConsentIn
    refusals = refused_by(services.request_consent)
    in_example: ClassVar[dict[str, Any]] = {"kind": "sms_code"}
    out_example = ASKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        return services.request_consent(order=self.order(user, pk), **data, by=user, at=at)


class GiveConsent(_PurchaseVerb):
    """Place an order: on the code that the buyer reads out, or on a signature that a witness saw."""

    requires = "orders.give_consent"
    In = GiveConsentIn
    refusals = (*refused_by(services.give_consent), *refused_by(services.sign_consent))
    in_example: ClassVar[dict[str, Any]] = {"code": "481516"}
    out_example = PLACED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        order = self.order(user, pk)
        if "code" in data:
            return services.give_consent(order=order, code=data["code"], by=user, at=at)
        witness = holder_of(user, data["witness_card"])
        return services.sign_consent(order=order, witness=witness, by=user, at=at)


class TakePayment(_PurchaseVerb):
    """Take what must be paid before the goods are picked: the deposit, or all of an order paid in advance."""

    requires = "orders.take_purchase_payment"
    In = CashIn
    refusals = refused_by(services.take_purchase_payment)
    in_example: ClassVar[dict[str, Any]] = {"cash_given": "1200.00"}
    out_example = PLACED | {
        "pay_method": "station_cash",
        "payment_status": "paid",
        "received": "1200.00",
        "due": "0.00",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        order = self.order(user, pk)
        services.take_purchase_payment(order=order, tender=_tender(order, data), by=user, at=at, key=key)
        return self.order(user, pk)


class OfferPaymentLink(_PurchaseVerb):
    """Make a link by which anybody pays what is due in advance, for 24 hours, without signing in; an earlier one ends.

    Of an order that was begun as `online` the payment is the agreement: it is placed as soon as it is paid.
    """

    requires = "orders.offer_payment_link"
    In = LinkIn
    Out = PaymentLinkOut
    refusals = refused_by(services.offer_payment_link)
    in_example: ClassVar[dict[str, Any]] = {"phone": "+8613800138000"}
    out_example = PaymentLinkOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PaymentLink:
        return services.offer_payment_link(order=self.order(user, pk), **data, by=user, at=at)

    def shown(self, made: PaymentLink) -> dict[str, Any]:
        """Without the address: what is shown is stored with the key, and an address is stored nowhere."""
        return super().shown(made) | {"url": ""}

    def post(self, request: Request, **path: UUID) -> Response:
        response = super().post(request, **path)
        if response.status_code == self.success_status:
            response.data["url"] = address_of(PaymentLink.objects.get(pk=response.data["id"]))
        return response


class CancelPaymentLink(_PurchaseVerb):
    """End the open link of an order: nobody can pay by it any more."""

    requires = "orders.offer_payment_link"
    refusals = refused_by(services.cancel_payment_link)
    out_example = ASKED | {"pay_method": "online"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        return services.cancel_payment_link(order=self.order(user, pk), by=user, at=at)


class CancelPurchase(_PurchaseVerb):
    """Cancel an order at the buyer's word, until its goods are picked; what was paid is owed back."""

    requires = "orders.cancel_purchase"
    In = PurchaseReasonIn
    refusals = refused_by(services.cancel_purchase)
    in_example: ClassVar[dict[str, Any]] = {"reason": "不要了"}
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        return services.cancel_purchase(order=self.order(user, pk), **data, by=user, at=at)


class RecallPurchase(_PurchaseVerb):
    """Stop an order whose goods are picked and not packed yet, for the county."""

    requires = "orders.recall_purchase"
    In = PurchaseReasonIn
    refusals = refused_by(services.recall_purchase)
    in_example: ClassVar[dict[str, Any]] = {"reason": "买家来电取消"}
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        return services.recall_purchase(order=self.order(user, pk), **data, by=user, at=at)


class WriteOffPurchase(_PurchaseVerb):
    """Write off what is owed for goods after a bank reversal.

    The platform has put the money in. Another person than who took the order and than the buyer decides that.
    """

    requires = "orders.write_off_purchase"
    In = PurchaseReasonIn
    refusals = refused_by(services.write_off_purchase)
    in_example: ClassVar[dict[str, Any]] = {"reason": "付款人拒付，联系不上买家"}
    out_example = HANDED_OVER | {"payment_status": "waived", "received": "0.00", "due": "0.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        return services.write_off_purchase(order=self.order(user, pk), **data, by=user, at=at)


class WaiveCodPoints(_PurchaseVerb):
    """Waive points of a buyer who did not take parcels, once.

    Another person than the buyer, and than who took those orders, decides that.
    """

    requires = "orders.waive_cod_points"
    In = PurchaseReasonIn
    refusals = refused_by(services.waive_cod_points)
    in_example: ClassVar[dict[str, Any]] = {"reason": "买家当时住院，已核实"}
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Order:
        return services.waive_cod_points(order=self.order(user, pk), **data, by=user, at=at)


class HandOverPurchase(VerbView):
    """Hand a parcel of an order over against code and cash; one transaction does all of it.

    Without a code: the identity document was checked, a witness saw it, and there is a photo.
    """

    requires = "orders.hand_over_purchase"
    In = HandOverIn
    Out = PurchaseOut
    refusals = (services.ParcelUnknown, *refused_by(services.hand_over_purchase, own_file))
    in_example: ClassVar[dict[str, Any]] = {"parcel": "P261127-7KMNPQR", "code": "481516", "cash_given": "1200.00"}
    out_example = HANDED_OVER

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Order:
        part = parts().open_to(user, self.requires).filter(parcel_number=data["parcel"].upper()).first()
        if part is None:
            raise services.ParcelUnknown(field="parcel")
        tender, shown = _tender(part.order, data), data.get("amount")
        expected = shown.in_currency(part.currency) if shown is not None else None
        proof: dict[str, Any] = {name: data[name] for name in ("code", "proxy_name") if name in data}
        if "code" not in data:
            proof = {"id_check": id_check_in(user, data)}
        services.hand_over_purchase(fulfilment=part, tender=tender, expected=expected, by=user, at=at, key=key, **proof)
        return _orders().get(pk=part.order_id)


def _tender(order: Order, data: dict[str, Any]) -> Tender:
    cash = data.get("cash_given")
    given = cash.in_currency(order.currency) if cash else None
    return Tender(payer=order.villager, payer_phone=order.buyer_phone, cash_given=given)


def _orders() -> OrderQuerySet:
    rows: OrderQuerySet = Order.objects.select_related("station__county", "villager", "ordered_by", "consent")
    return rows
