"""Files whose row was rolled back: a transaction takes rows back, not files."""

import datetime as dt
from pathlib import PurePath
from uuid import UUID

from django.core.files.storage import default_storage

from core.files.models import StoredFile

#: Longer than any request lasts.
AGE = dt.timedelta(days=1)


def remove_orphans(*, at: dt.datetime) -> int:
    """Delete files of this month and the last without a row, once they are a day old; how many."""
    this_month = at.astimezone(dt.UTC).date().replace(day=1)
    return sum(_remove_from(month, at=at) for month in (this_month, this_month - dt.timedelta(days=1)))


def _remove_from(month: dt.date, *, at: dt.datetime) -> int:
    folder = _folder(month)
    names = {UUID(PurePath(name).stem): name for name in _names(folder)}
    old = {file for file in names if _made_at(file) < at - AGE}
    orphans = old - set(StoredFile.objects.filter(pk__in=old).values_list("pk", flat=True))
    for file in orphans:
        default_storage.delete(f"{folder}/{names[file]}")
    return len(orphans)


def _folder(month: dt.date) -> str:
    return month.strftime(str(StoredFile.content.field.upload_to)).rstrip("/")


def _names(folder: str) -> list[str]:
    """A bucket has no folders: one without files is empty, and on a disk it is not there."""
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def _made_at(file: UUID) -> dt.datetime:
    """The instant in a key of version 7: its first 48 bits are milliseconds."""
    return dt.datetime.fromtimestamp((file.int >> 80) / 1000, dt.UTC)
