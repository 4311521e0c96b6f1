"""The reference data of a country: the rows that must stand before anything is sold or paid there, from its file."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from core.countries import Country, country_of, known_countries
from core.days import day_in
from finance.floats.services import import_bank_days
from finance.payments.models import CompensationRule
from finance.settlement.models import StatementTerms, TaxRule
from finance.tills.models import CashThreshold, Denomination
from ledger.models import Book
from stations.models import Station
from stations.places.services import import_business_days

#: The rules of a file hold from here on, so that no day of a book is without them.
ALWAYS = dt.date(2000, 1, 1)


@transaction.atomic
def install_country(*, code: str, at: dt.datetime) -> dict[str, int]:
    """Write the rows of a country that are missing; how many of each. What stands is never changed.

    Whatever finance has set since stays: a kind of row is written only where none of it stands for that payee or
    purpose. Refused: `country_unknown`.
    """
    country = country_of(code)
    Book.objects.get_or_create(
        code=code,
        defaults={"country": code, "zone": country.zone, "first_open_date": day_in(country.zone, at)},
    )
    written = {model.__name__.lower(): _write(rows) for model, rows in _missing(country).items()}
    _import_calendars(country)
    return {name: count for name, count in written.items() if count}


def lacking(code: str) -> list[str]:
    """The kinds of rows that a country lacks, by the names of their models; of an unknown country, its file."""
    if code not in known_countries():
        return ["file"]
    country = country_of(code)
    book = [] if Book.objects.filter(code=code).exists() else ["book"]
    return book + sorted(str(model._meta.model_name) for model, rows in _missing(country).items() if rows)


def countries_in_use() -> list[str]:
    """Where stations or books are."""
    stations = Station.objects.order_by().values_list("county__country", flat=True).distinct()
    return sorted({*stations, *Book.objects.values_list("country", flat=True)})


def _missing(country: Country) -> dict[type[Model], list[Model]]:
    makers: dict[type[Model], Callable[[Country], list[Model]]] = {
        Denomination: _denominations,
        StatementTerms: _terms,
        TaxRule: _taxes,
        CompensationRule: _compensation,
        CashThreshold: _threshold,
    }
    return {model: make(country) for model, make in makers.items()}


def _write(rows: list[Model]) -> int:
    return len(type(rows[0])._default_manager.bulk_create(rows)) if rows else 0


def _denominations(country: Country) -> list[Model]:
    if Denomination.objects.filter(currency=country.currency).exists():
        return []
    return [
        Denomination(currency=note.currency, value_minor=note.minor, from_date=ALWAYS) for note in country.denominations
    ]


def _terms(country: Country) -> list[Model]:
    about = {"country": country.code, "currency": country.currency}
    stand = set(StatementTerms.objects.filter(**about).values_list("payee_kind", flat=True))
    return [
        StatementTerms(
            **about,
            payee_kind=row["payee"],
            period=row["period"],
            minimum_minor=row["minimum"].minor,
            from_date=ALWAYS,
        )
        for row in country.statements
        if row["payee"] not in stand
    ]


def _taxes(country: Country) -> list[Model]:
    about = {"country": country.code, "currency": country.currency}
    stand = set(TaxRule.objects.filter(**about).values_list("payee_kind", flat=True))
    return [
        TaxRule(**about, payee_kind=row["payee"], method=row["method"], table=row["table"], from_date=ALWAYS)
        for row in country.taxes
        if row["payee"] not in stand
    ]


def _compensation(country: Country) -> list[Model]:
    about = {"country": country.code, "currency": country.currency}
    stand = set(CompensationRule.objects.filter(**about).values_list("purpose", flat=True))
    return [
        CompensationRule(
            **about,
            purpose=row["purpose"],
            due_days=row["due_days"],
            per_day_minor=row["per_day"].minor,
            cap_minor=row["cap"].minor,
            from_date=ALWAYS,
        )
        for row in country.compensation
        if row["purpose"] not in stand
    ]


def _threshold(country: Country) -> list[Model]:
    about = {"country": country.code, "currency": country.currency}
    if country.cash_threshold is None or CashThreshold.objects.filter(**about).exists():
        return []
    return [CashThreshold(**about, threshold_minor=country.cash_threshold.minor, from_date=ALWAYS)]


def _import_calendars(country: Country) -> None:
    if "bank_days" in country.calendars:
        import_bank_days(country=country.code, path=settings.BASE_DIR / country.calendars["bank_days"])
    if "working_days" in country.calendars:
        path = settings.BASE_DIR / country.calendars["working_days"]
        import_business_days(country=country.code, path=path, source=f"{country.code}-{country.version}")
