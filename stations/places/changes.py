"""Reading lists of changes and of working days: small CSV files that are refused as a whole when a line is wrong."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from stations.places.files import BadLines, opened
from stations.places.models import Division, DivisionSuccession

CHANGES = ["old_code", "new_code", "level", "kind", "effective_date"]
DAYS = ["date", "is_working", "name"]
WORKING = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

Change = tuple[int, str, str, str, str, dt.date]
Day = tuple[int, dt.date, bool, str]


def changes_in(path: Path, bad: BadLines) -> Iterator[Change]:
    """Line number, old code, new code, level, kind and date of every well formed line."""
    for line, (old, new, level, kind, date) in _rows(path, CHANGES, bad):
        effective = _date(date)
        if level not in Division.LEVELS:
            bad.add(line, _("unknown level “%(level)s”") % {"level": level})
        elif kind not in DivisionSuccession.Kind.values:
            bad.add(line, _("unknown kind “%(kind)s”") % {"kind": kind})
        elif effective is None:
            bad.add(line, _("“%(date)s” is no date") % {"date": date})
        elif old == new:
            bad.add(line, _("the old and the new code are the same"))
        else:
            yield line, old, new, level, kind, effective


def days_in(path: Path, bad: BadLines) -> Iterator[Day]:
    """Line number, date, whether it is a working day, and its name, of every well formed line."""
    seen: set[dt.date] = set()
    for line, (text, working, name) in _rows(path, DAYS, bad):
        date = _date(text)
        if date is None:
            bad.add(line, _("“%(date)s” is no date") % {"date": text})
        elif working.lower() not in WORKING:
            bad.add(line, _("“%(value)s” says neither yes nor no") % {"value": working})
        elif date in seen:
            bad.add(line, _("this day appears twice in the file"))
        else:
            seen.add(date)
            yield line, date, WORKING[working.lower()], name[:80]


def _rows(path: Path, header: list[str], bad: BadLines) -> Iterator[tuple[int, list[str]]]:
    with opened(path) as text:
        rows = csv.reader(text)
        if next(rows, None) != header:
            bad.add(1, _("the header has to be %(header)s") % {"header": ",".join(header)})
            return
        for row in rows:
            if len(row) == len(header):
                yield rows.line_num, [value.strip() for value in row]
            elif row:
                fault = _("%(count)d columns instead of %(wanted)d") % {"count": len(row), "wanted": len(header)}
                bad.add(rows.line_num, fault)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
