"""Why a score is what it is, and the signs that a station needs help."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.countries import usual_in
from core.days import day_in, instant_of, latest_day
from core.language import formatting
from core.money import Money
from stations.network.models import Station
from stations.network.queries import WORKING
from stations.scores.models import EarlyWarning, EarlyWarningQuerySet, KpiScore

MONTHS_SHOWN = 6
#: Minutes are counted, hours are told.
HOURS = 60

#: Letter of a part -> its name, what was counted of what, and what helps.
PARTS: dict[str, tuple[Any, Any, Any]] = {
    "A": (
        _("Days with a service"),
        _("Active on %(counted)s of %(of)s opening days"),
        _("Open on every published day, and serve at least one person."),
    ),
    "V": (
        _("Number of services"),
        _("%(counted)s services; the county median is %(of)s"),
        _("Tell villagers what can be done here: bills, recharge, parcels, appointments."),
    ),
    "O": (
        _("Open on time"),
        _("Open %(counted)s of %(of)s published hours"),
        _("Keep the console on while you are open, or change the published hours."),
    ),
    "F": (
        _("Enough float"),
        _("Customers turned away on %(counted)s of %(of)s open days"),
        _("Top up the evening before: the float page shows how much tomorrow needs."),
    ),
    "C": (
        _("Upheld complaints"),
        _("%(counted)s upheld complaints in %(of)s services"),
        _("Read each complaint again. Apologise, and put it right."),
    ),
    "R": (
        _("Parcels taken"),
        _("%(counted)s of %(of)s parcels refused by their receivers"),
        _("Read each order back to the buyer before it is placed, and say what it costs."),
    ),
}

LIMITS = {"inactive": 7, "float_out": 3, "complaints": 3, "silent_days": 3}
#: Income of 30 days below this share of what was usual is a sign; only above `income_least` of the country a month.
INCOME_SHARE = Decimal("0.6")
REFUSALS_BELOW = Decimal("0.5")


#: Kind of a warning -> what was counted, and the rule that opens it: partner and county read both.
WORDS: dict[str, tuple[Any, Any]] = {
    "income_falling": (
        _("%(income)s in 30 days; usually %(usual)s"),
        _("Raised when income over 30 days is below 60 % of the usual."),
    ),
    "inactive": (
        _("Active on %(active)s of %(of)s days"),
        _("Raised below 7 active days in the last 14; for a station open on fewer than 7, below half of those."),
    ),
    "float_out": (
        _("The float ran out on %(days)s of %(of)s days"),
        _("Raised when it runs out on 3 days in 7."),
    ),
    "silent": (
        _("No contact for %(days)s days"),
        _("Raised after 3 days without contact."),
    ),
    "complaints": (
        _("%(complaints)s complaints upheld in %(days)s days"),
        _("Raised at 3 upheld complaints in 30 days."),
    ),
    "refusals": (
        _("%(refused)s of %(offered)s parcels refused"),
        _("Raised when more than a tenth of parcels are refused."),
    ),
    "fraud": (_("A declaration was found to be false"), _("Raised at once.")),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A warning in words: what was counted, and the rule that opened it."""

    warning: EarlyWarning
    counted: str
    rule: Any


@dataclass(frozen=True, slots=True)
class Why:
    """One part of a score in words."""

    name: Any
    counted: str
    points: Decimal
    of: int
    advice: Any

    @property
    def is_weak(self) -> bool:
        """Whether most is lost here."""
        return self.points * 10 < self.of * 7


def why(score: KpiScore) -> list[Why]:
    """The parts of a score: what was counted, what it gave, and what helps; the weakest first."""
    rows = []
    for letter, part in score.parts.items():
        name, sentence, advice = PARTS[letter]
        unit = HOURS if letter == "O" else 1
        numbers = {name: _plain(Decimal(part[name]) / unit) for name in ("counted", "of")}
        points = (Decimal(part["value"]) * part["weight"]).quantize(Decimal("0.1"))
        rows.append(Why(name, str(sentence) % numbers, points, part["weight"], advice))
    return sorted(rows, key=lambda row: row.points / row.of)


def _plain(number: Decimal) -> str:
    """`650` for `650.0`, `12.5` as it is; one decimal at most."""
    return f"{round(number, 1).normalize():f}"


def scores_of(station: Station) -> list[KpiScore]:
    """The last six months, the newest first."""
    return list(station.scores.order_by("-month")[:MONTHS_SHOWN])


def latest_scores(scores: QuerySet[KpiScore]) -> QuerySet[KpiScore]:
    """The last score of each station, the weakest first."""
    latest = scores.order_by("station", "-month").distinct("station").values("pk")
    return scores.filter(pk__in=latest).select_related("station").order_by("score", "station__code")


def warnings_in_order(rows: EarlyWarningQuerySet) -> QuerySet[EarlyWarning]:
    """Those that stand, the oldest first."""
    return rows.standing().select_related("station", "visit").order_by("opened_at", "pk")


def in_words(warning: EarlyWarning) -> Sign:
    """What a warning says to partner and county alike; the station is loaded."""
    counted, rule = WORDS[warning.kind]
    amounts = {
        name.removesuffix("_minor"): formatting.money(Money(value, warning.station.currency))
        for name, value in warning.figures.items()
        if name.endswith("_minor")
    }
    return Sign(warning, str(counted) % (warning.figures | amounts), rule)


# The figures behind every sign, for the stations of a county at once; dates are local.
SIGNS = """
SELECT station.id,
    count(day.id) FILTER (WHERE day.date > %(today)s - 14 AND day.services > 0) AS active,
    count(day.id) FILTER (WHERE day.date > %(today)s - 14 AND day.open_minutes > 0) AS planned,
    count(day.id) FILTER (WHERE day.date > %(today)s - 7 AND day.float_outs > 0) AS float_outs,
    coalesce(sum(day.upheld_complaints) FILTER (WHERE day.date > %(today)s - 30), 0) AS complaints,
    coalesce(sum(day.offered_parcels) FILTER (WHERE day.date > %(today)s - 30), 0) AS offered,
    coalesce(sum(day.refused_parcels) FILTER (WHERE day.date > %(today)s - 30), 0) AS refused,
    coalesce(sum(day.income_minor) FILTER (WHERE day.date > %(today)s - 30), 0) AS income,
    coalesce(sum(day.income_minor) FILTER (WHERE day.date <= %(today)s - 30), 0) AS income_before,
    min(day.date) <= %(today)s - 119 AS has_history,
    min(day.date) <= %(today)s - 13 AS has_fortnight
FROM stations_station AS station
LEFT JOIN stations_stationday AS day
    ON day.station_id = station.id AND day.date > %(today)s - 120 AND day.date <= %(today)s
WHERE station.id = ANY(%(stations)s)
GROUP BY station.id ORDER BY station.id
"""


def silent_since(station: Station) -> dt.datetime | None:
    """When the station was last heard of; of one that never was, the morning on which it opened."""
    if station.last_seen_at is not None or station.opened_date is None:
        return station.last_seen_at
    return instant_of(station.zone, station.opened_date, dt.time())


def silent_stations(at: dt.datetime) -> list[Station]:
    """Working stations that are silent for three days, and for which no warning says so yet."""
    limit = at - dt.timedelta(days=LIMITS["silent_days"])
    warned = EarlyWarning.objects.standing().filter(station=OuterRef("pk"), kind=EarlyWarning.Kind.SILENT)
    never = Q(last_seen_at=None, opened_date__lte=latest_day(limit))
    quiet = Station.objects.filter(Q(last_seen_at__lte=limit) | never, ~Exists(warned), status__in=WORKING)
    return [each for each in quiet.order_by("pk") if (silent_since(each) or at) <= limit]


def signs_of(stations: list[Station], *, at: dt.datetime) -> Iterator[tuple[Station, str, dict[str, Any]]]:
    """Every sign that one of these working stations needs help: the station, the kind, what was counted."""
    by_id = {station.pk: station for station in stations}
    if not by_id:
        return
    today = day_in(stations[0].zone, at) - dt.timedelta(days=1)  # the last whole day
    with connection.cursor() as cursor:
        cursor.execute(SIGNS, {"today": today, "stations": list(by_id)})
        names = [column.name for column in cursor.description][1:]
        for station_id, *values in cursor.fetchall():
            station = by_id[station_id]
            for kind, figures in _signs(station, dict(zip(names, values, strict=True)), at):
                yield station, kind, figures


def _fewest_active_days(published: int) -> Decimal:
    """Of the published days of a fortnight: seven, or half where fewer than seven are published."""
    return Decimal(LIMITS["inactive"]) if published >= LIMITS["inactive"] else Decimal(published) / 2


def _signs(station: Station, row: dict[str, Any], at: dt.datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    usual = Decimal(row["income_before"]) / 3
    least = usual_in(station.county.country, station.currency).income_least.minor
    if row["has_history"] and usual >= least and row["income"] < usual * INCOME_SHARE:
        yield "income_falling", {"income_minor": int(row["income"]), "usual_minor": int(usual)}
    if row["has_fortnight"] and row["active"] < _fewest_active_days(row["planned"]):
        yield "inactive", {"active": row["active"], "of": row["planned"]}
    if row["float_outs"] >= LIMITS["float_out"]:
        yield "float_out", {"days": row["float_outs"], "of": 7}
    since = silent_since(station)
    if since is not None and (at - since).days >= LIMITS["silent_days"]:
        yield "silent", {"days": (at - since).days}
    if row["complaints"] >= LIMITS["complaints"]:
        yield "complaints", {"complaints": int(row["complaints"]), "days": 30}
    if row["offered"] and 1 - 5 * Decimal(row["refused"]) / Decimal(row["offered"]) < REFUSALS_BELOW:
        yield "refusals", {"refused": int(row["refused"]), "offered": int(row["offered"])}
