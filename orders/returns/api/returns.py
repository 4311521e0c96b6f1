"""Verbs and lists of returns."""

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
from core.files.services import own_file
from core.web.pagination import CursorPages
from orders.purchases.models import Order
from orders.returns import services
from orders.returns.api.fields import (
    APPROVED,
    DROPPED,
    INSPECTED,
    NOT_ACCEPTED,
    REPLACED,
    DropReturnIn,
    EndReturnUnpaidIn,
    InspectReturnIn,
    RejectReturnIn,
    ReturnDetailOut,
    ReturnIn,
    ReturnLineOut,
    ReturnOut,
    ReturnQuery,
)
from orders.returns.models import Return
from orders.returns.queries import returns
from stations.accounts.models import User

READ = "orders.read_purchase"


class ReturnPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Returns(VerbView):
    """Ask for articles of an order to be taken back together; up to the instant ceiling that is approved at once."""

    requires, reads = "orders.request_return", READ
    pagination_class = ReturnPages
    In = ReturnIn
    Out = ReturnOut
    success_status = 201
    refusals = refused_by(services.request_return)
    in_example: ClassVar[dict[str, Any]] = {
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "lines": [{"variant": "WASHER-8", "quantity": 1}],
        "reason": "defect",
        "resolution": "refund",
    }
    out_example = ReturnOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Return:
        order = Order.objects.open_to(user, self.requires).filter(pk=data["order"]).first()
        if order is None:
            raise services.NotReturnable(field="order")
        lines = {line.variant.sku: line for line in order.lines.select_related("variant")}
        if any(item["variant"] not in lines for item in data["lines"]):
            raise services.NotReturnable(field="lines")
        items = [services.ReturnItem(lines[item["variant"]], item["quantity"]) for item in data["lines"]]
        about = {"reason": data["reason"], "resolution": data["resolution"]}
        made = services.request_return(order=order, items=items, **about, by=user, at=at, key=key)
        return returns().get(pk=made.pk)

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=ReturnOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List returns within reach, newest first; `status` leaves those in one state."""
        query = ReturnQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = Return.objects.open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(returns().filter(pk__in=rows.values("pk")), request, view=self)
        return pages.get_paginated_response(ReturnOut(page, many=True).data)


class ReturnDetail(APIView):
    """Get a return with its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=ReturnDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ReturnDetailOut(load(returns(), request.user, READ, pk=pk)).data)


class _ReturnVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = ReturnOut

    def found(self, user: User, pk: UUID) -> Return:
        """The return, within reach of who acts."""
        return load(returns(), user, self.requires, pk=pk)

    def shown(self, made: Return) -> dict[str, Any]:
        return super().shown(returns().get(pk=made.pk))


class ApproveReturn(_ReturnVerb):
    """Allow goods above the instant ceiling to come back."""

    requires = "orders.approve_return"
    refusals = refused_by(services.approve_return)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.approve_return(goods_return=self.found(user, pk), by=user, at=at)


class RejectReturn(_ReturnVerb):
    """Leave the goods with the buyer, for a reason."""

    requires = "orders.reject_return"
    In = RejectReturnIn
    refusals = refused_by(services.reject_return)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the seal is broken"}
    out_example = ReturnOut.example | {"status": "rejected"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.reject_return(goods_return=self.found(user, pk), **data, by=user, at=at)


class CancelReturn(_ReturnVerb):
    """End a return before the goods are brought: the buyer keeps them."""

    requires = "orders.cancel_return"
    refusals = refused_by(services.cancel_return)
    out_example = ReturnOut.example | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.cancel_return(goods_return=self.found(user, pk), by=user, at=at)


class DropReturn(_ReturnVerb):
    """Take the goods in at the station; within the instant ceiling the money is owed at once."""

    requires = "orders.drop_return"
    In = DropReturnIn
    refusals = refused_by(services.drop_return, own_file)
    in_example: ClassVar[dict[str, Any]] = {
        "lines": [
            {
                "line": ReturnLineOut.example["id"],
                "condition": "broken",
                "photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
            }
        ]
    }
    out_example = DROPPED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        found = self.found(user, pk)
        seen = [
            services.Seen(each["line"], each["condition"], own_file(pk=each.get("photo"), by=user.pk, field="photo"))
            for each in data["lines"]
        ]
        return services.drop_return(goods_return=found, seen=seen, by=user, at=at)


class SendReturn(_ReturnVerb):
    """Send the goods to the county centre with the next run."""

    requires = "orders.send_return"
    refusals = refused_by(services.send_return)
    out_example = DROPPED | {"status": "in_transit"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.send_return(goods_return=self.found(user, pk), by=user, at=at)


class ReceiveReturn(_ReturnVerb):
    """Record that the goods have arrived at the county centre."""

    requires = "orders.receive_return"
    refusals = refused_by(services.receive_return)
    out_example = DROPPED | {"status": "received"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.receive_return(goods_return=self.found(user, pk), by=user, at=at)


class InspectReturn(_ReturnVerb):
    """Accept what came back, or nothing; another person than the one who took it does."""

    requires = "orders.inspect_return"
    In = InspectReturnIn
    refusals = refused_by(services.inspect_return)
    in_example: ClassVar[dict[str, Any]] = {
        "lines": [{"line": ReturnLineOut.example["id"], "accepted_quantity": 1, "condition": "broken"}]
    }
    out_example = INSPECTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        inspected = [services.Inspected(**each) for each in data["lines"]]
        return services.inspect_return(goods_return=self.found(user, pk), inspected=inspected, by=user, at=at)


class ReplaceReturn(_ReturnVerb):
    """Send the same again, as an order that costs nothing."""

    requires = "orders.replace_return"
    refusals = refused_by(services.replace_return)
    out_example = REPLACED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.replace_return(goods_return=self.found(user, pk), by=user, at=at)


class RefundReturn(_ReturnVerb):
    """Give the money back for goods that were to be replaced."""

    requires = "orders.refund_return"
    refusals = refused_by(services.refund_return)
    out_example = INSPECTED | {"resolution": "replace"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.refund_return(goods_return=self.found(user, pk), by=user, at=at)


class SettleReturn(_ReturnVerb):
    """Try again to settle a return whose money could not move."""

    requires = "orders.settle_return"
    refusals = refused_by(services.settle_return)
    out_example = REPLACED | {"status": "closed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.settle_return(goods_return=self.found(user, pk), by=user, at=at)


class EndReturnUnpaid(_ReturnVerb):
    """End a return whose money could not move: the buyer has it already; another person than who took it decides."""

    requires = "orders.end_return_unpaid"
    In = EndReturnUnpaidIn
    refusals = refused_by(services.end_return_unpaid)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the bank gave it back to the payer"}
    out_example = REPLACED | {"status": "closed", "refunded_at": "2026-11-28T03:10:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.end_return_unpaid(goods_return=self.found(user, pk), **data, by=user, at=at)


class SendBackReturn(_ReturnVerb):
    """Send goods of which nothing was accepted back to the buyer."""

    requires = "orders.send_back_return"
    refusals = refused_by(services.send_back_return)
    out_example = NOT_ACCEPTED | {"status": "sent_back"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.send_back_return(goods_return=self.found(user, pk), by=user, at=at)
