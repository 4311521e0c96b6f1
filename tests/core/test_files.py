"""Photos drawn anew, papers for download only, and nobody sees what is not theirs."""

import datetime as dt
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from core.files.orphans import AGE, remove_orphans
from core.files.services import (
    LARGEST_PAPER,
    LARGEST_PHOTO,
    LARGEST_UPLOAD,
    LONGEST_SIDE,
    FileTooLarge,
    PaperUnreadable,
    PhotoUnreadable,
    store_paper,
    store_photo,
)
from core.hooks import FILE_READERS
from core.models import StoredFile
from tests.factories.stations import UserFactory
from tests.hooks import replace

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
BY = UUID("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001")
PLACE = b"119.15,33.94 secret place"
PAPER = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"


def photo(size=(2000, 1500), file_format="JPEG", mode="RGB", colour="green", **options) -> BytesIO:
    made = BytesIO()
    Image.new(mode, size, colour).save(made, file_format, **options)
    made.seek(0)
    return made


def drawn(file: StoredFile) -> Image.Image:
    return Image.open(BytesIO(file.content.open().read()))


@pytest.mark.django_db
def test_a_photo_is_drawn_anew_without_place_or_camera():
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    stored = store_photo(upload=photo(exif=exif, comment=PLACE), by=BY, at=AT)
    content = stored.content.open().read()
    assert PLACE not in content
    assert (stored.media_type, stored.size, stored.stored_by) == ("image/jpeg", len(content), BY)
    assert Image.open(BytesIO(content)).size == (LONGEST_SIDE, 960)


@pytest.mark.django_db
def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = store_photo(upload=photo(size=(400, 200), exif=exif), by=BY, at=AT)
    assert drawn(stored).size == (200, 400)


@pytest.mark.django_db
@pytest.mark.parametrize(("file_format", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB")])
def test_other_formats_become_jpeg(file_format, mode):
    colour = 0 if mode in {"P", "L"} else "green"
    stored = store_photo(upload=photo((50, 40), file_format, mode, colour), by=BY, at=AT)
    assert (drawn(stored).format, drawn(stored).mode) == ("JPEG", "RGB")


@pytest.mark.django_db
def test_what_shines_through_becomes_white():
    stored = store_photo(upload=photo((50, 40), "PNG", "RGBA", (0, 0, 0, 0)), by=BY, at=AT)
    assert min(drawn(stored).getpixel((20, 20))) > 250


@pytest.mark.django_db
def test_even_a_picture_of_noise_fits():
    noise = BytesIO()
    Image.effect_noise((1280, 1280), 200).convert("RGB").save(noise, "PNG")
    noise.seek(0)
    assert store_photo(upload=noise, by=BY, at=AT).size <= LARGEST_PHOTO


@pytest.mark.django_db
def test_something_hidden_behind_a_photo_is_gone():
    hidden = BytesIO(photo().getvalue() + SCRIPT + b"PK\x03\x04")
    content = store_photo(upload=hidden, by=BY, at=AT).content.open().read()
    assert SCRIPT not in content
    assert b"PK\x03\x04" not in content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"",
        SCRIPT,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        PAPER,
        b"\xff\xd8\xff" + bytes(90),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_stored(content):
    with pytest.raises(PhotoUnreadable):
        store_photo(upload=BytesIO(content), by=BY, at=AT)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_photo_cut_off_in_the_middle_is_refused():
    whole = photo((600, 600), "PNG").getvalue()
    with pytest.raises(PhotoUnreadable):
        store_photo(upload=BytesIO(whole[: len(whole) // 2]), by=BY, at=AT)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_small_file_that_unfolds_to_something_enormous_is_refused_unopened():
    bomb = photo((20_000, 10_000), "PNG", "1", 0)
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(PhotoUnreadable):
        store_photo(upload=bomb, by=BY, at=AT)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_photo_may_have_ten_megabytes_and_not_one_byte_more():
    whole = photo().getvalue()
    store_photo(upload=BytesIO(whole.ljust(LARGEST_UPLOAD, b"\0")), by=BY, at=AT)
    with pytest.raises(FileTooLarge) as refusal:
        store_photo(upload=BytesIO(whole.ljust(LARGEST_UPLOAD + 1, b"\0")), by=BY, at=AT, field="photo")
    assert refusal.value.problem()["errors"].keys() == {"photo"}
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_a_paper_is_kept_as_it_is():
    stored = store_paper(upload=BytesIO(PAPER), by=BY, at=AT)
    assert stored.content.open().read() == PAPER
    assert stored.media_type == "application/pdf"


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", SCRIPT + PAPER, PAPER[:-7], photo().getvalue()])
def test_what_is_no_whole_pdf_is_refused(content):
    with pytest.raises(PaperUnreadable):
        store_paper(upload=BytesIO(content), by=BY, at=AT)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_paper_may_have_five_megabytes_and_not_one_byte_more():
    padding = b" " * (LARGEST_PAPER - len(PAPER))
    store_paper(upload=BytesIO(PAPER[:8] + padding + PAPER[8:]), by=BY, at=AT)
    with pytest.raises(FileTooLarge):
        store_paper(upload=BytesIO(PAPER[:8] + padding + b" " + PAPER[8:]), by=BY, at=AT)
    assert StoredFile.objects.count() == 1


@pytest.fixture
def owner(db, monkeypatch):
    """Files belong to the one who stored them, in these tests."""
    replace(monkeypatch, FILE_READERS, lambda user, file: file.stored_by == user.pk)
    return UserFactory()


def path_of(file_id) -> str:
    return reverse("core:file", args=[file_id])


def test_a_photo_is_shown_to_whom_it_belongs(client, owner):
    stored = store_photo(upload=photo(), by=owner.pk, at=AT)
    client.force_login(owner)
    answer = client.get(path_of(stored.pk))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline")
    assert b"".join(answer.streaming_content) == stored.content.open().read()


def test_a_paper_is_only_ever_downloaded(client, owner):
    stored = store_paper(upload=BytesIO(PAPER), by=owner.pk, at=AT)
    client.force_login(owner)
    answer = client.get(path_of(stored.pk))
    assert answer["Content-Disposition"] == f'attachment; filename="{stored.pk}.pdf"'
    assert "sandbox" in answer["Content-Security-Policy"]
    answer.close()


def test_a_stranger_sees_the_same_as_for_a_file_that_does_not_exist(client, owner):
    stored = store_photo(upload=photo(), by=owner.pk, at=AT)
    client.force_login(UserFactory())
    assert client.get(path_of(stored.pk)).status_code == client.get(path_of(uuid4())).status_code == 404


def test_without_signing_in_there_is_only_the_door(client, owner):
    stored = store_photo(upload=photo(), by=owner.pk, at=AT)
    assert client.get(path_of(stored.pk)).status_code == 302


def test_a_file_that_belongs_to_nothing_is_seen_by_nobody(client, owner, monkeypatch):
    replace(monkeypatch, FILE_READERS)
    stored = store_photo(upload=photo(), by=owner.pk, at=AT)
    client.force_login(owner)
    assert client.get(path_of(stored.pk)).status_code == 404


@pytest.mark.django_db
def test_a_file_whose_row_was_rolled_back_is_deleted_a_day_later_and_no_other():
    remove_orphans(at=now() + AGE)  # what tests with databases of their own have left
    kept = store_photo(upload=photo(), by=BY, at=now())
    with transaction.atomic():
        lost = store_photo(upload=photo(), by=BY, at=now())
        transaction.set_rollback(True)
    assert remove_orphans(at=now() + AGE - dt.timedelta(minutes=1)) == 0
    assert default_storage.exists(lost.content.name)
    assert remove_orphans(at=now() + AGE) == 1
    assert not default_storage.exists(lost.content.name)
    assert default_storage.exists(kept.content.name)
