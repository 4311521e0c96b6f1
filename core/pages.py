"""Keyset pages: a deep page costs what the first one costs."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Keyset pages: `results`, `next` and `previous` as opaque links; no count."""

    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"
