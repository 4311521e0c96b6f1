"""Libraries and their books over the API."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from education.libraries import services
from education.libraries.api.shared import (
    COPY,
    LIBRARY,
    ByNumber,
    CopyOut,
    LibraryOut,
    LibraryVerb,
)
from education.libraries.models import Copy, Library
from education.libraries.queries import titles_matching
from stations.accounts.models import User
from stations.network.models import Station

READ, ADD = "education.read_library", "education.add_copies"


class Libraries(generics.ListAPIView):
    """List libraries within reach."""

    requires = READ
    serializer_class = LibraryOut
    pagination_class = ByNumber
    out_example = LIBRARY

    def get_queryset(self) -> Any:
        return Library.objects.open_to(self.request.user, READ).select_related("station")


class CopyQuery(serializers.Serializer):
    """Which books."""

    q = Line(required=False, max_length=100)
    library = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@extend_schema(
    parameters=[
        OpenApiParameter("q", str, description="ISBN, label, or words of title or author."),
        OpenApiParameter("library", int, description="The id of one library."),
    ]
)
class Copies(generics.ListAPIView):
    """List books within reach, newest first."""

    requires = READ
    serializer_class = CopyOut
    pagination_class = ByNumber
    out_example = COPY

    def get_queryset(self) -> Any:
        query = CopyQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        copies = Copy.objects.open_to(self.request.user, READ).select_related("title", "at_library__station")
        if "library" in asked:
            copies = copies.filter(at_library=asked["library"])
        return copies.filter(title__in=titles_matching(asked["q"]).values("pk")) if asked.get("q") else copies


class OpenLibraryIn(serializers.Serializer):
    """When it is open, in words."""

    hours = Line(max_length=120, required=False, allow_blank=True, default="")


class OpenLibrary(VerbView):
    """Open the library of a station."""

    requires = "education.open_library"
    one_object = True
    In, Out = OpenLibraryIn, LibraryOut
    success_status = 201
    refusals = refused_by(services.open_library)
    in_example = {"hours": "9:00–17:00"}
    out_example = LIBRARY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str) -> Library:
        station = load(Station.objects, user, self.requires, code=code)
        return services.open_library(station=station, **data, by=user, at=at)


class CopiesOut(serializers.Serializer):
    """The books that were added."""

    results = CopyOut(many=True)


class AddCopiesIn(serializers.Serializer):
    """New books: what is printed on them, and how many."""

    isbn = Line(max_length=20, required=False, allow_blank=True, default="")
    title = Line(max_length=200)
    author = Line(max_length=120, required=False, allow_blank=True, default="")
    copies = serializers.IntegerField(min_value=1, max_value=50, default=1)
    barcode = Line(max_length=24, required=False, allow_blank=True, default="")


class AddCopies(LibraryVerb):
    """Add new books to a library; labels of our own where none is scanned."""

    requires = ADD
    In, Out = AddCopiesIn, CopiesOut
    success_status = 201
    refusals = refused_by(services.add_copies)
    in_example = {"isbn": "9787544253994", "title": "夏洛的网", "author": "E·B·怀特", "copies": 1}
    out_example = {"results": [COPY]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> dict[str, Any]:
        made = services.add_copies(library=self.library(user, pk), **data, by=user, at=at)
        return {"results": CopyOut(made, many=True).data}


class WithdrawCopyIn(serializers.Serializer):
    """Why it is taken out of use."""

    reason = Line(max_length=200)


class WithdrawCopy(VerbView):
    """Take a book out of use."""

    requires = "education.withdraw_copy"
    one_object = True
    In, Out = WithdrawCopyIn, CopyOut
    refusals = refused_by(services.withdraw_copy)
    in_example = {"reason": "书页脱落"}
    out_example = COPY | {"state": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> Copy:
        rows = Copy.objects.select_related("title", "at_library__station")
        return services.withdraw_copy(copy=load(rows, user, self.requires, pk=pk), **data, by=user, at=at)
