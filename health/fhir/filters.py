"""Search parameters: what each value of one means as a condition of a query."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

Status = TypeVar("Status", bound=str)

NOTHING = Q(pk__in=[])

#: Types whose ids are numbers.
NUMBERED = frozenset({"HealthcareService", "Slot", "Communication", "Consent", "AuditEvent", "Provenance"})

_DATE = re.compile(
    r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb|ap)?(?P<year>(19|20|21)\d\d)(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<clock>\d\d:\d\d(:\d\d(\.\d{1,6})?)?)(?P<offset>Z|[+-]\d\d:\d\d)?)?)?)?"
)
_NUMBER = re.compile(r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb|ap)?(?P<number>-?\d{1,9}(\.\d{1,6})?)")


class ValueInvalid(ValueError):
    """A value that this kind of parameter cannot have."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A search parameter: its `kind` as FHIR names it, and the condition that one value stands for.

    `targets`: the types of resources that a reference may lead to.
    """

    kind: str
    condition: Callable[[str], Q]
    targets: tuple[str, ...] = ()


def choice(conditions: Mapping[str, Q], system: str = "") -> Filter:
    """A code, where each stands for a condition."""

    def condition(value: str) -> Q:
        return conditions.get(code_of(value, system) or "", NOTHING)

    return Filter("token", condition)


def states(statuses: Mapping[Status, str], path: str = "status") -> Filter:
    """A status: by stored value, the code that FHIR has for it."""
    codes = set(statuses.values())
    return choice({code: Q(**{f"{path}__in": [each for each in statuses if statuses[each] == code]}) for code in codes})


def always(code: str) -> Filter:
    """A status that all have."""
    return choice({code: Q()})


def exact(path: str, system: str = "") -> Filter:
    """A code or number as it is stored."""

    def condition(value: str) -> Q:
        code = code_of(value, system)
        return Q(**{path: code}) if code else NOTHING

    return Filter("token", condition)


def flag(path: str) -> Filter:
    """True or false."""
    return choice({"true": Q(**{path: True}), "false": Q(**{path: False})})


def code_of(value: str, system: str) -> str | None:
    """`code`, `system|code` or `|code`; None where it is a code of another system."""
    given, bar, code = value.rpartition("|")
    return None if bar and given and system and given != system else code


def words(*paths: str) -> Filter:
    """The beginning of a text, in one of these fields."""

    def condition(value: str) -> Q:
        found = NOTHING
        for path in paths:
            found |= Q(**{f"{path}__istartswith": value})
        return found

    return Filter("string", condition)


def references(paths: Mapping[str, str]) -> Filter:
    """`Type/id` or an id: by type, where its id stands."""

    def condition(value: str) -> Q:
        kind, key = reference_in(value)
        found = NOTHING
        for name, path in paths.items():
            known = key_of(name, key)
            if kind in {"", name} and known is not None:
                found |= Q(**{path: known})
        return found

    return Filter("reference", condition, tuple(paths))


def reference_in(value: str) -> tuple[str, str]:
    """Type and id of `Type/id`, of an address that ends with them, or of an id, which names no type."""
    *before, key = value.split("/")
    return (before[-1] if before else ""), key


def key_of(kind: str, text: str) -> UUID | int | None:
    """The key of a resource of this type; None where it can be none."""
    if kind in NUMBERED:
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
    try:
        return UUID(text)
    except ValueError:
        return None


def instants(path: str) -> Filter:
    """An instant; a date alone is that of the reader's zone."""
    return Filter("date", lambda value: _compared(path, *_period_of(value)))


def days(path: str) -> Filter:
    """A stored date."""

    def condition(value: str) -> Q:
        prefix, low, high = _period_of(value)
        last = timezone.localtime(high - dt.timedelta(microseconds=1)).date()
        return _compared(path, prefix, timezone.localtime(low).date(), last + dt.timedelta(days=1))

    return Filter("date", condition)


def _compared(path: str, prefix: str, low: dt.date | Decimal, high: dt.date | Decimal) -> Q:
    """A stored value against a period from `low` until before `high`."""
    within = Q(**{f"{path}__gte": low, f"{path}__lt": high})
    return {
        "ne": ~within,
        "lt": Q(**{f"{path}__lt": low}),
        "eb": Q(**{f"{path}__lt": low}),
        "le": Q(**{f"{path}__lt": high}),
        "ge": Q(**{f"{path}__gte": low}),
        "gt": Q(**{f"{path}__gte": high}),
        "sa": Q(**{f"{path}__gte": high}),
    }.get(prefix, within)


def _period_of(value: str) -> tuple[str, dt.datetime, dt.datetime]:
    """The prefix, and the period that a date or instant of FHIR means. Raises `ValueInvalid`."""
    # A plus sign that was sent as it is reads as a blank.
    found = _DATE.fullmatch(value.replace(" ", "+"))
    if found is None:
        raise ValueInvalid(value)
    try:
        low, high = _ends(found)
    except (ValueError, OverflowError) as error:
        raise ValueInvalid(value) from error
    return found["prefix"] or "eq", low, high


def _ends(found: re.Match[str]) -> tuple[dt.datetime, dt.datetime]:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    if found["clock"]:
        text = f"{year:04}-{month:02}-{day:02}T{found['clock']}"
        start = dt.datetime.fromisoformat(text + (found["offset"] or ""))
        start = start if start.tzinfo else timezone.make_aware(start)
        parts = found["clock"].count(":")
        step = dt.timedelta(minutes=1) if parts == 1 else dt.timedelta(seconds=1)
        return start, start + (dt.timedelta(milliseconds=1) if "." in found["clock"] else step)
    first = dt.date(year, month, day)
    if found["day"]:
        last = first
    elif found["month"]:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
    else:
        last = dt.date(year, 12, 31)
    return _midnight(first), _midnight(last + dt.timedelta(days=1))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def quantities(path: str, unit: str) -> Filter:
    """`number|system|unit` or a number: 7.0 means from 6.95 until before 7.05."""

    def condition(value: str) -> Q:
        number, *rest = value.split("|")
        found = _NUMBER.fullmatch(number)
        if found is None or len(rest) not in (0, 2):
            raise ValueInvalid(value)
        try:
            exact_number = Decimal(found["number"])
        except InvalidOperation as error:
            raise ValueInvalid(value) from error
        exponent = exact_number.as_tuple().exponent
        half = Decimal(5).scaleb(int(exponent) - 1)
        prefix = found["prefix"] or "eq"
        # Only what is equal has a precision; above 7.0 is everything above it.
        ends = (exact_number - half, exact_number + half) if prefix in {"eq", "ne", "ap"} else (exact_number,) * 2
        of_unit = Q(**{unit: rest[1]}) if rest and rest[1] else Q()
        return _number_compared(path, prefix, *ends) & of_unit

    return Filter("quantity", condition)


def _number_compared(path: str, prefix: str, low: Decimal, high: Decimal) -> Q:
    if prefix in {"le", "gt", "sa"}:
        name = "lte" if prefix == "le" else "gt"
        return Q(**{f"{path}__{name}": low})
    return _compared(path, prefix, low, high)
