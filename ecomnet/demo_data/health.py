"""A county hospital with its doctors, and registrations of the story's villagers in every state.

Hospital, doctors and patients are invented.
"""

import datetime as dt

from core.database.db import present
from core.days import day_in, instant_of
from core.gateways.models import Provider
from core.gateways.services import record_result
from ecomnet.demo_data.checkups import load_checkups
from ecomnet.demo_data.chronic import load_chronic
from ecomnet.demo_data.consultations import load_consultations
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.health_promotion import load_health_promotion
from ecomnet.demo_data.records import load_records
from ecomnet.demo_data.reference import HOSPITAL_SYSTEM
from ecomnet.demo_data.stations import STORY, Cast
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.queries import CONSENT, appointments
from health.appointments.services import (
    Proposal,
    Reason,
    Rhythm,
    book_appointment,
    book_series,
    cancel_appointment,
    check_in,
    join_line,
    keep_another_time,
    preview_series,
    record_arrival,
    record_served,
)
from health.hospitals.models import Department, Doctor, Fee, Hospital
from health.hospitals.moving import move_clinic
from health.hospitals.schedules import Clinic, store_clinics
from health.hospitals.services import (
    add_doctor,
    join_staff,
    mark_doctor_away,
    set_clinic_hours,
    set_policy,
    start_series,
)
from scheduling.calendars.models import PartOfDay, Session, Slot
from scheduling.calendars.services import WeeklyHours, open_extra_session
from stations.models import Person, Station, User
from stations.people.queries import text_of_the_day
from stations.people.services import edit_person, record_consent

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
RULES = {
    "opens_days_before": 14,
    "release_local_time": dt.time(6),
    "closes_minutes_before": 0,
    "cancel_day_before_at": dt.time(16),
    "late_minutes": 30,
}
#: code, English, Chinese, whether it is never named
DEPARTMENTS = [
    ("CARDIO", "Heart", "心内科", "normal"),
    ("BONES", "Bones and joints", "骨科", "normal"),
    ("CHILD", "Children", "儿科", "normal"),
    ("MIND", "Psychiatry", "精神科", "restricted"),
]
#: department, name, grade, numbers of a morning
DOCTORS = [
    ("CARDIO", "周明远", "expert", 20),
    ("CARDIO", "李慧", "ordinary", 30),
    ("BONES", "高建平", "ordinary", 30),
    ("CHILD", "许文静", "ordinary", 40),
    ("MIND", "潘志诚", "ordinary", 15),
]
FEES = {"ordinary": 10_00, "expert": 25_00, "special": 50_00}
BRING, BRING_ZH = "Identity card and medical insurance card", "身份证和医保卡"
MORNING = (dt.time(8), dt.time(11, 30))
AFTERNOON = dt.time(14)
SUNDAY = 7
#: The doctor whose clinics the sandbox plays.
SYSTEM_LICENCE = "110321324000091"


def load_health(cast: Cast, *, at: dt.datetime) -> None:
    """The hospital of the story's county, and what its station has registered."""
    station = Station.objects.select_related("county", "village").get(code=STORY)
    by = present(cast.admin)
    hospital = _hospital(station, by, at=at)
    doctors = _doctors(hospital, by, cast.hospital_staff[-1], at=at)
    with_system = _hospital_with_system(station, by, at=at)
    for user in (*cast.hospital_staff, cast.pharmacist):
        join_staff(hospital=hospital, user=user, by=by, at=at - 200 * DAY)
    _register(cast.partners[station.pk], station, doctors, cast.hospital_staff[0], at=at)
    _register_by_system(cast.partners[station.pk], station, with_system, at=at)
    numbers = [_id_number(number) for number in range(9)]
    load_chronic(hospital, cast.hospital_staff, numbers, at=at)
    load_records(hospital, cast.hospital_staff, numbers, at=at)
    load_checkups(hospital, cast, station, at=at)
    load_health_promotion(hospital, cast, at=at)
    people = Person.objects.living().filter(home_station=station, id_index__isnull=False, died_date=None).order_by("pk")
    load_consultations(hospital, station, cast, list(people), at=at)


def _hospital(station: Station, by: User, *, at: dt.datetime) -> Hospital:
    """The county's hospital takes its fees itself; that of the city has them taken by the stations."""
    city = Hospital.objects.create(
        code="SUQIAN-1",
        name="Suqian First Hospital",
        name_zh="宿迁市第一医院",
        level="city",
        division=station.prefecture,
        zone=station.zone,
        currency=station.currency,
        address="宿支路120号",
        bring=BRING,
        bring_zh=BRING_ZH,
    )
    _rules(city, by, at=at)
    department = Department.objects.create(hospital=city, code="EYE", name="Eyes", name_zh="眼科")
    _doctor(department, "曹颖", "expert", 12, by, number=90, at=at)
    hospital = Hospital.objects.create(
        code="SIHONG-1",
        name="Sihong People's Hospital",
        name_zh="泗洪县人民医院",
        level="county",
        division=station.county,
        zone=station.zone,
        currency=station.currency,
        takes_fee=Hospital.TakesFee.DESK,
        address="健康路1号",
        bring=BRING,
        bring_zh=BRING_ZH,
    )
    _rules(hospital, by, at=at)
    return hospital


def _hospital_with_system(station: Station, by: User, *, at: dt.datetime) -> Doctor:
    """A hospital whose own system keeps its numbers; the sandbox plays it, with these clinics."""
    hospital = Hospital.objects.create(
        code="SUQIAN-TCM",
        name="Suqian TCM Hospital",
        name_zh="宿迁市中医院",
        level="city",
        division=station.prefecture,
        zone=station.zone,
        currency=station.currency,
        takes_fee=Hospital.TakesFee.DESK,
        system=Provider.objects.get(code=HOSPITAL_SYSTEM),
        address="洪泽湖东路9号",
        bring=BRING,
        bring_zh=BRING_ZH,
    )
    _rules(hospital, by, at=at)
    department = Department.objects.create(hospital=hospital, code="TCM", name="Chinese medicine", name_zh="中医内科")
    doctor = add_doctor(
        department=department, name="孟庆山", grade="ordinary", licence_no=SYSTEM_LICENCE, by=by, at=at - 100 * DAY
    )
    tomorrow = day_in(hospital.zone, at) + DAY
    days = [tomorrow + number * DAY for number in range(14)]
    begins, ends = MORNING
    clinics = [
        Clinic(SYSTEM_LICENCE, instant_of(hospital.zone, day, begins), instant_of(hospital.zone, day, ends), 20, True)
        for day in days
        if day.isoweekday() != SUNDAY
    ]
    store_clinics(hospital=hospital, clinics=clinics, at=at)
    return doctor


def _rules(hospital: Hospital, by: User, *, at: dt.datetime) -> None:
    set_policy(hospital=hospital, booking=RULES, by=by, at=at - 100 * DAY)
    for grade, minor in FEES.items():
        Fee.objects.create(
            hospital=hospital,
            grade=grade,
            amount_minor=minor,
            currency=hospital.currency,
            from_date=day_of(at - 100 * DAY),
        )


def _doctor(
    department: Department,
    name: str,
    grade: str,
    numbers: int,
    by: User,
    *,
    number: int,
    at: dt.datetime,
    user: User | None = None,
) -> Doctor:
    """A doctor with a clinic on six mornings a week, who has practised for ten years."""
    doctor = add_doctor(
        department=department,
        name=name,
        grade=grade,
        licence_no=f"1103213240000{number:02}",
        licensed_until_date=day_of(at + 900 * DAY),
        independent_since_date=day_of(at - 3653 * DAY),
        user=user,
        by=by,
        at=at - 100 * DAY,
    )
    hours = [
        WeeklyHours(doctor.offering, weekday, *MORNING, PartOfDay.MORNING, capacity=numbers) for weekday in range(1, 7)
    ]
    tomorrow = day_in(department.hospital.zone, at) + DAY
    set_clinic_hours(doctor=doctor, hours=hours, from_date=tomorrow, by=by, at=at)
    return doctor


def _doctors(hospital: Hospital, by: User, user: User, *, at: dt.datetime) -> list[Doctor]:
    """The first of them is the doctor who can be tried."""
    departments = {
        code: Department.objects.create(
            hospital=hospital, code=code, name=name, name_zh=name_zh, sensitivity=sensitivity
        )
        for code, name, name_zh, sensitivity in DEPARTMENTS
    }
    return [
        _doctor(
            *(departments[code], name, grade, numbers, by), number=number, at=at, user=user if number == 1 else None
        )
        for number, (code, name, grade, numbers) in enumerate(DOCTORS, start=1)
    ]


def _register(partner: User, station: Station, doctors: list[Doctor], nurse: User, *, at: dt.datetime) -> None:
    """Of today: expected, arrived, at the desk, served. Ahead: booked, moved, cancelled, waiting; one kept instead."""
    people = _people(station, partner, 9, at=at)
    began = at - 2 * HOUR
    today = open_extra_session(
        offering=doctors[1].offering,
        resources=[doctors[1].resource],
        starts_at=at + 5 * dt.timedelta(minutes=1),
        ends_at=at + 2 * HOUR,
        capacity=30,
        by=nurse,
        at=began,
        part_of_day=PartOfDay.OTHER,
    )
    rows = [_book(person, today, station, partner, at=began) for person in people[:4]]
    if day_in(station.zone, at) == today.local_date:
        record_arrival(appointment=rows[1], by=partner, at=at)
        check_in(appointment=rows[2], by=nurse, at=at)
        record_served(appointment=rows[3], by=nurse, at=at)
    heart, bones, children = (_next_session(doctor, at=at) for doctor in (doctors[0], doctors[2], doctors[3]))
    _book(people[4], heart, station, partner, at=at)
    move_clinic(doctor=doctors[0], session=heart.pk, on_date=heart.local_date, opens_at=AFTERNOON, by=nurse, at=at)
    given_up = _book(people[5], bones, station, partner, at=at)
    cancel_appointment(appointment=given_up, reason=Reason.CANNOT_COME, by=partner, at=at)
    restricted = _next_session(doctors[4], at=at)
    _book(people[6], restricted, station, partner, at=at)
    lost = _book(people[7], children, station, partner, at=at)
    mark_doctor_away(
        doctor=doctors[3],
        first_date=children.local_date,
        last_date=children.local_date,
        reason_code="ill",
        by=nurse,
        at=at,
    )
    lost = appointments().get(pk=lost.pk)
    keep_another_time(appointment=lost, at=at)
    _full(people, station, partner, doctors[2], at=at)
    _again_and_again(people[1], station, partner, doctors[1], at=at)


def _register_by_system(partner: User, station: Station, doctor: Doctor, *, at: dt.datetime) -> None:
    """A number that the hospital's own system has given, and one that it is being asked for."""
    person = _people(station, partner, 9, at=at)[3]
    made = _book(person, _next_session(doctor, at=at), station, partner, at=at)
    given = {
        "our_ref": str(made.asked_ref),
        "kind": "registration",
        "status": "succeeded",
        "provider_ref": "HOSPITAL-DEMO-0001",
        "biller_receipt_no": "1",
    }
    record_result(
        provider=present(doctor.department.hospital.system),
        our_ref=str(made.asked_ref),
        data=given,
        source="callback",
        at=at,
    )
    _book(_people(station, partner, 9, at=at)[2], _next_session(doctor, at=at), station, partner, at=at)


def _again_and_again(person: Person, station: Station, partner: User, doctor: Doctor, *, at: dt.datetime) -> None:
    """A chronically ill villager who comes every four weeks, six times."""
    start_series(doctor=doctor, by=partner, at=at)
    session = present(
        Session.objects.filter(resource=doctor.resource, starts_at__gt=at + 2 * DAY, rule__isnull=False)
        .order_by("starts_at")
        .first()
    )
    slots = Slot.objects.select_related("session__resource", "session__offering")
    proposal = Proposal(
        slot=slots.get(session=session), resident=person, station=station, rhythm=Rhythm.FOUR_WEEKS, count=6
    )
    report = preview_series(proposal=proposal, at=at)
    book_series(
        proposal=proposal,
        chosen={each.no: each.starts_at for each in report.free},
        tender=Tender(payer=person),
        by=partner,
        at=at,
        key="demo-health-series",
    )


def _full(people: list[Person], station: Station, partner: User, doctor: Doctor, *, at: dt.datetime) -> None:
    """A clinic with one number that is taken, and somebody who waits for it."""
    starts_at = instant_of(doctor.resource.zone, day_in(doctor.resource.zone, at) + 6 * DAY, dt.time(14))
    session = open_extra_session(
        offering=doctor.offering,
        resources=[doctor.resource],
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        capacity=1,
        by=partner,
        at=at,
        part_of_day=PartOfDay.AFTERNOON,
    )
    _book(people[8], session, station, partner, at=at)
    join_line(session=session, resident=people[0], station=station, by=partner, at=at, key="demo-health-wait")


def _people(station: Station, partner: User, count: int, *, at: dt.datetime) -> list[Person]:
    """Adults of the county with a document, who have agreed to be registered; those of the station first."""
    villagers = Person.objects.living().exclude(pk__in=User.objects.exclude(person=None).values("person"))
    known = villagers.filter(home_station__county=station.county, birth_date__year__lt=2000, died_date=None)
    own = list(known.filter(home_station=station).order_by("pk")[:count])
    people = own + list(known.exclude(home_station=station).order_by("pk")[: count - len(own)])
    text = present(text_of_the_day(purpose=CONSENT, language="zh-hans", day=day_of(at)))
    for number, person in enumerate(people):
        edit_person(
            person=person, id_kind=Person.IdKind.RESIDENT_ID, id_number=_id_number(number), by=partner, at=at - DAY
        )
        record_consent(person=person, text=text, manner="signature", station=station, by=partner, at=at - DAY)
    return list(Person.objects.filter(pk__in=[person.pk for person in people]).order_by("pk"))


def _book(person: Person, session: Session, station: Station, partner: User, *, at: dt.datetime) -> Appointment:
    return book_appointment(
        slot=session.slots.order_by("starts_at")[0],
        resident=person,
        station=station,
        tender=Tender(payer=person),
        by=partner,
        at=at,
        key=f"demo-health-{person.pk.hex[-12:]}-{session.pk}",
    )


def _next_session(doctor: Doctor, *, at: dt.datetime) -> Session:
    ahead = Session.objects.filter(resource=doctor.resource, starts_at__gt=at + DAY, unavailable_because="")
    return present(ahead.order_by("starts_at").first())


def _id_number(number: int) -> str:
    """An invented number of a resident's card with the right check digit."""
    plain = f"321324195203{number + 1:02}001"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(plain, weights, strict=True))
    return plain + "10X98765432"[total % 11]
