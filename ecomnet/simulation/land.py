"""The country in which a day is played: its money, its clock, its companies, and the amounts that people bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from core.countries import country_of
from core.money import Money, parse
from ecomnet.demo_data.country_files import demonstration_of


@dataclass(frozen=True, slots=True)
class Land:
    """One country. Amounts are in minor units of its currency, weights are relative to each other."""

    code: str
    currency: str
    zone: ZoneInfo
    bank_account: str
    brought_by_bank: int
    brought_in_cash: int
    taken_out: int
    lent: int
    counts_coins_from: int
    lost_coins: int
    remitted_in: int
    correction: int
    bank_fee: int
    note: int
    recharges: tuple[str, ...]
    billers: Mapping[str, float]
    parameters: Mapping[str, str]
    operators: Mapping[str, float]
    prefixes: Mapping[str, str]
    phone_digits: int
    broken_file: str
    others: tuple[str, ...]

    @property
    def companies(self) -> list[str]:
        """The codes of all companies that send files to this country's book."""
        return [*self.billers, *self.operators, *self.others]

    @property
    def dialled(self) -> str:
        """What stands before a number of this country abroad."""
        return f"+{phonenumbers.country_code_for_region(self.code)}"

    def minor(self, amount: str) -> int:
        """An amount of the API in minor units."""
        return parse(amount, self.currency).minor

    def written(self, amount: int) -> str:
        """Minor units as the API writes them."""
        return str(Money(amount, self.currency))

    def counted(self, amount: int) -> list[dict[str, Any]]:
        """A drawer of this amount, note by note."""
        lines = []
        for note in country_of(self.code).denominations:
            pieces, amount = divmod(amount, note.minor)
            if pieces:
                lines.append({"value": str(note), "pieces": pieces})
        return lines


AMOUNTS = frozenset(
    {
        "brought_by_bank",
        "brought_in_cash",
        "taken_out",
        "lent",
        "counts_coins_from",
        "lost_coins",
        "remitted_in",
        "correction",
        "bank_fee",
        "note",
    }
)


@cache
def land_of(code: str) -> Land:
    """The country of this code, as its file tells it. Refused: `country_unknown`."""
    usual, told = country_of(code), demonstration_of(code)["day"]
    amounts = {name: parse(told[name], usual.currency).minor for name in AMOUNTS}
    lists = {name: tuple(told[name]) for name in ("recharges", "others")}
    return Land(code=code, currency=usual.currency, zone=ZoneInfo(usual.zone), **{**told, **amounts, **lists})
