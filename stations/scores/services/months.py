"""The score of a month."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from django.db import transaction

from stations.network.models import Station
from stations.scores.formula import VERSION, Figures, exact_score, grade_of, parts_of, rounded
from stations.scores.models import KpiScore, StationDay


@transaction.atomic
def score_month(*, stations: Iterable[Station], month: dt.date) -> list[KpiScore]:
    """The score of each station of a county for the month that begins on this date; once made it stays."""
    figures = _figures(list(stations), month)
    made = [_score(station_id, month, values) for station_id, values in figures.items()]
    return KpiScore.objects.bulk_create(made, ignore_conflicts=True)


def _figures(stations: list[Station], month: dt.date) -> dict[int, Figures]:
    following = (month + dt.timedelta(days=31)).replace(day=1)
    rows = StationDay.objects.filter(station__in=stations, date__gte=month, date__lt=following)
    days: dict[int, list[StationDay]] = {}
    for day in rows:
        days.setdefault(day.station_id, []).append(day)
    totals = {station: sum(day.services for day in held) for station, held in days.items()}
    middle = Decimal(str(median(totals.values()))) if totals else Decimal(0)
    return {station: _month(held, middle) for station, held in days.items()}


def _month(days: list[StationDay], middle: Decimal) -> Figures:
    return Figures(
        active_days=sum(1 for day in days if day.services),
        planned_days=sum(1 for day in days if day.open_minutes),
        services=sum(day.services for day in days),
        median_services=middle,
        seen_minutes=sum(day.seen_minutes for day in days),
        open_minutes=sum(day.open_minutes for day in days),
        float_out_days=sum(1 for day in days if day.float_outs),
        open_days=sum(1 for day in days if day.seen_minutes or day.services),
        complaints=sum(day.upheld_complaints for day in days),
        offered=sum(day.offered_parcels for day in days),
        refused=sum(day.refused_parcels for day in days),
    )


def _score(station_id: int, month: dt.date, figures: Figures) -> KpiScore:
    parts = parts_of(figures)
    exact = exact_score(parts)
    told = {
        letter: {
            "counted": str(part.counted),
            "of": str(part.of),
            "value": str(round(part.value, 6)),
            "weight": part.weight,
        }
        for letter, part in parts.items()
    }
    score = rounded(exact)
    return KpiScore(
        station_id=station_id,
        month=month,
        parts=told,
        exact=round(exact, 6),
        score=score,
        grade=grade_of(score),
        formula_version=VERSION,
    )
