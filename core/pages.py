"""Keyset pages: a deep page costs what the first one costs."""

from django.http import HttpResponse
from rest_framework.pagination import CursorPagination

STOP_POLLING = 286


def settled(response: HttpResponse) -> HttpResponse:
    """The last answer of a region that asks again by itself (`{% poll %}`): shown, and then no more asking."""
    response.status_code = STOP_POLLING
    return response


class CursorPages(CursorPagination):
    """Keyset pages: `results`, `next` and `previous` as opaque links; no count."""

    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"
