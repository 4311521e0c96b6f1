"""Statements over the API, for programs of the county: nobody in them is named, and each reading is recorded."""

import datetime as dt
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.web.pagination import CursorPages
from education.statements.models import READ, Statement
from education.statements.queries import lacking_consent, learners_in
from education.statements.xapi import VERSION, rendered, user_reader
from stations.people.services import log_reads
from stations.requests import signed_in

STATEMENT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
    "version": VERSION,
    "actor": {
        "objectType": "Agent",
        "account": {"homePage": "https://ecomnet.example", "name": "6f3c0d7e-6b0b-4c55-8f43-0a4a3c1f9d21"},
    },
    "verb": {"id": "http://adlnet.gov/expapi/verbs/attended", "display": {"en-US": "attended"}},
    "object": {
        "objectType": "Activity",
        "id": "https://ecomnet.example/xapi/lessons/1",
        "definition": {"type": "http://adlnet.gov/expapi/activities/lesson", "name": {"und": "第1课"}},
    },
    "result": {"duration": "PT2400S"},
    "context": {},
    "timestamp": "2026-12-05T08:46:00.000Z",
    "stored": "2026-12-05T09:30:00.000Z",
}


class XapiStatementOut(serializers.Serializer):
    """One statement of xAPI 1.0.3. `stored`: since when it can be read here.

    Its learner is a pseudonym; pseudonyms and ids are those of this login, and another login is told others.
    """

    id = serializers.UUIDField()
    version = serializers.CharField()
    actor = serializers.DictField()
    verb = serializers.DictField()
    object = serializers.DictField()
    result = serializers.DictField(required=False)
    context = serializers.DictField(required=False)  # type: ignore[assignment]
    timestamp = serializers.DateTimeField()
    stored = serializers.DateTimeField()

    def to_representation(self, statement: Statement) -> dict[str, Any]:
        """The statement as it is sent to a store, with the instant that the next `since` may name."""
        asked = cast("dict[str, Any]", self.context)  # a field of statements has this name, too
        reader = user_reader(signed_in(asked["request"]))
        return {**rendered(statement, reader), "stored": self.fields["stored"].to_representation(statement.stored_at)}


class StatementQuery(serializers.Serializer):
    """Only what was stored at this instant or later."""

    since = serializers.DateTimeField(required=False)


class ByStorage(CursorPages):
    """The oldest first, so that a program goes on where it ended."""

    ordering = ("stored_at", "pk")  # type: ignore[assignment]


class XapiStatements(generics.ListAPIView):
    """List statements about learning within reach, oldest first. What tells of a minor without consent is left out."""

    requires = READ
    serializer_class = XapiStatementOut
    pagination_class = ByStorage
    out_example = STATEMENT

    def get_queryset(self) -> QuerySet[Statement]:
        query = StatementQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        rows = Statement.objects.open_to(self.request.user, READ).exclude(status=Statement.Status.WITHHELD)
        since: dt.datetime | None = query.validated_data.get("since")
        rows = rows if since is None else rows.filter(stored_at__gte=since)
        return rows.select_related("actor")

    @extend_schema(parameters=[OpenApiParameter("since", dt.datetime, description="Stored at this instant or later.")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().get(request, *args, **kwargs)
        answer.headers["X-Experience-API-Version"] = VERSION
        return answer

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        at = now()
        page: list[Statement] = super().paginate_queryset(queryset) or []
        withheld = lacking_consent(page, at)
        shown = [each for each in page if each not in withheld]
        log_reads(user=signed_in(self.request), people=learners_in(shown), what="learning_statements", at=at)
        return shown
