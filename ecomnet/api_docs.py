"""The API told to people who write programs.

The OpenAPI document, a page to start from, and a viewer that tries it out.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView

from core.access import PUBLIC, Requires, requires
from core.errors import TooBusy
from core.web import error_pages
from core.web.tables import Cell, Column, Table
from ecomnet import api_start
from ecomnet.api_document import published

STYLE = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"
#: Our content security policy loads images from our own address only; the viewer can do without these.
INLINE_IMAGES = re.compile(r"""url\((?:"data:(?:\\.|[^"\\])*"|'data:(?:\\.|[^'\\])*'|data:[^)]*)\)""")
MEDIA_TYPE = "application/vnd.oai.openapi+json"
A_YEAR = 365 * 24 * 3600


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI 3.1 document of the whole API."""

    requires = PUBLIC
    authentication_classes = ()
    permission_classes = (Requires,)

    @extend_schema(exclude=True)
    def get(self, request: Any) -> HttpResponse:
        found = published()
        etag = f'"{found.version}"'
        if request.headers.get("If-None-Match") == etag:
            response: HttpResponse = HttpResponseNotModified()
        elif "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(found.packed, content_type=MEDIA_TYPE, headers={"Content-Encoding": "gzip"})
        else:
            response = HttpResponse(found.body, content_type=MEDIA_TYPE)
        response["ETag"] = etag
        patch_vary_headers(response, ["Accept-Encoding"])
        if request.GET.get("v") == found.version:
            patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
        else:
            patch_cache_control(response, public=True, no_cache=True)
        return response


def patient(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page about the document: while that is being made, it says so and asks again by itself."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except TooBusy:
            return error_pages.being_made(request)

    return shown


@requires(PUBLIC)
@require_GET
@patient
def docs(request: HttpRequest) -> HttpResponse:
    """Where to start: lines to copy, the calls of a first payment in their order, every operation by its subject."""
    operations = {(method, path): operation for method, path, operation in _operations()}
    first = [
        {"method": method, "path": path, "href": _viewer_address(operations[method, path]), "text": text}
        for method, path, text in api_start.FIRST_CALLS
    ]
    page = {
        "first_calls": first,
        "lines": api_start.lines_to_copy(request.build_absolute_uri("/").rstrip("/")),
        "rules": api_start.RULES,
        "refusal": api_start.REFUSAL,
        "codes": api_start.codes(),
        "signed": api_start.SIGNED,
        "signing": api_start.SIGNING,
        "subjects": _subjects(),
        "document": _document_address(),
    }
    return render(request, "ecomnet/api_docs.html", page)


@requires(PUBLIC)
@require_GET
@patient
def viewer(request: HttpRequest) -> HttpResponse:
    """Every operation with its examples; with a device token it can be tried out here."""
    return render(request, "ecomnet/api_viewer.html", {"document": _document_address()})


@requires(PUBLIC)
@require_GET
@cache_control(max_age=3600, public=True)
def style(request: HttpRequest) -> HttpResponse:
    """The viewer's own style, without the pictures that it carries inside."""
    return HttpResponse(_style(), content_type="text/css; charset=utf-8")


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in published().document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


@cache
def _subjects() -> list[dict[str, Any]]:
    """Each tag with its operations as a table; the headings are in the language of whoever reads."""
    columns = (Column(_("Operation")), Column(_("Path")))
    rows: dict[str, list[tuple[Cell, Cell]]] = {}
    for method, path, operation in _operations():
        named = Cell(operation["summary"], href=_viewer_address(operation))
        rows.setdefault(operation["tags"][0], []).append((named, Cell(f"{method} {path.removeprefix('/api/v1')}")))
    return [
        {"name": tag["name"], "table": Table(tag["description"], columns, rows[tag["name"]])}
        for tag in published().document["tags"]
    ]


def _document_address() -> str:
    """The document under its hash, so that browsers hold it until it changes."""
    return f"{reverse('api-schema')}?v={published().version}"


def _viewer_address(operation: dict[str, Any]) -> str:
    return f"{reverse('api-viewer')}#/{operation['tags'][0]}/{operation['operationId']}"


@cache
def _style() -> str:
    return INLINE_IMAGES.sub("none", Path(str(finders.find(STYLE))).read_text(encoding="utf-8"))
