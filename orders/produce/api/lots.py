"""Lots over the API: filled, sold, delivered, traced, called back."""

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
from core.web.pagination import CursorPages
from orders.produce import services
from orders.produce.api.fields import ProduceReasonIn, crop_called, grams_by_grade
from orders.produce.api.lot_fields import (
    CLOSED,
    DELIVERED,
    SETTLED,
    SOLD,
    FillLotIn,
    LotDetailOut,
    LotIn,
    LotOut,
    LotSaleOut,
    LotTraceOut,
    SellLotIn,
    SplitLotIn,
    Trace,
)
from orders.produce.models import IntakeGrade, Lot, LotSale, ProduceBuyer
from orders.produce.models.lots import LotQuerySet
from orders.stock.models import Warehouse
from stations.accounts.models import User

READ = "orders.read_lot"


class LotPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Lots(VerbView):
    """Open a lot of a crop at a warehouse."""

    requires, reads = "orders.open_lot", READ
    pagination_class = LotPages
    In = LotIn
    Out = LotOut
    success_status = 201
    in_example: ClassVar[dict[str, Any]] = {"warehouse": 1, "crop": "fuji"}
    out_example = LotOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Lot:
        warehouses = Warehouse.objects.open_to(user, self.requires).select_related("station__county")
        warehouse = warehouses.filter(pk=data["warehouse"], is_active=True).first()
        if warehouse is None:
            raise ValidationError({"warehouse": ["No warehouse within reach has this identifier."]})
        return services.open_lot(station=warehouse.station, crop=crop_called(data["crop"]), by=user, at=at, key=key)

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)], responses=LotOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """List lots of produce within reach, newest first."""
        rows = _lots().open_to(request.user, READ)
        status = request.query_params.get("status")
        if status in Lot.Status.values:
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LotOut(page, many=True).data)


class LotDetail(APIView):
    """Get a lot of produce with its sales and its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=LotDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(LotDetailOut(load(_lots(), request.user, READ, pk=pk)).data)


class LotTrace(APIView):
    """Trace a lot: whose fruit is in it, what was made from it, and every sale of that."""

    requires = READ
    one_object = True

    @extend_schema(responses=LotTraceOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(LotTraceOut(Trace.of(load(_lots(), request.user, READ, pk=pk))).data)


class _LotVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = LotOut

    def lot(self, user: User, pk: UUID) -> Lot:
        """The lot, within reach of who acts."""
        return load(_lots(), user, self.requires, pk=pk)


class FillLot(_LotVerb):
    """Add accepted fruit, or what is left of older lots, to a lot."""

    requires = "orders.fill_lot"
    In = FillLotIn
    refusals = refused_by(services.fill_lot)
    in_example: ClassVar[dict[str, Any]] = {"intake_grades": ["0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e21"]}
    out_example = LotOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        lot = self.lot(user, pk)
        wanted, parents = data.get("intake_grades", []), data.get("lots", [])
        grades = list(IntakeGrade.objects.open_to(user, "orders.read_intake").filter(pk__in=wanted))
        lots = list(_lots().open_to(user, self.requires).filter(pk__in=parents))
        if (len(grades), len(lots)) != (len(set(wanted)), len(set(parents))):
            raise services.NothingToAdd
        return services.fill_lot(lot=lot, intake_grades=grades, lots=lots, by=user, at=at)


class CloseLot(_LotVerb):
    """Close a lot: nothing more gets in, and it is for sale."""

    requires = "orders.close_lot"
    refusals = refused_by(services.close_lot)
    out_example = CLOSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.close_lot(lot=self.lot(user, pk), by=user, at=at)


class SplitLot(_LotVerb):
    """Move a part of a lot into a new one."""

    requires = "orders.split_lot"
    In = SplitLotIn
    success_status = 201
    refusals = refused_by(services.split_lot)
    in_example: ClassVar[dict[str, Any]] = {"grades": [{"grade": "1", "grams": 50000}]}
    out_example = CLOSED | {"grades": [{"grade": "1", "grams": 50000, "free_g": 50000}]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        lot = self.lot(user, pk)
        grams = grams_by_grade(None, lot.crop, data["grades"])
        return services.split_lot(lot=lot, grams=grams, by=user, at=at, key=key)


class SellLot(_LotVerb):
    """Sell grams of one grade of a lot to a buyer, at a price for 1,000 grams."""

    requires = "orders.sell_lot"
    In = SellLotIn
    Out = LotSaleOut
    success_status = 201
    refusals = refused_by(services.sell_lot)
    in_example: ClassVar[dict[str, Any]] = {"grade": "1", "buyer": "nanjing", "grams": 150000, "price": "6.50"}
    out_example = LotSaleOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LotSale:
        lot = self.lot(user, pk)
        buyer = ProduceBuyer.objects.filter(code=data["buyer"]).first()
        if buyer is None:
            raise services.BuyerUnfit(field="buyer")
        [grade] = grams_by_grade(None, lot.crop, [{"grade": data["grade"], "grams": data["grams"]}])
        return services.sell_lot(
            lot=lot,
            grade=grade,
            buyer=buyer,
            grams=data["grams"],
            price_minor=data["price"].in_currency(lot.currency).minor,
            by=user,
            at=at,
            key=key,
        )


class DispatchLot(_LotVerb):
    """Record that a sold lot has left the warehouse."""

    requires = "orders.dispatch_lot"
    refusals = refused_by(services.dispatch_lot)
    out_example = SOLD | {"status": "dispatched"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.dispatch_lot(lot=self.lot(user, pk), by=user, at=at)


class DeliverLot(_LotVerb):
    """Record that the buyers have a lot: farmers and all others get their part."""

    requires = "orders.deliver_lot"
    refusals = refused_by(services.deliver_lot)
    out_example = DELIVERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.deliver_lot(lot=self.lot(user, pk), by=user, at=at)


class RetrySettlement(_LotVerb):
    """Settle what a settlement has set apart of a lot."""

    requires = "orders.retry_settlement"
    refusals = refused_by(services.retry_settlement)
    out_example = SETTLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.retry_settlement(lot=self.lot(user, pk), by=user, at=at)


class HoldLot(_LotVerb):
    """Stop a lot and all that was made from it for now."""

    requires = "orders.hold_lot"
    In = ProduceReasonIn
    refusals = refused_by(services.hold_lot)
    in_example: ClassVar[dict[str, Any]] = {"reason": "等农残检测"}
    out_example = CLOSED | {"status": "on_hold"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.hold_lot(lot=self.lot(user, pk), **data, by=user, at=at)


class ReleaseLot(_LotVerb):
    """Let a lot that was stopped go on."""

    requires = "orders.release_lot"
    In = ProduceReasonIn
    refusals = refused_by(services.release_lot)
    in_example: ClassVar[dict[str, Any]] = {"reason": "检测合格"}
    out_example = CLOSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.release_lot(lot=self.lot(user, pk), **data, by=user, at=at)


class RecallLot(_LotVerb):
    """Recall a lot and all that was made from it, and tell buyers and farmers."""

    requires = "orders.recall_lot"
    In = ProduceReasonIn
    refusals = refused_by(services.recall_lot)
    in_example: ClassVar[dict[str, Any]] = {"reason": "农残超标"}
    out_example = SOLD | {"status": "recalled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Lot:
        return services.recall_lot(lot=self.lot(user, pk), **data, by=user, at=at)


def _lots() -> LotQuerySet:
    rows: LotQuerySet = Lot.objects.select_related("station__county", "crop")
    return rows
