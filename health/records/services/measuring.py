"""What can be measured, in which unit, and how it is stored."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from health.records.models import FASTING, POSSIBLE, UNIT_OF, Code, Observation, Unit


class ValueNotPossible(Refused):
    """Nobody alive has this value: usually it was typed in another unit."""

    code = "value_not_possible"
    status = 422
    message = _("This value is not possible. Check the number and its unit.")


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure, in mm[Hg]."""

    systolic: int
    diastolic: int


@dataclass(frozen=True, slots=True)
class Glucose:
    """A glucose value in the unit in which it was entered (`mmol/L`, `mg/dL`)."""

    value: Decimal
    unit: str
    is_fasting: bool


@dataclass(frozen=True, slots=True)
class Vital:
    """Another value, in the one unit of its code."""

    code: str
    value: Decimal


Reading = Pressure | Glucose | Vital

_CODES = {
    (Unit.MMOL, True): Code.FASTING_MMOL,
    (Unit.MG, True): Code.FASTING_MG,
    (Unit.MMOL, False): Code.GLUCOSE_MMOL,
    (Unit.MG, False): Code.GLUCOSE_MG,
}


@refuses(ValueNotPossible)
def check_reading(reading: Reading) -> None:
    """Refuse what cannot be: a pressure out of 40-350 over 20-250, another value out of the range of its unit."""
    if isinstance(reading, Pressure):
        is_possible = 40 <= reading.systolic <= 350 and 20 <= reading.diastolic <= 250
        if not is_possible or reading.systolic <= reading.diastolic:
            raise ValueNotPossible(field="systolic")
        return
    if isinstance(reading, Glucose):
        unit, field = reading.unit, "glucose"
    else:
        unit, field = UNIT_OF[Code(reading.code)].value, Code(reading.code).name.lower()
    low, high = POSSIBLE[unit]
    if not Decimal(low) <= reading.value <= Decimal(high):
        raise ValueNotPossible(field=field)


def reading_of(row: Observation) -> Reading:
    """A stored measurement as a judgement takes it."""
    if row.value is None:
        return Pressure(row.systolic or 0, row.diastolic or 0)
    if row.unit in {Unit.MMOL, Unit.MG}:
        return Glucose(row.value, row.unit, row.code in FASTING)
    return Vital(row.code, row.value)


def observation_of(reading: Reading) -> Observation:
    """A measurement as a row that is not stored yet."""
    if isinstance(reading, Pressure):
        return Observation(code=Code.PRESSURE, unit=Unit.MMHG, systolic=reading.systolic, diastolic=reading.diastolic)
    if isinstance(reading, Vital):
        return Observation(code=reading.code, unit=UNIT_OF[Code(reading.code)], value=reading.value)
    unit = Unit(reading.unit)
    return Observation(code=_CODES[unit, reading.is_fasting], unit=unit, value=reading.value)
