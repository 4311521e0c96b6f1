"""Villagers of the story in a programme of the county's hospital: in target, overdue, at risk, to be confirmed."""

import datetime as dt
from collections.abc import Sequence

from core.fields import uuid7
from health.chronic.models import Enrolment
from health.chronic.services import VisitMade, confirm_enrolment, enrol_resident, record_visit, record_visits
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
        for days, systolic, diastolic in history[:-1]:
            record_visit(
                enrolment=enrolment,
                readings=[Pressure(systolic, diastolic)],
                medicines="all" if systolic < 140 else "some",
                by=nurse,
                at=at - days * DAY,
            )
        _send_from_home(enrolment, history[-1], nurse, at=at)
    _enrol(clinic, numbers[len(HISTORIES)], nurse, at=at - DAY)


def _send_from_home(enrolment: Enrolment, measured: tuple[int, int, int], nurse: User, *, at: dt.datetime) -> None:
    """The last visit was recorded at home, without network, and sent in the evening."""
    days, systolic, diastolic = measured
    visit = VisitMade(
        op_id=uuid7(),
        enrolment=enrolment.pk,
        made_at=at - days * DAY,
        medicines="all" if systolic < 140 else "some",
        readings=(Pressure(systolic, diastolic),),
        device="平板 1",
    )
    within = Enrolment.objects.filter(pk=enrolment.pk)
    record_visits(visits=[visit], within=within, by=nurse, at=at - days * DAY + dt.timedelta(hours=6))


def _enrol(clinic: Hospital, number: str, nurse: User, *, at: dt.datetime) -> Enrolment:
    return enrol_resident(
        clinic=clinic, id_number=number, programme="hypertension", manner="signature", by=nurse, at=at
    )
