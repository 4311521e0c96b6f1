"""Presales of a county over the API: opened, allotted, delivered, called off."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.web.pagination import CursorPages
from orders.presales import services
from orders.presales.api.fields import (
    ALLOTTED,
    CANCELLED,
    DELIVERED,
    AllotIn,
    PresaleDetailOut,
    PresaleIn,
    PresaleOut,
    PresaleQuery,
)
from orders.presales.models import PresaleCycle
from orders.presales.queries import grades_at, open_presales, presales
from orders.produce.api.fields import ProduceReasonIn
from orders.produce.models import Grade, HarvestNotice, Lot
from orders.stock.models import Warehouse
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.network.models import Station
from stations.requests import signed_in

READ, OPEN, ORDER = "orders.read_presale", "orders.open_presale", "orders.place_presale_order"


class PresalePages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Presales(VerbView):
    """Open a presale of confirmed harvests; GET lists those within reach, newest first."""

    requires, reads = OPEN, READ
    pagination_class = PresalePages
    In = PresaleIn
    Out = PresaleOut
    success_status = 201
    refusals = refused_by(services.open_presale)
    in_example: ClassVar[dict[str, Any]] = {
        "station": "321324-0001",
        "crop": "fuji",
        "grade": "1",
        "notices": ["0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01"],
        "box_g": 5000,
        "price": "39.00",
        "closes_at": "2026-11-28T10:00:00.000Z",
        "delivery_date": "2026-12-05",
    }
    out_example = PresaleOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PresaleCycle:
        station = _warehouse(user, data["station"])
        notices = HarvestNotice.objects.filter(pk__in=data["notices"])
        if len(notices) != len(set(data["notices"])):
            raise services.HarvestUnfit(field="notices")
        return services.open_presale(
            station=station,
            grade=_grade(data["crop"], data["grade"], station, at=at),
            notices=list(notices),
            box_g=data["box_g"],
            price=data["price"].in_currency(station.currency),
            closes_at=data["closes_at"],
            delivery_date=data["delivery_date"],
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=PresaleOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List presales within reach, newest first; `status` leaves those in one state."""
        query = PresaleQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = presales().open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PresaleOut(page, many=True).data)


class OpenPresales(generics.ListAPIView):
    """List presales of the county that residents can order now."""

    requires = ORDER
    serializer_class = PresaleOut
    pagination_class = PresalePages
    out_example = PresaleOut.example

    def get_queryset(self) -> QuerySet[PresaleCycle]:
        user = signed_in(self.request)
        return open_presales(counter_of(user, ORDER), at=now())


class PresaleDetail(APIView):
    """Get a presale with its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=PresaleDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PresaleDetailOut(load(presales(), request.user, READ, pk=pk)).data)


class _PresaleVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = PresaleOut

    def presale(self, user: User, pk: UUID) -> PresaleCycle:
        """The presale, within reach of who acts."""
        return load(presales(), user, self.requires, pk=pk)


class AllotPresale(_PresaleVerb):
    """Share the boxes that a lot fills among the orders; a job refunds the rest."""

    requires = "orders.allot_presale"
    In = AllotIn
    refusals = refused_by(services.allot_presale)
    in_example: ClassVar[dict[str, Any]] = {"lot": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e31", "boxes": 73}
    out_example = ALLOTTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleCycle:
        presale = self.presale(user, pk)
        lot = Lot.objects.open_to(user, self.requires).filter(pk=data["lot"]).first()
        if lot is None:
            raise services.LotUnfit(field="lot")
        return services.allot_presale(presale=presale, lot=lot, boxes=data["boxes"], by=user, at=at)


class DeliverPresale(_PresaleVerb):
    """The boxes are at the stations: farmers get their part, and buyers are told."""

    requires = "orders.deliver_presale"
    refusals = refused_by(services.deliver_presale)
    out_example = DELIVERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleCycle:
        return services.deliver_presale(presale=self.presale(user, pk), by=user, at=at)


class CancelPresale(_PresaleVerb):
    """Call a presale off; every buyer gets all of the money back."""

    requires = "orders.cancel_presale"
    In = ProduceReasonIn
    refusals = refused_by(services.cancel_presale)
    in_example: ClassVar[dict[str, Any]] = {"reason": "下冰雹了"}
    out_example = CANCELLED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleCycle:
        return services.cancel_presale(presale=self.presale(user, pk), **data, by=user, at=at)


def _warehouse(user: User, code: str) -> Station:
    """An active warehouse within reach."""
    rows = Warehouse.objects.open_to(user, OPEN).filter(is_active=True, station__code=code)
    warehouse = rows.select_related("station__county").first()
    if warehouse is None:
        raise ValidationError({"station": [_("No warehouse within reach has this number.")]})
    return warehouse.station


def _grade(crop: str, code: str, station: Station, *, at: dt.datetime) -> Grade:
    """The grade that holds today."""
    grade = grades_at(day_in(station.zone, at)).filter(sheet__crop__code=crop, code=code).first()
    if grade is None:
        raise services.GradeUnfit(field="grade")
    return grade
