"""What libraries show outside their pages: the desk, books to send on, books that wait, what is overdue."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.libraries.models import Copy, Loan
from stations.accounts.models import User

LEND, READ, READ_LOAN = "education.lend_copy", "education.read_library", "education.read_book_loan"
RECEIVE = "education.receive_copy"


def _overdue(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    return Loan.objects.open_to(user, LEND).filter(status=Loan.Status.OVERDUE)


def _on_the_way(*, user: User, at: dt.datetime) -> QuerySet[Copy]:
    return Copy.objects.open_to(user, RECEIVE).filter(state=Copy.State.IN_TRANSIT)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("learning", _("Library desk"), "libraries:desk", LEND),
            needs=("libraries.arrivals",),
            service="library",
            icon="book",
        ),
        MenuEntry("learning", _("Libraries"), "libraries:libraries", READ),
        MenuEntry("learning", _("Library books"), "libraries:copies", READ),
        MenuEntry("learning", _("Books lent"), "libraries:loans", READ_LOAN, needs=("libraries.overdue",)),
        MenuEntry("learning", _("Reservations"), "libraries:holds", READ_LOAN),
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
    ],
)
