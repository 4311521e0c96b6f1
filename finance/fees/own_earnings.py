"""What one person earned: this month beside the last, by service, and day by day with what was sold to whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.days import day_in, instant_of
from core.language import formatting
from core.money import Money
from core.web.bars import Bars, money_bars
from core.web.tables import Column, Table
from finance.fees.display import name_of_service, service_names
from finance.fees.models import CommissionLine
from finance.payments.models import Payment
from stations.accounts.models import User
from stations.network.models import Station


@dataclass(frozen=True, slots=True)
class MonthEarned:
    """Sums in the station's currency; `last_so_far` is what the last month had earned after as many days."""

    today: Money
    this: Money
    count: int
    last: Money
    last_so_far: Money
    #: Earned since the first of last month, and not one's own before returns are over.
    pending: Money


@dataclass(frozen=True, slots=True)
class EarnedLine:
    """A line in words, with the payment that earned it where one did."""

    line: CommissionLine
    service: str
    sale: Payment | None


@dataclass(frozen=True, slots=True)
class EarnedDay:
    """The lines of a day that this page shows, and what the whole day earned."""

    date: dt.date
    count: int
    total: Money
    lines: list[EarnedLine]


def month_earned(user: User, *, station: Station, at: dt.datetime) -> MonthEarned:
    """The months are those of the station's zone; one statement."""
    today = day_in(station.zone, at)
    first = today.replace(day=1)
    last = (first - dt.timedelta(days=1)).replace(day=1)
    since = {name: instant_of(station.zone, date, dt.time()) for name, date in (("this", first), ("last", last))}
    so_far = min(instant_of(station.zone, last + dt.timedelta(days=today.day), dt.time()), since["this"])
    own = CommissionLine.objects.filter(payee=user.pk, currency=station.currency, accrued_at__gte=since["last"])
    in_this = Q(accrued_at__gte=since["this"])
    sums = own.aggregate(
        today=Sum("amount_minor", filter=Q(accrued_at__gte=instant_of(station.zone, today, dt.time()))),
        this=Sum("amount_minor", filter=in_this),
        count=Count("pk", filter=in_this & Q(reverses=None)),
        last=Sum("amount_minor", filter=~in_this),
        last_so_far=Sum("amount_minor", filter=Q(accrued_at__lt=so_far)),
        pending=Sum("amount_minor", filter=Q(eligible_at__gt=at)),
    )
    count = sums.pop("count")
    amounts = {name: Money(minor or 0, station.currency) for name, minor in sums.items()}
    return MonthEarned(**amounts, count=count)


def earned_by_day(user: User, *, station: Station, at: dt.datetime) -> Bars:
    """One bar for each day of this month up to today, in the station's zone."""
    today = day_in(station.zone, at)
    days = [today.replace(day=number) for number in range(1, today.day + 1)]
    by_day = _since(user, station, days[0]).values_list("day", "currency")
    return money_bars(
        by_day.annotate(count=Count("pk"), minor=Sum("amount_minor")),
        title=_("Earned per day"),
        period=_("Day"),
        counted=_("Services"),
        labels={day: formatting.short_day(day) for day in days},
        note=_("This month. Hatched: today so far."),
    )


def earned_by_service(user: User, *, station: Station, at: dt.datetime) -> Table:
    """Where this month's earnings come from, the largest first, and their sum."""
    first = day_in(station.zone, at).replace(day=1)
    sums = _since(user, station, first).values_list("service").annotate(count=Count("pk"), minor=Sum("amount_minor"))
    names, rows = service_names(), sorted(sums, key=lambda row: -row[2])
    whole = Money(sum(minor for _service, _count, minor in rows), station.currency)
    return Table(
        _("This month by service"),
        [Column(_("Service")), Column(pgettext("earnings", "Lines"), number=True), Column(_("Earned"), number=True)],
        [
            [name_of_service(service, names), f"{count:,}", formatting.money(Money(minor, station.currency))]
            for service, count, minor in rows
        ],
        total=[_("Together"), f"{sum(count for _service, count, _minor in rows):,}", formatting.money(whole)],
        small=True,
        empty=_("Nothing yet."),
    )


def earned_days(user: User, lines: Sequence[CommissionLine], *, station: Station) -> list[EarnedDay]:
    """Lines by day of the station's zone, the newest day first; what was booked late is on its own day.

    Three statements.
    """
    if not lines:
        return []
    sales, names = _sales_behind(lines), service_names()
    by_day: dict[dt.date, list[CommissionLine]] = {}
    for line in lines:
        by_day.setdefault(day_in(station.zone, line.accrued_at), []).append(line)
    until = instant_of(station.zone, max(by_day) + dt.timedelta(days=1), dt.time())
    rows = _since(user, station, min(by_day)).filter(accrued_at__lt=until).values_list("day")
    sums = {day: (count, minor) for day, count, minor in rows.annotate(count=Count("pk"), minor=Sum("amount_minor"))}
    return [
        EarnedDay(
            date=date,
            count=sums.get(date, (0, 0))[0],
            total=Money(sums.get(date, (0, 0))[1], station.currency),
            lines=[EarnedLine(line, name_of_service(line.service, names), sales.get(line.event_id)) for line in group],
        )
        for date, group in sorted(by_day.items(), reverse=True)
    ]


def _since(user: User, station: Station, date: dt.date) -> QuerySet[Any]:
    since = instant_of(station.zone, date, dt.time())
    own = CommissionLine.objects.filter(payee=user.pk, currency=station.currency, accrued_at__gte=since).order_by()
    return own.annotate(day=TruncDate("accrued_at", tzinfo=ZoneInfo(station.zone)))


def _sales_behind(lines: Sequence[CommissionLine]) -> dict[str, Payment]:
    keys = {UUID(line.event_id) for line in lines if line.event_type == "payment"}
    sales = Payment.objects.filter(pk__in=keys)
    return {
        str(sale.pk): sale
        for sale in sales.select_related("payer", "bill__biller__category", "recharge__operator", "station")
    }
