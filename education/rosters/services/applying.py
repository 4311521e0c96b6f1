"""A roster is taken in: all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.resident_ids import NumberInText
from education.rosters.machine import ROSTER
from education.rosters.models import Roster, RosterRecord, RosterSeat
from education.rosters.package import Facts, Line
from education.rosters.planning import CREATED, UNCHANGED, Key, known_records, plan_of
from education.rosters.queries import obvious_class
from education.rosters.services.seats import UNTRIED, end_seat, end_seats_of, place_seat
from stations.accounts.models import User
from stations.places.models import Division

STUDENT = "student"
_K = RosterRecord.Kind


class RosterChanged(Refused):
    """What it would do is not any more what somebody has read."""

    code = "roster_changed"
    message = _("Another file of this school was taken in meanwhile. Bring the file again and read what it would do.")


@refuses(WrongState, RosterChanged, NumberInText)
@transaction.atomic
def apply_roster(*, roster: Roster, by: User, at: dt.datetime) -> Roster:
    """Take in every line, link the classes that are obvious, and put on classes whom a consent lets learn there.

    All others wait. Raises `RosterChanged` when the report would be another one now.
    """
    lock_all(Division.objects.filter(pk=roster.county_id))  # one roster of a county at a time
    roster = lock(roster)
    ROSTER.check("apply_roster", roster.status)
    known = known_records(roster.county, roster.source_system)
    plan = plan_of(roster.lines, known)
    if plan.report != roster.report or _came_between(roster).exists():
        raise RosterChanged
    changed = [(line, outcome) for line, outcome in plan.outcomes if outcome != UNCHANGED]
    written = _write(roster, changed, known)
    roster.status, roster.lines, roster.applied_by, roster.applied_at = Roster.Status.APPLIED, [], by, at
    roster.save()
    record_change(roster, old=Roster.Status.CHECKED, new=roster.status, at=at, actor=by.pk)
    _link_classes(written, at=at)
    end_seats_of([each for each in written if each.is_ended], by=by, at=at)
    _seat(written, {**known, **{(each.kind, each.sourced_id): each for each in written}}, by=by, at=at)
    return roster


def _came_between(roster: Roster) -> QuerySet[Roster]:
    """Files of the same system that were taken in since this one was read: what it leaves out was not in them."""
    others = Roster.objects.filter(county=roster.county_id, source_system=roster.source_system)
    return others.filter(status=Roster.Status.APPLIED, applied_at__gte=roster.made_at)


def _write(roster: Roster, changed: Sequence[tuple[Line, str]], known: dict[Key, RosterRecord]) -> list[RosterRecord]:
    """The records that are new or different, in the order of their kinds."""
    made: list[RosterRecord] = []
    moved: list[RosterRecord] = []
    named = {each.learner_id for each in known.values() if each.learner_id and not each.is_ended}
    for line, outcome in changed:
        record = known.get((line["kind"], line["sourced_id"]))
        if record is None:
            about = {"county": roster.county, "source_system": roster.source_system}
            record = RosterRecord(kind=line["kind"], sourced_id=line["sourced_id"], **about)
        elif record.is_ended and not line["is_ended"]:
            _come_back(record, named)
        record.facts, record.is_ended, record.roster = _facts_of(line), line["is_ended"], roster
        (made if outcome == CREATED else moved).append(record)
    RosterRecord.objects.bulk_create(made)
    RosterRecord.objects.bulk_update(moved, ["facts", "is_ended", "roster", "learner", "matched_by", "matched_at"])
    return [*made, *moved]


def _come_back(record: RosterRecord, named: set[UUID]) -> None:
    """Under another id a pupil may have become the same resident meanwhile: then somebody says anew who this one is."""
    if record.learner_id in named:
        record.learner, record.matched_by, record.matched_at = None, None, None
    elif record.learner_id:
        named.add(record.learner_id)


def _facts_of(line: Line) -> Facts:
    """Of a pupil who has left the school neither name nor birth date is kept."""
    is_gone = line["kind"] == _K.USER and line["is_ended"]
    return {"is_student": line["facts"]["is_student"]} if is_gone else line["facts"]


def _link_classes(written: Sequence[RosterRecord], *, at: dt.datetime) -> None:
    for record in written:
        if record.kind == _K.CLASS and record.run_id is None and not record.is_ended:
            record.run = obvious_class(record)
            record.save(update_fields=["run", "updated_at"])


def _seat(written: Sequence[RosterRecord], records: dict[Key, RosterRecord], *, by: User, at: dt.datetime) -> None:
    """Seats of pupils follow their lines; what a line says of teachers and others has no seat."""
    seats = {seat.pk: seat for seat in RosterSeat.objects.filter(record__in=[each.pk for each in written])}
    for record in written:
        if record.kind != _K.ENROLLMENT:
            continue
        seat = seats.get(record.pk)
        if record.is_ended or record.facts["role"] != STUDENT:
            if seat is not None:
                end_seat(seat, by=by, at=at)
            continue
        school_class, pupil = records[_K.CLASS, record.facts["class"]], records[_K.USER, record.facts["user"]]
        if seat is None:
            seat = RosterSeat(record=record)
        elif seat.enrolment_id is not None:
            end_seat(seat, by=by, at=at)
        seat.school_class, seat.pupil = school_class, pupil
        seat.status, seat.waits_for, seat.enrolment = RosterSeat.Status.REQUESTED, UNTRIED, None
        seat.save()
        place_seat(seat, by=by, at=at)
