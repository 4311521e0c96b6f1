"""What a value means for a resident: the range by sex, age and laboratory, and the flag. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from health.checkups.models import CheckupItem, CheckupResult, ItemRange

_F = CheckupResult.Flag


@dataclass(frozen=True, slots=True)
class Meant:
    """A flag with the range from which it follows; both empty where nothing is normal or abnormal."""

    flag: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


def range_for(ranges: Iterable[ItemRange], *, sex: str, age: int | None, laboratory: str) -> ItemRange | None:
    """The most specific range for somebody: that of the laboratory first, then that of the sex.

    `age` is that of the day of the result; where nobody knows it, only ranges of all ages hold.
    """
    fitting = [each for each in ranges if _fits(each, sex, age, laboratory)]
    return max(fitting, key=lambda each: (each.laboratory != "", each.sex != "", each.from_age), default=None)


def meaning_for(value: Decimal, ranges: Iterable[ItemRange], *, sex: str, age: int | None, laboratory: str) -> Meant:
    """By the range for somebody. Of one whose sex nobody knows a value is urgent where it is so for women and men."""
    known = list(ranges)
    found = range_for(known, sex=sex, age=age, laboratory=laboratory)
    if found is not None or sex in ItemRange.Sex.values:
        return meaning_of_number(value, found)
    ends = [range_for(known, sex=each, age=age, laboratory=laboratory) for each in ItemRange.Sex.values]
    flags = {meaning_of_number(value, each).flag for each in ends}
    return Meant(flags.pop()) if len(flags) == 1 and flags <= set(CheckupResult.CRITICAL) else Meant()


def meaning_of_number(value: Decimal, found: ItemRange | None) -> Meant:
    """Both ends of the normal range are normal; a critical limit is critical itself."""
    if found is None:
        return Meant()
    return Meant(_flag_of(value, found), found.low, found.high)


def meaning_of_choice(item: CheckupItem, choice: str) -> Meant:
    """An answer that is a finding is to be watched."""
    option = item.option(choice)
    return Meant(_F.FINDING if option and option["is_finding"] else _F.NORMAL)


def _fits(found: ItemRange, sex: str, age: int | None, laboratory: str) -> bool:
    if found.laboratory not in ("", laboratory) or found.sex not in ("", sex):
        return False
    if age is None:
        return found.from_age == 0 and found.to_age is None
    return found.from_age <= age and (found.to_age is None or age < found.to_age)


def _flag_of(value: Decimal, found: ItemRange) -> str:
    if found.critical_low is not None and value <= found.critical_low:
        return _F.CRITICAL_LOW
    if found.critical_high is not None and value >= found.critical_high:
        return _F.CRITICAL_HIGH
    if found.low is not None and value < found.low:
        return _F.LOW
    return _F.HIGH if found.high is not None and value > found.high else _F.NORMAL
