"""A OneRoster file (1EdTech, CSV, 1.1 and 1.2): a zip without folders whose manifest says which files it has.

Only what classes need is read: no password, no address, no phone. Of users only pupils keep a name.
"""

import csv
import datetime as dt
import io
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, TypedDict

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.zips import BROKEN_ZIP
from education.rosters.marks import OF_PEOPLE, Marker
from education.rosters.models import RosterRecord

LARGEST_ZIP, LARGEST_CONTENT, MOST_FILES, MOST_LINES = 10 * 1024 * 1024, 50 * 1024 * 1024, 30, 30_000
MANIFEST = "manifest.csv"
VERSIONS = ("1.1", "1.2")
ABSENT, BULK, DELTA = "absent", "bulk", "delta"
ACTIVE, TO_BE_DELETED = "active", "tobedeleted"
LONGEST_ID, LONGEST_TEXT = 255, 200
_K = RosterRecord.Kind

Facts = dict[str, object]
Row = Mapping[str, str]


class ZipUnusable(Refused):
    """This is no zip of CSV files in UTF-8, or it is too large, or has folders."""

    code = "zip_unusable"
    status = 422
    message = _("This is no OneRoster file: a zip of CSV files in UTF-8, without folders, of at most 10 MB.")


class ManifestMissing(Refused):
    """Without a manifest nobody knows what the files mean."""

    code = "manifest_missing"
    status = 422
    message = _("The first file of the zip must be manifest.csv.")


class VersionUnknown(Refused):
    """Another version of OneRoster, or a manifest that contradicts the files."""

    code = "version_unknown"
    status = 422
    message = _("The manifest must name OneRoster 1.1 or 1.2, and for each file in the zip bulk or delta.")


class Line(TypedDict):
    """A line of a file as it is kept until the roster is taken in."""

    kind: str
    file: str
    number: int
    sourced_id: str
    is_ended: bool
    facts: Facts


class Fault(TypedDict):
    """What is wrong with a line; line 1 holds the names of the columns."""

    file: str
    number: int
    sourced_id: str
    code: str


@dataclass(slots=True)
class Package:
    """What a zip holds: its version, how each file is meant, its lines and their faults; `mark` hides ids of people."""

    version: str
    modes: dict[str, str]
    mark: Marker
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class _Malformed(Exception):
    """A value that cannot be what it should be."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_package(upload: IO[bytes], mark: Marker) -> Package:
    """The content of a zip; ids of people are marked as they are read.

    Raises `ZipUnusable`, `ManifestMissing`, `VersionUnknown`.
    """
    texts = _texts_in(upload)
    said = {row.get("propertyName", ""): row.get("value", "") for _n, row in _rows(texts.pop(MANIFEST))}
    version, modes = said.get("oneroster.version", ""), _modes(said)
    if version not in VERSIONS or {f"{name}.csv" for name, mode in modes.items() if mode != ABSENT} != set(texts):
        raise VersionUnknown(field="file")
    package = Package(version, {name: mode for name, mode in modes.items() if mode != ABSENT}, mark)
    births = _births(texts, package)
    roles = _roles(texts, package) if version == "1.2" else {}
    for kind, (name, columns, facts_of) in _FILES.items():
        if f"{name}.csv" in texts:
            needed = columns if version == "1.1" or kind != _K.USER else tuple(set(columns) - {"role"})
            _read_file(package, kind, name, texts[f"{name}.csv"], needed, facts_of)
    _finish_users(package, births, roles)
    return package


def _modes(said: Mapping[str, str]) -> dict[str, str]:
    modes = {key.removeprefix("file."): value for key, value in said.items() if key.startswith("file.")}
    if set(modes.values()) - {ABSENT, BULK, DELTA}:
        raise VersionUnknown(field="file")
    return modes


def _texts_in(upload: IO[bytes]) -> dict[str, str]:
    content = upload.read(LARGEST_ZIP + 1)
    if len(content) > LARGEST_ZIP:
        raise ZipUnusable(field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if not entries or entries[0].filename != MANIFEST:
                raise ManifestMissing(field="file")
            _refuse_unusable(entries)
            return _decoded(archive, entries)
    except BROKEN_ZIP as error:
        raise ZipUnusable(field="file") from error


def _refuse_unusable(entries: list[zipfile.ZipInfo]) -> None:
    """Folders, links, encrypted entries, the same name twice, and more than a file of a school can hold."""
    names = [entry.filename for entry in entries]
    is_flat = all(name.endswith(".csv") and "/" not in name and "\\" not in name for name in names)
    is_plain = not any(entry.flag_bits & 1 or stat.S_ISLNK(entry.external_attr >> 16) for entry in entries)
    size = sum(entry.file_size for entry in entries)
    if (
        not is_flat
        or not is_plain
        or len(set(names)) != len(names)
        or len(names) > MOST_FILES
        or size > LARGEST_CONTENT
    ):
        raise ZipUnusable(field="file")


def _decoded(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Each file as text; what unpacks to more than it says is not read to its end."""
    texts, left = {}, LARGEST_CONTENT
    for entry in entries:
        with archive.open(entry) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise ZipUnusable(field="file")
        texts[entry.filename] = content.decode("utf-8-sig")
    if any("\0" in text for text in texts.values()) or sum(map(_lines_of, texts.values())) > MOST_LINES:
        raise ZipUnusable(field="file")
    return texts


def _lines_of(text: str) -> int:
    """However they end: a reader of CSV takes a lone carriage return for the end of one as well."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines below the names of the columns, with their numbers; what is missing at the end of one is empty."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        for row in reader:
            yield reader.line_num, {name: value.strip() for name, value in row.items() if isinstance(value, str)}
    except csv.Error as error:
        raise ZipUnusable(field="file") from error


def _columns(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error as error:
        raise ZipUnusable(field="file") from error


def _read_file(
    package: Package, kind: str, name: str, text: str, columns: tuple[str, ...], facts_of: Callable[[Row], Facts]
) -> None:
    file = f"{name}.csv"
    if {"sourcedId", "status", "dateLastModified", *columns} - set(_columns(text)):
        package.faults.append(Fault(file=file, number=1, sourced_id="", code="column_missing"))
        return
    seen: set[str] = set()
    for number, row in _rows(text):
        said = row["sourcedId"]
        sourced_id = package.mark(said) if kind in OF_PEOPLE else said
        try:
            is_ended = _is_ended(row, package.modes[name])
            if not said or len(said) > LONGEST_ID:
                raise _Malformed("id_malformed")
            if sourced_id in seen:
                raise _Malformed("id_twice")
            seen.add(sourced_id)
            facts = facts_of(row)
            if kind == _K.ENROLLMENT:
                facts["user"] = package.mark(str(facts["user"]))
        except _Malformed as fault:
            package.faults.append(Fault(file=file, number=number, sourced_id=sourced_id[:LONGEST_ID], code=fault.code))
            continue
        package.lines.append(
            Line(kind=kind, file=file, number=number, sourced_id=sourced_id, is_ended=is_ended, facts=facts)
        )


def _is_ended(row: Row, mode: str) -> bool:
    """In bulk, status and time are empty; in a delta both are there."""
    status, modified = row["status"], row["dateLastModified"]
    if mode == BULK:
        if status or modified:
            raise _Malformed("status_in_bulk")
        return False
    if status not in {ACTIVE, TO_BE_DELETED} or not modified:
        raise _Malformed("status_missing")
    return status == TO_BE_DELETED


def _text(row: Row, name: str, *, may_be_empty: bool = False) -> str:
    value = row.get(name, "")
    if (not value and not may_be_empty) or len(value) > LONGEST_TEXT:
        raise _Malformed("value_malformed")
    return value


def _day(row: Row, name: str, *, may_be_empty: bool = False) -> str:
    value = row.get(name, "")
    if not value and may_be_empty:
        return ""
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _Malformed("value_malformed") from error


def _ids(row: Row, name: str) -> list[str]:
    return [each.strip() for each in row.get(name, "").split(",") if each.strip()]


def _org(row: Row) -> Facts:
    return {"name": _text(row, "name"), "identifier": _text(row, "identifier", may_be_empty=True)}


def _session(row: Row) -> Facts:
    return {"title": _text(row, "title"), "start": _day(row, "startDate"), "end": _day(row, "endDate")}


def _course(row: Row) -> Facts:
    return {"title": _text(row, "title"), "code": _text(row, "courseCode", may_be_empty=True)}


def _class(row: Row) -> Facts:
    return {
        "title": _text(row, "title"),
        "course": _text(row, "courseSourcedId"),
        "school": _text(row, "schoolSourcedId"),
        "terms": _ids(row, "termSourcedIds"),
    }


def _user(row: Row) -> Facts:
    family, given = _text(row, "familyName"), _text(row, "givenName")
    is_written_together = not (family + given).isascii()
    name = f"{family}{given}" if is_written_together else f"{given} {family}"
    return {"is_student": row.get("role", "") == "student", "name": name}


def _enrollment(row: Row) -> Facts:
    return {
        "class": _text(row, "classSourcedId"),
        "user": _text(row, "userSourcedId"),
        "role": _text(row, "role"),
    }


#: In the order in which one refers to another: file, columns that must be there, and what is read of a line.
_FILES: dict[str, tuple[str, tuple[str, ...], Callable[[Row], Facts]]] = {
    _K.ORG: ("orgs", ("name", "type", "identifier"), _org),
    _K.SESSION: ("academicSessions", ("title", "type", "startDate", "endDate"), _session),
    _K.COURSE: ("courses", ("title", "courseCode", "orgSourcedId"), _course),
    _K.CLASS: ("classes", ("title", "courseSourcedId", "schoolSourcedId", "termSourcedIds"), _class),
    _K.USER: ("users", ("enabledUser", "role", "givenName", "familyName"), _user),
    _K.ENROLLMENT: ("enrollments", ("classSourcedId", "schoolSourcedId", "userSourcedId", "role"), _enrollment),
}


def _births(texts: Mapping[str, str], package: Package) -> dict[str, str]:
    """Birth dates by user, where the school sends them."""
    if "demographics.csv" not in texts:
        return {}
    births = {}
    for number, row in _rows(texts["demographics.csv"]):
        try:
            births[package.mark(row.get("sourcedId", ""))] = _day(row, "birthDate", may_be_empty=True)
        except _Malformed as fault:
            said = package.mark(row.get("sourcedId", ""))
            package.faults.append(Fault(file="demographics.csv", number=number, sourced_id=said, code=fault.code))
    return births


def _roles(texts: Mapping[str, str], package: Package) -> dict[str, set[str]]:
    """From 1.2 on: the roles of each user, in a file of their own."""
    if "roles.csv" not in texts and package.modes.get("users") == DELTA:
        return {}
    if "roles.csv" not in texts:
        package.faults.append(Fault(file="roles.csv", number=1, sourced_id="", code="file_missing"))
        return {}
    if {"userSourcedId", "role"} - set(_columns(texts["roles.csv"])):
        package.faults.append(Fault(file="roles.csv", number=1, sourced_id="", code="column_missing"))
        return {}
    roles: dict[str, set[str]] = {}
    for _number, row in _rows(texts["roles.csv"]):
        said = roles.setdefault(package.mark(row["userSourcedId"]), set())
        if row.get("status", "") != TO_BE_DELETED:
            said.add(row["role"])
    return roles


def _finish_users(package: Package, births: Mapping[str, str], roles: Mapping[str, set[str]]) -> None:
    """Roles and birth dates stand in files of their own; what those do not say of a user has no place in its facts."""
    is_told_apart = package.version != "1.1" and package.modes.get("users") == DELTA
    for line in package.lines:
        if line["kind"] != _K.USER:
            continue
        facts, key = line["facts"], line["sourced_id"]
        if "student" in roles.get(key, set()):
            facts["is_student"] = True
        elif is_told_apart and key not in roles and not facts["is_student"]:
            del facts["is_student"]
        if key in births:
            facts["birth_date"] = births[key]
