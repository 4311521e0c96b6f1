"""A teacher brings a package for a lesson, looks at it, and offers it to learners."""

import datetime as dt
import hashlib
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.files.services import StorageUnavailable, store_content
from core.history import record_change
from education.courses.models import Course, Lesson
from education.courses.services import CourseMayChange
from education.packages.archive import (
    PackageFileUnusable,
    PackageManifestMissing,
    PackageTooLarge,
    PackageUnusable,
    unpack,
)
from education.packages.machine import PACKAGE
from education.packages.models import ContentPackage, PackageFile
from scheduling.violations import refused_as
from stations.accounts.models import User

_S = ContentPackage.Status


class PackageKnown(Refused):
    """The same file again."""

    code = "package_known"
    message = _("This lesson has this package already.")


@refuses(
    PackageTooLarge,
    PackageUnusable,
    PackageFileUnusable,
    PackageManifestMissing,
    CourseMayChange,
    PackageKnown,
    StorageUnavailable,
)
@transaction.atomic
def add_package(*, lesson: Lesson, file: IO[bytes], by: User, at: dt.datetime) -> ContentPackage:
    """Check a package and keep its files; nobody plays it before it is offered."""
    if lesson.course.status not in Course.SETTLED:
        raise CourseMayChange
    unpacked = unpack(file)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    with refused_as({"package_is_brought_to_a_lesson_once": PackageKnown}):
        package = ContentPackage.objects.create(
            lesson=lesson,
            title=unpacked.title,
            standard=unpacked.standard,
            launch=unpacked.launch,
            size=sum(len(each.content) for each in unpacked.files),
            sha256=digest,
            author=by,
            added_at=at,
        )
    files = [
        PackageFile(
            package=package,
            path=each.path,
            stored=store_content(content=each.content, media_type=each.media_type, by=by.pk, at=at),
        )
        for each in unpacked.files
    ]
    PackageFile.objects.bulk_create(files)
    record_change(package, old="", new=package.status, at=at, actor=by.pk)
    return package


@refuses(WrongState)
@transaction.atomic
def offer_package(*, package: ContentPackage, by: User, at: dt.datetime) -> ContentPackage:
    """Learners of the course can play it."""
    return _move(package, "offer_package", _S.OFFERED, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def close_package(*, package: ContentPackage, by: User, at: dt.datetime) -> ContentPackage:
    """Nobody plays it any more, until it is offered again; nothing of what was learnt is lost."""
    return _move(package, "close_package", _S.CLOSED, by=by, at=at)


def _move(package: ContentPackage, verb: str, status: str, *, by: User, at: dt.datetime) -> ContentPackage:
    package = lock(package)
    PACKAGE.check(verb, package.status)
    before, package.status = package.status, status
    package.save(update_fields=["status", "updated_at"])
    record_change(package, old=before, new=status, at=at, actor=by.pk)
    return package
