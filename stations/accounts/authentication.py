"""Who is asking: a device token of a mobile client, or the browser's session."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import knox_settings
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from stations.accounts.queries import holder_of_token, state_of_device

LONGEST_TOKEN = 200


class DeviceRevoked(AuthenticationFailed):
    """The device was given up: its client wipes what it holds of people at this answer."""

    default_code = "device_revoked"
    default_detail = _("This device was deactivated. Delete all personal data on it, and sign in again.")


class DeviceQuarantined(AuthenticationFailed):
    """The device waits until the county has looked at it; nothing on it is lost."""

    default_code = "device_quarantined"
    default_detail = _("This device is suspended until the county has checked it. Nothing on it is lost.")


STOPPED = {"revoked": DeviceRevoked, "quarantined": DeviceQuarantined}


class DeviceTokenAuthentication(TokenAuthentication):
    """A token of one device: token, device, user, epoch and posts are read by one query, and nothing is kept."""

    def authenticate(self, request: HttpRequest) -> tuple[Any, Any] | None:
        scheme, _blank, token = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != knox_settings.AUTH_HEADER_PREFIX.lower():
            return None
        # Only what knox could have made is hashed and looked up.
        digest = hash_token(token) if token.isascii() and token.isalnum() and len(token) <= LONGEST_TOKEN else ""
        asking = holder_of_token(digest, at=now()) if digest else None
        if asking is None:
            raise _why_not(digest)
        return asking.user, asking.token

    def authenticate_header(self, request: HttpRequest) -> str:
        return f'{knox_settings.AUTH_HEADER_PREFIX} realm="EcomNet"'


def _why_not(digest: str) -> AuthenticationFailed:
    """Anyone who held a token of a device that was stopped is told so; everybody else learns nothing."""
    stopped = STOPPED.get(state_of_device(digest)) if digest else None
    if stopped is not None:
        return stopped()
    return AuthenticationFailed(_("This token is not valid or no longer valid. Sign in again."))


class BrowserSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF protection; a missing sign-in is 401."""

    def authenticate_header(self, request: HttpRequest) -> str:
        return "Session"


class DeviceTokenScheme(OpenApiAuthenticationExtension):
    """The token in the OpenAPI document."""

    target_class = DeviceTokenAuthentication
    name = "deviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object("Authorization", knox_settings.AUTH_HEADER_PREFIX)


class BrowserSessionScheme(OpenApiAuthenticationExtension):
    """The session cookie in the OpenAPI document."""

    target_class = BrowserSessionAuthentication
    name = "browserSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
