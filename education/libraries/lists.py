"""The lists of libraries: libraries, copies, loans, reservations."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.libraries.display import status_of_copy, status_of_crate, status_of_hold, status_of_loan
from education.libraries.models import BookCrate, Copy, Hold, Library, Loan
from education.libraries.queries import titles_matching
from stations.lists import StationList
from stations.people.masking import mask_name

BOOK = gettext_lazy("Book")
NO_COPIES = Count("copies", filter=~Q(copies__state__in=["lost", "withdrawn"]))


class Libraries(StationList):
    """The libraries within reach with how many books they have."""

    name, grant = "libraries:libraries", "education.read_library"
    title = gettext_lazy("Libraries")
    headings = {
        "name": gettext_lazy("Library"),
        "what": gettext_lazy("Library books"),
        "state": gettext_lazy("State"),
    }
    order = ("station__code", "pk")
    empty = Empty(gettext_lazy("No library yet."), icon="book")

    def rows(self, request: HttpRequest) -> QuerySet[Library]:
        """Each with its books and those that are out."""
        on_loan = Count("copies", filter=Q(copies__state="on_loan"))
        rows = Library.objects.open_to(request.user, self.grant).annotate(books=NO_COPIES, out=on_loan)
        return rows.select_related("station")

    def row(self, row: Any, known: None) -> Row:
        """How many books, and how many are out."""
        return Row(
            name=row.station.name,
            href=reverse("libraries:library", args=[row.pk]),
            what=_("%(books)s books, %(out)s on loan") % {"books": row.books, "out": row.out},
            status="ok" if row.is_open else "info",
            words=pgettext("library", "open") if row.is_open else pgettext("library", "closed"),
        )


class Copies(StationList):
    """Every copy; what nobody borrowed in twelve months stands on a tab of its own."""

    name, grant = "libraries:copies", "education.read_library"
    title = gettext_lazy("Library books")
    place = "at_library__station"
    headings = {
        "name": BOOK,
        "what": gettext_lazy("Label and author"),
        "where": gettext_lazy("Station"),
        "state": gettext_lazy("State"),
    }
    order = ("title__title", "pk")
    search = gettext_lazy("Title, author, ISBN or label")
    scanned = True
    states = (
        State("available", gettext_lazy("on the shelf"), Q(state="available")),
        State("out", gettext_lazy("on loan"), Q(state="on_loan")),
        State("moving", gettext_lazy("waiting or on the way"), Q(state__in=["waiting", "in_transit"])),
        State("gone", gettext_lazy("missing or lost"), Q(state__in=["missing", "lost", "damaged"])),
    )
    empty = Empty(gettext_lazy("No books yet."), gettext_lazy("Add them at a library’s page."), "book")

    def rows(self, request: HttpRequest) -> QuerySet[Copy]:
        """Those that are here or belong here; none that was taken out of use."""
        rows = Copy.objects.open_to(request.user, self.grant).exclude(state=Copy.State.WITHDRAWN)
        return rows.select_related("title", "at_library__station")

    def found(self, words: str) -> Q:
        """Copies of the titles that this finds, or of this label."""
        return Q(title__in=titles_matching(words).values("pk"))

    def row(self, row: Copy, known: None) -> Row:
        """Which book, and whether it stands there."""
        return Row(
            name=row.title.title,
            href=reverse("libraries:copy", args=[row.pk]),
            what=" · ".join(part for part in (row.barcode, row.title.author) if part),
            where=row.at_library.station.name,
            status=status_of_copy(row),
            words=row.get_state_display(),
        )


class Loans(StationList):
    """What was lent, the first due first."""

    name, grant = "libraries:loans", "education.read_book_loan"
    title = gettext_lazy("Books lent")
    place = "library__station"
    headings = {
        "name": BOOK,
        "what": gettext_lazy("Reader"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Due"),
        "state": gettext_lazy("State"),
    }
    order = ("due_date", "pk")
    states = (
        State("running", gettext_lazy("lent"), Q(status__in=["issued", "overdue"])),
        State("overdue", gettext_lazy("overdue"), Q(status="overdue")),
        State(
            "ended", gettext_lazy("returned or lost"), Q(status__in=["returned", "lost"]), order=("-due_date", "-pk")
        ),
    )
    state = "running"
    empty = Empty(gettext_lazy("No book is lent."), icon="book")

    def rows(self, request: HttpRequest) -> QuerySet[Loan]:
        """Those of the reader's desk."""
        rows = Loan.objects.open_to(request.user, self.grant)
        return rows.select_related("copy__title", "borrower__home_station", "library__station")

    def row(self, row: Loan, known: None) -> Row:
        """Who has it and until when."""
        return Row(
            name=row.copy.title.title,
            href=reverse("libraries:loan", args=[row.pk]),
            what=mask_name(row.borrower.full_name),
            where=row.library.station.name,
            at=row.due_date,
            status=status_of_loan(row),
            words=row.get_status_display(),
        )


class Holds(StationList):
    """What people wait for."""

    name, grant = "libraries:holds", "education.read_book_loan"
    title = gettext_lazy("Reservations")
    place = "pickup_library__station"
    headings = {
        "name": BOOK,
        "what": gettext_lazy("Reader"),
        "where": gettext_lazy("Fetched at"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("placed_at", "pk")
    states = (
        State("ready", gettext_lazy("ready to be fetched"), Q(status="waiting")),
        State("line", gettext_lazy("waiting for a copy"), Q(status__in=["placed", "in_transit"])),
        State("ended", gettext_lazy("ended"), Q(status__in=["fulfilled", "expired", "cancelled"])),
    )
    empty = Empty(gettext_lazy("No reservations."), icon="book")

    def rows(self, request: HttpRequest) -> QuerySet[Hold]:
        """Those that are fetched at the reader's desk."""
        rows = Hold.objects.open_to(request.user, self.grant)
        return rows.select_related("title", "borrower__home_station", "pickup_library__station")

    def row(self, row: Hold, known: None) -> Row:
        """Who waits for which book."""
        return Row(
            name=row.title.title,
            href=reverse("libraries:hold", args=[row.pk]),
            what=mask_name(row.borrower.full_name),
            where=row.pickup_library.station.name,
            at=timezone.localtime(row.placed_at),
            status=status_of_hold(row),
            words=row.get_status_display(),
        )


class Crates(StationList):
    """Crates of books that leave or come."""

    name, grant = "libraries:crates", "education.read_library"
    title = gettext_lazy("Crates of books")
    place = "from_library__station"
    headings = {
        "name": gettext_lazy("Label of the crate"),
        "where": gettext_lazy("From library"),
        "what": gettext_lazy("To library"),
        "at": gettext_lazy("Crate sent at"),
        "state": gettext_lazy("State"),
    }
    order = ("-pk",)
    states = (
        State("packing", pgettext_lazy("crate of books", "being packed"), Q(status="packing")),
        State("coming", gettext_lazy("on the way or being counted"), Q(status__in=["in_transit", "arrived"])),
        State("ended", pgettext_lazy("crate of books", "ended"), Q(status__in=["closed", "cancelled"])),
    )
    empty = Empty(
        gettext_lazy("No crate of books."), gettext_lazy("Begin one at the page of the library it leaves."), "book"
    )

    def rows(self, request: HttpRequest) -> QuerySet[BookCrate]:
        """Those of which either end is within reach."""
        rows = BookCrate.objects.open_to(request.user, self.grant)
        return rows.select_related("from_library__station", "to_library__station")

    def row(self, row: BookCrate, known: None) -> Row:
        """From where to where."""
        return Row(
            name=row.label,
            href=reverse("libraries:crate", args=[row.pk]),
            where=row.from_library.station.name,
            what=row.to_library.station.name,
            at=timezone.localtime(row.sent_at) if row.sent_at else None,
            status=status_of_crate(row),
            words=row.get_status_display(),
        )


LIBRARIES, COPIES, LOANS, HOLDS, CRATES = Libraries(), Copies(), Loans(), Holds(), Crates()
