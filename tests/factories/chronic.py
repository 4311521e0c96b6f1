"""A village's clinic with a nurse and a doctor, and residents in its programmes."""

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from health.chronic.models import Enrolment, FollowUpVisit
from health.chronic.services import confirm_enrolment, enrol_resident, record_visit
from health.hospitals.models import Hospital
from health.records.services import Glucose, Pressure
from stations.accounts.models import User
from stations.people.models import Person
from tests.factories.finance import Desk, desk
from tests.factories.health import id_number, nurse_of
from tests.factories.people import resident

_numbers = itertools.count(500)


@dataclass
class Practice:
    """A clinic and who works there."""

    ready: Desk
    clinic: Hospital
    nurse: User
    doctor: User

    def enrol(self, person: Person, number: str, programme: str = "hypertension", **values: Any) -> Enrolment:
        """Enrolled by the nurse, with a signature."""
        about = {"by": self.nurse, "at": values.pop("at", now()), "manner": "signature"}
        return enrol_resident(clinic=self.clinic, id_number=number, programme=programme, **{**about, **values})

    def under_care(
        self, programme: str = "hypertension", *, at: dt.datetime | None = None, person: Person | None = None,
        number: str = "", conditions: tuple[str, ...] = (), **values: Any,
    ) -> Enrolment:  # fmt: skip
        """A resident whose diagnosis is confirmed."""
        at = at or now()
        if person is None:
            person, number = self.resident(**values)
        enrolment = self.enrol(person, number, programme, at=at)
        return confirm_enrolment(enrolment=enrolment, conditions=conditions, by=self.doctor, at=at)

    def resident(self, full_name: str = "张桂兰", **values: Any) -> tuple[Person, str]:
        """A villager, and the number of the card."""
        number = id_number(next(_numbers))
        values.setdefault("birth_date", dt.date(1970, 1, 1))
        made = resident(full_name, self.ready.station, by=self.ready.partner, id_number=number, **values)
        return made, number

    def visit(
        self, enrolment: Enrolment, *readings: Any, at: dt.datetime | None = None, **values: Any
    ) -> FollowUpVisit:
        """A visit with pressures (`(146, 86)`) and glucose values (`"7.4"` fasting mmol/L)."""
        found = [Pressure(*each) if isinstance(each, tuple) else fasting(each) for each in readings]
        about = {"medicines": "all", "by": self.nurse, "at": at or now()}
        return record_visit(enrolment=enrolment, readings=found, **{**about, **values})


def fasting(value: Any, unit: str = "mmol/L") -> Any:
    """A fasting value; what is one already stays."""
    return value if isinstance(value, Glucose) else Glucose(Decimal(value), unit, is_fasting=True)


def practice(ready: Desk | None = None, **values: Any) -> Practice:
    """A clinic of the station's county."""
    ready = ready or desk()
    clinic = Hospital.objects.create(
        **{
            "code": f"V{next(_numbers)}",
            "name": "Village clinic",
            "name_zh": "村卫生室",
            "level": "village_clinic",
            "division": ready.station.county,
            "zone": ready.station.zone,
            "currency": ready.station.currency,
            **values,
        }
    )
    return Practice(ready, clinic, nurse_of(clinic), nurse_of(clinic, role="doctor"))
