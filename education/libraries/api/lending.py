"""Lending, taking back and reserving over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from education.libraries import services
from education.libraries.api.shared import (
    COPY,
    HELD,
    LOAN,
    PERSON,
    BarcodeIn,
    BookHoldOut,
    BookLoanOut,
    ByNumber,
    CopyOut,
    LibraryVerb,
    labelled,
)
from education.libraries.models import Copy, Hold, Loan
from education.libraries.queries import titles_matching
from stations.accounts.models import User
from stations.people.models import Person

READ_LOAN, LEND = "education.read_book_loan", "education.lend_copy"
RETURN, RECEIVE, HOLD = "education.return_copy", "education.receive_copy", "education.place_hold"


class BookLoans(generics.ListAPIView):
    """List books lent at the reader's desk, newest first."""

    requires = READ_LOAN
    serializer_class = BookLoanOut
    pagination_class = ByNumber
    out_example = LOAN

    def get_queryset(self) -> Any:
        loans = Loan.objects.open_to(self.request.user, READ_LOAN)
        return loans.select_related("copy__title", "library__station")


class BookHolds(generics.ListAPIView):
    """List reservations that are fetched at the reader's desk, newest first."""

    requires = READ_LOAN
    serializer_class = BookHoldOut
    pagination_class = ByNumber
    out_example = HELD

    def get_queryset(self) -> Any:
        holds = Hold.objects.open_to(self.request.user, READ_LOAN)
        return holds.select_related("title", "copy", "pickup_library__station")


class LendIn(BarcodeIn):
    """Which book, to whom."""

    borrower = serializers.UUIDField()


class LendCopy(LibraryVerb):
    """Lend a book that is here."""

    requires = LEND
    In, Out = LendIn, BookLoanOut
    success_status = 201
    refusals = refused_by(services.lend_copy)
    in_example = {"barcode": "BK00000041", "borrower": PERSON}
    out_example = LOAN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> Loan:
        library, copy = self.library(user, pk), labelled(data["barcode"])
        people = Person.objects.living().select_related("home_station__county")
        borrower = load(people, user, "stations.read_person", pk=data["borrower"])
        return services.lend_copy(copy=copy, borrower=borrower, library=library, by=user, at=at)


class ReturnCopy(LibraryVerb):
    """Take a book back, wherever it was lent."""

    requires = RETURN
    In, Out = BarcodeIn, CopyOut
    refusals = refused_by(services.return_copy)
    in_example = {"barcode": "BK00000041"}
    out_example = COPY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> Copy:
        library, copy = self.library(user, pk), labelled(data["barcode"])
        return services.return_copy(copy=copy, library=library, by=user, at=at)


class ReceiveCopy(LibraryVerb):
    """Receive a book that was on the way."""

    requires = RECEIVE
    In, Out = BarcodeIn, CopyOut
    refusals = refused_by(services.receive_copy)
    in_example = {"barcode": "BK00000041"}
    out_example = COPY | {"state": "waiting"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> Copy:
        library, copy = self.library(user, pk), labelled(data["barcode"])
        return services.receive_copy(copy=copy, library=library, by=user, at=at)


class PlaceHoldIn(serializers.Serializer):
    """Which book, by ISBN or label, for whom."""

    book = Line(max_length=24, help_text="ISBN or label.")
    borrower = serializers.UUIDField()


class PlaceHold(LibraryVerb):
    """Reserve a book, to be fetched at this library."""

    requires = HOLD
    In, Out = PlaceHoldIn, BookHoldOut
    success_status = 201
    refusals = refused_by(services.place_hold)
    in_example = {"book": "9787544253994", "borrower": PERSON}
    out_example = HELD

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> Hold:
        library = self.library(user, pk)
        title = titles_matching(data["book"]).order_by("pk").first()
        if title is None:
            raise ValidationError({"book": ["No book is found by this."]})
        people = Person.objects.living().select_related("home_station__county")
        borrower = load(people, user, "stations.read_person", pk=data["borrower"])
        return services.place_hold(title=title, borrower=borrower, pickup_library=library, by=user, at=at)


class RenewLoan(VerbView):
    """Renew a book loan from today."""

    requires = "education.renew_loan"
    one_object = True
    Out = BookLoanOut
    refusals = refused_by(services.renew_loan)
    out_example = LOAN | {"renewals": 1}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        rows = Loan.objects.select_related("copy__title", "borrower__home_station__county", "library__station")
        return services.renew_loan(loan=load(rows, user, self.requires, pk=pk), by=user, at=at)


class CancelHold(VerbView):
    """Cancel a reservation before a book was found."""

    requires = "education.cancel_hold"
    one_object = True
    Out = BookHoldOut
    refusals = refused_by(services.cancel_hold)
    out_example = HELD | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Hold:
        rows = Hold.objects.select_related("title", "pickup_library__station")
        return services.cancel_hold(hold=load(rows, user, self.requires, pk=pk), by=user, at=at)
