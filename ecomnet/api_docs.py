"""The API told to people who write programs: the OpenAPI document, and a page that shows it and tries it out."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.response import Response

from core.access import SIGNED_IN, Requires, requires

STYLE = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"
#: The policy of the house loads images from its own address only; the viewer can do without these.
INLINE_IMAGES = re.compile(r"""url\((?:"data:(?:\\.|[^"\\])*"|'data:(?:\\.|[^'\\])*'|data:[^)]*)\)""")


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI 3.1 document of the whole API."""

    requires = SIGNED_IN
    permission_classes = (Requires,)

    @extend_schema(exclude=True)
    def get(self, request: Any) -> Response:
        return Response(_document(get_language()), headers={"Content-Disposition": 'inline; filename="EcomNet.json"'})


@cache
def _document(language: str | None) -> Any:
    """The same for everybody who reads this language; what somebody writes behind the address changes nothing."""
    return SchemaView.generator_class().get_schema(public=True)


@requires(SIGNED_IN)
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every endpoint with its examples; with a device token it can be tried out here."""
    return render(request, "ecomnet/api_docs.html")


@requires(SIGNED_IN)
@require_GET
@cache_control(max_age=3600, private=True)
def style(request: HttpRequest) -> HttpResponse:
    """The viewer's own style, without the pictures that it carries inside."""
    return HttpResponse(_style(), content_type="text/css; charset=utf-8")


@cache
def _style() -> str:
    return INLINE_IMAGES.sub("none", Path(str(finders.find(STYLE))).read_text(encoding="utf-8"))
