"""The rule of a programme: what visits mean, and when the next one is due. A pure function of visits and protocols."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.days import months_later
from health.chronic.models import Programme, Result
from health.records.services import Glucose, Pressure, Reading

AGAIN = frozenset({Result.UNCONTROLLED_FIRST, Result.UNCONTROLLED_REPEATED, Result.EMERGENCY, Result.COMPLICATION})
TO_HOSPITAL = frozenset({Result.EMERGENCY, Result.COMPLICATION, Result.UNCONTROLLED_REPEATED})


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as the rule sees it. `age` is None where nobody knows it; `conditions` are confirmed codes of ICD-10."""

    day: dt.date
    is_face_to_face: bool
    readings: Sequence[Reading]
    signs: Sequence[str] = ()
    has_adverse_reaction: bool = False
    has_complication: bool = False
    age: int | None = None
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """The meaning of a visit: its result, codes of the reasons, the next date, and whether its values are dangerous."""

    result: Result
    reasons: list[str] = field(default_factory=list)
    next_due_date: dt.date = dt.date.max
    is_at_risk: bool = False


def judge_all(programme: str, visits: Sequence[tuple[Seen, Mapping[str, Any]]], *, due: dt.date) -> list[Judged]:
    """Judge visits in their order, each under the protocol of its day; `due` is the date before the first."""
    made: list[Judged] = []
    last: Result | None = None
    for seen, rule in visits:
        judged = _judge(programme, seen, rule, last, due)
        made.append(judged)
        due = judged.next_due_date
        if judged.result != Result.NOT_JUDGED:
            last = judged.result
    return made


def targets(rule: Mapping[str, Any], *, age: int | None, conditions: frozenset[str]) -> Mapping[str, Any]:
    """Below which pressure somebody is in target: mm[Hg]. The higher one of the old is not for the diabetic."""
    elder = rule.get("elder")
    if elder and age is not None and age >= elder["from_age"] and not conditions & set(elder["unless"]):
        return elder
    return rule["control"]


def is_emergency(reading: Reading, rule: Mapping[str, Any]) -> bool:
    """Whether this value alone sends somebody to hospital; compared in the unit that was entered."""
    limits = rule["emergency"]
    if isinstance(reading, Pressure):
        pressure = limits["mm[Hg]"]
        return reading.systolic >= pressure["systolic_from"] or reading.diastolic >= pressure["diastolic_from"]
    if not isinstance(reading, Glucose):
        return False
    limit = limits.get(reading.unit)
    return limit is not None and not Decimal(limit["down_to"]) < reading.value < Decimal(limit["from"])


def _judge(programme: str, seen: Seen, rule: Mapping[str, Any], last: Result | None, due: dt.date) -> Judged:
    if not seen.is_face_to_face:
        return Judged(Result.NOT_JUDGED, ["phone"], due)
    soon = seen.day + dt.timedelta(days=rule["recheck_days"])
    alarming = [_name(each) for each in seen.readings if is_emergency(each, rule)]
    at_risk = _is_at_risk(programme, seen, rule)
    if alarming or seen.signs:
        return Judged(Result.EMERGENCY, [*dict.fromkeys(alarming), *seen.signs], soon, at_risk)
    if seen.has_complication:
        return Judged(Result.COMPLICATION, ["complication"], soon, at_risk)
    over = _over_target(programme, seen, rule)
    if over is None and not seen.has_adverse_reaction:
        return Judged(Result.NOT_JUDGED, ["not_measured"], due)
    reasons = [*(["over_target"] if over else []), *(["adverse_reaction"] if seen.has_adverse_reaction else [])]
    if not reasons:
        return Judged(Result.CONTROLLED, [], months_later(seen.day, rule["next_months"]))
    result = Result.UNCONTROLLED_REPEATED if last in AGAIN else Result.UNCONTROLLED_FIRST
    return Judged(result, reasons, soon, at_risk)


def _over_target(programme: str, seen: Seen, rule: Mapping[str, Any]) -> bool | None:
    """Whether the values are over the target; None where the one that counts was not measured."""
    if programme == Programme.DIABETES:
        fasting = [each for each in seen.readings if isinstance(each, Glucose) and each.is_fasting]
        if not fasting:
            return None
        limit = rule["control"].get(fasting[-1].unit)
        return None if limit is None else fasting[-1].value >= Decimal(limit["below"])
    mean = mean_pressure(seen.readings)
    if mean is None:
        return None
    return _is_over(mean, targets(rule, age=seen.age, conditions=seen.conditions)["mm[Hg]"])


def mean_pressure(readings: Sequence[Reading]) -> Pressure | None:
    """The mean of the last two pressures of a visit, whole mm[Hg], half up."""
    taken = [each for each in readings if isinstance(each, Pressure)][-2:]
    if not taken:
        return None
    count = len(taken)
    sums = (sum(each.systolic for each in taken), sum(each.diastolic for each in taken))
    return Pressure(*((2 * total + count) // (2 * count) for total in sums))


def _is_over(pressure: Pressure, target: Mapping[str, Any]) -> bool:
    return pressure.systolic >= target["systolic_below"] or pressure.diastolic >= target["diastolic_below"]


def _is_at_risk(programme: str, seen: Seen, rule: Mapping[str, Any]) -> bool:
    """What puts an overdue resident first: an emergency pressure, a past attack and pressure, glucose over target."""
    mean = mean_pressure(seen.readings)
    if mean is not None and is_emergency(mean, rule):
        return True
    if mean is not None and seen.conditions & set(rule["at_risk_with"]) and _is_over(mean, rule["control"]["mm[Hg]"]):
        return True
    return programme == Programme.DIABETES and bool(_over_target(programme, seen, rule))


def _name(reading: Reading) -> str:
    return "pressure" if isinstance(reading, Pressure) else "glucose"
