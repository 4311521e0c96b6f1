"""A sign-in as the browser sees it: the session, and the cookie that makes this browser a known device."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from stations.accounts.middleware import DEVICE, PIN_DUE, SECOND_FACTOR
from stations.accounts.services import SignedIn

DEVICE_COOKIE = "ecomnet_device"
DEVICE_COOKIE_AGE = dt.timedelta(days=400)
#: A working day; the administration asks again after half an hour without a press (`middleware`).
SESSION_AGE = dt.timedelta(hours=12)

#: Words of a browser's own name -> how people call the machine.
MACHINES = {
    "iPhone": _("iPhone"),
    "iPad": _("iPad"),
    "Android": _("Android phone"),
    "Windows": _("Windows PC"),
    "Macintosh": _("Mac"),
    "Linux": _("Linux PC"),
}


def device_secret(request: HttpRequest) -> str:
    """What this browser proves itself with; empty on a new one."""
    return request.COOKIES.get(DEVICE_COOKIE, "")


def device_label(request: HttpRequest) -> str:
    """What kind of machine this seems to be; the person can tell devices apart by it."""
    agent = request.headers.get("User-Agent", "")
    return str(next((label for word, label in MACHINES.items() if word in agent), _("Browser")))


def start_session(
    request: HttpRequest, response: HttpResponse, signed_in: SignedIn, *, at: dt.datetime, pin_due: bool
) -> None:
    """A new session (its key is never one that was known before) for this person on this device."""
    request.session.flush()
    login(request, signed_in.user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[DEVICE] = str(signed_in.device.pk)
    if signed_in.with_second_factor:
        request.session[SECOND_FACTOR] = at.isoformat()
    if pin_due:
        request.session[PIN_DUE] = True
    request.session.set_expiry(int(SESSION_AGE.total_seconds()))
    if signed_in.secret:
        _remember(response, DEVICE_COOKIE, signed_in.secret, DEVICE_COOKIE_AGE)
    _remember(response, settings.LANGUAGE_COOKIE_NAME, signed_in.user.language, DEVICE_COOKIE_AGE)


def _remember(response: HttpResponse, name: str, value: str, age: dt.timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(age.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
