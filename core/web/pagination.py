"""Keyset pagination: a deep page costs as much as the first one. A cursor is signed for the list that it continues."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core.errors import Refused

STOP_POLLING = 286
Row = TypeVar("Row", bound=Model)


class CursorInvalid(Refused):
    """The cursor was made by somebody else, changed on the way, or belongs to another list."""

    code = "cursor_invalid"
    status = 400
    message = _("This is not a page of this list. Start again with the first page.")


def settled(response: HttpResponse) -> HttpResponse:
    """The last answer of a region that asks again by itself (`{% poll %}`): shown, and then no more asking."""
    response.status_code = STOP_POLLING
    return response


def position(request: HttpRequest, name: str) -> str:
    """Where a list of the console goes on, as `link_to_position` wrote it; empty on the first page.

    Raises `CursorInvalid` (400).
    """
    return str(_unsigned(request, request.GET[name])) if name in request.GET else ""


def row_at_position(request: HttpRequest, name: str, rows: QuerySet[Row]) -> Row | None:
    """The row after which a list of the console goes on; None on the first page.

    Raises `CursorInvalid` (400), also when the row is not, or no longer, among `rows`.
    """
    key = position(request, name)
    if not key:
        return None
    try:
        return rows.get(pk=key)
    except (ObjectDoesNotExist, ValidationError, ValueError) as error:
        raise CursorInvalid from error


def link_to_position(request: HttpRequest, name: str, last: object, **more: str) -> str:
    """The query string of the page that begins after `last`, with the rest of the address as it is, and `more`."""
    words = request.GET.copy()
    for key, value in {**more, name: _signed(request, str(last))}.items():
        words[key] = value
    return "?" + words.urlencode()


class CursorPages(CursorPagination):
    """Keyset pages: `results`, `next` and `previous` as opaque links; no count."""

    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"
    request: Request

    def decode_cursor(self, request: Any) -> Cursor | None:
        """The cursor of the request, if it is one of this list. Raises `CursorInvalid` (400)."""
        if self.cursor_query_param not in request.query_params:
            return None
        return Cursor(*_unsigned(request, request.query_params[self.cursor_query_param]))

    def encode_cursor(self, cursor: Cursor) -> str:
        """The address of the page at this cursor."""
        return replace_query_param(self.base_url or "", self.cursor_query_param, _signed(self.request, cursor))


def _signed(request: Any, where: object) -> str:
    return _signer(request).sign_object(where)


def _unsigned(request: Any, text: str) -> Any:
    try:
        return _signer(request).unsign_object(text)
    except BadSignature as error:
        raise CursorInvalid from error


def _signer(request: Any) -> Signer:
    """Of one list: what was signed at another address is not valid here."""
    return Signer(sep=".", salt=f"core.web.pagination {request.path}")
