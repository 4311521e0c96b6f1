"""Taking in photos and papers: nothing is stored as it came, or it is only ever handed out for download."""

import hashlib
import warnings
from datetime import datetime
from io import BufferedReader, BytesIO
from typing import IO, Any
from uuid import UUID

import structlog
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Refused, refuses
from core.files.models import StoredFile
from core.files.recordings import is_amr, recording_in
from core.hooks import FILE_READERS

logger = structlog.get_logger(__name__)

MEGABYTE = 1_000_000
LARGEST_UPLOAD = 10 * MEGABYTE
LARGEST_PAPER = 5 * MEGABYTE
#: A photo of a good phone has 12 to 50 million pixels; a few kilobytes can claim many thousand million.
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1280
#: Bytes and seconds of a recording. Our page records 24 kbit/s (180 kB a minute); a phone's own recorder 64 to 256.
LARGEST_RECORDING, LONGEST_RECORDING = 2 * MEGABYTE, 60
LARGEST_PHOTO = 200_000
QUALITIES = (85, 75, 65, 50, 35)
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
#: A file that is opened by itself runs nothing, and stands in nobody's page but ours as an image.
ALONE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
PDF_START, PDF_END, PDF_END_WITHIN = b"%PDF-", b"%%EOF", 1024


class FileTooLarge(Refused):
    """More than we take."""

    code = "file_too_large"
    status = 422
    message = _("This file is too large. The maximum is %(megabytes)s MB.")


class PhotoUnreadable(Refused):
    """Not a photo, a broken one, or one that would unfold to something enormous."""

    code = "photo_unreadable"
    status = 422
    message = _("This photo cannot be read. Take it again, or choose a JPEG or PNG.")


class StorageUnavailable(Refused):
    """The disk is full, or the one who keeps the files does not answer."""

    code = "storage_unavailable"
    status = 503
    message = _("Photos and documents cannot be stored at the moment. Nothing was done. Send the same again shortly.")
    retry_after = 30


class FileUnknown(Refused):
    """No file of this id that the one who asks has stored."""

    code = "file_unknown"
    status = 422
    message = _("You have no photo or document with this id. Store it first.")


class PaperUnreadable(Refused):
    """Not a PDF from its first to its last byte."""

    code = "paper_unreadable"
    status = 422
    message = _("This is not a PDF, or it is broken.")


class RecordingUnreadable(Refused):
    """Not a recording of a voice, or one that is too long."""

    code = "recording_unreadable"
    status = 422
    message = _(
        "This recording cannot be kept. It has at most %(seconds)s seconds and %(megabytes)s MB, as WebM, Ogg or M4A."
    )


class RecordingNotPlayable(Refused):
    """AMR, as old phones record it."""

    code = "recording_not_playable"
    status = 422
    message = _("No browser plays AMR. Record it here on the page, or set the recorder of the phone to M4A.")


@refuses(PhotoUnreadable, FileTooLarge, StorageUnavailable)
def store_photo(*, upload: IO[bytes], by: UUID | None, at: datetime, field: str | None = None) -> StoredFile:
    """Draw the photo anew: at most 1280 px and 200 kB, JPEG, upright, without place, camera or anything hidden in it.

    Raises `FileTooLarge` and `PhotoUnreadable` (422), naming `field`; `StorageUnavailable` (503).
    """
    photo = _drawn_anew(_read(upload, LARGEST_UPLOAD, field), field)
    return _store(content=photo, media_type="image/jpeg", suffix="jpg", by=by, at=at)


@refuses(FileTooLarge, PaperUnreadable, StorageUnavailable)
def store_paper(*, upload: IO[bytes], by: UUID | None, at: datetime, field: str | None = None) -> StoredFile:
    """Keep a PDF as it is; it is never shown inside our pages, only downloaded.

    Raises `FileTooLarge` and `PaperUnreadable` (422), naming `field`; `StorageUnavailable` (503).
    """
    paper = _read(upload, LARGEST_PAPER, field)
    if not paper.startswith(PDF_START) or PDF_END not in paper[-PDF_END_WITHIN:]:
        raise PaperUnreadable(field=field)
    return _store(content=paper, media_type="application/pdf", suffix="pdf", by=by, at=at)


@refuses(RecordingUnreadable, RecordingNotPlayable, StorageUnavailable)
def store_recording(*, upload: IO[bytes], by: UUID | None, at: datetime, field: str | None = None) -> StoredFile:
    """Keep a recording of a voice: Opus or M4A by its content, at most a minute and 2 MB.

    Its sound stays as it is; where and on what it was made is emptied. Raises `RecordingUnreadable` and, of AMR,
    `RecordingNotPlayable` (422), naming `field`; `StorageUnavailable` (503).
    """
    content = upload.read(LARGEST_RECORDING + 1)
    if is_amr(content):
        raise RecordingNotPlayable(field=field)
    found = recording_in(content) if len(content) <= LARGEST_RECORDING else None
    if found is None or not 0 < found.seconds <= LONGEST_RECORDING:
        raise RecordingUnreadable(field=field, seconds=LONGEST_RECORDING, megabytes=LARGEST_RECORDING // MEGABYTE)
    return _store(content=found.content, media_type=found.media_type, suffix=found.suffix, by=by, at=at)


@refuses(FileUnknown)
def own_file(*, pk: UUID | None, by: UUID, field: str | None = None) -> StoredFile | None:
    """The file that this person has just stored; nobody proves anything with somebody else's.

    Nothing when none is named. Raises `FileUnknown`.
    """
    if pk is None:
        return None
    found = StoredFile.objects.filter(pk=pk, stored_by=by).first()
    if found is None:
        raise FileUnknown(field=field)
    return found


@refuses(StorageUnavailable)
def store_archive(*, content: bytes, by: UUID | None, at: datetime) -> StoredFile:
    """Keep a zip that we made ourselves; it is only ever handed out for download. Raises `StorageUnavailable` (503)."""
    return _store(content=content, media_type="application/zip", suffix="zip", by=by, at=at)


@refuses(StorageUnavailable)
def store_content(*, content: bytes, media_type: str, by: UUID | None, at: datetime) -> StoredFile:
    """Keep bytes as they are, for whoever hands them out apart from our pages. Raises `StorageUnavailable` (503)."""
    return _store(content=content, media_type=media_type, suffix="bin", by=by, at=at)


@refuses(StorageUnavailable)
def upload_lines(*, lines: BufferedReader, by: UUID | None, at: datetime) -> StoredFile:
    """Bring NDJSON that we made ourselves to the storage, in parts, whatever its length.

    The caller saves the row, in the transaction that says what the file belongs to; without a row it is an orphan and
    is removed. Raises `StorageUnavailable` (503).
    """
    digest = hashlib.file_digest(lines, "sha256").hexdigest()
    file = StoredFile(
        media_type="application/fhir+ndjson", size=lines.tell(), sha256=digest, stored_by=by, stored_at=at
    )
    lines.seek(0)
    _put(file, "ndjson", File(lines))
    return file


def forget_file(file: StoredFile) -> None:
    """Delete a file and its row: nothing points to it any more.

    Raises `ProtectedError`, with nothing deleted, where something still does.
    """
    content = file.content
    file.delete()
    content.delete(save=False)


def may_see(user: Any, file: StoredFile) -> bool:
    """Whether anything that the file belongs to lets this user see it."""
    return any(allows(user, file) for allows in FILE_READERS)


def _read(upload: IO[bytes], most: int, field: str | None) -> bytes:
    content = upload.read(most + 1)
    if len(content) > most:
        raise FileTooLarge(field=field, megabytes=most // MEGABYTE)
    return content


def _drawn_anew(content: bytes, field: str | None) -> bytes:
    try:
        with warnings.catch_warnings():
            # Pillow's own alarm about bombs: the limit below is stricter.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=PHOTO_FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PhotoUnreadable(field=field)
                drawn = _upright(image)
                # A JPEG's comment would otherwise be written again.
                drawn.info.clear()
                return _small_enough(drawn)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise PhotoUnreadable(field=field) from error


def _upright(image: Image.Image) -> Image.Image:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if upright.mode in {"RGBA", "LA", "PA", "P"}:
        upright = upright.convert("RGBA")
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright.getchannel("A"))
        return paper
    return upright.convert("RGB")


def _small_enough(image: Image.Image) -> bytes:
    """The best quality that fits; a picture of pure noise is made smaller until it does."""
    while True:
        for quality in QUALITIES:
            drawn = BytesIO()
            image.save(drawn, "JPEG", quality=quality, optimize=True)
            if drawn.tell() <= LARGEST_PHOTO:
                return drawn.getvalue()
        image = image.reduce(2)


@transaction.atomic
def _store(*, content: bytes, media_type: str, suffix: str, by: UUID | None, at: datetime) -> StoredFile:
    file = StoredFile(
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_by=by,
        stored_at=at,
    )
    _put(file, suffix, ContentFile(content))
    file.save(force_insert=True)
    return file


def _put(file: StoredFile, suffix: str, content: File) -> None:
    try:
        file.content.save(f"{file.pk}.{suffix}", content, save=False)
    except OSError as error:
        logger.error("storage_unavailable", exc_info=error)
        raise StorageUnavailable from error
