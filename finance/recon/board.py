"""How the board shows what is open: a table by kind and age, and rows of the list."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.language import formatting
from core.money import Money
from core.web.tables import Cell, Column, Table
from finance.recon.models import BankStatementLine, ProviderFile, ProviderSum, ReconItem, RiskRow
from finance.recon.queries import AGES, BANK_LINE, Counts, age_of

#: The colour of an age: a day, the manager's, the red list's.
COLOURS = {0: "info", 1: "wait", 3: "wait", 7: "bad"}
#: The colour of a state.
STATES: dict[str, str] = {
    ReconItem.Status.UNMATCHED: "info",
    ReconItem.Status.EXCEPTION: "wait",
    ReconItem.Status.ASSIGNED: "info",
    ReconItem.Status.MATCHED: "ok",
    ReconItem.Status.RESOLVED: "ok",
    ReconItem.Status.WRITTEN_OFF: "ok",
}
BANK_LINE_WORDS = gettext_lazy("unexplained bank line")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list."""

    href: str
    title: Any
    detail: str
    more: str
    amount: Money | None
    status: str
    words: Any


def words_of(kind: str) -> Any:
    """A kind in words; unexplained bank lines are one of them here."""
    return BANK_LINE_WORDS if kind == BANK_LINE else ReconItem.Kind(kind).label


def age_words(age: int) -> str:
    """An age as a filter."""
    if age == 0:
        return _("Today")
    return ngettext("From %(days)s day", "From %(days)s days", age) % {"days": age}


def table_of(counts: Counts) -> Table:
    """What is open by kind and age; every figure leads to its list."""
    kinds = [kind for kind in (*ReconItem.Kind.values, BANK_LINE) if counts.by_kind.get(kind)]
    columns = [Column(_("Item")), *(Column(_head(age), number=True) for age in AGES), Column(_("All"), number=True)]
    rows = [
        [
            Cell(capfirst(words_of(kind)), href=f"?kind={kind}"),
            *(_figure(counts.of(kind, age), kind, age) for age in AGES),
            counts.by_kind[kind],
        ]
        for kind in kinds
    ]
    total = [_("All"), *(counts.by_age.get(age, 0) for age in AGES), counts.total]
    return Table(
        _("Open by kind and age in days"),
        columns,
        rows,
        total=total if len(rows) > 1 else (),
        small=True,
        empty=_("Everything matches."),
    )


def _head(age: int) -> str:
    """An age as the head of a narrow column: 0, 1+, 3+, 7+."""
    return f"{age}+" if age else "0"


def _figure(number: int, kind: str, age: int) -> Any:
    return Cell(number, href=f"?kind={kind}&age={age}") if number else "–"


def row_of(item: ReconItem, *, at: dt.datetime) -> Row:
    """A difference in the list."""
    said = " · ".join(part for part in (item.provider.code if item.provider else "", item.our_ref) if part)
    opened = formatting.moment(timezone.localtime(item.opened_at))
    said_by = {"day": opened, "who": item.owner.shown_name if item.owner else ""}
    taken_on = _("%(day)s, handled by %(who)s") % said_by if item.owner else opened
    return Row(
        href=reverse("recon:item", args=[item.pk]),
        title=item.get_kind_display(),
        detail=said or taken_on,
        more=taken_on if said else "",
        amount=item.difference if item.amount_diff_minor else None,
        status=COLOURS[age_of(item.opened_at, at=at)],
        words=item.get_status_display(),
    )


def bank_row_of(line: BankStatementLine, *, at: dt.datetime) -> Row:
    """A bank line in the list."""
    return Row(
        href=reverse("recon:bank_line", args=[line.pk]),
        title=line.counterparty or line.line_ref,
        detail=line.text or line.line_ref,
        more=formatting.day(line.value_date),
        amount=line.unexplained,
        status=COLOURS[age_of(line.imported_at, at=at)],
        words=line.get_direction_display(),
    )


def rows_of_file(file: ProviderFile) -> list[Row]:
    """A daily file, and below it what it comes to."""
    lines = ngettext("%(count)s line", "%(count)s lines", file.line_count) % {"count": file.line_count}
    corrected = _("corrected, number %(number)s") % {"number": file.sequence} if file.sequence > 1 else ""
    head = Row(
        href="",
        title=f"{file.provider.code} · {formatting.day(file.file_date)}",
        detail=" · ".join(part for part in (lines, corrected) if part),
        more=formatting.moment(timezone.localtime(file.imported_at)),
        amount=Money(file.total_minor, file.currency),
        status="",
        words="",
    )
    return [head, *(_sum_row(each) for each in sorted(file.sums.all(), key=lambda each: each.kind))]


def _sum_row(each: ProviderSum) -> Row:
    return Row(
        href="",
        title=each.reference,
        detail=_("due by %(day)s") % {"day": formatting.day(each.due_date)},
        more="",
        amount=each.amount,
        status="ok" if each.settled_at else "wait",
        words=_("settled") if each.settled_at else _("waits for the bank"),
    )


def risk_row_of(risk: RiskRow) -> Row:
    """What stood out, in words."""
    figures = risk.figures
    words = {
        RiskRow.Kind.OWN_BILLS: _("%(payments)s bills of their own household were paid here."),
        RiskRow.Kind.REVERSALS: _("%(reversed)s of %(payments)s payments were reversed."),
        RiskRow.Kind.WITNESS: _("The same witness for %(hand_backs)s refunds."),
    }
    return Row(
        href="",
        title=risk.get_kind_display(),
        detail=str(words[RiskRow.Kind(risk.kind)]) % figures,
        more=f"{risk.station.name} · {formatting.day(risk.date)}",
        amount=None,
        status="",
        words="",
    )


def chips(kind: str, age: int | None) -> list[tuple[Any, str, bool]]:
    """Filter chips: every age, and all."""
    of_kind = f"kind={kind}&" if kind else ""
    chosen = [(_("All"), f"?{of_kind}", age is None)]
    return chosen + [(age_words(each), f"?{of_kind}age={each}", each == age) for each in AGES]
