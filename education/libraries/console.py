"""What libraries show outside their pages: the desk, books to send on, books that wait, what is overdue."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, Figure, Measured, MenuEntry, Need, ServiceTile
from education.libraries.models import Copy, Loan
from education.libraries.queries import unread
from stations.accounts.models import User

LEND, READ, READ_LOAN = "education.lend_copy", "education.read_library", "education.read_book_loan"
RECEIVE = "education.receive_copy"


def _overdue(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    return Loan.objects.open_to(user, LEND).filter(status=Loan.Status.OVERDUE)


def _on_the_way(*, user: User, at: dt.datetime) -> QuerySet[Copy]:
    return Copy.objects.open_to(user, RECEIVE).filter(state=Copy.State.IN_TRANSIT)


def _unread(*, user: User, at: dt.datetime) -> Measured:
    present = ~Q(state__in=[Copy.State.LOST, Copy.State.WITHDRAWN])
    rows = Copy.objects.open_to(user, READ)
    idle = unread(rows, at.date()).values("pk")
    counted = rows.aggregate(all=Count("pk", filter=present), idle=Count("pk", filter=Q(pk__in=idle)))
    return Measured(counted["idle"], gettext("of %(all)s books, not borrowed in 12 months") % {"all": counted["all"]})


CONSOLE = Console(
    menu=[
        MenuEntry("learning", _("Library desk"), "libraries:desk", LEND, needs=("libraries.arrivals",)),
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
    figures=[Figure("libraries.unread", _("Unread books"), READ, "libraries:copies", _unread)],
    tiles=[ServiceTile("library", _("Library desk"), "book", "libraries:desk", LEND)],
)
