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
from orders.purchases.models import Order, OrderLine
from orders.returns import services
from orders.returns.api.fields import (
    APPROVED,
    DROPPED,
    INSPECTED,
    NOT_ACCEPTED,
    DropReturnIn,
    InspectReturnIn,
    RejectReturnIn,
    ReturnDetailOut,
    ReturnIn,
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
    """Ask for an article of an order to be taken back; up to the instant ceiling that is approved at once."""

    requires, reads = "orders.request_return", READ
    pagination_class = ReturnPages
    In = ReturnIn
    Out = ReturnOut
    success_status = 201
    refusals = refused_by(services.request_return)
    in_example: ClassVar[dict[str, Any]] = {
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "variant": "WASHER-8",
        "quantity": 1,
        "reason": "defect",
    }
    out_example = ReturnOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Return:
        reached = Order.objects.open_to(user, self.requires).filter(pk=data["order"])
        lines = OrderLine.objects.filter(order__in=reached.values("pk"), variant__sku=data["variant"])
        line = lines.select_related("order", "variant__product").first()
        if line is None:
            raise services.NotReturnable(field="variant")
        made = services.request_return(
            line=line, quantity=data["quantity"], reason=data["reason"], by=user, at=at, key=key
        )
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
    in_example: ClassVar[dict[str, Any]] = {"condition": "broken", "photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01"}
    out_example = DROPPED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        found = self.found(user, pk)
        photo = own_file(pk=data.get("photo"), by=user.pk, field="photo")
        return services.drop_return(goods_return=found, condition=data["condition"], photo=photo, by=user, at=at)


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
    in_example: ClassVar[dict[str, Any]] = {"accepted_quantity": 1, "condition": "broken"}
    out_example = INSPECTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.inspect_return(goods_return=self.found(user, pk), **data, by=user, at=at)


class SendBackReturn(_ReturnVerb):
    """Send goods of which nothing was accepted back to the buyer."""

    requires = "orders.send_back_return"
    refusals = refused_by(services.send_back_return)
    out_example = NOT_ACCEPTED | {"status": "sent_back"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Return:
        return services.send_back_return(goods_return=self.found(user, pk), by=user, at=at)
