"""Photos are stored before a service gets their ids."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from core.files.services import store_photo
from health.consultations import services
from health.consultations.models import Consultation
from stations.accounts.models import User


def add_message(*, uploads: Sequence[UploadedFile], by: User, at: dt.datetime, **typed: Any) -> Consultation:
    """What the resident says besides, as a page sends it."""
    return services.send_message(photos=stored(uploads, by, at), by=by, at=at, **typed)


def stored(uploads: Sequence[UploadedFile], by: User, at: dt.datetime) -> list[UUID]:
    """The photos, drawn anew and stored."""
    return [store_photo(upload=each, by=by.pk, at=at, field="photo1").pk for each in uploads]
