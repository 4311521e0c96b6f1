"""Health: a clinic's overdue list among many who are under care, a station's day list, an export of all records."""

import copy
import resource
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from benchmarks import databases, filling, pages, sites
from benchmarks.lines import Line, Scale
from core.fields import uuid7
from core.jobs.garbage import look_less_often
from health.exports import services
from health.models import Appointment, Enrolment, HospitalStaff
from scheduling.models import Booking, Session
from stations.models import Consent, User

FOLLOW_UPS, DAY_LIST = "/health/chronic/", "/health/appointments/"
OVERDUE_MS, STATEMENTS, OF_DAY = 300, 6, 300
#: What ten times as many residents may add to the memory of the worker, in megabytes.
MORE_MEGABYTES = 16

# Past the services, for the size of the tables only: on a database to be dropped. Copies of one resident who is cared
# for, with a consent, a record and a place in the programme; visits are due from 90 days ago to 90 days ahead, and one
# in ten is at risk.
_FILL = """
CREATE TEMPORARY TABLE resident AS SELECT uuidv7() AS id, n FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO stations_person (id, created_at, updated_at, full_name, preferred_name, sex, birth_date, birth_precision,
                             home_station_id, village_id, phone, phone_reversed, id_kind, language, residence,
                             is_walk_in)
SELECT resident.id, now(), now(), full_name || n, '', sex, birth_date, birth_precision, home_station_id, village_id, '',
       '', 'none', language, 'resident', false
  FROM resident CROSS JOIN stations_person AS model WHERE model.id = %(model)s;
INSERT INTO stations_consent (created_at, updated_at, person_id, purpose, text_version_id, given_at, given_by_id,
                              manner, evidence_id, recorded_by_id, station_id)
SELECT now(), now(), resident.id, purpose, text_version_id, given_at, resident.id, manner, evidence_id, recorded_by_id,
       station_id
  FROM resident CROSS JOIN stations_consent AS model WHERE model.id = %(consent)s;
INSERT INTO health_healthrecord (id, created_at, updated_at, resident_id, number, clinic_id, opened_by_id, opened_at)
SELECT uuidv7(), now(), now(), resident.id, '9' || lpad(n::text, 9, '0'), clinic_id, enrolled_by_id, now()
  FROM resident CROSS JOIN health_enrolment AS model WHERE model.id = %(enrolment)s;
INSERT INTO health_enrolment (id, created_at, updated_at, resident_id, programme, clinic_id, status, enrolled_by_id,
                              confirmed_by_id, started_date, next_due_date, last_result, is_at_risk, ended_because)
SELECT uuidv7(), now(), now(), resident.id, programme, clinic_id, 'active', enrolled_by_id, confirmed_by_id,
       started_date, current_date - 90 + n %% 181, 'controlled', n %% 10 = 0, ''
  FROM resident CROSS JOIN health_enrolment AS model WHERE model.id = %(enrolment)s
"""
_TABLES = ("stations_person", "stations_consent", "health_healthrecord", "health_enrolment")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export of all residents took: lines of its files, seconds, and the most memory in megabytes."""

    residents: int
    lines: int
    seconds: float
    megabytes: float


def measure(scale: Scale) -> Iterator[Line]:
    """An export of some residents and of ten times as many, the lists of a clinic, the day of a station."""
    with sites.loaded("health", scale, residents=600, bills=2) as name:
        clinic = _Clinic(name)
        yield from _exports(scale, clinic)
        yield from _overdue(scale, clinic)
        yield _day(scale)


class _Clinic:
    """The clinic of one resident who is cared for, and a doctor on its staff."""

    def __init__(self, name: str) -> None:
        staffed = HospitalStaff.objects.filter(to_at=None, user__username="doctor").values("hospital")
        cared_for = Enrolment.objects.cared_for().filter(clinic__in=staffed)
        self.name, self.count, self.doctor = name, 0, User.objects.get(username="doctor")
        self.model = cared_for.select_related("resident").order_by("pk")[0]

    def grow(self, count: int) -> None:
        """So many residents are under care."""
        consent = Consent.objects.get(person=self.model.resident_id, purpose="health_record", withdrawn_at=None)
        about = {"model": self.model.resident_id, "consent": consent.pk, "enrolment": self.model.pk}
        with filling.bare(*_TABLES, database=self.name), filling.without_triggers(*_TABLES, database=self.name):
            filling.fill(_FILL, database=self.name, first=self.count + 1, last=count, **about)
        databases.as_owner(*(f"VACUUM ANALYZE {table}" for table in _TABLES), database=self.name)
        connection.close()
        self.count = count


def _exports(scale: Scale, clinic: _Clinic) -> Iterator[Line]:
    few = scale.of(tiny=20, quick=1_000, full=10_000)
    clinic.grow(few)
    small = _exported(clinic.doctor)
    clinic.grow(10 * few)
    large = _exported(clinic.doctor)
    if large.residents < 10 * few:
        raise RuntimeError("not everybody was exported")
    more = large.megabytes - small.megabytes
    yield Line(
        f"export of {large.residents:,} residents, memory beyond {small.residents:,}",
        f"{more:.0f} MB",
        f"<= {MORE_MEGABYTES} MB",
        more <= MORE_MEGABYTES,
        limit=f"{large.megabytes:.0f} MB in all",
    )
    pace = (large.lines / large.seconds) / (small.lines / small.seconds)
    told = f"its {large.lines:,} lines"
    yield Line(told, f"{large.seconds:.0f} s", ">= 0.7 of the pace", pace >= 0.7, limit=f"{small.seconds:.0f} s few")


def _exported(doctor: User) -> Exported:
    """As the job makes it, in a process of its own."""
    at = timezone.now()
    asked = services.request_export(group=None, types=(), since=None, address=f"bench/{uuid4()}", by=doctor, at=at)
    connection.close()
    answers = get_context("fork").SimpleQueue()
    worker = get_context("fork").Process(target=_run, args=(asked.pk, answers))
    worker.start()
    worker.join()
    if worker.exitcode:
        raise RuntimeError("the export failed")
    return answers.get()


def _run(pk: Any, answers: Any) -> None:
    look_less_often()  # as the process that runs the job does
    at = timezone.now()
    with sites.stopwatch() as watch, tempfile.TemporaryDirectory() as folder:
        export = services.begin_export(pk=pk, at=at)
        spools = services.spool_export(export=export, folder=Path(folder))
        written = services.write_files(export=export, spools=spools, folder=Path(folder))
        uploaded = services.upload_files(export=export, written=written, folder=Path(folder), at=at)
        export = services.complete_export(export=export, uploaded=uploaded, at=at)
    for _file, stored in uploaded:
        stored.content.delete(save=False)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = sum(file.count for file, _stored in uploaded)
    answers.put(Exported(export.resident_count, lines, watch.seconds, megabytes))


def _overdue(scale: Scale, clinic: _Clinic) -> Iterator[Line]:
    count = scale.of(tiny=400, quick=50_000, full=500_000)
    clinic.grow(count)
    tabs = ("first", "overdue", "due", "care")
    with pages.read_by("doctor") as client:
        looks = pages.looked_at(client, [f"{FOLLOW_UPS}?state={tab}" for tab in tabs], times=scale.looks(20))
    yield Line(
        f"overdue list of {count:,} under care, processor, p95",
        f"{looks.processor:.0f} ms",
        f"<= {OVERDUE_MS} ms",
        looks.processor <= OVERDUE_MS,
        limit=f"{looks.wall:.0f} ms wall",
    )


def _day(scale: Scale) -> Line:
    """A station's list of today, as long as a day can be."""
    count, partner = scale.of(tiny=5, quick=OF_DAY, full=OF_DAY), User.objects.get(username="partner")
    own = Appointment.objects.open_to(partner, "health.read_appointment").filter(booking__status=Booking.Status.BOOKED)
    model = own.select_related("booking").order_by("pk")[0]
    Session.objects.filter(pk=model.booking.session_id).update(local_date=timezone.localdate())
    bookings = [_copied(model.booking, sequence_no=1_000 + n, subject_id=None, ical_uid=uuid7()) for n in range(count)]
    Booking.objects.bulk_create(bookings)
    Appointment.objects.bulk_create(
        _copied(model, booking_id=each.pk, fee_minor=0, payment_id=None, code="") for each in bookings
    )
    with pages.read_by("partner") as client:
        looks = pages.looked_at(client, [DAY_LIST], times=scale.looks(5))
    told = f"day list of a station, {count} appointments"
    return Line(told, f"{looks.statements} statements", f"<= {STATEMENTS}", looks.statements <= STATEMENTS)


def _copied(row: Any, **values: Any) -> Any:
    """A row like this one under a new key."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.adding, made.pk = True, uuid7()
    if isinstance(made, Booking):
        made.key, made.exclusivity_key = uuid4().hex, ""
    for name, value in values.items():
        setattr(made, name, value)
    return made
