"""What a page may use of the device: nothing but what one of its components asks for."""

from typing import Any, Literal, cast

from django.http import HttpRequest

_POLICY = "camera={camera}, usb=(self), geolocation=(), microphone={microphone}, payment=()"

Device = Literal["camera", "microphone"]


def permit_device(request: HttpRequest | None, device: Device) -> None:
    """The page that answers this request shows a field that this device fills; slips and mails have no request."""
    if request is not None:
        cast(Any, request).permitted_devices = _permitted(request) | {device}


def permissions_policy(request: HttpRequest) -> str:
    """The header's value for the answer to this request."""
    permitted = _permitted(request)
    return _POLICY.format(
        camera="(self)" if "camera" in permitted else "()",
        microphone="(self)" if "microphone" in permitted else "()",
    )


def _permitted(request: HttpRequest) -> frozenset[Device]:
    return getattr(request, "permitted_devices", frozenset())
