"""Who is due, who may be enrolled, and the numbers of a programme with small ones hidden."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from core.web.ranges import holds_on
from health.chronic.models import Enrolment, EnrolmentQuerySet, Programme, ProtocolVersion, Result
from health.records.models import FASTING, Code, Observation
from stations.accounts.models import User
from stations.places.models import Division

#: From so many days over the date, dangerous last values put somebody first.
FIRST_FROM = dt.timedelta(days=30)
DUE_WITHIN = dt.timedelta(days=7)
#: Fewer people than this are not told to those who see numbers only.
SMALLEST = 5
CONTROLLED_WITHIN = dt.timedelta(days=92)
#: Who was measured elsewhere from so long before the due date on need not be called.
MEASURED_WITHIN = dt.timedelta(days=14)


def enrolments() -> EnrolmentQuerySet:
    """With all that a row or a page shows."""
    return Enrolment.objects.select_related("resident__village", "resident__home_station", "clinic__division")


def protocol_on(programme: str, country: str, day: dt.date) -> ProtocolVersion | None:
    """The rule that holds in a country on a day."""
    return ProtocolVersion.objects.filter(holds_on(day), programme=programme, country=country).first()


def protocols() -> QuerySet[ProtocolVersion]:
    """The rules of all programmes and countries: they are about no resident."""
    return ProtocolVersion.objects.order_by("pk")


def is_first(today: dt.date) -> Q:
    """Overdue for a month with dangerous last values."""
    return Q(is_at_risk=True, next_due_date__lte=today - FIRST_FROM)


def is_overdue(today: dt.date) -> Q:
    """The date is over and nobody has come, but for those who were called and said something."""
    return Q(next_due_date__lt=today) & is_to_call(today)


def is_due(today: dt.date) -> Q:
    """Within a week."""
    return Q(next_due_date__gte=today, next_due_date__lte=today + DUE_WITHIN)


def is_to_call(today: dt.date) -> Q:
    """Not called in the last days, and not measured at another clinic since two weeks before the visit was due."""
    was_not_called = Q(hidden_until_date=None) | Q(hidden_until_date__lte=today)
    return was_not_called & Q(~Exists(_measured_elsewhere()))


def _measured_elsewhere() -> QuerySet[Observation]:
    """What the programme looks at, measured in an encounter; one that is never named tells nothing by this either."""
    # Cast: a prepared statement would take the span for a date.
    span = Cast(Value(MEASURED_WITHIN), DurationField())
    opened = ExpressionWrapper(OuterRef("next_due_date") - span, output_field=DateTimeField())
    pressure = Q(code=Code.PRESSURE) & Exact(OuterRef("programme"), Value(Programme.HYPERTENSION.value))
    glucose = Q(code__in=FASTING) & Exact(OuterRef("programme"), Value(Programme.DIABETES.value))
    return Observation.objects.standing().filter(
        pressure | glucose,
        resident=OuterRef("resident"),
        measured_at__gte=Func(OuterRef("clinic__zone"), opened, function="TIMEZONE", output_field=DateTimeField()),
        encounter__is_restricted=False,
        encounter__wrong_at=None,
    )


@dataclass(frozen=True, slots=True)
class Numbers:
    """A programme in a place: under care, come in time, in target within three months; None where it is hidden."""

    programme: str
    place: str
    under_care: int | None
    in_time: int | None
    in_target: int | None


def numbers_of(user: User, *, today: dt.date) -> list[Numbers]:
    """One row for each programme and township within reach; fewer than five people are in no number.

    Where one township is hidden the next smallest is, too: the sum over all tells nothing about a single one.
    """
    counted = (
        Enrolment.objects.open_to(user, "health.read_indicator")
        .filter(status=Enrolment.Status.ACTIVE)
        .values("programme", "resident__home_station__township", "resident__home_station__county")
        .annotate(
            under_care=Count("pk"),
            in_time=Count("pk", filter=Q(next_due_date__gte=today)),
            in_target=Count("pk", filter=Q(last_result=Result.CONTROLLED, next_due_date__gte=today)),
        )
    )
    rows = list(counted)
    names = _names_of(rows)
    made = []
    for programme in Programme.values:
        own = sorted((row for row in rows if row["programme"] == programme), key=lambda row: -row["under_care"])
        hidden = hidden_rows([row["under_care"] for row in own])
        made += [_shown(row, names, is_hidden=index in hidden) for index, row in enumerate(own)]
        if own:
            made.append(_all(programme, own))
    return made


def hidden_rows(sizes: Sequence[int]) -> set[int]:
    """Rows, largest first, that are too small, and one more where a single one would follow from the sum."""
    small = {index for index, size in enumerate(sizes) if size < SMALLEST}
    while small and min(small) > 0 and (len(small) == 1 or sum(sizes[each] for each in small) < SMALLEST):
        small.add(min(small) - 1)
    return small


def _shown(row: dict[str, Any], names: dict[int, str], *, is_hidden: bool) -> Numbers:
    place = row["resident__home_station__township"] or row["resident__home_station__county"]
    if is_hidden:
        return Numbers(row["programme"], names[place], None, None, None)
    # Parts of a place are shown where they, and what is left, are large enough.
    whole = row["under_care"]
    return Numbers(
        row["programme"], names[place], whole, shown_part(row["in_time"], whole), shown_part(row["in_target"], whole)
    )


def _all(programme: str, rows: list[dict[str, Any]]) -> Numbers:
    whole = sum(row["under_care"] for row in rows)
    # Parts over all are shown where none of a place is hidden: they would give it away.
    parts = [
        sum(row[part] for row in rows)
        if all(shown_part(row[part], row["under_care"]) is not None for row in rows)
        else None
        for part in ("in_time", "in_target")
    ]
    return Numbers(programme, "", whole if whole >= SMALLEST else None, *parts)


def shown_part(part: int, whole: int) -> int | None:
    """A part of a whole, where neither it nor what is left is too small to be told."""
    return part if part >= SMALLEST and (part == whole or whole - part >= SMALLEST) else None


def _names_of(rows: list[dict[str, Any]]) -> dict[int, str]:
    keys = {row["resident__home_station__township"] or row["resident__home_station__county"] for row in rows}
    return {each.pk: each.name for each in Division.objects.filter(pk__in=keys)}


def asked_to_come(user: User, *, today: dt.date) -> EnrolmentQuerySet:
    """Once for each resident within reach: the earliest day within a week; nobody of a place that is never named."""
    own = Enrolment.objects.open_to(user, "health.read_followup_date").cared_for()
    near = own.filter(is_due(today), clinic__is_restricted=False)
    first = near.order_by("resident", "next_due_date", "pk").distinct("resident").values("pk")
    return enrolments().filter(pk__in=first)
