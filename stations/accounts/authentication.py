"""Who is asking: a device token of a mobile client, or the browser's session."""

from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication


class DeviceTokenAuthentication(TokenAuthentication):
    """A token of one device."""


class BrowserSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF protection; a missing sign-in is 401."""

    def authenticate_header(self, request):
        return "Session"
