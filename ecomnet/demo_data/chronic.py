"""Villagers of the story in a programme of the county's hospital: in target, overdue, at risk, to be confirmed."""

import datetime as dt
from collections.abc import Sequence

from health.chronic.models import Enrolment
from health.chronic.services import confirm_enrolment, enrol_resident, record_visit
from health.hospitals.models import Hospital
from health.records.services import Pressure
from stations.models import User

DAY = dt.timedelta(days=1)
#: How many days ago, upper and lower pressure.
HISTORIES: list[list[tuple[int, int, int]]] = [
    [(200, 138, 86), (110, 136, 82), (20, 134, 80)],
    [(210, 136, 84), (150, 182, 104)],
    [(190, 139, 88), (94, 137, 85)],
    [(90, 150, 94), (87, 138, 84)],
]


def load_chronic(clinic: Hospital, staff: Sequence[User], numbers: Sequence[str], *, at: dt.datetime) -> None:
    """Residents with these numbers: one history each, and one whose diagnosis is to be confirmed."""
    nurse, doctor = staff[0], staff[-1]
    for number, history in zip(numbers, HISTORIES, strict=False):
        began = at - (history[0][0] + 1) * DAY
        enrolment = _enrol(clinic, number, nurse, at=began)
        enrolment = confirm_enrolment(enrolment=enrolment, by=doctor, at=began)
        for days, systolic, diastolic in history:
            record_visit(
                enrolment=enrolment,
                readings=[Pressure(systolic, diastolic)],
                medicines="all" if systolic < 140 else "some",
                by=nurse,
                at=at - days * DAY,
            )
    _enrol(clinic, numbers[len(HISTORIES)], nurse, at=at - DAY)


def _enrol(clinic: Hospital, number: str, nurse: User, *, at: dt.datetime) -> Enrolment:
    return enrol_resident(
        clinic=clinic, id_number=number, programme="hypertension", manner="signature", by=nurse, at=at
    )
