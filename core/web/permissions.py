"""What a page may use of the device: nothing but what one of its components asks for."""

from typing import Any, cast

from django.http import HttpRequest

_POLICY = "camera={camera}, usb=(self), geolocation=(), microphone=(), payment=()"


def permit_camera(request: HttpRequest | None) -> None:
    """The page that answers this request shows a field that the camera fills; slips and mails have no request."""
    if request is not None:
        cast(Any, request).permits_camera = True


def permissions_policy(request: HttpRequest) -> str:
    """The header's value for the answer to this request."""
    return _POLICY.format(camera="(self)" if getattr(request, "permits_camera", False) else "()")
