"""What is usual in a country: its money, its clock, and the amounts that hold until somebody sets other ones.

Read from `data/countries/<code>.json`, which has a version; amounts are in the currency of the country.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.money import Money, SentAmount

FOLDER = Path("data") / "countries"
#: Of a country without a file: Saturday and Sunday.
USUAL_WEEKEND = frozenset({6, 7})
USUAL_AGE_OF_MAJORITY = 18


class CountryUnknown(Refused):
    """No file says what is usual in this country, or in this currency."""

    code = "country_unknown"
    message = _("No data for %(name)s. Install the country first.")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a station's money, in the currency of its country."""

    ceiling: Money
    float_min: Money
    float_max: Money
    cash_min: Money
    cash_max: Money


@dataclass(frozen=True, slots=True)
class Country:
    """One country. `weekend` are days of the week as `date.isoweekday` counts them: Monday is 1.

    `statements`, `taxes` and `compensation` are rows as the file has them, amounts as `Money`.
    """

    code: str
    version: str
    currency: str
    zone: str
    weekend: frozenset[int]
    denominations: tuple[Money, ...]
    limits: Limits
    most_per_payment: Money
    most_without_code: Money
    goodwill_alone: Money
    goodwill_most: Money
    income_least: Money
    cash_threshold: Money | None
    age_of_majority: int
    child_helpline: str
    statements: tuple[dict[str, Any], ...]
    taxes: tuple[dict[str, Any], ...]
    compensation: tuple[dict[str, Any], ...]
    calendars: dict[str, str]


def country_words(code: str) -> str:
    """The country by its name in the language of the reader."""
    return Locale.parse(to_locale(get_language() or "en")).territories.get(code, code)


def known_countries() -> list[str]:
    """The codes of the countries that have a file."""
    return sorted(path.stem for path in (settings.BASE_DIR / FOLDER).glob("*.json"))


@cache
def country_of(code: str) -> Country:
    """What is usual in a country. Refused: `country_unknown`."""
    if code not in known_countries():
        raise CountryUnknown(name=code)
    written = orjson.loads((settings.BASE_DIR / FOLDER / f"{code}.json").read_bytes())
    currency = written["currency"]

    def amount(text: str) -> Money:
        return SentAmount(text, "amount").in_currency(currency)

    threshold = written["cash_threshold"]
    return Country(
        code=code,
        version=written["version"],
        currency=currency,
        zone=written["zone"],
        weekend=frozenset(written["weekend"]),
        denominations=tuple(map(amount, written["denominations"])),
        limits=Limits(**{name: amount(text) for name, text in written["limits"].items()}),
        most_per_payment=amount(written["most_per_payment"]),
        most_without_code=amount(written["most_without_code"]),
        goodwill_alone=amount(written["goodwill_alone"]),
        goodwill_most=amount(written["goodwill_most"]),
        income_least=amount(written["income_least"]),
        cash_threshold=amount(threshold) if threshold else None,
        age_of_majority=written["age_of_majority"],
        child_helpline=written["child_helpline"],
        statements=tuple(row | {"minimum": amount(row["minimum"])} for row in written["statements"]),
        taxes=tuple(_tax(row, amount) for row in written["taxes"]),
        compensation=tuple(
            row | {name: amount(row[name]) for name in ("per_day", "cap")} for row in written["compensation"]
        ),
        calendars=written["calendars"],
    )


def weekend_of(code: str) -> frozenset[int]:
    """The days of the week on which people of a country rest, as `date.isoweekday` counts them: Monday is 1."""
    return country_of(code).weekend if code in known_countries() else USUAL_WEEKEND


def age_of_majority(code: str) -> int:
    """From how many whole years on people of a country are adults; 18 in a country without a file."""
    return country_of(code).age_of_majority if code in known_countries() else USUAL_AGE_OF_MAJORITY


def child_helpline(code: str) -> str:
    """The number that children of a country call when they need somebody; empty where none is known."""
    return country_of(code).child_helpline if code in known_countries() else ""


@cache
def usual_in(country: str, currency: str) -> Country:
    """What is usual for money of this currency: by its own country, else by the first one whose money it is.

    Refused: `country_unknown`.
    """
    others = [code for code in known_countries() if code != country]
    for code in [country] * (country in known_countries()) + others:
        if country_of(code).currency == currency:
            return country_of(code)
    raise CountryUnknown(name=currency)


def _tax(row: dict[str, Any], amount: Any) -> dict[str, Any]:
    """A rule with its table in minor units, as `finance.settlement.taxes` reads it."""
    table = {name: value for name, value in row.items() if name not in {"payee", "method"}}
    for name in {"free", "less", "less_until"} & table.keys():
        table[name] = amount(table[name]).minor
    if "brackets" in table:
        table["brackets"] = [[top and amount(top).minor, rate] for top, rate in table["brackets"]]
    return {"payee": row["payee"], "method": row["method"], "table": table}
