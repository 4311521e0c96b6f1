"""Residents found over the API."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.language.typed import Line
from stations.accounts.models import User
from stations.people import services
from stations.people.api.shared import (
    PERSON_EXAMPLE,
)
from stations.people.queries import (
    DIGITS_BY_POST,
    QueryTooShort,
    SendByPost,
    find_people,
    must_be_posted,
    scope_of,
)


class FoundOut(serializers.Serializer):
    """A row of a search: enough to pick somebody, not enough to copy them."""

    id = serializers.UUIDField()
    name_masked = serializers.CharField()
    phone_masked = serializers.CharField(allow_blank=True)
    village = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    home_station = serializers.CharField()
    head_masked = serializers.CharField(allow_blank=True)
    house_number = serializers.CharField(allow_blank=True)


class PeopleFound(serializers.Serializer):
    """At most 20 rows, best first; one more letter narrows them."""

    results = FoundOut(many=True)


class FindIn(serializers.Serializer):
    """What was typed, and where to look."""

    q = Line(max_length=120)
    scope = serializers.ChoiceField(["station", "county"], default="station")


class FindPeople(APIView):
    """Find residents by name, pinyin, initials, the end of a phone, a card, or an identity number."""

    requires = "stations.find_person"
    refusals = (QueryTooShort, SendByPost)
    out_example = {
        "results": [
            {
                "id": PERSON_EXAMPLE["id"],
                "name_masked": "王*英",
                "phone_masked": "+86 138****5678",
                "village": "桑园村",
                "birth_year": 1951,
                "home_station": "桑园村综合服务站",
                "head_masked": "",
                "house_number": "",
            }
        ]
    }

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="The text, as typed."),
            OpenApiParameter("scope", str, enum=["station", "county"], default="station"),
        ],
        responses=PeopleFound,
        operation_id="peopleFind",
    )
    def get(self, request: Any) -> Response:
        """Find residents by a short text. Eleven digits and more are refused here: they go by POST."""
        data = self._asked(request.query_params)
        if must_be_posted(data["q"]):
            raise SendByPost(field="q", digits=DIGITS_BY_POST)
        return self._found(request.user, data)

    @extend_schema(
        request=FindIn,
        responses=PeopleFound,
        operation_id="peopleFindByNumber",
        examples=[OpenApiExample("Request", value={"q": "13800005678", "scope": "county"}, request_only=True)],
    )
    def post(self, request: Any) -> Response:
        """Find residents by any text.

        Whole phone and identity numbers stay out of addresses. Writes nothing, needs no key.
        """
        return self._found(request.user, self._asked(request.data))

    def _asked(self, source: Any) -> dict[str, Any]:
        serializer = FindIn(data=source)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def _found(self, user: User, data: dict[str, Any]) -> Response:
        reach = scope_of(user, scope=data["scope"])
        rows = find_people(text=data["q"], reach=reach)
        services.log_search(user=user, reach=reach, at=now())
        return Response({"results": [row.as_json() for row in rows]})
