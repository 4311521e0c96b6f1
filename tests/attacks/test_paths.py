"""Addresses that try to leave their folder, and files that are two things at once."""

import io
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now
from PIL import Image

from core.fields import uuid7
from core.files.services import PaperUnreadable, PhotoUnreadable, store_paper, store_photo
from core.hooks import FILE_READERS
from core.models import StoredFile
from tests.factories.stations import StationFactory, api_client, partner_of
from tests.hooks import replace

pytestmark = pytest.mark.django_db

CLIMBING = (
    "/static/../manage.py",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2fetc%2fpasswd",
    "/static/%252e%252e%252fetc%252fpasswd",
    "/static/....//....//etc/passwd",
    "/static/..\\..\\etc\\passwd",
    "/static/core/%00.css",
    "/files/../../etc/passwd",
    "/files/%2e%2e%2fetc%2fpasswd/",
    "/help/..%2f..%2fmanage.py/",
    "/help/../admin/",
    "/r/..%2f..%2fadmin",
    "/s/%2e%2e/",
    "/api/v1/../../admin/",
    "/api/v1/stations/..%2f..%2fme/",
    "/api//v1/me/",
    "/admin/..;/people/",
    "/people/.%00/",
    "/.git/config",
    "/.env",
    "/media/files/",
)
ELSEWHERE = (
    "//evil.example/people",
    "//evil.example",
    "/\\evil.example/x",
    "/%2f%2fevil.example/x",
    "/%5cevil.example",
    "///evil.example/a",
)
SCRIPT = b"<script>alert(1)</script>"
NAMES = (
    "../../etc/cron.d/x.jpg",
    "..\\..\\x.jpg",
    "/etc/passwd",
    "a\x00.jpg",
    "x.php;.jpg",
    "CON",
    "a" * 300 + ".jpg",
    "=cmd().jpg",
)


@pytest.mark.parametrize("path", CLIMBING)
def test_no_address_leaves_its_folder(path):
    client = Client(raise_request_exception=False)
    client.force_login(partner_of(StationFactory()))
    answer = client.get(path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code in {301, 302, 400, 404}
    assert b"root:" not in content
    assert b"DJANGO_SETTINGS" not in content


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_address_of_ours_leads_to_another_site(path):
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code in {301, 302, 400, 404}
    assert not answer.get("Location", "/").startswith(("//", "/\\", "http"))


def picture(file_format="JPEG", **options):
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(made, file_format, **options)
    return made.getvalue()


def polyglots():
    """Photos that are something else as well."""
    jpeg = picture(comment=SCRIPT)
    return {
        "script in the comment": jpeg,
        "page behind": picture() + b"<html>" + SCRIPT,
        "archive behind": picture() + b"PK\x03\x04" + b"x" * 40 + b"PK\x05\x06" + bytes(18),
        "paper behind": picture() + b"%PDF-1.7\n%%EOF",
        "script in a png": picture("PNG", pnginfo=_text()),
        "php in a webp": picture("WEBP", exif=_exif()),
    }


def _exif():
    exif = Image.Exif()
    exif[0x010E] = "<?php system('id'); ?>"
    return exif


def _text():
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    info = PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    return info


@pytest.mark.parametrize("name", polyglots())
def test_what_is_a_photo_and_something_else_is_only_a_photo_afterwards(name):
    stored = store_photo(upload=io.BytesIO(polyglots()[name]), by=uuid4(), at=now())
    content = stored.content.open().read()
    assert content.startswith(b"\xff\xd8\xff")
    assert content.endswith(b"\xff\xd9")
    for hidden in (b"<script", b"PK\x03\x04", b"%PDF", b"<?php"):
        assert hidden not in content


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)",
        b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><svg>&b;</svg>",
        b"\x89PNG\r\n\x1a\n" + SCRIPT,
        b"BM" + bytes(60),
        b"II*\x00" + bytes(60),
        b"push graphic-context\nfill 'url(https://evil.example/)'\npop graphic-context",
    ],
    ids=["svg", "gif", "postscript", "entity", "png", "bmp", "tiff", "mvg"],
)
def test_what_only_looks_like_a_photo_is_stored_neither_as_photo_nor_as_paper(content):
    with pytest.raises(PhotoUnreadable):
        store_photo(upload=io.BytesIO(content), by=uuid4(), at=now())
    with pytest.raises(PaperUnreadable):
        store_paper(upload=io.BytesIO(content), by=uuid4(), at=now())
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_the_name_of_a_file_is_ours_and_never_the_senders(name):
    client = api_client(partner_of(StationFactory()))
    sent = SimpleUploadedFile("x.jpg", picture(), content_type="text/html")
    sent._name = name
    answer = client.post("/api/v1/photos/", {"photo": sent}, HTTP_IDEMPOTENCY_KEY=uuid7().hex)
    if answer.status_code == 400:
        assert not StoredFile.objects.exists()
        return
    stored = StoredFile.objects.get(pk=answer.json()["id"])
    assert stored.content.name.endswith(f"/{stored.pk}.jpg")
    assert default_storage.exists(stored.content.name)
    assert stored.media_type == "image/jpeg"


def test_a_paper_with_a_page_in_it_is_downloaded_and_never_shown(client, monkeypatch):
    replace(monkeypatch, FILE_READERS, lambda user, file: file.stored_by == user.pk)
    owner = partner_of(StationFactory())
    paper = store_paper(upload=io.BytesIO(b"%PDF-1.7\n" + SCRIPT + b"\ntrailer <<>>\n%%EOF\n"), by=owner.pk, at=now())
    client.force_login(owner)
    answer = client.get(f"/files/{paper.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert answer["Content-Type"] == "application/pdf"
