"""Crates of books over the API."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.libraries import services
from education.libraries.api.shared import BarcodeIn, ByNumber, LibraryVerb
from education.libraries.models import READ, BookCrate, BookCrateItem
from education.libraries.models.crates import BookCrateQuerySet
from education.libraries.queries import goals_from
from stations.accounts.models import User
from stations.requests import signed_in

MOVE = "education.move_books"
CRATE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f04",
    "barcode": "BC00000301",
    "from_station": "321324-0001",
    "to_station": "321324-0007",
    "status": "packing",
    "in_crate": 1,
    "packed": None,
    "sent_at": None,
    "arrived_at": None,
    "closed_at": None,
    "missing": 0,
    "protocol": "",
}
SENT = CRATE | {"status": "in_transit", "in_crate": 48, "packed": 48, "sent_at": "2026-11-25T02:41:00.000Z"}
COUNTING = SENT | {"status": "arrived", "in_crate": 47, "arrived_at": "2026-11-26T01:12:00.000Z"}
CLOSED = COUNTING | {
    "status": "closed",
    "in_crate": 0,
    "closed_at": "2026-11-26T02:05:00.000Z",
    "missing": 1,
    "protocol": "箱底破损，少一本",
}


class BookCrateOut(ReadSerializer):
    """A crate of books; `in_crate` is what is packed and not counted yet."""

    id = serializers.UUIDField()
    barcode = serializers.CharField(source="label")
    from_station = serializers.CharField(source="from_library.station.code")
    to_station = serializers.CharField(source="to_library.station.code")
    status = serializers.CharField()
    in_crate = serializers.IntegerField()
    packed = serializers.IntegerField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    missing = serializers.IntegerField()
    protocol = serializers.CharField(allow_blank=True)


def crates() -> BookCrateQuerySet:
    """Crates with their ends and with how many books are in them now."""
    packed = Count("items", filter=Q(items__state=BookCrateItem.State.PACKED))
    rows = BookCrate.objects.select_related("from_library__station__county", "to_library__station__county")
    return rows.annotate(in_crate=packed)


class BookCrates(generics.ListAPIView):
    """List crates of books that leave or come, newest first."""

    requires = READ
    serializer_class = BookCrateOut
    pagination_class = ByNumber
    out_example = CRATE

    def get_queryset(self) -> QuerySet[BookCrate]:
        return crates().open_to(signed_in(self.request), READ)


class StartCrateIn(serializers.Serializer):
    """To which station the books go."""

    to_station = Line(max_length=16)


class StartCrate(LibraryVerb):
    """Begin a crate for another library of the county."""

    requires = MOVE
    In, Out = StartCrateIn, BookCrateOut
    success_status = 201
    refusals = refused_by(services.start_crate)
    in_example = {"to_station": "321324-0007"}
    out_example = CRATE | {"in_crate": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> BookCrate:
        library = self.library(user, pk)
        goal = goals_from(library).filter(station__code=data["to_station"]).first()
        if goal is None:
            raise ValidationError({"to_station": ["No open library of the county is there."]})
        return crates().get(pk=services.start_crate(library=library, to_library=goal, by=user, at=at).pk)


class _CrateVerb(VerbView):
    """A verb on a crate, where it stands; `service` does it, with what was sent."""

    requires = MOVE
    one_object = True
    Out = BookCrateOut
    service: ClassVar[Callable[..., BookCrate]]

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BookCrate:
        crate = load(BookCrate.objects.select_related("from_library", "to_library"), user, self.requires, pk=pk)
        return crates().get(pk=type(self).service(crate=crate, **data, by=user, at=at).pk)


class PackCopy(_CrateVerb):
    """Put a book of the shelf into a crate."""

    In = BarcodeIn
    service = staticmethod(services.pack_copy)
    refusals = refused_by(services.pack_copy)
    in_example = {"barcode": "BK00000041"}
    out_example = CRATE


class UnpackCopy(_CrateVerb):
    """Take a book out of a crate that was not sent."""

    In = BarcodeIn
    service = staticmethod(services.unpack_copy)
    refusals = refused_by(services.unpack_copy)
    in_example = {"barcode": "BK00000041"}
    out_example = CRATE | {"in_crate": 0}


class SendCrate(_CrateVerb):
    """Send a crate of books."""

    service = staticmethod(services.send_crate)
    refusals = refused_by(services.send_crate)
    out_example = SENT


class CancelCrate(_CrateVerb):
    """Give a crate up before it is sent; its books go back to the shelf."""

    service = staticmethod(services.cancel_crate)
    refusals = refused_by(services.cancel_crate)
    out_example = CRATE | {"status": "cancelled", "in_crate": 0}


class ReceiveCrate(_CrateVerb):
    """Receive a crate of books, to count it."""

    service = staticmethod(services.receive_crate)
    refusals = refused_by(services.receive_crate)
    out_example = COUNTING | {"in_crate": 48}


class CountCopy(_CrateVerb):
    """Count a book of a crate: it belongs to this library now."""

    In = BarcodeIn
    service = staticmethod(services.count_copy)
    refusals = refused_by(services.count_copy)
    in_example = {"barcode": "BK00000041"}
    out_example = COUNTING


class CloseBookCrateIn(serializers.Serializer):
    """What became of books that are not in the crate; needed where any are missing."""

    protocol = Line(max_length=300, required=False, allow_blank=True, default="")


class CloseBookCrate(_CrateVerb):
    """Close a crate of books that is counted: books nobody found are missing."""

    In = CloseBookCrateIn
    service = staticmethod(services.close_crate)
    refusals = refused_by(services.close_crate)
    in_example = {"protocol": "箱底破损，少一本"}
    out_example = CLOSED
