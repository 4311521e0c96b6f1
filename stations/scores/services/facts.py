"""Facts kept, once per event and kind."""

import datetime as dt

from django.db import transaction

from core.database.db import insert_row
from core.days import day_in
from stations.network.models import Station
from stations.scores.models import StationFact


@transaction.atomic(savepoint=False)  # one statement
def record_fact(
    *,
    event_id: int,
    kind: str,
    station: Station,
    at: dt.datetime,
    quantity: int = 1,
    amount_minor: int | None = None,
    currency: str = "",
) -> None:
    """Keep what an event told; the second delivery of the event changes nothing."""
    insert_row(
        StationFact,
        if_known="DO NOTHING",
        event_id=event_id,
        kind=kind,
        station_id=station.pk,
        local_date=day_in(station.zone, at),
        quantity=quantity,
        amount_minor=amount_minor,
        currency=currency,
    )
