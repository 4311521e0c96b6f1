"""Readings of weather stations: a file is loaded whole by one person, or refused line by line; another releases it."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.csv_cells import without_guard
from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from finance.insurance.machine import READINGS
from finance.insurance.models import IndexFile, IndexReading, IndexSource
from finance.insurance.models.products import IndexKind
from ledger.services import book_of
from stations.accounts.models import User
from stations.network.paper_numbers import random_marks
from stations.two_persons import require_two_persons

COLUMNS = ("source", "date", "value")
#: Lines of one file, and faults that a refusal names.
MOST_LINES, MOST_FAULTS = 5_000, 20
MOST = Decimal("99999999.99")
#: What may be measured below zero.
BELOW_ZERO = (IndexKind.LOWEST_TEMPERATURE, IndexKind.HIGHEST_TEMPERATURE)
_S = IndexFile.Status


class ReadingsRefused(Refused):
    """A file with a line that does not fit; nothing of it is stored."""

    code = "readings_refused"
    status = 422
    message = _("No reading was stored. %(faults)s")


class IndexFileLoaded(Refused):
    """One file is loaded once."""

    code = "index_file_loaded"
    message = _("This very file was loaded already.")


@refuses(ReadingsRefused, IndexFileLoaded)
@transaction.atomic
def load_index_readings(*, content: str, by: User, at: dt.datetime) -> IndexFile:
    """Store the readings of a file (CSV: `source,date,value`), to be released by another person.

    One line that does not fit refuses the file; the refusal names the line and what is wrong with it.
    """
    digest = hashlib.sha256(content.encode()).hexdigest()
    if IndexFile.objects.exclude(status=_S.DISCARDED).filter(sha256=digest).exists():
        raise IndexFileLoaded(field="content")
    readings = _readings_of(content, at=at)
    file = IndexFile(number=f"R-{random_marks(8)}", sha256=digest, rows=len(readings), maker=by, made_at=at)
    for reading in readings:
        reading.file = file
    try:
        with transaction.atomic():
            file.save(force_insert=True)
            IndexReading.objects.bulk_create(readings)
    except IntegrityError as error:
        if "file_of_readings_is_loaded_once" in str(error):
            raise IndexFileLoaded(field="content") from error
        if "weather_station_says_one_thing_of_a_day" in str(error):
            fault = gettext("A colleague has just loaded readings of the same days.")
            raise ReadingsRefused(field="content", faults=fault) from error
        raise
    record_change(file, old="", new=file.status, at=at, actor=by.pk)
    return file


@refuses(WrongState, SamePerson)
@transaction.atomic
def release_index_file(*, file: IndexFile, by: User, at: dt.datetime) -> IndexFile:
    """Let the readings of a file count, by another person than loaded it; from then on they never change."""
    file = lock(file)
    READINGS.check("release_index_file", file.status)
    require_two_persons(by, file.maker_id)
    file.readings.update(released_at=at, updated_at=at)
    file.checker, file.checked_at = by, at
    return _move(file, _S.RELEASED, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def discard_index_file(*, file: IndexFile, by: User, at: dt.datetime) -> IndexFile:
    """Take back a file that was not released: its readings are deleted, and may be loaded anew."""
    file = lock(file)
    READINGS.check("discard_index_file", file.status)
    file.readings.all().delete()
    return _move(file, _S.DISCARDED, by=by, at=at)


def _move(file: IndexFile, status: str, *, by: User, at: dt.datetime) -> IndexFile:
    before, file.status = file.status, status
    file.save(update_fields=["status", "checker", "checked_at", "updated_at"])
    record_change(file, old=before, new=status, at=at, actor=by.pk)
    return file


@refuses(ReadingsRefused)
def _readings_of(content: str, *, at: dt.datetime) -> list[IndexReading]:
    lines = _lines_of(content)
    sources = {source.code: source for source in IndexSource.objects.select_related("region")}
    days = {country: day_in(book_of(country).zone, at) for country in {s.region.country for s in sources.values()}}
    known = _known(sources[code] for _number, (code, _date, _value) in lines if code in sources)
    readings, faults = [], []
    for number, (code, date, value) in lines:
        source = sources.get(code)
        day, amount = _date_of(date), _value_of(value)
        if source is None:
            faults.append((number, gettext("no weather station has this code")))
        elif day is None or day >= days[source.region.country]:
            faults.append((number, gettext("this is no day that is over there (YYYY-MM-DD)")))
        elif amount is None:
            faults.append((number, gettext("this is no value: a number with up to two decimals")))
        elif amount < 0 and source.kind not in BELOW_ZERO:
            faults.append((number, gettext("rain and water are not below zero")))
        elif (code, day) in known:
            faults.append((number, gettext("there is a reading of this day already")))
        else:
            known.add((code, day))
            readings.append(IndexReading(source=source, date=day, value=amount))
    if faults:
        raise ReadingsRefused(field="content", faults=_in_words(faults))
    return readings


@refuses(ReadingsRefused)
def _lines_of(content: str) -> list[tuple[int, tuple[str, str, str]]]:
    """The lines of a file that are not empty, each with its number and three cells."""
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        if header != list(COLUMNS):
            fault = gettext("The first line must name these columns: %(columns)s") % {"columns": ",".join(COLUMNS)}
            raise ReadingsRefused(field="content", faults=fault)
        rows = [(reader.line_num, [without_guard(cell.strip()) for cell in row]) for row in reader]
    except csv.Error as error:
        raise ReadingsRefused(field="content", faults=gettext("This file cannot be read as CSV.")) from error
    lines = []
    for number, cells in rows:
        if any(cells):
            code, date, value, *_rest = [*cells, "", "", ""]
            lines.append((number, (code, date, value)))
    if not lines:
        raise ReadingsRefused(field="content", faults=gettext("The file has no line."))
    if len(lines) > MOST_LINES:
        raise ReadingsRefused(
            field="content", faults=gettext("A file has at most %(most)s lines.") % {"most": MOST_LINES}
        )
    return lines


def _known(sources: Iterable[IndexSource]) -> set[tuple[str, dt.date]]:
    rows = IndexReading.objects.filter(source__in=set(sources))
    return set(rows.values_list("source__code", "date"))


def _date_of(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def _value_of(typed: str) -> Decimal | None:
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return None
    fits = value.is_finite() and abs(value) <= MOST and value == value.quantize(Decimal("0.01"))
    return value if fits else None


def _in_words(faults: list[tuple[int, str]]) -> str:
    named = [
        gettext("Line %(line)s: %(fault)s.") % {"line": line, "fault": fault} for line, fault in faults[:MOST_FAULTS]
    ]
    if len(faults) > MOST_FAULTS:
        named.append(gettext("And %(count)s more lines.") % {"count": len(faults) - MOST_FAULTS})
    return " ".join(named)
