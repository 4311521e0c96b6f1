"""Where fruit comes from and where it went, what city buyers paid, and what waits for a lot."""

import datetime as dt
from collections.abc import Collection, Sequence
from fractions import Fraction
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.days import day_in
from orders.produce.models import (
    Crop,
    DeductionPlan,
    Grade,
    GradeSheet,
    Intake,
    IntakeGrade,
    Lot,
    LotGrade,
    LotSale,
    LotSource,
)
from stations.network.models import Station
from stations.people.models import Person

_LOTS_BELOW = """
WITH RECURSIVE below (lot_id) AS (
    SELECT %s::uuid
    UNION
    SELECT source.lot_id FROM orders_lotsource AS source JOIN below ON source.parent_lot_id = below.lot_id
)
SELECT lot_id FROM below
"""
_LOTS_ABOVE = """
WITH RECURSIVE above (lot_id) AS (
    SELECT %s::uuid
    UNION
    SELECT source.parent_lot_id FROM orders_lotsource AS source JOIN above ON source.lot_id = above.lot_id
     WHERE source.parent_lot_id IS NOT NULL
)
SELECT lot_id FROM above
"""
_SALES_BELOW = """
WITH RECURSIVE below (lot_id) AS (
    SELECT %s::uuid
    UNION
    SELECT source.lot_id FROM orders_lotsource AS source JOIN below ON source.parent_lot_id = below.lot_id
)
SELECT sale.id FROM orders_lotsale AS sale JOIN below USING (lot_id)
"""
_FARMERS_ABOVE = """
WITH RECURSIVE above (lot_id) AS (
    SELECT %s::uuid
    UNION
    SELECT source.parent_lot_id FROM orders_lotsource AS source JOIN above ON source.lot_id = above.lot_id
     WHERE source.parent_lot_id IS NOT NULL
)
SELECT DISTINCT intake.farmer_id FROM above
  JOIN orders_lotsource AS source ON source.lot_id = above.lot_id
  JOIN orders_intakegrade AS graded ON graded.id = source.intake_grade_id
  JOIN orders_intake AS intake ON intake.id = graded.intake_id
"""
_LOTS_OF_FARMER = """
WITH RECURSIVE below (lot_id) AS (
    SELECT source.lot_id FROM orders_lotsource AS source
      JOIN orders_intakegrade AS graded ON graded.id = source.intake_grade_id
      JOIN orders_intake AS intake ON intake.id = graded.intake_id
     WHERE intake.farmer_id = %s
    UNION
    SELECT source.lot_id FROM orders_lotsource AS source JOIN below ON source.parent_lot_id = below.lot_id
)
SELECT lot_id FROM below
"""


def sheet_of(crop: Crop, station: Station, *, at: dt.datetime) -> GradeSheet | None:
    """The grades of a crop that hold today at a station."""
    on = day_in(station.zone, at)
    sheets = GradeSheet.objects.filter(Q(to_date=None) | Q(to_date__gt=on), crop=crop, from_date__lte=on)
    return sheets.first()


def plan_of(station: Station, *, currency: str, on: dt.date) -> DeductionPlan | None:
    """What is deducted from a sale on this day: the plan of the station's county before the general one."""
    plans = DeductionPlan.objects.filter(
        Q(division=station.county_id) | Q(division=None),
        Q(to_date=None) | Q(to_date__gt=on),
        currency=currency,
        from_date__lte=on,
    )
    return plans.prefetch_related("rows").order_by(F("division").asc(nulls_last=True)).first()


def city_prices(county: int, grades: Collection[Grade], *, currency: str) -> dict[int, int]:
    """What city buyers last paid for 1,000 grams of grades of these codes and crops in a county, by the id given.

    What residents paid in a presale is no price of the city.
    """
    rows = LotSale.objects.filter(
        lot__station__county=county, lot__set_aside_for="", currency=currency, grade__in=_alike(grades)
    )
    latest = rows.order_by("grade__sheet__crop", "grade__code", "-sold_at", "-pk").distinct(
        "grade__sheet__crop", "grade__code"
    )
    known = {
        (crop, code): price
        for crop, code, price in latest.values_list("grade__sheet__crop", "grade__code", "price_minor")
    }
    crops = dict(Grade.objects.filter(pk__in=[grade.pk for grade in grades]).values_list("pk", "sheet__crop"))
    return {grade.pk: known[crops[grade.pk], grade.code] for grade in grades if (crops[grade.pk], grade.code) in known}


def _alike(grades: Collection[Grade]) -> QuerySet[Grade]:
    """The same grades in earlier sheets, too."""
    same = Q(pk__in=[])
    for grade in grades:
        same |= Q(code=grade.code, sheet__crop__sheets=grade.sheet_id)
    return Grade.objects.filter(same)


def advanced(intake: Intake) -> Intake | None:
    """The weighing for which something was paid in advance: this one, or one of the same fruit that it corrects."""
    found: Intake | None = intake
    while found is not None and not found.advance_minor:
        found = found.corrects
    return found


def waiting_for_a_lot(lot: Lot) -> QuerySet[IntakeGrade]:
    """Accepted fruit of the lot's crop in its county that is in no lot yet, the oldest first."""
    rows = IntakeGrade.objects.filter(
        intake__station__county=lot.station.county_id,
        intake__crop=lot.crop_id,
        intake__currency=lot.currency,
        intake__status="accepted",
        intake__round=F("round"),
        grams__gt=F("grams_in_lots"),
    )
    return rows.select_related("intake__farmer", "intake__station", "grade").order_by("intake__accepted_at", "pk")


def lots_below(lot: Lot) -> list[UUID]:
    """The lot and all that were made from it: one statement."""
    return _ids(_LOTS_BELOW, lot)


def lots_above(lot: Lot) -> list[UUID]:
    """The lot and all from which it was made: one statement."""
    return _ids(_LOTS_ABOVE, lot)


def sales_below(lot: Lot) -> QuerySet[LotSale]:
    """Every sale of the lot and of what was made from it."""
    rows = LotSale.objects.filter(pk__in=_ids(_SALES_BELOW, lot))
    return rows.select_related("buyer", "grade", "lot").order_by("pk")


def farmers_above(lot: Lot) -> QuerySet[Person]:
    """Whose fruit is in the lot."""
    return Person.objects.filter(pk__in=_ids(_FARMERS_ABOVE, lot)).order_by("pk")


def waiting_of(farmer: Person) -> QuerySet[Intake]:
    """What this farmer has agreed to and is in no lot yet."""
    free = IntakeGrade.objects.filter(intake=OuterRef("pk"), round=OuterRef("round"), grams__gt=F("grams_in_lots"))
    return Intake.objects.filter(Exists(free), farmer=farmer, status=Intake.Status.ACCEPTED)


def lots_under_way_of(farmer: Person) -> QuerySet[Lot]:
    """The lots with fruit of this farmer of which something is not sold, or not delivered, and can still be."""
    left = LotGrade.objects.filter(lot=OuterRef("pk"), grams__gt=F("grams_moved") + F("grams_sold"))
    sold = LotSale.objects.filter(lot=OuterRef("pk"), delivered_at=None)
    rows = Lot.objects.filter(Exists(left) | Exists(sold), pk__in=_ids(_LOTS_OF_FARMER, farmer))
    return rows.exclude(status=Lot.Status.RECALLED)


def _ids(statement: str, seen_from: Lot | Person) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [seen_from.pk])
        return [row[0] for row in cursor.fetchall()]


def composition(lot: Lot) -> dict[int, dict[UUID, Fraction]]:
    """Of which intakes each grade of a lot is made: grade -> grade of an intake -> grams, by proportion.

    What comes from an older lot is of that lot's intakes in the proportions that they have there.
    """
    sources: dict[UUID, list[LotSource]] = {}
    for source in LotSource.objects.filter(lot__in=lots_above(lot)).order_by("pk"):
        sources.setdefault(source.lot_id, []).append(source)
    made: dict[UUID, dict[int, dict[UUID, Fraction]]] = {}
    for pk in sorted(sources):  # older lots first
        made[pk] = _made_of(sources[pk], made)
    return made.get(lot.pk, {})


def _made_of(
    sources: Sequence[LotSource], made: dict[UUID, dict[int, dict[UUID, Fraction]]]
) -> dict[int, dict[UUID, Fraction]]:
    grades: dict[int, dict[UUID, Fraction]] = {}
    for source in sources:
        parts = grades.setdefault(source.grade_id, {})
        if source.intake_grade_id is not None:
            shares = {source.intake_grade_id: Fraction(1)}
        else:
            older = made[source.parent_lot_id][source.grade_id] if source.parent_lot_id else {}
            whole = sum(older.values())
            shares = {pk: grams / whole for pk, grams in older.items()}
        for pk, share in shares.items():
            parts[pk] = parts.get(pk, Fraction(0)) + share * source.grams
    return grades
