"""Parcels that are listed, registered, looked up at a counter without a network, and tracked by anybody."""

import datetime as dt
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC, load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from logistics.parcels import services
from logistics.parcels.api.rows import READ, ParcelDetailOut, ParcelOut, parcel_of, parcels
from logistics.parcels.models import Parcel, ParcelEvent, PickupCode
from logistics.parcels.queries import codes_at, steps_of, tracked
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.requests import signed_in

CREATE, COLLECT = "logistics.create_parcel", "logistics.collect_parcel"
HEAVIEST_G = 1_000_000


class ParcelIn(serializers.Serializer):
    """Where it is sent from and collected, and for whom."""

    from_station = serializers.CharField(max_length=11)
    to_station = serializers.CharField(max_length=11)
    receiver = serializers.UUIDField(required=False, allow_null=True, help_text="A resident, where one is known.")
    receiver_name = Line(max_length=120)
    receiver_phone = serializers.RegexField(
        r"^\+[0-9]{6,15}$", required=False, allow_blank=True, default="", help_text="E.164; the code is sent there."
    )
    weight_g = serializers.IntegerField(min_value=0, max_value=HEAVIEST_G, default=0)


class ParcelQuery(serializers.Serializer):
    """Which parcels."""

    status = serializers.ChoiceField(Parcel.Status.choices, required=False)
    to_station = serializers.CharField(max_length=11, required=False)


class ParcelPages(CursorPages):
    ordering = "-id"


class Parcels(VerbView):
    """Register a parcel; GET lists those within reach, newest first.

    Refused: `station_not_served`.
    """

    requires = CREATE
    reads = READ
    In = ParcelIn
    Out = ParcelOut
    success_status = 201
    pagination_class = ParcelPages
    refusals = refused_by(services.create_parcel)
    in_example: ClassVar[dict[str, Any]] = {
        "from_station": "321324-0001",
        "to_station": "321324-0007",
        "receiver_name": "王秀英",
        "receiver_phone": "+8613800138000",
        "weight_g": 800,
    }
    out_example = ParcelOut.example | {
        "status": "pre_transit",
        "lies_at": "321324-0001",
        "available_at": None,
        "storage_until": None,
    }

    @extend_schema(
        description="List parcels within reach, newest first.",
        parameters=[
            OpenApiParameter("status", str),
            OpenApiParameter("to_station", str),
            OpenApiParameter("cursor", str),
        ],
        responses=ParcelOut(many=True),
    )
    def get(self, request: Request) -> Response:
        query = ParcelQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = parcels().open_to(request.user, READ)
        if "status" in query.validated_data:
            rows = rows.filter(status=query.validated_data["status"])
        if "to_station" in query.validated_data:
            rows = rows.filter(to_station__code=query.validated_data["to_station"])
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ParcelOut(page, many=True).data)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Parcel:
        sender = load(Station.objects.select_related("county"), user, CREATE, code=data["from_station"])
        goal = Station.objects.select_related("county").filter(code=data["to_station"]).first()
        if goal is None:
            raise ValidationError({"to_station": ["No station has this code."]})
        known = data.get("receiver")
        receiver = load(Person.objects.all(), user, "stations.find_person", pk=known) if known else None
        return services.create_parcel(
            from_station=sender,
            to_station=goal,
            contents_ref=None,
            receiver=receiver,
            receiver_name=data["receiver_name"],
            receiver_phone=data["receiver_phone"],
            cash_due=Money(0, goal.currency),
            weight_g=data["weight_g"],
            by=user,
            at=at,
            key=f"api:{user.pk}:{key}",
        )


class ParcelDetail(APIView):
    """Get a parcel with its steps."""

    requires = READ
    one_object = True

    @extend_schema(responses=ParcelDetailOut)
    def get(self, request: Request, number: str) -> Response:
        return Response(ParcelDetailOut(parcel_of(signed_in(request), READ, number)).data)


class PickupOut(ReadSerializer):
    """A parcel that waits, with what proves a code without a network."""

    number = serializers.CharField(source="parcel.number")
    receiver_name = serializers.CharField(help_text="Masked.")
    belongs_to_an_order = serializers.BooleanField()
    cash_due = serializers.CharField()
    currency = serializers.CharField(source="parcel.currency")
    code_hash = serializers.CharField(help_text="`pbkdf2_sha256$rounds$salt$hash`, base64.")
    tries_left = serializers.IntegerField()
    expires_at = serializers.DateTimeField()

    @staticmethod
    def get_receiver_name(code: PickupCode) -> str:
        """As every list shows a resident."""
        return mask_name(code.parcel.receiver_name)

    @staticmethod
    def get_belongs_to_an_order(code: PickupCode) -> bool:
        """Then it is handed over with the order."""
        return code.parcel.contents_ref is not None

    @staticmethod
    def get_cash_due(code: PickupCode) -> Money:
        """What the receiver pays."""
        return code.parcel.cash_due

    @staticmethod
    def get_tries_left(code: PickupCode) -> int:
        """How many wrong codes are left."""
        return services.TRIES - code.tries


class PickupPages(CursorPages):
    ordering = "pk"
    page_size = 200


class PickupList(APIView):
    """List the codes of the parcels that wait at a station, as salted hashes, for hand-overs without a network."""

    requires = COLLECT
    one_object = True
    pagination_class = PickupPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=PickupOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        station = load(Station.objects.all(), request.user, COLLECT, code=code)
        pages = self.pagination_class()
        page = pages.paginate_queryset(codes_at(station), request, view=self)
        return pages.get_paginated_response(PickupOut(page, many=True).data)


class TrackStepOut(ReadSerializer):
    """One step, without people."""

    status = serializers.CharField(source="new_status")
    place = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField(source="made_at")

    @staticmethod
    def get_place(step: ParcelEvent) -> str | None:
        """The name of the station."""
        return step.place.name if step.place else None


class TrackOut(ReadSerializer):
    """Where a parcel is, for whoever knows its number and the end of the receiver's phone."""

    number = serializers.CharField()
    status = serializers.CharField()
    station = serializers.CharField(source="to_station.name")
    storage_until = serializers.DateField(source="storage_until_date", allow_null=True)
    steps = TrackStepOut(many=True)

    @staticmethod
    def get_steps(parcel: Parcel) -> list[ParcelEvent]:
        """The oldest first."""
        return [step for step in steps_of(parcel) if step.old_status != step.new_status]


class Track(APIView):
    """Get where a parcel is, by its number and the last four digits of the receiver's phone."""

    requires = PUBLIC

    @extend_schema(parameters=[OpenApiParameter("phone_tail", str, required=True)], responses=TrackOut)
    def get(self, request: Request, number: str) -> Response:
        parcel = tracked(number, request.query_params.get("phone_tail", ""))
        if parcel is None:
            raise Http404
        return Response(TrackOut(parcel).data)
