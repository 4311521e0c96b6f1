"""Lists of the API that leave a row in the access log for everybody whom they show."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import generics


class RecordedList(generics.ListAPIView):
    """A list of which each page that is answered is written down: `record` says whose rows were read."""

    def record(self, rows: Sequence[Any]) -> None:
        raise NotImplementedError

    def paginate_queryset(self, queryset: QuerySet[Any]) -> list[Any] | None:
        rows = super().paginate_queryset(queryset)
        self.record(rows or ())
        return rows
