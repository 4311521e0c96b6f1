"""Parcels to the city: each stands as its counter knows it, its price was paid once and comes back once."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from core.money import parse
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.judgement import DOUBLED, LOST, Finding
from orders.models import Shipment

SHIPMENT = "shipment"
_S = Shipment.Status
#: What the counter knows, and what stands then; what waits for the carrier is accepted.
STANDS = {DONE: _S.HANDED_ON, CANCELLED: _S.CANCELLED, "": _S.ACCEPTED}


def judge_parcels(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare parcels that these users have accepted since then with what their counters know."""
    rows = Shipment.objects.filter(accepted_by__in=users, accepted_at__gte=since)
    ours = {str(row.pk): row for row in rows}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has accepted a parcel, and our books do not know")
    for pk, row in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a parcel was accepted and no counter knows of it")
            continue
        yield from _compare(row, known[pk])


def _compare(row: Shipment, case: Case) -> Iterable[Finding]:
    if row.status != STANDS[case.end]:
        yield Finding(LOST, case.id, f"{row.status} with us, {STANDS[case.end]} at the counter")
    paid = sum(parse(press.total, press.currency).minor for press in case.presses)
    if row.price_minor != paid:
        kind = LOST if row.price_minor < paid else DOUBLED
        yield Finding(kind, case.id, f"{paid} was paid for the parcel, and it cost {row.price_minor}")
    if row.refunded_minor != case.back:
        kind = LOST if row.refunded_minor < case.back else DOUBLED
        yield Finding(kind, case.id, f"{case.back} of the price is to come back, and it counts {row.refunded_minor}")
