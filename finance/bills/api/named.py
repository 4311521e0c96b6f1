"""What a request names, loaded within the reach of the one who asks."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from core.access import load, load_compiled
from core.database.compiled_queries import compiled_query
from core.database.reference import stored
from finance.bills.models import Biller, BillFetch
from stations.accounts.models import User
from stations.models import Station
from stations.network.queries import station_at

PAY = "finance.pay_bill"


def fetch_of(user: User, verb: str, pk: UUID) -> BillFetch:
    """The fetch of an address, to do this with it."""
    return load(BillFetch.objects.select_related("biller", "household", "station"), user, verb, pk=pk)


def fetched_of(user: User, data: dict[str, Any]) -> BillFetch | None:
    """The fetch whose bill is to be paid; none where the parameters were typed."""
    if not data.get("fetch_id"):
        return None
    return _load_fetch(user, PAY, data["fetch_id"])


@load_compiled("pk")
def _load_fetch() -> QuerySet[BillFetch]:
    return BillFetch.objects.select_related("biller__provider", "payer", "household")


def biller_of(code: str) -> Biller:
    """The biller of this code; 404 when there is none."""
    biller = _known_biller(code)
    if biller is None:
        raise Http404
    return biller


@stored
def _known_biller(code: str) -> Biller | None:
    return _biller_of.first(code)


@compiled_query
def _biller_of(code: Any) -> QuerySet[Biller]:
    return Biller.objects.select_related("category", "provider").filter(code=code)


def station_of(user: User, code: str) -> Station:
    """The station at whose counter the bill is paid."""
    return station_at(user, PAY, code)
