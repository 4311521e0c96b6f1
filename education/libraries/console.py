"""What libraries show outside their pages: the desk, books to send on, books that wait, what is overdue."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.libraries.models import BookCrate, BookCrateItem, Copy, Library, Loan
from education.libraries.queries import to_rotate
from stations.accounts.models import User

LEND, READ, READ_LOAN = "education.lend_copy", "education.read_library", "education.read_book_loan"
RECEIVE, MOVE, PLAN = "education.receive_copy", "education.move_books", "education.open_library"


def _overdue(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    return Loan.objects.open_to(user, LEND).filter(status=Loan.Status.OVERDUE)


def _on_the_way(*, user: User, at: dt.datetime) -> QuerySet[Copy]:
    """Those of a crate are counted with it."""
    in_crates = BookCrateItem.objects.filter(state=BookCrateItem.State.PACKED)
    return Copy.objects.open_to(user, RECEIVE).filter(state=Copy.State.IN_TRANSIT).exclude(crate_items__in=in_crates)


def _crates(*, user: User, at: dt.datetime) -> QuerySet[BookCrate]:
    return BookCrate.objects.open_to(user, MOVE).to_count()


def _same_books(*, user: User, at: dt.datetime) -> QuerySet[Library]:
    return to_rotate(Library.objects.open_to(user, PLAN), at)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("library", _("Library desk"), "libraries:desk", LEND),
            needs=("libraries.arrivals",),
            service="library",
            icon="book",
        ),
        MenuEntry("library", _("Libraries"), "libraries:libraries", READ, needs=("libraries.rotation",)),
        MenuEntry("library", _("Library books"), "libraries:copies", READ),
        MenuEntry("library", _("Crates of books"), "libraries:crates", READ, needs=("libraries.crates",)),
        MenuEntry("library", _("Books lent"), "libraries:loans", READ_LOAN, needs=("libraries.overdue",)),
        MenuEntry("library", _("Reservations"), "libraries:holds", READ_LOAN),
    ],
    needs=[
        Need(
            *("libraries.overdue", _("Overdue books"), "book", LEND, "libraries:loans", _overdue, "due_date"),
            place="library__station__name",
            query="state=overdue",
            wait_days=7,
            bad_days=30,
        ),
        Need(
            *("libraries.arrivals", _("Books on the way"), "book", RECEIVE, "libraries:copies"),
            *(_on_the_way, "updated_at"),
            place="at_library__station__name",
            query="state=moving",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("libraries.crates", _("Crates of books to count"), "book", MOVE, "libraries:crates", _crates, "sent_at"),
            place="at_library__station__name",
            query="state=coming",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("libraries.rotation", _("Libraries with the same books for 90 days"), "book", PLAN),
            *("libraries:libraries", _same_books, "same_since"),
            place="station__name",
            wait_days=90,
            bad_days=180,
        ),
    ],
)
