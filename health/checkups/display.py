"""How a check-up reads: values with their units, ranges, meanings, and what is to be done, in plain words."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.language import formatting
from core.web.tables import Cell, Column, Table
from health.checkups.models import CheckupItem, CheckupOrder, CheckupPackage, CheckupReport, CheckupResult, ItemRange

_F = CheckupResult.Flag
#: In place of a number below five.
HIDDEN = "–"
#: Colours of meanings, and of states.
KINDS = {_F.NORMAL: "ok", _F.CRITICAL_LOW: "bad", _F.CRITICAL_HIGH: "bad", "": "info"}
PACKAGE_KINDS = {"draft": "wait", "active": "ok", "retired": "info", "discarded": "info"}
UNITS = {"mm[Hg]": "mmHg", "Cel": "°C", "10*9/L": "×10⁹/L", "umol/L": "μmol/L", "kg/m2": "kg/m²"}


def kind_of(flag: str) -> str:
    """The colour of a meaning."""
    return KINDS.get(flag, "wait")


def state_of(order: CheckupOrder) -> tuple[str, str]:
    """Colour and words of a check-up on a list: without a value."""
    if order.status == CheckupOrder.Status.COMPLETED:
        return "ok", _("completed, may eat now")
    return ("info", _("is here")) if order.arrived_at else ("wait", _("not here yet"))


def report_state(report: CheckupReport, today: dt.date) -> tuple[str, str]:
    """Colour and words of a report by its clock."""
    if report.told_at is not None:
        return "ok", _("explained to the resident")
    words = str(report.get_status_display())
    return ("bad", _("overdue")) if report.due_date < today else ("wait", words)


def shown_number(value: Decimal | None) -> str:
    """`6.6`, without zeros at the end."""
    return "" if value is None else f"{value.normalize():f}"


def unit_of(unit: str) -> str:
    """A UCUM unit as people write it."""
    return UNITS.get(unit, unit)


def value_words(row: CheckupResult) -> str:
    """`6.6 mmol/L`, an answer, or why there is none."""
    if row.absent_because:
        return str(row.get_absent_because_display())
    if row.value is None:
        return row.item.words_of(row.choice)
    return f"{shown_number(row.value)} {unit_of(row.unit)}".strip()


def _with_note(row: CheckupResult) -> str:
    return f"{value_words(row)} · {row.text}" if row.text else value_words(row)


def range_words(low: Decimal | None, high: Decimal | None) -> str:
    """`3.9-6.1`, `up to 89.9`, `from 0.5`."""
    if low is not None and high is not None:
        return f"{shown_number(low)}–{shown_number(high)}"
    if high is not None:
        return _("up to %(high)s") % {"high": shown_number(high)}
    return _("from %(low)s") % {"low": shown_number(low)} if low is not None else "–"


def meaning_cell(row: CheckupResult) -> Cell | str:
    """The meaning in colour; nothing for what has none."""
    return Cell(row.get_flag_display(), status=kind_of(row.flag)) if row.flag else "–"


def results_table(rows: Iterable[CheckupResult]) -> Table:
    """What was looked at, what was found, what is normal, what it means."""
    lines = [
        (row.item.title, _with_note(row), range_words(row.low, row.high), meaning_cell(row))
        for row in sorted(rows, key=lambda row: row.item.position)
    ]
    columns = [
        *(Column(_("What was looked at")), Column(_("Result"), number=True)),
        *(Column(_("Normal"), number=True), Column(_("Meaning"))),
    ]
    return Table(_("Results"), columns, lines, empty=_("No results yet."))


def former_table(rows: Sequence[CheckupResult]) -> Table:
    """What was typed before, or beside: nothing is taken away."""
    lines = [
        (
            row.item.title,
            _with_note(row),
            row.recorded_by.shown_name,
            formatting.day(timezone.localdate(row.made_at)),
            row.reason or "–",
        )
        for row in rows
    ]
    columns = [
        *(Column(_("What was looked at")), Column(_("Result"))),
        *(Column(_("Recorded by")), Column(_("When"), short=True), Column(_("Reason"))),
    ]
    return Table(_("Replaced or typed twice"), columns, lines)


@dataclass(frozen=True, slots=True)
class PlainReport:
    """The first line of a report, and what is to be done, one line for each advice."""

    headline: str
    advice: list[tuple[str, str]]
    is_critical: bool


def plain_report(results: Mapping[int, CheckupResult], name: str) -> PlainReport:
    """How many were looked at, how many are normal, how many are to be watched; the same advice is given once."""
    seen = [row for row in results.values() if row.flag]
    watched = sorted((row for row in seen if row.flag != _F.NORMAL), key=lambda row: row.item.position)
    by_advice: dict[str, list[str]] = {}
    for row in watched:
        by_advice.setdefault(row.item.advice_text, []).append(f"{row.item.title} {value_words(row)}")
    known = {"name": name, "seen": len(seen), "normal": len(seen) - len(watched), "watched": len(watched)}
    headline = (
        _("%(name)s, %(seen)s results can be judged: %(normal)s are normal, %(watched)s are to be watched.") % known
        if watched
        else _("%(name)s, %(seen)s results can be judged, and all of them are normal.") % known
    )
    advice = [(formatting.listed(names), words) for words, names in by_advice.items()]
    return PlainReport(headline, advice, any(row.flag in CheckupResult.CRITICAL for row in watched))


def done_words(done: int, needed: int) -> str:
    """`6 of 44 recorded`."""
    return ngettext("%(done)s of %(needed)s recorded", "%(done)s of %(needed)s recorded", done) % {
        "done": done,
        "needed": needed,
    }


def groups_table(rows: Sequence[tuple[str, int, int]]) -> Table:
    """Each table of the day: how many are through, and how many still come."""
    lines = [(CheckupItem.Group(group).label, done, whole - done) for group, done, whole in rows]
    columns = [
        *(Column(pgettext("check-up", "Table")), Column(_("Done"), number=True)),
        Column(pgettext("check-up", "To come"), number=True),
    ]
    return Table(pgettext("check-up", "Tables"), columns, lines, small=True)


def ranges_table(package: CheckupPackage) -> Table:
    """What is normal for whom, by this revision."""
    lines = [
        (
            item.title,
            _for_whom(each),
            range_words(each.low, each.high),
            range_words(each.critical_low, each.critical_high)
            if each.critical_low is not None and each.critical_high is not None
            else _critical_words(each),
            unit_of(item.unit) or "–",
        )
        for item in package.items.prefetch_related("ranges").order_by("position")
        for each in sorted(item.ranges.all(), key=lambda each: (each.laboratory, each.sex, each.from_age))
    ]
    columns = [
        *(Column(_("What was looked at")), Column(_("For whom"))),
        *(Column(_("Normal"), number=True), Column(_("Urgent outside of"), number=True), Column(_("Unit"), short=True)),
    ]
    return Table(_("Normal ranges"), columns, lines)


def _critical_words(found: ItemRange) -> str:
    if found.critical_high is not None:
        return _("from %(low)s") % {"low": shown_number(found.critical_high)}
    return _("up to %(high)s") % {"high": shown_number(found.critical_low)} if found.critical_low is not None else "–"


def _for_whom(found: ItemRange) -> str:
    parts = [str(found.get_sex_display())] if found.sex else []
    if found.to_age is not None:
        ages = {"first": found.from_age, "last": found.to_age - 1}
        parts.append(_("%(first)s to %(last)s years") % ages)
    elif found.from_age:
        parts.append(_("from %(age)s years") % {"age": found.from_age})
    parts += [found.laboratory] if found.laboratory else []
    return formatting.listed(parts) if parts else _("all residents")
