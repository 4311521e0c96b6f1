"""Provision rates over the API: drawn up by one person, put in force by another."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import demand_everywhere, load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.loans import services
from finance.loans.models import LoanClass, ProvisionBand, ProvisionTable
from finance.loans.models.portfolio import EDIT_RATES, RATES
from finance.loans.queries import provision_tables
from stations.accounts.models import User

CLASSES = [each for each in LoanClass.choices if each[0] != LoanClass.UNCLASSIFIED]
BANDS: list[dict[str, Any]] = [
    {"from_day": 0, "class_code": "normal", "rate_bp": 100},
    {"from_day": 1, "class_code": "special_mention", "rate_bp": 200},
    {"from_day": 91, "class_code": "substandard", "rate_bp": 2500},
    {"from_day": 181, "class_code": "doubtful", "rate_bp": 5000},
    {"from_day": 361, "class_code": "loss", "rate_bp": 10000},
]


class ProvisionPages(CursorPages):
    ordering = "-id"


class BandIn(serializers.Serializer):
    """From so many days late, the class, and the share that is set aside (0.01 %)."""

    from_day = serializers.IntegerField(min_value=0, max_value=10_000)
    class_code = serializers.ChoiceField(choices=CLASSES)
    rate_bp = serializers.IntegerField(min_value=0, max_value=10_000)


class ProvisionTableIn(serializers.Serializer):
    """The rates of a country from a day to come on."""

    country = serializers.RegexField(r"^[A-Z]{2}$")
    from_date = serializers.DateField()
    bands = serializers.ListField(child=BandIn(), min_length=1, max_length=5)


class BandOut(ReadSerializer):
    """One class, up to the day at which the next begins."""

    from_day = serializers.IntegerField()
    class_code = serializers.CharField()
    rate_bp = serializers.IntegerField()


def _in_order(table: ProvisionTable) -> list[ProvisionBand]:
    return sorted(table.bands.all(), key=lambda band: band.from_day)


class ProvisionTableOut(ReadSerializer):
    """The provision rates of a country from a day on."""

    id = serializers.IntegerField(source="pk")
    country = serializers.CharField()
    from_date = serializers.DateField()
    status = serializers.CharField()
    bands = BandOut(many=True)
    get_bands = staticmethod(_in_order)

    example: ClassVar[dict[str, Any]] = {
        "id": 3,
        "country": "CN",
        "from_date": "2027-01-01",
        "status": "draft",
        "bands": BANDS,
    }


class ProvisionTables(VerbView):
    """Draw up the provision rates of a country; another person puts them in force."""

    requires, reads = EDIT_RATES, RATES
    pagination_class = ProvisionPages
    In = ProvisionTableIn
    Out = ProvisionTableOut
    success_status = 201
    refusals = refused_by(services.draft_provision_table)
    in_example: ClassVar[dict[str, Any]] = {"country": "CN", "from_date": "2027-01-01", "bands": BANDS}
    out_example = ProvisionTableOut.example

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=ProvisionTableOut(many=True))
    def get(self, request: Request) -> Response:
        """Provision rates of the countries within reach, the newest first."""
        rows = provision_tables().open_to(request.user, RATES).prefetch_related("bands")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ProvisionTableOut(page, many=True).data)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> ProvisionTable:
        demand_everywhere(user, self.requires)
        bands = [(each["from_day"], each["class_code"], each["rate_bp"]) for each in data.pop("bands")]
        return services.draft_provision_table(bands=bands, **data, by=user, at=at)


class _TableVerb(VerbView):
    requires = EDIT_RATES
    one_object = True
    Out = ProvisionTableOut

    def table(self, user: User, pk: int) -> ProvisionTable:
        """The table within reach of the verb."""
        return load(provision_tables(), user, self.requires, pk=pk)


class ActivateProvisionTable(_TableVerb):
    """Put drawn up rates in force from their day on; by another person."""

    refusals = refused_by(services.activate_provision_table)
    out_example = ProvisionTableOut.example | {"status": "active"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> ProvisionTable:
        return services.activate_provision_table(table=self.table(user, pk), by=user, at=at)


class DiscardProvisionTable(_TableVerb):
    """Discard drawn up rates."""

    refusals = refused_by(services.discard_provision_table)
    out_example = ProvisionTableOut.example | {"status": "discarded"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> ProvisionTable:
        return services.discard_provision_table(table=self.table(user, pk), by=user, at=at)
