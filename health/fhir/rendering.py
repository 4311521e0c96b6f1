"""How answers are written: `application/fhir+json`, errors as OperationOutcomes."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import explain
from core.wire import JSONParser
from health.fhir.bundles import outcome
from health.fhir.wire import MEDIA_TYPE, Resource, dumps

_ACCEPTED = ("*/*", "application/*", "application/json", "text/json", MEDIA_TYPE)
_FORMATS = frozenset({"json", "application/json", "text/json", MEDIA_TYPE})
#: The kind of issue for each status.
_ISSUES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    422: "business-rule",
    429: "throttled",
    503: "transient",
}


class FhirRenderer(BaseRenderer):
    """Resources as they are."""

    media_type = MEDIA_TYPE
    format = "json"
    charset = None

    def render(
        self, data: Resource | None, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


class FhirParser(JSONParser):
    """Resources that are sent."""

    media_type = MEDIA_TYPE


class FhirNegotiation(DefaultContentNegotiation):
    """JSON, whichever name of it is accepted; nothing else is served."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        asked = request.query_params.get("_format", "")
        accepted = request.headers.get("Accept", "*/*")
        is_json = asked in _FORMATS if asked else any(each in accepted for each in _ACCEPTED)
        if not is_json:
            raise NotAcceptable
        return next(iter(renderers)), MEDIA_TYPE


def explain_as_outcome(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The problem document of the API as an OperationOutcome; its code stands in `diagnostics`."""
    response = explain(exc, context)
    if response is None:
        return None
    return as_outcome(response)


def as_outcome(response: Response) -> Response:
    """The same response with its problem document as an OperationOutcome."""
    problem = response.data
    errors = [f"{name}: {text}" for name, texts in problem.get("errors", {}).items() for text in texts]
    words = "; ".join(errors) or str(problem["detail"])
    response.data = outcome("error", _ISSUES.get(response.status_code, "processing"), words, str(problem["code"]))
    response.content_type = MEDIA_TYPE
    return response
