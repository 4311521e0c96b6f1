"""Sums of money over rows, one for each currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from core.language import formatting
from core.money import Money


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows, and what they come to in each currency, the largest number of rows first."""

    count: int
    amounts: tuple[Money, ...]

    @property
    def words(self) -> str:
        """`¥1,284.00`; several currencies stand side by side, nothing is `0`."""
        return " · ".join(formatting.money(amount) for amount in self.amounts) or "0"


def total_of(rows: QuerySet[Any], *, field: str = "amount_minor", currency: str = "currency") -> Total:
    """The sum of a field in minor units, by currency; one statement."""
    found = rows.order_by().values_list(currency).annotate(count=Count("pk"), sum=Sum(field)).order_by("-count")
    return total(found)


def total(found: Iterable[tuple[str, int, int]]) -> Total:
    """The same of (currency, number of rows, sum in minor units)."""
    rows = list(found)
    return Total(sum(row[1] for row in rows), tuple(Money(int(row[2] or 0), row[0]) for row in rows))
