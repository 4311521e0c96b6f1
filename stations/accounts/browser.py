"""A sign-in as the browser sees it: the session, and the cookie that makes this browser a known device."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.web.cookies import remember
from stations.accounts.middleware import DEVICE, PIN_DUE, SECOND_FACTOR, SEEN
from stations.accounts.services import SignedIn

DEVICE_COOKIE_AGE = dt.timedelta(days=400)
#: A working day; the one who presses nothing for a while is asked again before (`middleware`).
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
    return request.COOKIES.get(settings.ECOMNET_DEVICE_COOKIE_NAME, "")


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
    request.session[SEEN] = at.isoformat()
    if signed_in.with_second_factor:
        request.session[SECOND_FACTOR] = at.isoformat()
    if pin_due:
        request.session[PIN_DUE] = True
    # An instant, not an age: an age would begin again with every press that is noted.
    request.session.set_expiry(at + SESSION_AGE)
    if signed_in.secret:
        remember(response, settings.ECOMNET_DEVICE_COOKIE_NAME, signed_in.secret, age=DEVICE_COOKIE_AGE)
    remember(response, settings.LANGUAGE_COOKIE_NAME, signed_in.user.language, age=DEVICE_COOKIE_AGE)
