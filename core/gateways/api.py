"""Endpoints for callbacks of providers: their protocol and signature, no session and no idempotency key."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC
from core.gateways.services import receive_callback, receive_message
from core.wire import BodyTooLarge

#: No callback of the protocol comes near this size.
LARGEST = 64 * 1024


@extend_schema(exclude=True)
class CallbackView(APIView):
    """POST a signed callback: 202 the first time, 200 when this event is known; described in docs/providers.md."""

    requires = PUBLIC
    authentication_classes = ()
    parser_classes = ()

    def post(self, request: Any, provider_code: str) -> Response:
        return _received(receive_callback, request, provider_code)


@extend_schema(exclude=True)
class MessageView(APIView):
    """POST a signed message that somebody has sent us: 202 the first time, 200 when it is known; docs/providers.md."""

    requires = PUBLIC
    authentication_classes = ()
    parser_classes = ()

    def post(self, request: Any, provider_code: str) -> Response:
        return _received(receive_message, request, provider_code)


def _received(receive: Callable[..., bool], request: Any, provider_code: str) -> Response:
    is_new = receive(
        provider_code=provider_code,
        headers=request.headers,
        method="POST",
        target=request.get_full_path(),
        body=_body_of(request),
        at=now(),
    )
    request._request.is_signed_by_provider = True  # it pays for no address (`core.web.rate_limits`)
    return Response({"seen": not is_new}, status=202 if is_new else 200)


def _body_of(request: Any) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise BodyTooLarge from error
    if len(body) > LARGEST:
        raise BodyTooLarge
    return body
