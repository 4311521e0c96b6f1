"""What the manifest of an H5P package says, and whether the package brings the libraries that play it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from core.errors import Refused

MANIFEST, CONTENT = "h5p.json", "content/content.json"
LARGEST_JSON = 1024 * 1024
#: What a name of a library may look like: it becomes a folder.
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
#: Nothing is said about rights.
UNDISCLOSED = "U"


class PackageLibraryMissing(Refused):
    """The package was exported without what plays it."""

    code = "package_library_missing"
    status = 422
    message = _("The package lacks the library “%(name)s”. Export it together with its libraries.")


class ManifestUnreadable(ValueError):
    """The manifest is no description of a package of this standard."""


class Manifest(NamedTuple):
    """What stands in `h5p.json`; licence and creators are empty where nothing is said of them."""

    title: str
    licence: str
    creators: str


def read_manifest(files: Mapping[str, bytes]) -> Manifest:
    """What a package says of itself. Raises `ManifestUnreadable`, `PackageLibraryMissing`."""
    said = _json(files[MANIFEST])
    libraries = dict(_dependencies(said))
    main = said.get("mainLibrary")
    if not isinstance(main, str) or main not in libraries or CONTENT not in files:
        raise ManifestUnreadable
    _require_libraries(files, list(libraries.values()))
    return Manifest(title=_line(said.get("title")), licence=_licence(said), creators=_creators(said))


def _require_libraries(files: Mapping[str, bytes], wanted: list[str]) -> None:
    """Those that the package names, and those that they name."""
    known: set[str] = set()
    while wanted:
        folder = wanted.pop()
        if folder in known:
            continue
        known.add(folder)
        described = files.get(f"{folder}/library.json")
        if described is None:
            raise PackageLibraryMissing(field="file", name=folder)
        library = _json(described)
        scripts = [each.get("path") for each in _objects(library.get("preloadedJs"))]
        if any(f"{folder}/{path}" not in files for path in scripts):
            raise PackageLibraryMissing(field="file", name=folder)
        wanted += [name for _machine, name in _dependencies(library)]


def _dependencies(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The name of each library and its folder."""
    for each in _objects(said.get("preloadedDependencies")):
        machine, major, minor = each.get("machineName"), each.get("majorVersion"), each.get("minorVersion")
        if not isinstance(machine, str) or not _NAME.fullmatch(machine):
            raise ManifestUnreadable
        if not str(major).isdecimal() or not str(minor).isdecimal():
            raise ManifestUnreadable
        yield machine, f"{machine}-{major}.{minor}"


def _licence(said: Mapping[str, object]) -> str:
    licence = _line(said.get("license"))
    return f"{licence} {_line(said.get('licenseVersion'))}".strip() if licence != UNDISCLOSED else ""


def _creators(said: Mapping[str, object]) -> str:
    return ", ".join(filter(None, (_line(each.get("name")) for each in _objects(said.get("authors")))))


def _json(content: bytes) -> dict[str, object]:
    if len(content) > LARGEST_JSON:
        raise ManifestUnreadable
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ManifestUnreadable from error
    if not isinstance(said, dict):
        raise ManifestUnreadable
    return said


def _objects(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _line(value: object) -> str:
    """One line of text; nothing that no database can keep: no NUL, no half of a character."""
    if not isinstance(value, str):
        return ""
    return " ".join(value.replace("\0", "").encode(errors="ignore").decode().split())
