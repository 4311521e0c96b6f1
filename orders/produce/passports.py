"""The passport of a lot: where its fruit was brought, when, and how it was graded; no farmer is named."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Min

from core.days import day_in
from orders.produce.models import Crop, Grade, Intake, Lot
from stations.network.models import Station

_INTAKES_ABOVE = """
WITH RECURSIVE above (lot_id) AS (
    SELECT %s::uuid
    UNION
    SELECT source.parent_lot_id FROM orders_lotsource AS source JOIN above ON source.lot_id = above.lot_id
     WHERE source.parent_lot_id IS NOT NULL
)
SELECT DISTINCT graded.intake_id FROM above
  JOIN orders_lotsource AS source ON source.lot_id = above.lot_id
  JOIN orders_intakegrade AS graded ON graded.id = source.intake_grade_id
"""
#: A lot has a passport once it is offered for sale.
PUBLIC = frozenset(Lot.Status) - {Lot.Status.OPEN}


@dataclass(frozen=True, slots=True)
class Origin:
    """A station at which fruit of a lot was brought, with the first and the last day, of its own calendar."""

    station: str
    county: str
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class Passport:
    """What anybody may know of a lot."""

    code: str
    crop: Crop
    grades: list[Grade]
    origins: list[Origin]
    best_before: dt.date
    is_stopped: bool
    is_recalled: bool


def public_lot(code: str) -> Lot | None:
    """The lot with a code that stands on boxes; None where there is none, or it is still being filled."""
    return Lot.objects.filter(code=code.strip().upper(), status__in=PUBLIC).select_related("crop").first()


def passport_of(code: str) -> Passport | None:
    """The passport of a lot by the code on its boxes; None where `public_lot` finds none."""
    lot = public_lot(code)
    if lot is None:
        return None
    levels = lot.grades.select_related("grade").order_by("grade__position", "pk")
    return Passport(
        code=lot.code,
        crop=lot.crop,
        grades=[level.grade for level in levels],
        origins=_origins(lot),
        best_before=lot.best_before_date,
        is_stopped=lot.status == Lot.Status.ON_HOLD,
        is_recalled=lot.status == Lot.Status.RECALLED,
    )


def _origins(lot: Lot) -> list[Origin]:
    """The stations of all intakes above a lot, with their days: two statements, however many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_INTAKES_ABOVE, [lot.pk])
        pks = [row[0] for row in cursor.fetchall()]
    spans = Intake.objects.filter(pk__in=pks).order_by("station").values("station")
    days = {row["station"]: row for row in spans.annotate(first=Min("weighed_at"), last=Max("weighed_at"))}
    stations = Station.objects.filter(pk__in=days).select_related("county").order_by("code")
    return [
        Origin(
            station=each.name,
            county=each.county.name,
            first_day=day_in(each.zone, days[each.pk]["first"]),
            last_day=day_in(each.zone, days[each.pk]["last"]),
        )
        for each in stations
    ]
