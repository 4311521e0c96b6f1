"""The API told to people who write programs.

The OpenAPI document, a page to start from, and a viewer that tries it out.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView

from core.access import PUBLIC, Requires, requires
from core.web.tables import Cell, Column, Table

STYLE = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"
#: Our content security policy loads images from our own address only; the viewer can do without these.
INLINE_IMAGES = re.compile(r"""url\((?:"data:(?:\\.|[^"\\])*"|'data:(?:\\.|[^'\\])*'|data:[^)]*)\)""")
MEDIA_TYPE = "application/vnd.oai.openapi+json"
A_YEAR = 365 * 24 * 3600

#: A first bill, from signing in to the slip: the calls in their order.
FIRST_CALLS = (
    ("POST", "/api/v1/device-tokens/", _("Sign in once; send the token with every request: Authorization: Token …")),
    ("GET", "/api/v1/me/", _("See your posts: which stations you work for, and what you may do there.")),
    ("GET", "/api/v1/billers/", _("Which companies the station serves, and what to ask the customer for.")),
    ("POST", "/api/v1/bill-fetches/", _("Ask the company what is due. 202: look again until it has answered.")),
    ("POST", "/api/v1/bill-quotes/", _("What the customer pays and what you earn. Nothing moves yet.")),
    ("POST", "/api/v1/bill-payments/", _("Pay with the figures of the quote. They have changed: quote again.")),
    ("GET", "/api/v1/payments/{id}/", _("Look until it has succeeded or failed. Until then, never pay again.")),
    ("GET", "/api/v1/payments/{id}/receipt/", _("The slip as lines of data, and the address for its QR code.")),
)


@dataclass(frozen=True, slots=True)
class Published:
    """The document as it is sent, in English: the same bytes for everybody until the next release."""

    document: dict[str, Any]
    body: bytes
    packed: bytes
    version: str


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


@cache
def published() -> Published:
    """Made once in each process; what is written behind the address changes nothing."""
    with override("en"):
        document = SchemaView.generator_class().get_schema(public=True)
        body = orjson.dumps(orjson.loads(SchemaView.renderer_classes[0]().render(document)))
    return Published(document, body, gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:16])


@requires(PUBLIC)
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Where to start: the calls of a first payment in their order, and every operation by its subject."""
    operations = {(method, path): operation for method, path, operation in _operations()}
    first = [
        {"method": method, "path": path, "href": _viewer_address(operations[method, path]), "text": text}
        for method, path, text in FIRST_CALLS
    ]
    return render(
        request,
        "ecomnet/api_docs.html",
        {"first_calls": first, "subjects": list(_subjects()), "document": _document_address()},
    )


@requires(PUBLIC)
@require_GET
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


def _subjects() -> Iterator[dict[str, Any]]:
    """Each tag with its operations as a table."""
    columns = (Column(_("Operation")), Column(_("Address")))
    rows: dict[str, list[tuple[Cell, Cell]]] = {}
    for method, path, operation in _operations():
        named = Cell(operation["summary"], href=_viewer_address(operation))
        rows.setdefault(operation["tags"][0], []).append((named, Cell(f"{method} {path.removeprefix('/api/v1')}")))
    for tag in published().document["tags"]:
        yield {"name": tag["name"], "text": tag["description"], "table": Table(tag["name"], columns, rows[tag["name"]])}


def _document_address() -> str:
    """The document under its hash, so that browsers hold it until it changes."""
    return f"{reverse('api-schema')}?v={published().version}"


def _viewer_address(operation: dict[str, Any]) -> str:
    return f"{reverse('api-viewer')}#/{operation['tags'][0]}/{operation['operationId']}"


@cache
def _style() -> str:
    return INLINE_IMAGES.sub("none", Path(str(finders.find(STYLE))).read_text(encoding="utf-8"))
