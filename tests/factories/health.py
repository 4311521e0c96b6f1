"""A hospital with a doctor whose numbers are on sale, and residents who may be registered."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from core.days import day_in, instant_of
from core.money import Money
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.queries import CONSENT, of_series
from health.appointments.services import Proposal, book_appointment, book_series, preview_series
from health.hospitals.models import Department, Doctor, Fee, Hospital
from health.hospitals.services import add_doctor, join_staff, set_clinic_hours, set_policy, start_series
from scheduling.calendars.models import PartOfDay, Session, Slot
from scheduling.calendars.services import WeeklyHours, open_extra_session
from stations.accounts.models import User
from stations.models import StationService
from stations.people.models import Consent, ConsentText, Person
from tests.factories.finance import LONG_AGO_DATE, Desk, desk, switch_on
from tests.factories.people import resident
from tests.factories.stations import LONG_AGO, PostFactory, UserFactory

_numbers = itertools.count(1)

RULES = {
    "opens_days_before": 14,
    "release_local_time": dt.time(6),
    "closes_day_before_at": dt.time(15),
    "cancel_day_before_at": dt.time(16),
}


@dataclass
class Clinic:
    """A session of a doctor some days ahead, seen from a counter that sells its numbers."""

    ready: Desk
    hospital: Hospital
    department: Department
    doctor: Doctor
    session: Session

    @property
    def slot(self) -> Slot:
        return self.session.slots.order_by("starts_at")[0]

    @property
    def deadline(self) -> dt.datetime:
        """Until then a registration is given up free of charge."""
        day_before = self.session.local_date - dt.timedelta(days=1)
        return instant_of(self.hospital.zone, day_before, dt.time(16))


def clinic(ready: Desk | None = None, *, fee: int = 25_00, capacity: int = 20, days: int = 3, **values: Any) -> Clinic:
    """A county hospital with one doctor, who has a clinic of an hour at nine, so many days ahead.

    `policy` are rules beside the usual ones, `sensitivity` that of the department.
    """
    ready = ready or desk()
    station, number, at = ready.station, next(_numbers), now()
    if not StationService.objects.filter(station=station, service__code="hospital_registration").exists():
        switch_on(station, "hospital_registration")
    by = UserFactory()
    policy, sensitivity = values.pop("policy", {}), values.pop("sensitivity", "normal")
    hospital = Hospital.objects.create(
        **{
            "code": f"H{number}",
            "name": "County hospital",
            "name_zh": "县人民医院",
            "level": "county",
            "division": station.county,
            "zone": station.zone,
            "currency": station.currency,
            **values,
        }
    )
    set_policy(hospital=hospital, booking=policy.pop("booking", RULES), by=by, at=at, **policy)
    Fee.objects.create(
        hospital=hospital, grade="ordinary", amount_minor=fee, currency=hospital.currency, from_date=LONG_AGO_DATE
    )
    department = Department.objects.create(
        hospital=hospital, code="D1", name="Heart", name_zh="心内科", sensitivity=sensitivity
    )
    doctor = add_doctor(department=department, name="周明远", grade="ordinary", licence_no=f"L{number}", by=by, at=at)
    return Clinic(ready, hospital, department, doctor, session_of(doctor, days=days, capacity=capacity))


def session_of(doctor: Doctor, *, days: int = 3, hour: int = 9, capacity: int = 20) -> Session:
    """A clinic of an hour, so many days ahead."""
    zone, at = doctor.resource.zone, now()
    starts_at = instant_of(zone, day_in(zone, at) + dt.timedelta(days=days), dt.time(hour))
    return open_extra_session(
        offering=doctor.offering,
        resources=[doctor.resource],
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=1),
        capacity=capacity,
        by=UserFactory(),
        at=at,
    )


def patient(ready: Desk, full_name: str = "陈玉梅", *, agrees: bool = True, **values: Any) -> Person:
    """A resident with a document who has agreed to be registered with hospitals."""
    station = values.pop("station", ready.station)
    made = resident(full_name, station, by=ready.partner, id_number=id_number(next(_numbers)), **values)
    if agrees:
        agree(made, ready)
    return made


def agree(person: Person, ready: Desk) -> Consent:
    """The resident lets the station pass the data to hospitals."""
    text = ConsentText.objects.filter(purpose=CONSENT, language="zh-hans").latest("version")
    return Consent.objects.create(
        person=person,
        purpose=CONSENT,
        text_version=text,
        given_at=now(),
        given_by=person,
        manner="signature",
        recorded_by=ready.partner,
        station=ready.station,
    )


def registered(there: Clinic, person: Person | None = None, *, at: dt.datetime | None = None) -> Appointment:
    """A resident who is registered and has paid."""
    return book_appointment(
        slot=there.slot,
        resident=person or patient(there.ready),
        station=there.ready.station,
        tender=Tender(),
        by=there.ready.partner,
        at=at or now(),
        key=f"registration-{next(_numbers):08}",
    )


def nurse_of(hospital: Hospital, *, role: str = "nurse") -> User:
    """A nurse at the desk of this hospital, with a post in its county."""
    nurse = UserFactory()
    PostFactory(user=nurse, role=role, division=hospital.division)
    join_staff(hospital=hospital, user=nurse, by=UserFactory(), at=LONG_AGO)
    return nurse


def id_number(number: int) -> str:
    """A number of a resident's card with the right check digit."""
    plain = f"110105195112{1 + number // 1000 % 28:02}{number % 1000:03}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(plain, weights, strict=True))
    return plain + "10X98765432"[total % 11]


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


def weekly_clinic(ready: Desk | None = None, *, capacity: int = 20, **values: Any) -> Clinic:
    """A visiting doctor with a clinic of an hour at two every day from tomorrow on, who is booked in a series."""
    there = clinic(ready, capacity=capacity, **values)
    by, at = UserFactory(), now()
    hours = [
        WeeklyHours(there.doctor.offering, weekday, dt.time(14), dt.time(15), PartOfDay.AFTERNOON, capacity=capacity)
        for weekday in range(1, 8)
    ]
    tomorrow = day_in(there.hospital.zone, at) + dt.timedelta(days=1)
    set_clinic_hours(doctor=there.doctor, hours=hours, from_date=tomorrow, by=by, at=at)
    start_series(doctor=there.doctor, by=by, at=at)
    there.doctor.refresh_from_db()
    sessions = Session.objects.filter(resource=there.doctor.resource, rule__isnull=False, local_date__gte=tomorrow)
    there.session = sessions.select_related("resource", "offering").order_by("starts_at")[1]
    return there


def proposed(there: Clinic, person: Person, *, rhythm: str = "week", count: int = 4) -> Proposal:
    """What a partner proposes for a resident: from the first date of the clinic on."""
    slot = Slot.objects.select_related("session__resource", "session__offering").get(pk=there.slot.pk)
    return Proposal(slot=slot, resident=person, station=there.ready.station, rhythm=rhythm, count=count)


def in_series(there: Clinic, person: Person | None = None, *, key: str = "", **values: Any) -> list[Appointment]:
    """A resident who is registered for every free date, and has paid each."""
    proposal = proposed(there, person or patient(there.ready), **values)
    report = preview_series(proposal=proposal, at=now())
    first = book_series(
        proposal=proposal,
        chosen={each.no: each.starts_at for each in report.free},
        tender=Tender(payer=proposal.resident),
        by=there.ready.partner,
        at=now(),
        key=key or f"series-{next(_numbers):010}",
    )
    return of_series(Appointment.objects.select_related("booking").get(pk=first.pk))
