"""Texts travel compressed to those who ask for it; the length of an answer says nothing of what it contains."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from core.web.compression import CompressionMiddleware

pytestmark = pytest.mark.django_db
ASKED = {"accept-encoding": "gzip"}


def test_a_page_travels_compressed_to_who_asks_for_it_and_plain_to_others(client):
    plain, packed = client.get("/help/"), client.get("/help/", headers=ASKED)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"<h1" in gzip.decompress(packed.content)


def test_the_length_of_a_page_differs_each_time():
    """Guesses in an address would otherwise show in the size of the page (BREACH)."""
    pack = CompressionMiddleware(lambda _request: HttpResponse("secret " * 100))
    asked = RequestFactory().get("/", headers=ASKED)
    assert len({len(pack(asked).content) for _time in range(30)}) > 1


def test_pictures_travel_as_they_are(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8" + b"0" * 5_000)
    with (tmp_path / "photo.jpg").open("rb") as photo:
        shown = CompressionMiddleware(lambda _request: FileResponse(photo))
        answer = shown(RequestFactory().get("/", headers=ASKED))
        assert "Content-Encoding" not in answer
        assert answer["Content-Length"] == "5002"
        answer.close()
