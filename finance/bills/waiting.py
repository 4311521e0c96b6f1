"""Looking for a biller's answer for a moment, so that most people never see a waiting page."""

from uuid import UUID

from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from core.web.moments import moments
from finance.bills.models import BillFetch


def wait_for_answer(fetch_id: UUID | str) -> BillFetch | None:
    """The fetch when it is answered within a moment, else None; while requests queue nothing is waited for."""
    for _moment in moments():
        fetch = _fetch.get(fetch_id)
        if fetch.status != BillFetch.Status.REQUESTED:
            return fetch
    return None


@compiled_query
def _fetch(pk: UUID) -> QuerySet[BillFetch]:
    return BillFetch.objects.select_related("biller").filter(pk=pk)
