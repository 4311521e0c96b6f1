"""Whether a biller's bills are taken at a station now."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.reference import stored
from core.days import day_in
from core.errors import Refused, refused_by, refuses
from finance.bills.models import Biller
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.queries import ServiceAnswer
from stations.network.services import refuse_unless_open

SERVICE = "bill_payment"


class BillerNotServed(Refused):
    """The biller is not active, or does not serve this place."""

    code = "biller_not_served"
    status = 422
    message = _("%(biller)s cannot be paid at this station.")


@refuses(BillerNotServed, *refused_by(refuse_unless_open))
def refuse_unless_served(biller: Biller, station: Station, *, by: User, at: dt.datetime) -> ServiceAnswer:
    """Refused: `service_not_open`, `biller_not_served`."""
    answer = refuse_unless_open(station, SERVICE, by=by, at=at)
    today = day_in(station.zone, at)
    in_time = biller.from_date <= today and (biller.to_date is None or today < biller.to_date)
    if not biller.is_active or not in_time or not _serves(biller, station):
        raise BillerNotServed(biller=biller.title)
    return answer


def _serves(biller: Biller, station: Station) -> bool:
    served = _divisions_of(biller.pk)
    here = {station.village_id, station.township_id, station.county_id, station.prefecture_id, station.province_id}
    return not served or bool(served & here)


@stored
def _divisions_of(biller: int) -> frozenset[int]:
    return frozenset(row.division_id for row in _served_by.all(biller))


@compiled_query
def _served_by(biller: Any) -> QuerySet[Any]:
    return Biller.divisions.through.objects.filter(biller=biller)
