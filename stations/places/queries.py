"""Divisions as pages and people ask for them: found, named on a date, followed to what became of them."""

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Replace

from core.countries import weekend_of
from core.language.text import fold, is_hanzi
from stations.places.models import BusinessDay, Division, DivisionName, DivisionSuccession

DAY = dt.timedelta(days=1)
#: No holiday is longer: so far a count of working days looks ahead.
LONGEST_HOLIDAY = 14
FOLLOWED = frozenset(
    {DivisionSuccession.Kind.RECODED, DivisionSuccession.Kind.MERGED, DivisionSuccession.Kind.ABSORBED}
)

# What became of the divisions whose code begins so, through every step.
BECAME = """
WITH RECURSIVE became AS (
    SELECT step.new_id FROM stations_divisionsuccession AS step JOIN stations_division AS old ON old.id = step.old_id
    WHERE old.code LIKE %s AND step.kind = ANY(%s)
    UNION
    SELECT step.new_id FROM stations_divisionsuccession AS step JOIN became ON became.new_id = step.old_id
    WHERE step.kind = ANY(%s)
)
SELECT new_id FROM became
"""


def names_on(divisions: Collection[int], date: dt.date) -> dict[int, dict[str, str]]:
    """The names of divisions on a date, by their ids: `name`, `short_name`, `romanised`.

    A division whose history says nothing of that date is left out: it has the name that it carries.
    """
    rows = DivisionName.objects.filter(
        Q(valid_to__gt=date) | Q(valid_to=None), division__in=divisions, valid_from__lte=date
    )
    columns = ("name", "short_name", "romanised")
    return {row.pop("division"): row for row in rows.values("division", *columns)}


def name_on(division: Division, date: dt.date) -> str:
    """The official name on a date: a page about last year shows last year's name."""
    return names_on([division.pk], date).get(division.pk, {}).get("name", division.name)


def short_name_on(division: Division, date: dt.date) -> str:
    """What people called it on a date."""
    return names_on([division.pk], date).get(division.pk, {}).get("short_name", division.short_name)


def division_today(division: Division, at: dt.date) -> list[Division]:
    """What became of a division by this date: itself, its one successor, or the parts that people choose from.

    New codes, mergers and absorptions are followed to the end; a split ends the way with all its parts.
    """
    current = division
    while True:
        steps = list(
            DivisionSuccession.objects.filter(old=current, effective_date__lte=at).select_related("new").order_by("pk")
        )
        if len(steps) == 1 and steps[0].kind in FOLLOWED:
            current = steps[0].new
        else:
            return [step.new for step in steps] or [current]


def children_of(division: Division, at: dt.date) -> QuerySet[Division]:
    """The divisions right below, in the order of their codes."""
    return Division.objects.at(at).filter(parent=division).order_by("code")


def county_at(six_digits: str, date: dt.date) -> Division | None:
    """The county that a number of a station or certificate begins with, as of a date; none where two countries do."""
    counties = Division.objects.at(date).filter(level=Division.Level.COUNTY, code=f"{six_digits}000000")
    found = list(counties[:2])
    return found[0] if len(found) == 1 else None


def divisions_matching(divisions: QuerySet[Division], typed: str) -> QuerySet[Division]:
    """By the beginning of a code, of a name, of its initials (`ykltc`) or of its pinyin (`yankengling`)."""
    text = fold(typed)
    if text.isdigit():
        # A village that got a new code is found by every older one as well: they still stand on old papers.
        became = RawSQL(BECAME, [f"{text}%", list(FOLLOWED), list(FOLLOWED)])  # noqa: S611 - a constant
        return divisions.filter(Q(code__startswith=text) | Q(pk__in=became))
    if any(is_hanzi(character) for character in text):
        return divisions.filter(short_name__startswith=text)
    pinyin = Lower(Replace(F("romanised"), Value(" ")))
    return divisions.alias(pinyin=pinyin).filter(Q(initials__startswith=text) | Q(pinyin__startswith=text))


def working_day_from(country: str, date: dt.date) -> dt.date:
    """This day if people work on it, else the next on which they do."""
    return working_day_after(country, date - DAY, 1)


def working_day_after(country: str, date: dt.date, days: int) -> dt.date:
    """The so manieth working day after a date, by the calendar of the country and, beside it, its weekend.

    From Thursday one is Friday in China and Sunday in Kuwait.
    """
    weekend = weekend_of(country)
    last = date + (days * 3 + LONGEST_HOLIDAY) * DAY
    differing = dict(
        BusinessDay.objects.filter(country=country, date__range=(date, last)).values_list("date", "is_working")
    )
    while days:
        date += DAY
        days -= differing.get(date, date.isoweekday() not in weekend)
    return date


def business_day(country: str, date: dt.date) -> BusinessDay:
    """Whether people work on a date. What the calendar does not list follows the week, unsaved.

    Announcements cover whole years: of a year without one, an answer is not `official`.
    """
    known = BusinessDay.objects.filter(country=country, date=date).first()
    return known or BusinessDay(
        country=country,
        date=date,
        is_working=date.isoweekday() not in weekend_of(country),
        source="weekday",
        official=BusinessDay.objects.filter(country=country, date__year=date.year, official=True).exists(),
    )
