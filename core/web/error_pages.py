"""Error pages: each says what happened, what it means, and what to do."""

import re
import secrets
import sys
from typing import Any

import structlog
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils.http import escape_leading_slashes

from core.access import PUBLIC, why_stopped
from core.database.db import is_away
from core.errors import DatabaseUnavailable, Refused, TooBusy, TooMany, problem_document
from core.hooks import WHO_CAN
from core.problems import BROKEN, INVALID, NOT_ALLOWED, NOT_FOUND, SENTENCES

log = structlog.get_logger(__name__)


PROBLEM = "application/problem+json"
#: A page asks again after so many seconds, by itself.
AGAIN_AFTER = 10
#: Below it programs ask, and programs are answered with problem documents.
API = "/api/"


def _page(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(_CODES.get(name, name), status)
    return render(request, f"errors/{name}.html", context, status=status)


_CODES = {"400": INVALID, "403": NOT_ALLOWED, "404": NOT_FOUND}


def _problem(code: str, status: int, **more: Any) -> HttpResponse:
    problem = problem_document(code, status, str(SENTENCES[code]))
    return JsonResponse(problem | more, status=status, content_type=PROBLEM)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that no page of ours makes."""
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: says what stopped it, or who can do it (`PermissionDenied(sentence)`, else the grants table)."""
    sentence = str(exception.args[0]) if exception is not None and exception.args else ""
    return _page(request, "403", 403, sentence=sentence or _why_not(request), typed=_typed(request))


#: Fields whose content is shown nowhere, and what is no word of the one who filled the form.
NOT_SHOWN = re.compile(r"csrfmiddlewaretoken|.*(password|secret|code|pin)\d?", re.IGNORECASE)


class SentAgain(forms.Form):
    """A form that was refused as it was filled in: hidden, to be sent with its key once the right is back."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST)
        self.sent = request.POST
        for name in request.POST:
            if not NOT_SHOWN.fullmatch(name):
                self.fields[name] = forms.CharField(widget=forms.MultipleHiddenInput, required=False)

    def words(self) -> list[str]:
        """What was filled in, to be read and copied."""
        sent = {name: self.sent.getlist(name) for name in self.fields if name != "key"}
        return [value for values in sent.values() for value in values if value]


def _typed(request: HttpRequest) -> SentAgain | None:
    """Only what was sent to one of our addresses: elsewhere nothing has checked that the form is ours."""
    is_ours = request.method == "POST" and request.resolver_match is not None
    return SentAgain(request) if is_ours and "key" in request.POST else None


def _why_not(request: HttpRequest) -> str:
    verb = _verb_of(request)
    return verb and (why_stopped(request.user, verb) or who_can(verb))


def _verb_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return getattr(match.func, "requires", "") if match else ""


def who_can(verb: str) -> str:
    """ "Only the county manager can do this." for a verb of the grants table; empty if nobody told us."""
    return next((says(verb) for says in WHO_CAN), "") if verb != PUBLIC else ""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page for what is absent and what is out of reach; what was typed comes back as after a 403.

    An address of a sign or certificate that somebody typed with a slash at its end leads to the one without it.
    """
    if shorter := _without_slash(request):
        return redirect(shorter)
    return _page(request, "404", 404, typed=_typed(request))


def _without_slash(request: HttpRequest) -> str:
    """The page that was meant, with what was asked of it; a program is told that its address is wrong."""
    is_read = request.method in ("GET", "HEAD") and not request.path.startswith(API)
    if not is_read or request.resolver_match is not None or not request.path_info.endswith("/"):
        return ""
    shorter = escape_leading_slashes(request.path_info.removesuffix("/"))
    asked = request.META.get("QUERY_STRING", "")
    return shorter + (f"?{asked}" if asked else "") if is_valid_path(shorter) else ""


def not_allowed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """405: the page as it was asked for does not exist; `answer` says how it may be asked."""
    response = _page(request, "405", answer.status_code)
    response["Allow"] = answer["Allow"]
    return response


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal as a page of its own, with a countdown where waiting helps."""
    log.info("refused", code=refusal.code, status=refusal.status)
    name = {404: "404", 429: "busy", 503: "busy"}.get(refusal.status, "refused")
    response = _page(request, name, refusal.status, sentence=str(refusal), retry_after=refusal.retry_after)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The protection against forged forms said no: usually the page was open for too long."""
    return _page(request, "csrf", 403)


def database_unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer. The page needs none: no session, no reader, no menu."""
    number = _number()
    error = sys.exc_info()[1]
    log.error("database_unavailable", number=number, path=request.path, method=request.method, exc_info=error)
    page = {
        "may_have_run": request.method == "POST",
        "path": request.path,
        "number": number,
        "request_id": _request_id(),
    }
    return _come_again(request, DatabaseUnavailable(), "errors/503.html", page)


def too_busy(request: HttpRequest) -> HttpResponse:
    """503: refused before anything was read. It is counted, not logged as a server error."""
    log.warning("too_busy", path=request.path, method=request.method)
    page = {"was_press": request.method == "POST", "path": request.path}
    return _come_again(request, TooBusy(), "errors/overloaded.html", page)


def too_many(request: HttpRequest, *, wait: int) -> HttpResponse:
    """429: this caller has used up the requests of this minute; `wait` is what is left of it, in seconds."""
    log.warning("too_many", path=request.path, method=request.method)
    refusal = TooMany()
    refusal.retry_after = wait
    page = {"was_press": request.method == "POST", "path": request.path}
    return _come_again(request, refusal, "errors/too_many.html", page)


def _come_again(request: HttpRequest, refusal: Refused, template: str, page: dict[str, Any]) -> HttpResponse:
    """A page that needs no database and tries again by itself where nothing was pressed; for programs a problem."""
    if not request.path.startswith(API):
        return _page_that_asks_again(request, refusal, template, page)
    problem = JsonResponse(refusal.problem(), status=refusal.status, content_type=PROBLEM)
    problem["Retry-After"] = str(refusal.retry_after)
    return problem


def being_made(request: HttpRequest) -> HttpResponse:
    """503 on a page for people, wherever it stands: what it shows is being made."""
    page = {"was_press": False, "path": request.path}
    return _page_that_asks_again(request, TooBusy(), "errors/overloaded.html", page)


def _page_that_asks_again(request: HttpRequest, refusal: Refused, template: str, page: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(render_to_string(template, page), status=refusal.status)
    response["Retry-After"] = str(refusal.retry_after)
    if request.method == "GET":
        response["Refresh"] = str(max(AGAIN_AFTER, refusal.retry_after or 0))
    return response


def _number() -> str:
    """What people read out when they call for help, and what stands in the log: of six digits in a row the log would
    keep none, because they may be a person's.
    """
    return f"E-{secrets.randbelow(900) + 100}{secrets.choice('ACEFHKMPRTXY')}{secrets.randbelow(900) + 100}"


def _request_id() -> str:
    """By which all lines of this request are found in the log."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. It needs no database, no session and no static manifest."""
    if is_away(sys.exc_info()[1]):
        # Raised before the view was reached: the session or the reader could not be read.
        return database_unavailable(request)
    number = _number()
    log.error("page_broken", number=number, path=request.path, method=request.method)
    if request.path.startswith(API):
        return _problem(BROKEN, 500, params={"number": number, "request_id": _request_id()})
    page = {
        "number": number,
        "request_id": _request_id(),
        "may_have_run": request.method == "POST",
        "path": request.path,
    }
    return HttpResponse(render_to_string("errors/500.html", page), status=500)
