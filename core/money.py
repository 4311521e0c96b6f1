"""Money: an amount in the smallest unit of a currency, exact, never a float, never without its currency."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

import moneyed
from babel.numbers import get_currency_symbol
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from core.errors import Refused

BASIS_POINTS = 10_000


class AmountMalformed(Refused):
    """The typed amount cannot be read, or has more decimals than the currency has."""

    code = "amount_malformed"
    status = 400
    message = _("Enter the amount in digits, with at most %(digits)s decimals.")


class AmountNotExact(AmountMalformed):
    """A program sent an amount with other decimals than its currency has."""

    message = _("Send the amount as a string with exactly as many decimals as %(currency)s has: %(digits)s.")


@cache
def minor_digits(currency: str) -> int:
    """How many decimals a currency has: 2 for CNY, 0 for JPY, 3 for KWD (ISO 4217)."""
    return len(str(moneyed.get_currency(currency).sub_unit)) - 1


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has a currency of this code."""
    return code in moneyed.CURRENCIES


def symbol(currency: str, language: str | None = None) -> str:
    """`¥` for yuan in every language; other currencies as the reader's language writes them."""
    if currency == "CNY":
        return "¥"
    found = get_currency_symbol(currency, locale=to_locale(language or get_language() or "en"))
    return f"{currency} " if found == currency else found


@dataclass(frozen=True, slots=True)
class Money:
    """Money(8850, "CNY") is 88.50 yuan."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise TypeError(f"minor units are whole numbers, not {self.minor!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{other.currency} is not {self.currency}")
        return other

    @property
    def decimal(self) -> Decimal:
        """The amount in units of the currency, with exactly its decimals."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        """The decimal string of APIs and forms: `88.50`."""
        return decimal_text(self.minor, self.currency)

    def display(self, language: str | None = None) -> str:
        """For people, on pages and in refusals and messages alike: `¥186.40`, minus as `-¥12.00`."""
        sign, size = "-" if self.minor < 0 else "", Money(abs(self.minor), self.currency)
        return f"{sign}{symbol(self.currency, language)}{size.grouped}"

    @property
    def grouped(self) -> str:
        """`1,313.60`: with exactly the decimals of its currency, where the currency is said elsewhere."""
        digits = minor_digits(self.currency)
        whole, rest = divmod(abs(self.minor), 10**digits)
        text = f"-{whole:,}" if self.minor < 0 else f"{whole:,}"
        return f"{text}.{rest:0{digits}}" if digits else text


def decimal_text(minor: int, currency: str) -> str:
    """The decimal string of an amount as it stands in a row: for long lists, without a `Money` for each."""
    digits = minor_digits(currency)
    text = str(minor).zfill(digits + 1 if minor >= 0 else digits + 2)
    return f"{text[:-digits]}.{text[-digits:]}" if digits else text


def units(count: int, currency: str) -> Money:
    """So many whole units of a currency: 200 of CNY are 20,000 fen, of JPY 200 yen."""
    return Money(count * 10 ** minor_digits(currency), currency)


def zero(currency: str) -> Money:
    """Nothing, in this currency."""
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of the given currency when there is nothing to add."""
    return sum(amounts, zero(currency))


def parse(text: str, currency: str, *, field: str | None = None) -> Money:
    """Read what a person typed: `1,200`, `1200.00`, full-width digits. Refuses a third decimal of a yuan.

    Raises `AmountMalformed` (400).
    """
    digits = minor_digits(currency)
    folded = unicodedata.normalize("NFKC", text).strip().replace("，", ",").replace("。", ".")
    whole = r"-?(\d{1,3}(,\d{3}){1,4}|\d{1,15})"  # at most 15 digits, so that any amount fits into its column
    pattern = rf"{whole}(\.\d{{1,{digits}}})?" if digits else whole
    if not re.fullmatch(pattern, folded, re.ASCII):
        raise AmountMalformed(field=field, digits=digits)
    return Money(int(Decimal(folded.replace(",", "")).scaleb(digits)), currency)


@dataclass(frozen=True, slots=True)
class SentAmount:
    """An amount as a program sent it, before its currency is known, and the field of the request that it was in."""

    text: str
    field: str

    def in_currency(self, currency: str) -> Money:
        """Read it strictly: `5.00` of CNY, `5` of JPY, `5.000` of KWD. Raises `AmountNotExact` (400)."""
        digits = minor_digits(currency)
        decimals = rf"\.\d{{{digits}}}" if digits else ""
        if not re.fullmatch(rf"-?\d{{1,13}}{decimals}", self.text, re.ASCII):
            raise AmountNotExact(field=self.field, currency=currency, digits=digits)
        return Money(int(self.text.replace(".", "")), currency)


def share(base: int, basis_points: int, *, rounding: str = "down") -> int:
    """`base` minor units times basis points, rounded once: `down` (towards zero), `half_up` or `half_even`."""
    exact = Decimal(base) * basis_points / BASIS_POINTS
    modes = {"down": "ROUND_DOWN", "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
    return int(exact.to_integral_value(modes[rounding]))


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Parts in proportion to `weights`, each rounded down; the remainder goes to the last part, so the sum is exact."""
    whole = sum(weights)
    parts = [amount.minor * weight // whole for weight in weights]
    parts[-1] += amount.minor - sum(parts)
    return [Money(part, amount.currency) for part in parts]


def parts_of(whole: int, weights: Sequence[Fraction | int]) -> list[int]:
    """The whole by weight: each part rounded down, what is left by one to the largest fractions, ties to the first."""
    total_weight = sum(weights)
    exact = [Fraction(whole) * weight / total_weight for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: whole - sum(parts)]:
        parts[index] += 1
    return parts
