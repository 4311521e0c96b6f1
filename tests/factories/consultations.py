"""A clinic that answers online, with a nurse, two doctors and a pharmacist, and a resident who may ask."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from core.days import day_in, instant_of
from finance.payments.services import Tender
from health.consultations.models import Consultation, Prescription
from health.consultations.services import accept_case, claim_case, prescribe_drug, request_consultation
from health.hospitals.models import Department, Hospital
from health.hospitals.services import add_doctor
from health.records.models import Drug, HealthRecord
from health.records.services import agree
from stations.accounts.models import User
from stations.people.models import Person
from tests.factories.chronic import Practice, practice
from tests.factories.claims import picture
from tests.factories.finance import Desk, desk, switch_on
from tests.factories.health import clinic, nurse_of, patient
from tests.factories.stations import LONG_AGO

_numbers = itertools.count(1)
YEAR = dt.timedelta(days=366)


@dataclass
class Online:
    """A county hospital that answers for 20.00, seen from a counter."""

    ready: Desk
    clinic: Hospital
    department: Department
    nurse: User
    doctor: User
    colleague: User
    pharmacist: User

    def person(self, full_name: str = "陈玉梅", **values: Any) -> Person:
        """A villager with a document and a birth date who agrees to record and sharing."""
        made = patient(self.ready, full_name, **{"birth_date": dt.date(1961, 3, 9), **values})
        for purpose in ("health_record", "share_with_hospital"):
            agree(resident=made, manner="signature", by=self.ready.partner, at=LONG_AGO, purpose=purpose)
        return made

    def known_elsewhere(self, village: Practice | None = None) -> Person:
        """A villager whose record another clinic keeps."""
        village, made = village or practice(self.ready), self.person()
        HealthRecord.objects.create(
            resident=made,
            number=f"{next(_numbers):010}",
            clinic=village.clinic,
            opened_by=village.nurse,
            opened_at=LONG_AGO,
        )
        return made

    def asked(self, person: Person | None = None, *, at: dt.datetime | None = None, **values: Any) -> Consultation:
        """A request with a photo of the drug box."""
        about: dict[str, Any] = {
            "complaint": "头晕两天，药快吃完了",
            "photos": [picture(self.ready.partner).pk],
            "tender": Tender(),
            "by": self.ready.partner,
            "key": f"consultation-{next(_numbers):08}",
        }
        who = person or self.person()
        about |= {"clinic": self.clinic, "resident": who, "station": self.ready.station, "at": at or now()}
        return request_consultation(**{**about, **values})

    def accepted(self, *args: Any, **values: Any) -> Consultation:
        """One that waits for a doctor."""
        asked = self.asked(*args, **values)
        return accept_case(consultation=asked, by=self.nurse, at=asked.requested_at)

    def taken(self, *args: Any, **values: Any) -> Consultation:
        """One that the doctor has."""
        waiting = self.accepted(*args, **values)
        return claim_case(consultation=waiting, by=self.doctor, at=waiting.requested_at)

    def prescribed(self, taken: Consultation | None = None, code: str = "C08CA01", **values: Any) -> Prescription:
        """A prescription that waits for the pharmacist."""
        about = {"dose": "每天一次，每次 5 毫克", "days": 14, "by": self.doctor, "at": now(), **values}
        return prescribe_drug(consultation=taken or self.taken(), drug=Drug.objects.get(code=code), **about)


def online(ready: Desk | None = None, *, fee: int | None = 20_00, **values: Any) -> Online:
    """The clinic; its doctors have practised for ten years."""
    ready = ready or desk()
    switch_on(ready.station, "health_booth")
    there = clinic(ready, consultation_fee_minor=fee, **values)
    doctors = [nurse_of(there.hospital, role="doctor") for _ in range(2)]
    for doctor in doctors:
        add_doctor(
            department=there.department,
            name="周明远",
            grade="ordinary",
            licence_no=f"ON{next(_numbers):06}",
            user=doctor,
            independent_since_date=(now() - 10 * YEAR).date(),
            by=doctor,
            at=now(),
        )
    nurse, pharmacist = nurse_of(there.hospital), nurse_of(there.hospital, role="pharmacist")
    return Online(ready, there.hospital, there.department, nurse, *doctors, pharmacist)


def morning(clinic: Hospital, days: int = 0) -> dt.datetime:
    """Nine o'clock at the clinic, so many days ahead."""
    return instant_of(clinic.zone, day_in(clinic.zone, now()) + dt.timedelta(days=days), dt.time(9))


def at_rest(row: Consultation) -> tuple[str, str]:
    """The state of a consultation as it is stored, and why it was closed."""
    row.refresh_from_db()
    return row.status, row.closed_because
