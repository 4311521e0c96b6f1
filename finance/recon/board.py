"""How the board shows what is open: a table by kind and age, and rows of the list."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.web.tables import Cell, Column, Table
from finance.recon.models import ReconItem, RiskRow
from finance.recon.queries import AGES, BANK_LINE, Counts

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
            Cell(capfirst(words_of(kind)), href=_link(kind)),
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
    return Cell(number, href=_link(kind, age=age)) if number else "–"


def _link(kind: str, **chosen: int) -> str:
    """The list of a kind: unexplained bank lines have one of their own."""
    if kind == BANK_LINE:
        return f"{reverse('recon:bank_lines')}?{urlencode(chosen)}"
    return f"?{urlencode({'kind': kind, **chosen})}"


def risk_words(risk: RiskRow) -> str:
    """What was counted, in words."""
    words = {
        RiskRow.Kind.OWN_BILLS: _("%(payments)s bills of their own household were paid here."),
        RiskRow.Kind.REVERSALS: _("%(reversed)s of %(payments)s payments were reversed."),
        RiskRow.Kind.WITNESS: _("The same witness for %(hand_backs)s refunds."),
    }
    return str(words[RiskRow.Kind(risk.kind)]) % risk.figures
