"""Measurements are written once, diagnoses are confirmed by doctors, and every look is recorded."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from health.records.models import FASTING, POSSIBLE, Code, Condition, Observation, Unit
from stations.accounts.models import User
from stations.people.models import Consent, Person
from stations.people.services import log_reads
from stations.people.services.consents import ConsentMissing

#: What a resident agrees to before anything is recorded.
CONSENT = "health_record"
READ = "health_record"


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


Reading = Pressure | Glucose

_CODES = {
    (Unit.MMOL, True): Code.FASTING_MMOL,
    (Unit.MG, True): Code.FASTING_MG,
    (Unit.MMOL, False): Code.GLUCOSE_MMOL,
    (Unit.MG, False): Code.GLUCOSE_MG,
}


@refuses(ValueNotPossible)
def check_reading(reading: Reading) -> None:
    """Refuse what cannot be: a pressure out of 40-350 over 20-250, a glucose value out of the range of its unit."""
    if isinstance(reading, Pressure):
        is_possible = 40 <= reading.systolic <= 350 and 20 <= reading.diastolic <= 250
        if not is_possible or reading.systolic <= reading.diastolic:
            raise ValueNotPossible(field="systolic")
        return
    low, high = POSSIBLE[reading.unit]
    if not Decimal(low) <= reading.value <= Decimal(high):
        raise ValueNotPossible(field="glucose")


def has_agreed(resident: Person) -> bool:
    """Whether the resident lets the clinic keep a health record, at this moment."""
    return Consent.objects.filter(person=resident, purpose=CONSENT, withdrawn_at=None).exists()


@refuses(ConsentMissing)
def require_agreement(resident: Person) -> None:
    """Nothing is recorded about one who has not agreed, or has withdrawn."""
    if not has_agreed(resident):
        raise ConsentMissing


def reading_of(row: Observation) -> Reading:
    """A stored measurement as a judgement takes it."""
    if row.value is None:
        return Pressure(row.systolic or 0, row.diastolic or 0)
    return Glucose(row.value, row.unit, row.code in FASTING)


def observation_of(reading: Reading) -> Observation:
    """A measurement as a row that is not stored yet."""
    if isinstance(reading, Pressure):
        return Observation(code=Code.PRESSURE, unit=Unit.MMHG, systolic=reading.systolic, diastolic=reading.diastolic)
    unit = Unit(reading.unit)
    return Observation(code=_CODES[unit, reading.is_fasting], unit=unit, value=reading.value)


@transaction.atomic
def confirm_condition(*, resident: Person, code: str, by: User, at: dt.datetime) -> None:
    """A doctor confirms a diagnosis; again it changes nothing."""
    Condition.objects.bulk_create(
        [Condition(resident=resident, code=code, confirmed_by=by, confirmed_at=at)], ignore_conflicts=True
    )


@transaction.atomic
def record_reads(*, residents: Iterable[Person], user: User, at: dt.datetime) -> None:
    """One row for each resident whose health data are shown, in one statement: own staff leaves rows too."""
    unique = {each.pk: each for each in residents}
    log_reads(user=user, people=unique.values(), what=READ, at=at)
