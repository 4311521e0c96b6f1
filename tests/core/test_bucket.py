"""Photos and papers in an S3-compatible bucket instead of a folder."""

import datetime as dt
from io import BytesIO

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.timezone import now
from moto import mock_aws
from PIL import Image

from core.fields import first_uuid7, uuid7
from core.files.orphans import AGE, remove_orphans
from core.files.services import StorageUnavailable, store_photo
from core.models import StoredFile

pytestmark = pytest.mark.django_db
OPTIONS = {"bucket_name": "village-papers", "access_key": "key", "secret_key": "secret", "region_name": "us-east-1"}


@pytest.fixture
def bucket(settings):
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").create_bucket(Bucket=OPTIONS["bucket_name"])
        in_bucket = {"BACKEND": "core.files.bucket.BucketStorage", "OPTIONS": OPTIONS}
        settings.STORAGES = {**settings.STORAGES, "default": in_bucket}
        yield made


def photo():
    picture = BytesIO()
    Image.new("RGB", (64, 48), "#5f9c86").save(picture, "JPEG")
    picture.seek(0)
    return picture


def names(bucket):
    return [item.key for item in bucket.objects.all()]


def test_a_photo_is_written_into_the_bucket_and_read_back(bucket):
    stored = store_photo(upload=photo(), by=uuid7(), at=now())
    assert names(bucket) == [stored.content.name]
    with StoredFile.objects.get(pk=stored.pk).content.open("rb") as read:
        assert len(read.read()) == stored.size


def test_a_file_without_its_row_is_removed_from_the_bucket(bucket):
    stored = store_photo(upload=photo(), by=uuid7(), at=now())
    old = first_uuid7(now() - AGE - dt.timedelta(hours=1))
    folder = stored.content.name.rpartition("/")[0]
    default_storage.save(f"{folder}/{old}.jpg", ContentFile(b"left over"))
    assert remove_orphans(at=now()) == 1
    assert names(bucket) == [stored.content.name]


def test_a_bucket_that_does_not_take_a_file_refuses_and_writes_nothing(bucket):
    bucket.delete()
    with pytest.raises(StorageUnavailable):
        store_photo(upload=photo(), by=uuid7(), at=now())
    assert not StoredFile.objects.exists()
