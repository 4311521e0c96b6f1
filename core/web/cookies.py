"""Cookies for this host and same-site requests only, and over TLS only where the system uses TLS.

The prefix `__Host-` makes browsers refuse a cookie of that name that comes without TLS, or from another host of the
same domain, so that no other site can set one.
"""

import datetime as dt

from django.conf import settings
from django.http import HttpResponse

HOST_ONLY = "__Host-"


def own_name(name: str) -> str:
    """The whole name of a cookie of ours; without TLS browsers would refuse the prefix."""
    return f"{HOST_ONLY}{name}" if settings.SESSION_COOKIE_SECURE else name


def remember(response: HttpResponse, name: str, value: str, *, age: dt.timedelta) -> None:
    """Have the browser keep a value that no script reads."""
    _set(response, name, value, age, httponly=True)


def tell_scripts(response: HttpResponse, name: str, value: str, *, age: dt.timedelta) -> None:
    """Have the browser keep a value that our own script reads; never a secret."""
    _set(response, own_name(name), value, age, httponly=False)


def _set(response: HttpResponse, name: str, value: str, age: dt.timedelta, *, httponly: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(age.total_seconds()),
        httponly=httponly,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
