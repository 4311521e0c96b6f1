"""The OpenAPI document as it is published: made by the build, held in a file, read by each process.

To make it takes seconds, on a busy machine longer than a request may take. So the build writes it; a web process that
finds no file of its own sources makes one beside its requests, and says that it is busy to those who would wait long.
"""

import contextlib
import fcntl
import gzip
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from core.errors import TooBusy


@dataclass(frozen=True, slots=True)
class Published:
    """The document as it is sent, in English: the same bytes for everybody until the next release."""

    document: dict[str, Any]
    body: bytes
    packed: bytes
    version: str


class DocumentFile:
    """The document of these sources in a file; what was made of other sources is made anew."""

    def __init__(self, path: Path, *, make: Callable[[], bytes], sources: Callable[[], str]) -> None:
        self._path, self._make, self._sources = path, make, sources
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="api-document")
        self._made: Future[Published] | None = None

    def published(self, *, within: float) -> Published:
        """The document, read or made once in each process.

        Raises `TooBusy` (503) when it is not made within so many seconds: whoever asks again later finds it.
        """
        if self._made is None or (self._made.done() and self._made.exception()):
            self._made = self._maker.submit(self.write)
        try:
            return self._made.result(timeout=within)
        except TimeoutError:
            raise TooBusy from None

    def write(self) -> Published:
        """The document of these sources, made and written by one process of those that ask at the same time."""
        with self._alone():
            body = self._read()
            if body is None:
                body = self._make()
                # An installation that may not write into its own folder keeps it in the memory of its processes.
                with contextlib.suppress(OSError):
                    self._store(body)
        return Published(orjson.loads(body), body, gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:16])

    def _read(self) -> bytes | None:
        """The document in the file; None where there is none, or it was made of other sources."""
        if not self._path.exists():
            return None
        sources, _line, body = self._path.read_bytes().partition(b"\n")
        return body if sources.decode() == self._sources() else None

    def _store(self, body: bytes) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_bytes(self._sources().encode() + b"\n" + body)
        beside.replace(self._path)  # whoever reads meanwhile reads the old one whole

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            lock = self._path.with_suffix(".lock").open("w")
        except OSError:
            yield
            return
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def make_document() -> bytes:
    """The OpenAPI 3.1 document of the whole API, in English."""
    with override("en"):
        document = SchemaGenerator().get_schema(request=None, public=True)
        return orjson.dumps(orjson.loads(OpenApiJsonRenderer().render(document)))


@cache
def hash_of_sources() -> str:
    """Changes with any source that the document could be made of, and with the packages that make it."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent == settings.BASE_DIR:
            for path in sorted(folder.rglob("*.py")):
                digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


DOCUMENT = DocumentFile(settings.BASE_DIR / "openapi.json", make=make_document, sources=hash_of_sources)


def published() -> Published:
    """The document; raises `TooBusy` (503) while it is being made and the request would wait long."""
    return DOCUMENT.published(within=settings.ECOMNET_API_DOCUMENT_SECONDS)
