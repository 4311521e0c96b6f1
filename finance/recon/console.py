"""What reconciliation shows outside its pages: what does not agree, by its age."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import may_everywhere
from core.web.console import Console, Figure, Measured, MenuEntry, Need
from finance.recon.models import BankStatementLine, ReconItem
from finance.recon.queries import BANK_LINE, age_limit, counts_of_items
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, RESOLVE, WRITE_OFF = "finance.read_recon_item", "finance.resolve_recon_item", "finance.write_off_recon_item"
EXPLAIN, BOARD = "finance.explain_bank_line", "recon:board"
OLD_DAYS = 3


def _to_explain(*, user: User, at: dt.datetime) -> QuerySet[ReconItem]:
    open_ones = ReconItem.objects.open_to(user, RESOLVE).still_open().filter(write_off_asked_by=None)
    return open_ones.filter(status__in=[ReconItem.Status.EXCEPTION, ReconItem.Status.ASSIGNED])


def _to_write_off(*, user: User, at: dt.datetime) -> QuerySet[ReconItem]:
    asked = ReconItem.objects.open_to(user, WRITE_OFF).still_open().filter(write_off_asked_by__isnull=False)
    return asked.exclude(write_off_asked_by__in=own_logins(user))


def _lines(*, user: User, at: dt.datetime) -> QuerySet[BankStatementLine]:
    return BankStatementLine.objects.open_to(user, EXPLAIN).unexplained()


def _differences(*, user: User, at: dt.datetime) -> Measured:
    every, old = _of_network(at) if may_everywhere(user, RESOLVE) else _of_region(user, at)
    if not old:
        return Measured(every, gettext("none older than %(days)s days") % {"days": OLD_DAYS})
    words = gettext("%(count)s older than %(days)s days") % {"count": f"{old:,}", "days": OLD_DAYS}
    return Measured(every, words, "bad")


def _of_network(at: dt.datetime) -> tuple[int, int]:
    """Without the lines of banks, which have a list of their own."""
    counts = counts_of_items(at=at)
    differences = {cell: number for cell, number in counts.by_kind_and_age.items() if cell[0] != BANK_LINE}
    return sum(differences.values()), sum(number for (_kind, age), number in differences.items() if age >= OLD_DAYS)


def _of_region(user: User, at: dt.datetime) -> tuple[int, int]:
    old = Count("pk", filter=Q(opened_at__lt=age_limit(OLD_DAYS, at=at)))
    counts = ReconItem.objects.open_to(user, RESOLVE).still_open().aggregate(every=Count("pk"), old=old)
    return counts["every"], counts["old"]


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("money", _("Reconciliation"), BOARD, READ),
            needs=("recon.explain", "recon.write_off", "recon.bank_lines"),
        )
    ],
    needs=[
        Need("recon.explain", _("Differences to explain"), "scales", RESOLVE, BOARD, _to_explain, "opened_at"),
        Need("recon.write_off", _("Write-offs to confirm"), "people", WRITE_OFF, BOARD, _to_write_off, "updated_at"),
        Need(
            *("recon.bank_lines", _("Bank lines to explain"), "coins", EXPLAIN, "recon:bank_lines", _lines),
            since="imported_at",
        ),
    ],
    figures=[Figure("recon.differences", _("Differences open"), RESOLVE, BOARD, _differences)],
)
