"""The reference data of a country: the rows that must stand before anything is sold or paid there, from its file."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.countries import Country, country_of, known_countries
from core.days import day_in
from core.errors import Refused
from core.gateways.models import Provider
from finance.floats.services import import_bank_days
from finance.payments.models import CompensationRule
from finance.settlement.models import InstalledCountry, StatementTerms, TaxRule
from finance.tills.models import CashThreshold, Denomination
from ledger.models import Book
from stations.models import Division, Station
from stations.places.services import import_business_days

#: The rules of a file hold from here on, so that no day of a book is without them.
ALWAYS = dt.date(2000, 1, 1)


class NotOfCountry(Refused):
    """A company or a county of another country, or a company that works in other money."""

    code = "not_of_country"
    message = _("%(name)s is not of %(country)s, or works in another currency than %(currency)s.")


@dataclass(frozen=True, slots=True)
class Banks:
    """Codes of what an installation works with in a country; empty ones leave what is set."""

    payout_provider: str = ""
    payout_bank_account: str = ""
    collection_provider: str = ""
    head_county: str = ""


@transaction.atomic
def install_country(*, code: str, at: dt.datetime, banks: Banks | None = None) -> dict[str, int]:
    """Write the rows of a country that are missing; how many of each. What stands is never changed but by `banks`.

    Whatever finance has set since stays: a kind of row is written only where none of it stands for that payee or
    purpose. Refused: `country_unknown`, `not_of_country`.
    """
    country = country_of(code)
    Book.objects.get_or_create(
        code=code,
        defaults={"country": code, "zone": country.zone, "first_open_date": day_in(country.zone, at)},
    )
    written = {model.__name__.lower(): _write(rows) for model, rows in _missing(country).items()}
    if banks:
        _set_banks(country, banks)
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
        InstalledCountry: _installed,
        Denomination: _denominations,
        StatementTerms: _terms,
        TaxRule: _taxes,
        CompensationRule: _compensation,
        CashThreshold: _threshold,
    }
    return {model: make(country) for model, make in makers.items()}


def _write(rows: list[Model]) -> int:
    return len(type(rows[0])._default_manager.bulk_create(rows)) if rows else 0


def _installed(country: Country) -> list[Model]:
    about = {"country": country.code, "currency": country.currency}
    return [] if InstalledCountry.objects.filter(**about).exists() else [InstalledCountry(**about)]


def _set_banks(country: Country, banks: Banks) -> None:
    about = {"country": country.code, "currency": country.currency}
    row = InstalledCountry.objects.get(**about)
    for name in ("payout_provider", "collection_provider"):
        if company := getattr(banks, name):
            setattr(row, name, _of_country(Provider.objects.filter(code=company, **about), company, about))
    if banks.head_county:
        counties = Division.objects.current().filter(country=country.code, level="county", code=banks.head_county)
        row.head_county = _of_country(counties, banks.head_county, about)
    row.payout_bank_account = banks.payout_bank_account or row.payout_bank_account
    row.save()


def _of_country(found: Any, name: str, about: dict[str, str]) -> Any:
    row = found.first()
    if row is None:
        raise NotOfCountry(name=name, **about)
    return row


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
