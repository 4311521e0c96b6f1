"""Photos over the API."""

from io import BytesIO

import pytest
from PIL import Image

from core.models import RequestKey, StoredFile
from tests.factories.stations import StationFactory, api_client, helper_of


@pytest.mark.django_db
def test_a_photo_is_stored_over_the_api_once_and_belongs_to_whoever_sent_it():
    user = helper_of(StationFactory())
    client = api_client(user)
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")

    def send(content, key="photo-test-key-0001"):
        upload = BytesIO(content)
        upload.name = "IMG.png"
        return client.post("/api/v1/photos/", {"photo": upload}, format="multipart", HTTP_IDEMPOTENCY_KEY=key)

    first, again = send(drawn.getvalue()), send(drawn.getvalue())
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert [(str(file.pk), file.stored_by) for file in StoredFile.objects.all()] == [(first.json()["id"], user.pk)]
    assert send(b"another").json()["code"] == "idempotency_key_reused"
    refused = send(b"no photo", key="photo-test-key-0002")
    assert (refused.status_code, refused.json()["code"]) == (422, "photo_unreadable")
    missing = client.post("/api/v1/photos/", {}, format="multipart", HTTP_IDEMPOTENCY_KEY="photo-test-key-0003")
    assert (missing.status_code, list(missing.json()["errors"])) == (400, ["photo"])
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_while_nothing_can_be_stored_the_same_press_is_asked_for_again_and_works_later(settings, tmp_path):
    user = helper_of(StationFactory())
    client, drawn, shelf = api_client(user), BytesIO(), tmp_path / "shelf"
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.MEDIA_ROOT = shelf

    def send():
        upload = BytesIO(drawn.getvalue())
        upload.name = "IMG.png"
        key = "photo-test-key-0004"
        return client.post("/api/v1/photos/", {"photo": upload}, format="multipart", HTTP_IDEMPOTENCY_KEY=key)

    shelf.write_text("a file, where a folder should be")
    away = send()
    assert (away.status_code, away.json()["code"], away["Retry-After"]) == (503, "storage_unavailable", "30")
    assert not StoredFile.objects.exists()
    assert not RequestKey.objects.exists()
    shelf.unlink()
    assert (send().status_code, send().headers.get("Idempotent-Replayed")) == (201, "true")
    assert len([path for path in shelf.rglob("*") if path.is_file()]) == StoredFile.objects.count() == 1
