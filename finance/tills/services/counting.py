"""Counting notes and coins."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.money import Money, zero
from finance.tills.models import CashCount, CashCountLine, CashDay
from finance.tills.queries import denominations
from stations.accounts.models import User


class CountStale(Refused):
    """Cash moved after the count."""

    code = "count_stale"
    message = _("Money moved after you counted. Count again.")


class NotANote(Refused):
    """A counted value that is no note or coin of the currency."""

    code = "denomination_unknown"
    status = 400
    message = _("There is no note or coin of %(value)s.")


@refuses(NotANote)
def total_of(pieces: Mapping[int, int], *, currency: str, on: dt.date) -> Money:
    """What these pieces, by value in minor units, are worth together."""
    known = {each.value_minor for each in denominations(currency, on=on)}
    total = zero(currency)
    for value, count in pieces.items():
        if value not in known:
            raise NotANote(field="lines", value=str(Money(value, currency)))
        total += Money(value * count, currency)
    return total


def store_count(
    day: CashDay,
    pieces: Mapping[int, int],
    *,
    total: Money,
    version: int,
    by: User,
    at: dt.datetime,
    is_opening: bool = False,
) -> CashCount:
    """Write a count with its lines; it is never changed."""
    count = CashCount.objects.create(
        cash_day=day,
        counted_by=by,
        counted_at=at,
        till_version=version,
        total_minor=total.minor,
        is_opening=is_opening,
    )
    CashCountLine.objects.bulk_create(
        CashCountLine(count=count, value_minor=value, pieces=number) for value, number in pieces.items() if number
    )
    return count


def last_count_of(day: CashDay) -> CashCount:
    """The newest count of a day besides the one that opened it."""
    return day.counts.filter(is_opening=False).latest("pk")
