"""Looking for a biller's answer for a moment, so that most people never see a waiting page."""

import time
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from core.web.load_shedding import is_crowded
from finance.bills.models import BillFetch

PAUSES = (0.1, 0.2, 0.3, 0.4, 0.5)  # seconds; 1.5 in all


def wait_for_answer(fetch_id: UUID | str) -> BillFetch | None:
    """The fetch when it is answered within a moment, else None; while requests queue nothing is waited for.

    No transaction is open meanwhile. The connection is kept: opening another costs the database more than the
    payment that follows.
    """
    for pause in PAUSES if settings.ECOMNET_WAIT_FOR_ANSWERS else ():
        if is_crowded():
            break
        time.sleep(pause)
        fetch = _fetch.get(fetch_id)
        if fetch.status != BillFetch.Status.REQUESTED:
            return fetch
    return None


@compiled_query
def _fetch(pk: UUID) -> QuerySet[BillFetch]:
    return BillFetch.objects.select_related("biller").filter(pk=pk)
