"""What is sent for orders, over the API: by warehouses, and by the suppliers that keep it."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.web.pagination import CursorPages
from orders.purchases import services
from orders.purchases.api.fields import (
    ConfirmFulfilmentIn,
    FulfilmentOut,
    FulfilmentQuery,
    GiveBackIn,
    PackIn,
    PurchaseReasonIn,
)
from orders.purchases.models import Fulfilment
from orders.purchases.models.fulfilments import FulfilmentQuerySet
from stations.accounts.models import User

READ = "orders.read_purchase"


class FulfilmentPages(CursorPages):
    """The newest first."""

    ordering = "-id"


@extend_schema(parameters=[OpenApiParameter("status", str, enum=Fulfilment.Status.values)])
class Fulfilments(generics.ListAPIView):
    """List what is sent for orders within reach, newest first."""

    requires = READ
    serializer_class = FulfilmentOut
    pagination_class = FulfilmentPages
    out_example = FulfilmentOut.example

    def get_queryset(self) -> QuerySet[Fulfilment]:
        query = FulfilmentQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return parts().open_to(self.request.user, READ).filter(**query.validated_data)


class _FulfilmentVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = FulfilmentOut

    def part(self, user: User, pk: UUID) -> Fulfilment:
        """What is sent, within reach of who acts."""
        return load(parts(), user, self.requires, pk=pk)


SUPPLIED = FulfilmentOut.example | {
    "supplier": "JIANGHUAI-TRADE",
    "asked_at": "2026-11-25T02:44:00.000Z",
    "confirm_by_at": "2026-11-27T02:44:00.000Z",
}
CONFIRMED = SUPPLIED | {"confirmed_at": "2026-11-25T06:10:00.000Z"}
SHIPPED = CONFIRMED | {"shipped_at": "2026-11-25T08:30:00.000Z"}


class ConfirmFulfilment(_FulfilmentVerb):
    """Note that a supplier delivers what it keeps: all of it, or fewer of some articles (`lines`).

    An article that is not named is delivered whole. What is not delivered is cancelled, and its money owed back.
    """

    requires = "orders.confirm_fulfilment"
    In = ConfirmFulfilmentIn
    refusals = (services.NotOfTheseGoods, *refused_by(services.confirm_fulfilment))
    in_example: ClassVar[dict[str, Any]] = {"lines": [{"sku": "FRIDGE-200", "quantity": 1}]}
    out_example = CONFIRMED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        part = self.part(user, pk)
        known = dict(part.lines.values_list("order_line__variant__sku", "order_line"))
        quantities = {}
        for number, line in enumerate(data.get("lines", []), start=1):
            if line["sku"] not in known:
                raise services.NotOfTheseGoods(field="lines", number=number)
            quantities[known[line["sku"]]] = line["quantity"]
        return services.confirm_fulfilment(fulfilment=part, quantities=quantities, by=user, at=at)


class RefuseFulfilment(_FulfilmentVerb):
    """Note that a supplier does not deliver what it keeps, also after it has confirmed: its money is owed back."""

    requires = "orders.refuse_fulfilment"
    In = PurchaseReasonIn
    refusals = refused_by(services.refuse_fulfilment)
    in_example: ClassVar[dict[str, Any]] = {"reason": "厂家缺货"}
    out_example = SUPPLIED | {"status": "cancelled", "cash_due": "0.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.refuse_fulfilment(fulfilment=self.part(user, pk), **data, by=user, at=at)


class CancelFulfilment(_FulfilmentVerb):
    """End one part of an order that is not packed, while the others go on: its money is owed back, or not owed."""

    requires = "orders.cancel_fulfilment"
    In = PurchaseReasonIn
    refusals = refused_by(services.cancel_fulfilment)
    in_example: ClassVar[dict[str, Any]] = {"reason": "货架上的都是坏的"}
    out_example = FulfilmentOut.example | {"status": "cancelled", "cash_due": "0.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.cancel_fulfilment(fulfilment=self.part(user, pk), **data, by=user, at=at)


class NoteSupplierInformed(_FulfilmentVerb):
    """Note that a supplier was told that goods are not needed."""

    requires = "orders.note_supplier_informed"
    refusals = refused_by(services.note_supplier_informed)
    out_example = SUPPLIED | {
        "status": "cancelled",
        "cash_due": "0.00",
        "not_needed_at": "2026-11-25T07:00:00.000Z",
        "supplier_told_at": "2026-11-25T07:20:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.note_supplier_informed(fulfilment=self.part(user, pk), by=user, at=at)


class GiveBackFulfilment(_FulfilmentVerb):
    """Record that a supplier has its goods again, or that they never came to the county."""

    requires = "orders.give_back_fulfilment"
    In = GiveBackIn
    refusals = refused_by(services.give_back_fulfilment, own_file)
    in_example: ClassVar[dict[str, Any]] = {"how": "sent", "words": "顺丰 SF1234567890123"}
    out_example = SHIPPED | {
        "status": "cancelled",
        "cash_due": "0.00",
        "not_needed_at": "2026-11-26T02:00:00.000Z",
        "supplier_told_at": "2026-11-26T02:20:00.000Z",
        "given_back_at": "2026-11-27T07:00:00.000Z",
        "given_back_how": "sent",
        "given_back_words": "顺丰 SF1234567890123",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        part = self.part(user, pk)
        photo = own_file(pk=data.pop("photo", None), by=user.pk, field="photo")
        return services.give_back_fulfilment(fulfilment=part, **data, photo=photo, by=user, at=at)


class ShipFulfilment(_FulfilmentVerb):
    """Note that a supplier has sent the goods to the county: the buyer cannot cancel them any more."""

    requires = "orders.ship_fulfilment"
    refusals = refused_by(services.ship_fulfilment)
    out_example = SHIPPED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.ship_fulfilment(fulfilment=self.part(user, pk), by=user, at=at)


class ReceiveFulfilment(_FulfilmentVerb):
    """Note that the goods of a supplier are at the county centre: they are packed next."""

    requires = "orders.receive_fulfilment"
    refusals = refused_by(services.receive_fulfilment)
    out_example = SHIPPED | {"status": "picked"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.receive_fulfilment(fulfilment=self.part(user, pk), by=user, at=at)


class PickFulfilment(_FulfilmentVerb):
    """Note that the goods are taken from the shelf; what is paid in advance must be there."""

    requires = "orders.pick_fulfilment"
    refusals = refused_by(services.pick_fulfilment)
    out_example = FulfilmentOut.example | {"status": "picked"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.pick_fulfilment(fulfilment=self.part(user, pk), by=user, at=at)


PACKED = FulfilmentOut.example | {"status": "packed", "parcel": "P261125-7KMNPQR", "weight_g": 42000}


class PackFulfilment(_FulfilmentVerb):
    """Note that the goods are packed; the parcel is registered, with what is paid when it is handed over."""

    requires = "orders.pack_fulfilment"
    In = PackIn
    refusals = refused_by(services.pack_fulfilment)
    in_example: ClassVar[dict[str, Any]] = {"weight_g": 42000}
    out_example = PACKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.pack_fulfilment(fulfilment=self.part(user, pk), **data, by=user, at=at)


class DispatchFulfilment(_FulfilmentVerb):
    """Note that the parcel has left the warehouse; its goods are taken out of stock."""

    requires = "orders.dispatch_fulfilment"
    refusals = refused_by(services.dispatch_fulfilment)
    out_example = PACKED | {"status": "dispatched", "dispatched_at": "2026-11-25T06:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Fulfilment:
        return services.dispatch_fulfilment(fulfilment=self.part(user, pk), by=user, at=at)


def parts() -> FulfilmentQuerySet:
    """With what answers show of them."""
    rows: FulfilmentQuerySet = Fulfilment.objects.select_related(
        "order__station__county", "order__villager", "warehouse__station", "supplier"
    )
    return rows
