"""The daily list of a hospital's system beside ours: what it says has its effect, what it lacks is for people."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from core.database.db import lock_all, present
from core.days import day_in
from core.errors import Refused
from core.gateways.models import Instruction, Provider
from core.gateways.results import SUBMITTED_STATUSES, Malformed, Status, line, one_of, parse_object
from core.gateways.services import record_result
from core.jobs.services import enqueue
from health.appointments.models import Appointment
from health.hospitals.models import Hospital
from scheduling.bookings.models import Booking

logger = structlog.get_logger(__name__)

REVERSED = "reversed"
LONGEST_REFERENCE = 64
_DAY = dt.timedelta(days=1)


class Compared(NamedTuple):
    """How many lines the list has, and how many of our numbers it lacks."""

    lines: int
    missing: int


@transaction.atomic
def plan_lists(*, at: dt.datetime) -> int:
    """Have each hospital with a system asked for the registrations of its tomorrow; how many these are."""
    hospitals = list(Hospital.objects.filter(is_active=True, system__isnull=False))
    for hospital in hospitals:
        date = day_in(hospital.zone, at) + _DAY
        enqueue(
            "appointments.fetch_list",
            dedupe_key=f"registrations:{hospital.code}:{date}:{int(at.timestamp())}",
            payload={"hospital": str(hospital.pk), "date": date.isoformat()},
            run_at=at,
        )
    return len(hospitals)


def read_list(content: bytes) -> list[dict[str, Any]]:
    """The lines of a signed list: each a result of a registration. Raises `Malformed`: then nothing is compared."""
    rows = parse_object(content).get("registrations")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed("registrations")
    for row in rows:
        line(row.get("our_ref"), longest=64)
        one_of(row.get("status"), {*SUBMITTED_STATUSES, REVERSED})
    return rows


@transaction.atomic
def compare_registrations(
    *, hospital: Hospital, date: dt.date, lines: Sequence[dict[str, Any]], at: dt.datetime
) -> Compared:
    """Hear each line as any answer, and note which booked numbers of this date the list lacks; again no change.

    A yes that was lost is heard here, a number that they took back is cancelled, a reference that was never ours is
    examined. One that they lack is cancelled by nobody: the station calls the hospital. One that they refused and list
    all the same is nobody's: the hospital's people give it back there.
    """
    for news in _news(present(hospital.system), lines):
        try:
            _hear(present(hospital.system), news, at=at)
        except Refused as refusal:  # of one line; the others are heard
            logger.error("list_line_refused", hospital=hospital.code, our_ref=news["our_ref"], code=refusal.code)
    of_day = Appointment.objects.filter(hospital=hospital, booking__session__local_date=date)
    _note_refused(of_day, lines, at=at)
    # Those that were kept here before the hospital had a system, as well: its list does not know them.
    booked = of_day.filter(booking__status__in=[Booking.Status.BOOKED, Booking.Status.ARRIVED])
    listed = {each["our_ref"].lower() for each in lines}
    lacking = [pk for pk, ref in booked.values_list("pk", "asked_ref") if str(ref) not in listed]
    booked.exclude(pk__in=lacking).exclude(missing_since_at=None).update(missing_since_at=None, updated_at=at)
    booked.filter(pk__in=lacking, missing_since_at=None).update(missing_since_at=at, updated_at=at)
    return Compared(len(lines), len(lacking))


def _note_refused(of_day: QuerySet[Appointment], lines: Sequence[dict[str, Any]], *, at: dt.datetime) -> None:
    """Note which numbers the list gives that the hospital had refused, under the reference by which it knows them."""
    given = {each["our_ref"].lower(): each for each in lines if each["status"] == Status.SUCCEEDED}
    refused_refs = Instruction.objects.filter(
        our_ref__in=[ref for ref in map(_reference_in, given.values()) if ref],
        kind=Instruction.Kind.REGISTRATION,
        outcome=Status.FAILED,
    )
    listed = of_day.filter(asked_ref__in=refused_refs.values("our_ref"), booking__status=Booking.Status.CANCELLED)
    for row in lock_all(listed.filter(listed_since_at=None)):
        row.listed_since_at, row.hospital_ref = at, _their_reference(given[str(row.asked_ref)])
        row.save(update_fields=["listed_since_at", "hospital_ref", "updated_at"])
    over = of_day.exclude(listed_since_at=None).exclude(pk__in=listed.values("pk"))
    over.update(listed_since_at=None, updated_at=at)


def _their_reference(said: dict[str, Any]) -> str:
    """What the hospital calls the number; our reference, where it says nothing that can be read."""
    try:
        return line(said.get("provider_ref"), longest=LONGEST_REFERENCE)
    except Malformed:
        return str(said["our_ref"])


def _hear(system: Provider, said: dict[str, Any], *, at: dt.datetime) -> None:
    is_reversed = said["status"] == REVERSED
    record_result(
        provider=system,
        our_ref=said["our_ref"],
        data=said | {"status": "succeeded"} if is_reversed else said,
        event_type="transaction.reversed" if is_reversed else "",
        source="file",
        at=at,
    )


def _news(system: Provider, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that say something else than we know; most of a list says nothing new."""
    asked = Instruction.objects.filter(provider=system, our_ref__in=[ref for ref in map(_reference_in, lines) if ref])
    heard = {(str(our_ref), outcome) for our_ref, outcome in asked.values_list("our_ref", "outcome")}
    return [each for each in lines if (each["our_ref"].lower(), each["status"]) not in heard]


def _reference_in(said: dict[str, Any]) -> UUID | None:
    try:
        return UUID(said["our_ref"])
    except ValueError:
        return None
