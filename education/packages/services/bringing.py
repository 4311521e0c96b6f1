"""A teacher brings a package for a lesson, looks at it, and offers it: the county approves it."""

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
from education.packages.h5p import PackageLibraryMissing
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
    PackageLibraryMissing,
    CourseMayChange,
    PackageKnown,
    StorageUnavailable,
)
@transaction.atomic
def add_package(*, lesson: Lesson, file: IO[bytes], by: User, at: dt.datetime) -> ContentPackage:
    """Check a package and keep its files; nobody plays it before it was approved."""
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
            licence=unpacked.licence,
            creators=unpacked.creators,
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
    """Ask the county to approve it; until then nobody plays it. What was said of it before is over."""
    package = lock(package)
    PACKAGE.check("offer_package", package.status)
    package.offered_at, package.approved_by, package.approved_at = at, None, None
    package.blocked_by, package.blocked_at, package.block_reason = None, None, ""
    return move(package, _S.IN_REVIEW, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def close_package(*, package: ContentPackage, by: User, at: dt.datetime) -> ContentPackage:
    """Nobody plays it any more, until it is offered and approved again; nothing of what was learnt is lost."""
    package = lock(package)
    PACKAGE.check("close_package", package.status)
    return move(package, _S.CLOSED, by=by, at=at)


def move(package: ContentPackage, status: str, *, by: User, at: dt.datetime, reason: str = "") -> ContentPackage:
    """Store a package that is locked in its next state."""
    before, package.status = package.status, status
    package.save()
    record_change(package, old=before, new=status, at=at, actor=by.pk, reason=reason)
    return package
