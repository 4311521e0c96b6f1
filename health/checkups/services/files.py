"""A laboratory's file of results: every line is looked at, and either all of them are recorded or none."""

import csv
import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.csv_cells import without_guard
from core.errors import Refused, refuses
from core.language.text import refuse_lines
from health.checkups.models import CheckupDay, CheckupItem
from health.checkups.models.orders import OrderQuerySet
from health.checkups.queries import items_of
from health.checkups.services.results import ACCEPTED, REFUSED, Reading, ReadingRefused, Verdict, record_results
from stations.accounts.models import User

COLUMNS = ("serial", "item", "value", "unit", "note")
MOST_LINES = 5_000
DEVICE = "file"


class FileFaulty(Refused):
    """Not such a file, or lines of it were refused; nothing was recorded. `lines` says which, and why."""

    code = "file_faulty"
    status = 422
    message = _("Nothing was recorded. %(lines)s")


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many lines were stored now, and how many were known from before."""

    day: CheckupDay
    accepted: int
    known: int


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    serial: str
    item: str
    value: str
    unit: str
    note: str


@refuses(FileFaulty)
@transaction.atomic
def record_result_file(*, day: CheckupDay, content: str, within: OrderQuerySet, by: User, at: dt.datetime) -> Recorded:
    """Record a CSV file: bar code, item, value or code of the answer, unit, note. The same file again changes nothing.

    Raises `FileFaulty` with a line for each that is refused (at most ten), and records nothing.
    """
    lines, digest = list(_lines_of(content)), hashlib.sha256(content.encode()).hexdigest()
    items = {item.code: item for item in items_of(day.campaign.package_id)}
    readings, faults = [], []
    for line in lines:
        try:
            readings.append((line, _reading_of(line, items, digest, at)))
        except ReadingRefused as refusal:
            faults.append((line, str(refusal)))
    own = within.filter(day=day)
    verdicts = record_results(readings=[reading for _line, reading in readings], within=own, by=by, at=at)
    faults += [
        (line, str(verdict.refusal))
        for (line, _reading), verdict in zip(readings, verdicts, strict=True)
        if verdict.outcome == REFUSED
    ]
    if faults:
        raise FileFaulty(field="content", lines=_words_of(faults))
    return Recorded(day, _count(verdicts, ACCEPTED), len(verdicts) - _count(verdicts, ACCEPTED))


def _lines_of(content: str) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        if header != list(COLUMNS):
            words = _("The first line must be: %(columns)s") % {"columns": ",".join(COLUMNS)}
            raise FileFaulty(field="content", lines=words)
        for row in reader:
            if reader.line_num > MOST_LINES + 1:
                raise FileFaulty(field="content", lines=_("A file has at most %(most)s lines.") % {"most": MOST_LINES})
            cells = [without_guard(cell.strip()) for cell in row]
            if any(cells):
                padded = [*cells, "", "", "", "", ""]
                yield _Line(reader.line_num, *padded[:5])
    except csv.Error as error:
        raise FileFaulty(field="content", lines=_("This file cannot be read as CSV.")) from error


def _reading_of(line: _Line, items: dict[str, CheckupItem], digest: str, at: dt.datetime) -> Reading:
    """The id follows from the file and the line, so that a file that is sent again is known."""
    item = items.get(line.item)
    if item is None:
        raise ReadingRefused(why=_("the package has no such item"))
    for typed in (line.serial, line.note):
        _refuse_unseen(typed)
    is_number = item.kind == CheckupItem.Kind.NUMBER
    return Reading(
        op_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{digest}:{line.number}"),
        serial=line.serial,
        item=line.item,
        made_at=at,
        value=_number(line.value) if is_number else None,
        choice="" if is_number else line.value,
        unit=line.unit,
        text=line.note[:200],
        device=DEVICE,
    )


def _refuse_unseen(text: str) -> None:
    try:
        refuse_lines(text)
    except ValidationError as error:
        raise ReadingRefused(why=error.messages[0]) from None


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ReadingRefused(why=_("this is no number")) from None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        raise ReadingRefused(why=_("a number has at most two decimals"))
    return value


def _count(verdicts: list[Verdict], outcome: str) -> int:
    return sum(verdict.outcome == outcome for verdict in verdicts)


def _words_of(faults: list[tuple[_Line, str]]) -> str:
    told = sorted(faults, key=lambda fault: fault[0].number)[:10]
    return " ".join(str(_("Line %(number)s: %(why)s")) % {"number": line.number, "why": why} for line, why in told)
