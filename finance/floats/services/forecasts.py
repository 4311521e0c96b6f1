"""Looking ahead: what each float was used for, what it will need until money from a bank can arrive, who is told."""

import csv
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from core.countries import weekend_of
from core.days import day_in
from core.jobs.services import enqueue
from core.money import units
from core.notices.services import notify
from finance.floats.foresight import FORESEE, RECORD_DAYS
from finance.floats.models import BankDay, FloatForecast
from finance.floats.queries import limits_in, partners_of
from stations.accounts.models import User
from stations.models import Station

#: A night that was missed is made up for by the next; sales that were unknown are decided by then.
RECORDED_DAYS = 7
#: A top-up is suggested in steps of so many units of the currency.
STEP = 100
NOTICE_LIVES = dt.timedelta(hours=12)


@transaction.atomic
def record_days(*, stations: Sequence[int], first: dt.date, last: dt.date, at: dt.datetime) -> None:
    """Write down what left the floats of these stations for services on each of these dates, and who was open."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD_DAYS, {"stations": list(stations), "first": first, "last": last, "at": at})


@transaction.atomic
def forecast_need(*, stations: Sequence[int], date: dt.date, at: dt.datetime) -> list[int]:
    """Foresee the need of these stations from the day after `date` to the next bank day; which ones use a float.

    Amounts in minor units. A second forecast of the same date replaces the first.
    """
    values: dict[str, Any] = {
        "stations": list(stations),
        "date": date,
        "at": at,
        "usual": json.dumps(_usual(stations)),
        "weekends": json.dumps(_weekends(stations)),
    }
    with connection.cursor() as cursor:
        cursor.execute(FORESEE, values)
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def foresee_county(*, county: str, zone: str, date: dt.date, at: dt.datetime) -> int:
    """The evening's work for one county: the days behind, the days ahead, and a word to the one who runs low."""
    open_stations = Station.objects.filter(county__code=county, zone=zone).exclude(status=Station.Status.CLOSED)
    stations = list(open_stations.values_list("pk", flat=True))
    record_days(stations=stations, first=date - dt.timedelta(days=RECORDED_DAYS - 1), last=date, at=at)
    foreseen = forecast_need(stations=stations, date=date, at=at)
    tell_low(stations=foreseen, date=date, at=at)
    return len(foreseen)


def foresee_later(station: Station, *, because: str, at: dt.datetime) -> None:
    """The float has changed: look ahead anew once the change stands."""
    enqueue(
        "floats.forecast_need",
        dedupe_key=f"forecast:{because}",
        payload={"station": station.pk, "date": day_in(station.zone, at).isoformat()},
        run_at=at,
        is_patient=True,
    )


@transaction.atomic
def tell_low(*, stations: Sequence[int], date: dt.date, at: dt.datetime) -> int:
    """Tell the partners whose float will not last until the next bank day; how many."""
    low = FloatForecast.objects.filter(station__in=stations, date=date).exclude(level=FloatForecast.Level.OK)
    partners = partners_of(low.values("station"))
    rows = [row for row in low.select_related("station").order_by("pk") if row.station_id in partners]
    for row in rows:
        _tell(row, partners[row.station_id], at)
    return len(rows)


@transaction.atomic
def import_bank_days(*, country: str, path: Path) -> int:
    """Read dates on which banks differ from the week: a file with `date,is_working,name,name_zh`; how many."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [
            BankDay(
                country=country,
                date=dt.date.fromisoformat(row["date"]),
                is_working=row["is_working"] == "yes",
                name=row["name"],
                name_zh=row["name_zh"],
            )
            for row in csv.DictReader(lines)
        ]
    BankDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["country", "date"],
        update_fields=["is_working", "name", "name_zh", "updated_at"],
    )
    return len(rows)


def _usual(stations: Sequence[int]) -> dict[str, dict[str, int]]:
    """The usual limits and the step of a suggestion in the currencies of these stations of one country, minor units."""
    rows = Station.objects.filter(pk__in=stations).order_by().values_list("county__country", "currency").distinct()
    return {
        currency: {**limits_in(country, currency), "hundred": units(STEP, currency).minor} for country, currency in rows
    }


def _weekends(stations: Sequence[int]) -> dict[str, list[int]]:
    """The days of the week on which banks rest in the countries of these stations, Monday 1 to Sunday 7."""
    countries = Station.objects.filter(pk__in=stations).order_by().values_list("county__country", flat=True).distinct()
    return {country: sorted(weekend_of(country)) for country in countries}


def _tell(row: FloatForecast, partner: User, at: dt.datetime) -> None:
    language = partner.language
    notify(
        template="float_low",
        params={
            "available": row.available.display(language),
            "need": row.need.display(language),
            "until": row.until_date,
        },
        language=language,
        user=partner,
        phone=str(partner.phone) if partner.phone else None,
        link="/finance/floats/",
        dedupe_key=f"float_low:{row.station_id}:{row.date}",
        at=at,
        use_by=at + NOTICE_LIVES,
        zone=row.station.zone,
    )
