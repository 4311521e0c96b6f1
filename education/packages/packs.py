"""The packages of a lesson as a device of the room keeps them, so that they are played there without a line."""

import hashlib
from dataclasses import dataclass

from education.courses.models import Lesson
from education.packages.models import ContentPackage, PackageFile
from education.packages.origin import files_address


@dataclass(frozen=True, slots=True)
class PackedPackage:
    """A package that can be played now, and its files; each is found at `address` with its path behind."""

    package: ContentPackage
    address: str
    files: list[PackageFile]


@dataclass(frozen=True, slots=True)
class ContentPack:
    """All packages of a lesson that can be played now. The same files have the same version; `size` is in bytes."""

    lesson: Lesson
    version: str
    size: int
    packages: list[PackedPackage]


def pack_of(lesson: Lesson) -> ContentPack:
    """What a device is to keep of this lesson; three statements for any number of packages and files."""
    offered = ContentPackage.objects.filter(lesson=lesson, status=ContentPackage.Status.OFFERED)
    rows = offered.prefetch_related("files__stored").order_by("pk")
    kept = [PackedPackage(each, files_address(each), _files_of(each)) for each in rows]
    lines = [f"{each.package.pk}/{file.path} {file.stored.sha256}" for each in kept for file in each.files]
    return ContentPack(
        lesson=lesson,
        version=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        size=sum(file.stored.size for each in kept for file in each.files),
        packages=kept,
    )


def _files_of(package: ContentPackage) -> list[PackageFile]:
    return sorted(package.files.all(), key=lambda file: file.path)
