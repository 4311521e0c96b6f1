"""What the endpoints of libraries show and share."""

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.libraries.models import Copy, Library, StockTake
from stations.accounts.models import User

PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


class LibraryOut(ReadSerializer):
    """The library of a station."""

    id = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    hours = serializers.CharField(allow_blank=True)
    is_open = serializers.BooleanField()


class CopyOut(ReadSerializer):
    """One book with its label."""

    id = serializers.IntegerField()
    barcode = serializers.CharField()
    isbn = serializers.CharField(source="title.isbn13", allow_blank=True)
    title = serializers.CharField(source="title.title")
    author = serializers.CharField(source="title.author", allow_blank=True)
    state = serializers.CharField()
    at_station = serializers.CharField(source="at_library.station.code")
    last_lent_date = serializers.DateField(allow_null=True)


class BookLoanOut(ReadSerializer):
    """A book with its borrower."""

    id = serializers.UUIDField()
    barcode = serializers.CharField(source="copy.barcode")
    title = serializers.CharField(source="copy.title.title")
    borrower = serializers.UUIDField(source="borrower_id")
    station = serializers.CharField(source="library.station.code")
    lent_at = serializers.DateTimeField()
    due_date = serializers.DateField()
    renewals = serializers.IntegerField()
    status = serializers.CharField()
    returned_at = serializers.DateTimeField(allow_null=True)


class BookHoldOut(ReadSerializer):
    """A reservation."""

    id = serializers.UUIDField()
    title = serializers.CharField(source="title.title")
    borrower = serializers.UUIDField(source="borrower_id")
    pickup_station = serializers.CharField(source="pickup_library.station.code")
    barcode = serializers.CharField(source="copy.barcode", allow_null=True)
    placed_at = serializers.DateTimeField()
    expires_date = serializers.DateField(allow_null=True)
    status = serializers.CharField()


class StockTakeOut(ReadSerializer):
    """A count of the shelves; its figures stand once it is closed."""

    id = serializers.UUIDField()
    station = serializers.CharField(source="library.station.code")
    status = serializers.CharField()
    started_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    read = serializers.IntegerField()
    expected = serializers.IntegerField(allow_null=True)
    missing = serializers.IntegerField(allow_null=True)
    unexpected = serializers.IntegerField(allow_null=True)

    @staticmethod
    def get_read(stock_take: StockTake) -> int:
        """Labels that were read so far."""
        return stock_take.scans.count()


LIBRARY = {"id": 3, "station": "321324-0007", "hours": "9:00–17:00", "is_open": True}
COPY = {
    "id": 41,
    "barcode": "BK00000041",
    "isbn": "9787544253994",
    "title": "夏洛的网",
    "author": "E·B·怀特",
    "state": "available",
    "at_station": "321324-0007",
    "last_lent_date": None,
}
LOAN = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
    "barcode": "BK00000041",
    "title": "夏洛的网",
    "borrower": PERSON,
    "station": "321324-0007",
    "lent_at": "2026-11-25T02:41:00.000Z",
    "due_date": "2026-12-09",
    "renewals": 0,
    "status": "issued",
    "returned_at": None,
}
HELD = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f02",
    "title": "夏洛的网",
    "borrower": PERSON,
    "pickup_station": "321324-0007",
    "barcode": None,
    "placed_at": "2026-11-25T02:41:00.000Z",
    "expires_date": None,
    "status": "placed",
}
TAKE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f03",
    "station": "321324-0007",
    "status": "open",
    "started_at": "2026-11-25T02:41:00.000Z",
    "closed_at": None,
    "read": 1,
    "expected": None,
    "missing": None,
    "unexpected": None,
}


class ByNumber(CursorPages):
    ordering = "-id"


class LibraryVerb(VerbView):
    """A verb at one library."""

    one_object = True

    def library(self, user: User, pk: int) -> Library:
        """The library that a post carrying the verb reaches."""
        return load(Library.objects.select_related("station__county"), user, self.requires, pk=pk)


class BarcodeIn(serializers.Serializer):
    """The label of a book."""

    barcode = Line(max_length=24)


def labelled(barcode: str) -> Copy:
    """The copy with this label; refused at the field where there is none."""
    rows = Copy.objects.select_related("title", "at_library__station")
    found = rows.filter(barcode=barcode.strip().upper()).first()
    if found is None:
        raise ValidationError({"barcode": ["No book has this label."]})
    return found
