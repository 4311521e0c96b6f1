"""Daily files: requested until available, stored raw, and passed to the subscribers."""

import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from typing import IO, Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Min

from core.days import day_in, instant_of
from core.gateways import registry
from core.gateways.models import DailyFile, DailyFilePiece, Provider
from core.hooks import LATE_FILES
from core.jobs.services import enqueue

logger = structlog.get_logger(__name__)

EVERY = dt.timedelta(minutes=30)
#: Bytes of a stored file that are in memory at once.
PIECE = 1024 * 1024
ALARM_AFTER = dt.timedelta(hours=6)
#: After a downtime, files of up to so many days back are requested: fewer days than finished jobs are retained.
DAYS_BEHIND = 3


def due_at(provider: Provider, file_date: dt.date) -> dt.datetime | None:
    """When the file of a day should be there: at the file time of the next morning; None if there are no files."""
    if provider.file_time is None:
        return None
    return instant_of(provider.time_zone, file_date + dt.timedelta(days=1), provider.file_time)


@transaction.atomic
def plan_files(*, at: dt.datetime) -> None:
    """Have yesterday's file, in each provider's zone, fetched at its time, and what was missed; twice is once."""
    for provider in Provider.objects.filter(file_time__isnull=False).order_by("pk"):
        yesterday = day_in(provider.time_zone, at) - dt.timedelta(days=1)
        for file_date in [yesterday, *_missed_days(provider, yesterday)]:
            _plan(provider, file_date, run_at=max(at, due_at(provider, file_date) or at))


@transaction.atomic
def ask_for_file(*, provider: Provider, file_date: dt.date, at: dt.datetime) -> None:
    """Fetch the file of a day now, on a person's wish or because its owner knows that it is there.

    Also when one is here already: a provider may have corrected it.
    """
    _plan(provider, file_date, run_at=at, suffix=f":{int(at.timestamp() * 1000)}", reason="asked")


@transaction.atomic
def store_file(
    *, provider: Provider, file_date: dt.date, content: bytes | IO[bytes], at: dt.datetime
) -> DailyFile | None:
    """Store a file raw and have it read; None when these very bytes are here already, which is harmless.

    `content` is the bytes, or an open file that is read piece by piece.
    """
    file: Any = io.BytesIO(content) if isinstance(content, bytes) else content
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    described = {"provider": provider, "file_date": file_date, "sha256": digest, "size": file.seek(0, io.SEEK_END)}
    try:
        with transaction.atomic():
            stored = DailyFile.objects.create(**described, received_at=at)
    except IntegrityError:
        logger.info("daily_file_repeated", provider=provider.code, file_date=str(file_date))
        return None
    _store_pieces(stored, file)
    enqueue("gateways.import_file", dedupe_key=f"import-file:{stored.pk}", payload={"file": stored.pk}, run_at=at)
    return stored


@transaction.atomic
def import_again(*, daily_file: DailyFile, at: dt.datetime) -> None:
    """Let a stored file be read once more, on a person's wish; its reader knows what it has taken from it."""
    enqueue(
        "gateways.import_file",
        dedupe_key=f"import-file:{daily_file.pk}:{int(at.timestamp() * 1000)}",
        payload={"file": daily_file.pk},
        run_at=at,
    )


@transaction.atomic
def refuse_file(*, daily_file: DailyFile, reason: str, at: dt.datetime) -> None:
    """A subscriber found a fault: the whole file is ignored, and the corrected one is requested."""
    daily_file.refusal = reason[:200]
    daily_file.save(update_fields=["refusal", "updated_at"])
    logger.warning("daily_file_refused", provider=daily_file.provider.code, file_date=str(daily_file.file_date))
    _plan(daily_file.provider, daily_file.file_date, run_at=at + EVERY, suffix=f":after-{daily_file.pk}")


def read_pieces(*, daily_file: DailyFile) -> Iterator[bytes]:
    """The bytes of a stored file from its beginning, a megabyte at a time: a large one never stands in memory whole."""
    pieces = DailyFilePiece.objects.filter(file=daily_file.pk).order_by("number")
    for number in list(pieces.values_list("number", flat=True)):
        yield bytes(pieces.values_list("content", flat=True).get(number=number))


def has_file(*, provider: Provider, file_date: dt.date) -> bool:
    """Whether a file of this day is here that nobody has refused."""
    return DailyFile.objects.filter(provider=provider, file_date=file_date, refusal="").exists()


@transaction.atomic
def alarm_if_late(*, provider: Provider, file_date: dt.date, at: dt.datetime) -> None:
    """Six hours after its time a missing file is somebody's business; its owner tells it once for each day."""
    due = due_at(provider, file_date)
    if due is None or at < due + ALARM_AFTER:
        return
    logger.error("daily_file_late", provider=provider.code, file_date=str(file_date))
    registry.tell_all(LATE_FILES, provider=provider, file_date=file_date, at=at)


def _store_pieces(stored: DailyFile, file: IO[bytes]) -> None:
    file.seek(0)
    number = 0
    while piece := file.read(PIECE):
        DailyFilePiece.objects.create(file=stored, number=number, content=piece)
        number += 1


def _missed_days(provider: Provider, yesterday: dt.date) -> list[dt.date]:
    """The days before yesterday, as far as this company sent files before them."""
    first = DailyFile.objects.filter(provider=provider).aggregate(first=Min("file_date"))["first"]
    before = (yesterday - dt.timedelta(days=days) for days in range(1, DAYS_BEHIND))
    return [file_date for file_date in before if first and file_date > first]


def _plan(
    provider: Provider, file_date: dt.date, *, run_at: dt.datetime, suffix: str = "", reason: str = "due"
) -> None:
    enqueue(
        "gateways.fetch_file",
        dedupe_key=f"file:{provider.code}:{file_date}{suffix}",
        payload={"provider": provider.pk, "file_date": file_date.isoformat(), "reason": reason},
        run_at=run_at,
    )
