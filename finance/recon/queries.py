"""What is open by kind and age, what stops tonight's close, and which bank days follow."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Min, Q, Sum, When
from django.utils.translation import gettext_lazy as _

from core.countries import weekend_of
from finance.floats.models import BankDay
from finance.recon.models import ProviderFile, ReconItem, ReconTally
from finance.settlement.models import DayClose
from finance.tills.models import CashDay
from ledger.models import Book
from ledger.queries import business_date_of, uncleared_findings
from stations.models import Station

#: Days after which an item is of the next age.
AGES = (0, 1, 3, 7)
#: Under which kind unexplained bank lines are counted.
BANK_LINE = "bank_line"
#: Items of which managers are told at most; the oldest first.
MOST_TOLD_OF = 10_000


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that stops or holds the close: in words, how many, where it is worked on, and its colour."""

    text: Any
    count: int
    href: str
    status: str

    @property
    def words(self) -> Any:
        """Whether it stops the close or is only listed."""
        return _("blocks the close") if self.status == "bad" else _("excluded or listed")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items are open: by (kind, age), with every age of `AGES`."""

    by_kind_and_age: dict[tuple[str, int], int]

    @property
    def by_age(self) -> dict[int, int]:
        """Of all kinds together."""
        return self._added(lambda kind, age: age)

    @property
    def by_kind(self) -> dict[str, int]:
        """Of all ages together."""
        return self._added(lambda kind, age: kind)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_kind_and_age.values())

    def of(self, kind: str, age: int) -> int:
        """One cell."""
        return self.by_kind_and_age.get((kind, age), 0)

    def _added(self, name: Callable[[str, int], Any]) -> dict[Any, int]:
        sums: Counter = Counter()
        for (kind, age), number in self.by_kind_and_age.items():
            sums[name(kind, age)] += number
        return dict(sums)


def age_limit(days: int, *, at: dt.datetime) -> dt.datetime:
    """What was opened before this instant is at least so many days old; ages are counted in full hours, as tallies."""
    return at.replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=days)


def age_of(opened_at: dt.datetime, *, at: dt.datetime) -> int:
    """The age, one of `AGES`, of something opened then."""
    return max((days for days in AGES[1:] if opened_at < age_limit(days, at=at)), default=0)


def counts_of_items(*, at: dt.datetime) -> Counts:
    """Open items and unexplained bank lines by kind and age, from the tallies: the same work for ten or ten million."""
    age = Case(
        *(When(opened_hour__lt=age_limit(days, at=at), then=days) for days in reversed(AGES[1:])), default=AGES[0]
    )
    tallies = ReconTally.objects.annotate(age=age).values_list("kind", "age").annotate(open=Sum("change")).order_by()
    return Counts({(kind, age): int(number) for kind, age, number in tallies if number})


def aged_by_county(*, days: int, at: dt.datetime) -> list[tuple[Station, int]]:
    """How many of the oldest open items that concern a payment are so old: a station of each county, and the number."""
    old = ReconItem.objects.still_open().filter(opened_at__lt=age_limit(days, at=at), payment__isnull=False)
    oldest = old.order_by("opened_at", "id").values("pk")[:MOST_TOLD_OF]
    rows = ReconItem.objects.filter(pk__in=oldest).values("payment__station__county").order_by()
    counted = rows.annotate(items=Count("pk"), any_station=Min("payment__station"))
    stations = Station.objects.in_bulk([row["any_station"] for row in counted])
    return [(stations[row["any_station"]], row["items"]) for row in counted]


def bank_date_after(country: str, date: dt.date, *, days: int) -> dt.date:
    """The date on which the so many-th bank day after `date` falls: banks rest on the weekend of their country."""
    weekend = weekend_of(country)
    known = BankDay.objects.filter(country=country, date__gt=date, date__lte=date + dt.timedelta(days=days * 7 + 21))
    differs = dict(known.values_list("date", "is_working"))
    while days:
        date += dt.timedelta(days=1)
        days -= differs.get(date, date.isoweekday() not in weekend)
    return date


def files_to_tie(*, at: dt.datetime) -> list[int]:
    """Files whose sums are to be laid beside the ledger: those of the last days, and older ones never tied."""
    days = dt.timedelta(days=1)
    files = ProviderFile.objects.filter(imported_at__gte=at - 35 * days, sums__isnull=False)
    chosen = files.filter(Q(imported_at__gte=at - 4 * days) | Q(sums__ledger_minor=None))
    return list(chosen.distinct().order_by("pk").values_list("pk", flat=True))


def stops(*, at: dt.datetime) -> list[Stop]:
    """What stops or holds tonight's close, of all books; drawers that nobody counted are listed and stop nothing."""
    books = list(Book.objects.order_by("code"))
    today = {book.country: business_date_of(book, at) for book in books}
    files = ReconItem.objects.still_open().filter(kind=ReconItem.Kind.FILE)
    held = DayClose.objects.filter(status=DayClose.Status.HELD)
    unclosed = CashDay.objects.exclude(status=CashDay.Status.CLOSED)
    drawers = unclosed.filter(
        reduce(or_, (Q(station__county__country=country, business_date__lt=date) for country, date in today.items()))
    )
    found = [
        Stop(_("Daily files not received"), files.count(), "?kind=file", "wait"),
        Stop(_("Open audit findings"), uncleared_findings().count(), "", "bad"),
        Stop(_("Counties on hold"), held.count(), "", "bad"),
        Stop(_("Uncounted drawers"), drawers.count(), "", "wait"),
    ]
    return [stop for stop in found if stop.count]


def aged(opened: str, age: int, *, at: dt.datetime) -> Q:
    """Those of exactly this age, one of `AGES`, by the column of the instant at which they were opened."""
    older = next((days for days in AGES if days > age), None)
    where = Q(**{f"{opened}__lt": age_limit(age, at=at)}) if age else Q()
    return where if older is None else where & Q(**{f"{opened}__gte": age_limit(older, at=at)})
