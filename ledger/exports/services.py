"""Exporting a month: whole or not at all, with a manifest that proves what was handed over."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from ledger.exports.files import WRITERS, ParquetMissing
from ledger.exports.month import Month
from ledger.models import Book

MANIFEST = "manifest.json"


class AlreadyExported(Refused):
    """An export is never overwritten: it may have been handed over."""

    code = "already_exported"
    message = _("%(folder)s already exists. Nothing was written.")


class FormatUnavailable(Refused):
    """A format needs a package that is not installed."""

    code = "format_unavailable"
    message = _("Parquet needs the package pyarrow: see requirements-export.txt.")


@refuses(AlreadyExported, FormatUnavailable)
@transaction.atomic(durable=True)
def export_month(*, book: Book, first: dt.date, file_format: str, out: Path, at: dt.datetime) -> Path:
    """Write a month of a book below `out`; the folder `<book>-<month>-<format>`.

    Everything is read in one snapshot, so that it agrees with itself while work goes on. `manifest.json` holds the
    SHA-256 and the rows of every file, and whether the month is closed: an open month may still change. Rows stay where
    they are; this is a copy. Raises `AlreadyExported` (409), `FormatUnavailable` (409).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    month = Month(book, first)
    with whole_or_not_at_all(out / f"{month.name}-{file_format}") as unfinished:
        try:
            rows = WRITERS[file_format](month, unfinished)
        except ParquetMissing as error:
            raise FormatUnavailable from error
        write_manifest(unfinished, manifest_of(month, unfinished, rows, at))
    return out / f"{month.name}-{file_format}"


@refuses(AlreadyExported)
@contextmanager
def whole_or_not_at_all(folder: Path) -> Iterator[Path]:
    """A folder to write into, which gets its name when all of it stands. Raises `AlreadyExported` (409)."""
    if folder.exists():
        raise AlreadyExported(folder=str(folder))
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, unfinished)
        yield unfinished
        stack.pop_all()
    unfinished.rename(folder)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """The last file of a folder: what proves the others."""
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))


def manifest_of(month: Month, folder: Path, rows: dict[str, int], at: dt.datetime) -> dict[str, Any]:
    """Which month, whether it may still change, and the rows and SHA-256 of every file."""
    return {
        "book": month.book.code,
        "month": f"{month.first:%Y-%m}",
        "is_closed": month.is_closed,
        "made_at": at,
        "files": {name: {"rows": count, "sha256": hash_of(folder / name)} for name, count in rows.items()},
    }


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
