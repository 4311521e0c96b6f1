"""A SCORM or H5P package: a zip with one manifest, whose files are web pages and what they show. Nothing runs here."""

import io
import posixpath
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, NamedTuple, Protocol
from urllib.parse import unquote

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.zips import BROKEN_ZIP
from education.packages import h5p
from education.packages.models import LONGEST_CREATORS, LONGEST_LICENCE, ContentPackage

LARGEST_ZIP, LARGEST_CONTENT, MOST_FILES, LONGEST_PATH = 50 * 1024 * 1024, 120 * 1024 * 1024, 1_000, 200
MANIFEST, BASE = "imsmanifest.xml", "{http://www.w3.org/XML/1998/namespace}base"
LARGEST_MANIFEST, LONGEST_TITLE, LONGEST_LAUNCH = 1024 * 1024, 80, 255
LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
#: What a package may hold, and as what it is handed out.
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "xsd": "application/xml",
    "dtd": "application/xml-dtd",
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    "pdf": "application/pdf",
    "map": "application/json",
}
_Standard = ContentPackage.Standard


class PackageTooLarge(Refused):
    """More than a station's line carries."""

    code = "package_too_large"
    status = 422
    message = _("A content package has at most 50 MB, 120 MB unpacked, and 1,000 files.")


class PackageUnusable(Refused):
    """No zip, or one that is broken."""

    code = "package_unusable"
    status = 422
    message = _("This is no content package: a zip of web pages, pictures, sound and video, without links.")


class PackageFileUnusable(Refused):
    """One file of it is of a kind that no package has, outside the package, a link, or there twice."""

    code = "package_file_unusable"
    status = 422
    message = _("The zip holds “%(name)s”: a content package has web pages, pictures, sound and video, and no links.")


class PackageManifestMissing(Refused):
    """Nothing says what the package is and where it begins."""

    code = "package_manifest_missing"
    status = 422
    message = _(
        "The package needs one imsmanifest.xml of SCORM 1.2 or 2004 that names its first page, or one h5p.json that "
        "names its main library."
    )


class Element(Protocol):
    """What is asked of a part of a manifest."""

    tag: str
    text: str | None

    def get(self, key: str, default: str = "") -> str:
        """One of its attributes."""

    def iter(self) -> Iterator["Element"]:
        """The part itself and all within it, in their order."""


class Content(NamedTuple):
    """One file of a package."""

    path: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a zip holds. Licence and creators are empty where it does not say them."""

    title: str
    standard: str
    launch: str
    files: list[Content]
    licence: str = ""
    creators: str = ""


def unpack(upload: IO[bytes]) -> Unpacked:
    """The content of a package.

    Raises `PackageTooLarge`, `PackageUnusable`, `PackageFileUnusable`, `PackageManifestMissing`,
    `PackageLibraryMissing`.
    """
    content = upload.read(LARGEST_ZIP + 1)
    if len(content) > LARGEST_ZIP:
        raise PackageTooLarge(field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _files_of(archive)
    except BROKEN_ZIP as error:
        raise PackageUnusable(field="file") from error
    by_path = {each.path: each.content for each in files}
    return _h5p(files, by_path) if h5p.MANIFEST in by_path else _scorm(files, by_path)


def _scorm(files: list[Content], by_path: Mapping[str, bytes]) -> Unpacked:
    manifests = [path for path in by_path if posixpath.basename(path) == MANIFEST]
    if manifests != [MANIFEST]:
        raise PackageManifestMissing(field="file")
    title, standard, launch = _said_in(by_path[MANIFEST])
    if unquote(launch.partition("?")[0].partition("#")[0]) not in by_path or len(launch) > LONGEST_LAUNCH:
        raise PackageManifestMissing(field="file")
    return Unpacked(title, standard, launch, files)


def _h5p(files: list[Content], by_path: Mapping[str, bytes]) -> Unpacked:
    """What is a package of both standards is none: nobody could say which of them was looked at."""
    if MANIFEST in by_path:
        raise PackageManifestMissing(field="file")
    try:
        said = h5p.read_manifest(by_path)
    except h5p.ManifestUnreadable as error:
        raise PackageManifestMissing(field="file") from error
    return Unpacked(
        title=(said.title or h5p.MANIFEST)[:LONGEST_TITLE],
        standard=_Standard.H5P,
        launch=h5p.MANIFEST,
        files=files,
        licence=said.licence[:LONGEST_LICENCE],
        creators=said.creators[:LONGEST_CREATORS],
    )


def _files_of(archive: zipfile.ZipFile) -> list[Content]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_left_by_a_system(entry)]
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_CONTENT:
        raise PackageTooLarge(field="file")
    known: set[str] = set()
    for entry in entries:
        if entry.filename in known or not _is_plain(entry):
            raise PackageFileUnusable(field="file", name=entry.filename[:LONGEST_TITLE])
        known.add(entry.filename)
    files, left = [], LARGEST_CONTENT
    for entry in entries:
        with archive.open(entry) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise PackageTooLarge(field="file")
        files.append(Content(entry.filename, MEDIA_TYPES[_suffix(entry.filename)], content))
    return files


def _is_left_by_a_system(entry: zipfile.ZipInfo) -> bool:
    """What the programs of an operating system put into a folder and into every zip of it."""
    return entry.filename.startswith("__MACOSX/") or posixpath.basename(entry.filename) in LEFT_BY_SYSTEMS


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A file of a kind that packages have, inside the package, readable, and no link."""
    path = entry.filename
    is_inside = not path.startswith("/") and posixpath.normpath(path) == path and not path.startswith("..")
    is_written_so = len(path) <= LONGEST_PATH and not set(path) & set('\\:*?"<>|\0') and path.isprintable()
    is_file = not entry.flag_bits & 1 and not stat.S_ISLNK(entry.external_attr >> 16)
    return is_inside and is_written_so and is_file and _suffix(path) in MEDIA_TYPES


def _suffix(path: str) -> str:
    return posixpath.splitext(path)[1].removeprefix(".").lower()


def _said_in(manifest: bytes) -> tuple[str, str, str]:
    """Title, standard and first page."""
    if len(manifest) > LARGEST_MANIFEST:
        raise PackageManifestMissing(field="file")
    try:
        root = fromstring(manifest, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PackageManifestMissing(field="file") from error
    version = _text(_first(root, "schemaversion"))
    standard = _Standard.SCORM_1_2 if version == "1.2" else _Standard.SCORM_2004
    is_known = version == "1.2" or version.startswith(("2004", "CAM 1.3"))
    organization = _first(root, "organization")
    items = [each for each in organization.iter() if _name(each) == "item"] if organization is not None else []
    resource = _resource(root, next(filter(None, (each.get("identifierref") for each in items)), ""))
    base = "".join(each.get(BASE, "") for each in (_first(root, "resources"), resource) if each is not None)
    launch = base + resource.get("href") if resource is not None else ""
    if not is_known or not launch:
        raise PackageManifestMissing(field="file")
    title = _text(_first(organization, "title")) if organization is not None else ""
    return (title or launch)[:LONGEST_TITLE], standard, launch


def _resource(root: Element, identifier: str) -> Element | None:
    """The resource that the first item names which names one; without an item the first one."""
    found = [each for each in root.iter() if _name(each) == "resource" and each.get("href")]
    named = [each for each in found if each.get("identifier") == identifier]
    return next(iter(named or found), None)


def _first(root: Element, name: str) -> Element | None:
    return next((each for each in root.iter() if _name(each) == name), None)


def _name(element: Element) -> str:
    """Without the namespace: every version of SCORM has another."""
    return str(element.tag).rpartition("}")[2]


def _text(element: Element | None) -> str:
    return " ".join((element.text or "").split()) if element is not None else ""
