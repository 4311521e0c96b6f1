"""Divisions over the API: public facts, by keyset."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response

from core.access import PUBLIC
from core.days import day_in
from core.errors import Refused
from core.language.typed import Line
from core.web.pagination import CursorPages
from stations.places.models import Division
from stations.places.queries import divisions_matching, names_on


class UnknownLevel(Refused):
    """A level that no country of ours has."""

    code = "unknown_level"
    status = 422
    message = _("A level is one of province, prefecture, county, township, village.")


class DivisionPages(CursorPages):
    """In the order of codes, the wider division first."""

    ordering = ("code", "pk")  # type: ignore[assignment]


class DivisionOut(serializers.Serializer):
    country = serializers.CharField()
    code = serializers.CharField()
    level = serializers.ChoiceField(Division.Level.choices)
    name = serializers.CharField()
    short_name = serializers.CharField()
    romanised = serializers.CharField()
    parent_code = serializers.CharField(allow_null=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


OWN_COLUMNS = ("country", "code", "level", "name", "short_name", "romanised", "valid_from", "valid_to")


class DivisionQuery(serializers.Serializer):
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    parent = serializers.RegexField(r"^[0-9]{12}$", required=False)  # type: ignore[assignment]
    level = serializers.CharField(max_length=20, required=False)
    q = Line(max_length=40, required=False)
    at = serializers.DateField(required=False)


@extend_schema(
    parameters=[
        OpenApiParameter("country", str, pattern="^[A-Z]{2}$", description="ISO 3166; all when left out."),
        OpenApiParameter("parent", str, pattern="^[0-9]{12}$", description="Code of the division right above."),
        OpenApiParameter("level", str, enum=Division.Level.values),
        OpenApiParameter("q", str, description="Beginning of a code, a name, its initials or its pinyin."),
        OpenApiParameter("at", dt.date, description="The divisions of this date, named as on it; today when left out."),
    ]
)
class Divisions(generics.ListAPIView):
    """List the state's divisions in the order of their codes."""

    requires = PUBLIC
    serializer_class = DivisionOut
    pagination_class = DivisionPages
    refusals = (UnknownLevel,)
    out_example = {
        "country": "CN",
        "code": "331124203212",
        "level": "village",
        "name": "沿坑岭头村村委会",
        "short_name": "沿坑岭头村",
        "romanised": "Yankenglingtou Cun",
        "parent_code": "331124203000",
        "valid_from": "2023-06-30",
        "valid_to": None,
    }

    def get_queryset(self) -> QuerySet[Division]:
        asked = self._asked()
        divisions = Division.objects.at(self._date(asked))
        if "country" in asked:
            divisions = divisions.filter(country=asked["country"])
        if level := asked.get("level"):
            if level not in Division.LEVELS:
                raise UnknownLevel(field="level")
            divisions = divisions.filter(level=level)
        if "parent" in asked:
            divisions = divisions.filter(parent__code=asked["parent"])
        return divisions_matching(divisions, asked["q"]) if "q" in asked else divisions

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        found = self.get_queryset().values("pk", *OWN_COLUMNS, parent_code=F("parent__code"))
        rows = self.paginate_queryset(found) or []
        then = names_on([row["pk"] for row in rows], self._date(self._asked()))
        return self.get_paginated_response([{**row, **then.get(row["pk"], {})} for row in rows])

    def _asked(self) -> dict[str, Any]:
        query = DivisionQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return query.validated_data

    def _date(self, asked: dict[str, Any]) -> dt.date:
        return asked.get("at") or day_in(settings.ECOMNET_ZONE, now())
