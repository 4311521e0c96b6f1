"""Headers and context that every response of the console has in common."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from core.access import PUBLIC
from core.api import PROBLEM
from core.database.db import is_away
from core.database.reference import version_of
from core.errors import AddressMalformed, HttpsRequired, Refused
from core.web import error_pages
from core.web.permissions import permissions_policy
from core.web.shell import reader_of

Next = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


#: What pages answer to; the API says for each address by itself.
METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class HeadersMiddleware:
    """Policies on every response, and `no-store` on every page that is not public: it may hold a person."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in (HEADERS | {"Permissions-Policy": permissions_policy(request)}).items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control") and (_is_signed_in(request) or not _is_public(request)):
            response["Cache-Control"] = "no-store"
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(getattr(request, "user", None) and request.user.is_authenticated)


def _is_public(request: HttpRequest) -> bool:
    match = getattr(request, "resolver_match", None)
    if match is None:
        return request.path.startswith(settings.STATIC_URL)
    view = getattr(match.func, "cls", match.func)
    return getattr(view, "requires", "") == PUBLIC


class ReferenceMiddleware:
    """The version of reference data belongs to one request, whose authentication reads it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with version_of(None):
            return self.get_response(request)


class WayInMiddleware:
    """How a request may come: pages are read and sent, and programs speak over TLS from the first byte.

    Browsers are sent on to TLS by the framework. A program that spoke in clear has already told its token to everybody
    on the way; a redirect would hide that, so it is refused.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(error_pages.API):
            return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return JsonResponse(HttpsRequired().problem(), status=HttpsRequired.status, content_type=PROBLEM)
        return self.get_response(request)


class VisitorMiddleware:
    """Who visits, where proxies stand in front: the last of them that is ours has seen the visitor's address.

    Each of our proxies adds the address it was called from to the end of `X-Forwarded-For`; what stands before is what
    the visitor wrote himself. `ECOMNET_PROXIES` says how many there are; with none the header is nobody's.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if 0 < settings.ECOMNET_PROXIES <= len(seen) and seen[-settings.ECOMNET_PROXIES]:
            request.META["REMOTE_ADDR"] = seen[-settings.ECOMNET_PROXIES]
        return self.get_response(request)


class AddressMiddleware:
    """An address with a NUL in it is refused in words before a query breaks on it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" not in request.path_info and "%00" not in request.META.get("QUERY_STRING", ""):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse(AddressMalformed().problem(), status=AddressMalformed.status, content_type=PROBLEM)
        return error_pages.bad_request(request)


class ReaderMiddleware:
    """The person's own language and the station's zone, before any sentence is made; English for a program that asks
    for no language.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request) if request.user.is_authenticated else None
        language = reader.language if reader else _language_of_program(request)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(reader.zone if reader and reader.zone else settings.ECOMNET_ZONE):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def _language_of_program(request: HttpRequest) -> str:
    """Empty for a browser, and where a language is asked for."""
    is_asked = "Accept-Language" in request.headers or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return "" if is_asked or not request.path.startswith(error_pages.API) else "en"


class PartsMiddleware:
    """A part of a page that is asked for after the session ended: the whole page goes to the sign-in."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        location = response.headers.get("Location", "")
        if getattr(request, "htmx", False) and location.startswith(resolve_url(settings.LOGIN_URL)):
            page = cast(Any, request).htmx.current_url_abs_path or "/"
            return HttpResponse(status=204, headers={"HX-Redirect": f"{location.split('?')[0]}?next={quote(page)}"})
        return response


class RefusalMiddleware:
    """A rule that says no in a page, outside of `core.forms.submit`, is a page and never a broken one; so is a method
    that the page does not take.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not request.path.startswith(error_pages.API):
            return error_pages.not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return error_pages.refused(request, exception)
        if isinstance(exception, PermissionDenied):
            return error_pages.forbidden(request, exception)
        if is_away(exception):
            return error_pages.database_unavailable(request)
        return None
