"""A follow-up visit is recorded, judged by the rule at once, and the next one is due."""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change
from health.chronic.judging import TO_HOSPITAL, Judged, Seen, judge_all
from health.chronic.models import Enrolment, FollowUpVisit, Judgement, ProtocolVersion, Referral, Result
from health.chronic.queries import protocol_on
from health.chronic.services.enrolling import ProtocolNotActive, revoke
from health.records.models import Condition, Observation
from health.records.services import (
    Reading,
    check_reading,
    observation_of,
    reading_of,
    require_agreement,
)
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries.guardians import age_on

_S, _R = Enrolment.Status, Referral.Status
_MODE = FollowUpVisit.Mode
#: The worse answer about medicines stays when two people record one visit.
_WORSE = list(FollowUpVisit.Medicines.values)


class NothingMeasured(Refused):
    """A visit face to face without a value or a sign."""

    code = "nothing_measured"
    status = 422
    message = _("Measure the blood pressure or the glucose first.")


class VisitDateWrong(Refused):
    """The day lies ahead, or before care began."""

    code = "visit_date_wrong"
    status = 422
    message = _("The day of the visit is between the beginning of care and today.")


@refuses(WrongState, NothingMeasured, VisitDateWrong, ProtocolNotActive, *refused_by(check_reading, require_agreement))
@transaction.atomic
def record_visit(
    *,
    enrolment: Enrolment,
    readings: Sequence[Reading],
    medicines: str,
    by: User,
    at: dt.datetime,
    signs: Iterable[str] = (),
    has_adverse_reaction: bool = False,
    has_complication: bool = False,
    mode: str = _MODE.FACE_TO_FACE,
    visit_date: dt.date | None = None,
    measured_at: dt.datetime | None = None,
) -> FollowUpVisit:
    """Record a visit and judge it for each programme of the resident at this clinic.

    A second one face to face on the same day adds its values to the first: nothing is lost. A visit of an earlier day
    (`visit_date`, of the clinic's zone) is put in its place, and what came later is judged anew. `measured_at` is the
    instant of the measurement where it was not now.
    """
    enrolments = _locked(enrolment)
    clinic, resident = enrolment.clinic, enrolment.resident
    require_agreement(resident)
    for reading in readings:
        check_reading(reading)
    signs = list(signs)
    if mode == _MODE.FACE_TO_FACE and not readings and not signs:
        raise NothingMeasured(field="systolic")
    today = day_in(clinic.zone, at)
    day = visit_date or today
    first = min(each.started_date for each in enrolments if each.started_date)
    _require_day(day, first=first, today=today)
    visit = _visit_of(enrolment, day, mode, medicines, by, at)
    visit.signs = sorted({*visit.signs, *signs})
    visit.has_adverse_reaction |= has_adverse_reaction
    visit.has_complication |= has_complication
    visit.medicines = max(visit.medicines, medicines, key=_WORSE.index)
    visit.save()
    _measure(visit, readings, by, measured_at or at)
    for each in enrolments:
        # Of a programme that began later the visit says nothing.
        if each.started_date and each.started_date <= day:
            _judge(each, by, at)
    return visit


@refuses(VisitDateWrong, *refused_by(check_reading, require_agreement))
@transaction.atomic
def keep_values(
    *,
    enrolment: Enrolment,
    readings: Sequence[Reading],
    medicines: str,
    by: User,
    measured_at: dt.datetime,
    at: dt.datetime,
    mode: str = _MODE.FACE_TO_FACE,
) -> FollowUpVisit:
    """Keep what was measured at a resident who has left the clinic in the meantime: nothing follows from it."""
    require_agreement(enrolment.resident)
    for reading in readings:
        check_reading(reading)
    zone = enrolment.clinic.zone
    day = day_in(zone, measured_at)
    _require_day(day, first=enrolment.started_date or dt.date.max, today=day_in(zone, at))
    visit = _visit_of(enrolment, day, mode, medicines, by, at)
    _measure(visit, readings, by, measured_at)
    return visit


@refuses(*refused_by(check_reading))
@transaction.atomic
def correct_visit(
    *, visit: FollowUpVisit, measured_at: dt.datetime, readings: Sequence[Reading], by: User, at: dt.datetime
) -> FollowUpVisit:
    """Correct what was entered for a visit at this instant, and judge it and those after it anew. Again: no change.

    A value never changes: another one corrects it and counts in its place. What was not measured then is added.
    """
    for reading in readings:
        check_reading(reading)
    active = _active_of(visit.resident_id, visit.clinic_id)
    entered = visit.observations.standing().filter(measured_at=measured_at)
    before = {row.code: row for row in entered}
    rows = []
    for row in map(observation_of, readings):
        row.corrects = before.get(row.code)
        if row.corrects is None or reading_of(row.corrects) != reading_of(row):
            rows.append(row)
    if not rows:
        return visit
    _keep(visit, rows, by, measured_at)
    for each in active:
        # Of a programme that began later, or has no rule for these days any more, the visit says nothing.
        if each.started_date and each.started_date <= visit.local_date:
            with suppress(ProtocolNotActive):
                _judge(each, by, at)
    return visit


def _locked(enrolment: Enrolment) -> list[Enrolment]:
    """The programmes of the resident at this clinic, locked, of which this one is active."""
    active = _active_of(enrolment.resident_id, enrolment.clinic_id)
    if enrolment.pk not in {each.pk for each in active}:
        raise WrongState(state=str(enrolment.get_status_display()))
    return active


def _active_of(resident: UUID, clinic: UUID) -> list[Enrolment]:
    """The active programmes of a resident at a clinic, all of them locked in the order of their ids."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("resident", "clinic__division")
    found = rows.filter(resident=resident, clinic=clinic).order_by("pk")
    return [each for each in found if each.status == _S.ACTIVE]


def _require_day(day: dt.date, *, first: dt.date, today: dt.date) -> None:
    if not first <= day <= today:
        raise VisitDateWrong(field="visit_date")


def _visit_of(
    enrolment: Enrolment, day: dt.date, mode: str, medicines: str, by: User, at: dt.datetime
) -> FollowUpVisit:
    about = {"resident": enrolment.resident, "clinic": enrolment.clinic, "local_date": day, "mode": mode}
    known = FollowUpVisit.objects.filter(**about).first() if mode == _MODE.FACE_TO_FACE else None
    return known or FollowUpVisit.objects.create(**about, medicines=medicines, recorded_by=by, recorded_at=at)


def _measure(visit: FollowUpVisit, readings: Sequence[Reading], by: User, at: dt.datetime) -> None:
    _keep(visit, [observation_of(each) for each in readings], by, at)


def _keep(visit: FollowUpVisit, rows: Sequence[Observation], by: User, measured_at: dt.datetime) -> None:
    for row in rows:
        row.resident_id, row.visit, row.measured_at, row.recorded_by = visit.resident_id, visit, measured_at, by
    Observation.objects.bulk_create(rows)


def _judge(enrolment: Enrolment, by: User, at: dt.datetime) -> None:
    """All visits since care began, in the order of their days; what is judged as before stays as it is."""
    visits = list(
        FollowUpVisit.objects.filter(
            resident=enrolment.resident, clinic=enrolment.clinic, local_date__gte=enrolment.started_date
        )
        .prefetch_related(Prefetch("observations", Observation.objects.standing()))
        .order_by("local_date", "recorded_at", "pk")
    )
    rules = [_protocol(enrolment, each.local_date) for each in visits]
    known = Condition.objects.standing().filter(resident=enrolment.resident)
    conditions = frozenset(known.values_list("code", flat=True))
    seen = [_seen(each, enrolment.resident, conditions) for each in visits]
    pairs = [(each, rule.parameters) for each, rule in zip(seen, rules, strict=True)]
    judged = judge_all(enrolment.programme, pairs, due=enrolment.started_date or dt.date.max)
    _store(enrolment, list(zip(visits, rules, judged, strict=True)), at)
    _refer(enrolment, list(zip(visits, judged, strict=True)), by, at)
    meant = [each for each in judged if each.result != Result.NOT_JUDGED]
    enrolment.next_due_date, enrolment.hidden_until_date = judged[-1].next_due_date, None
    enrolment.last_result = meant[-1].result if meant else ""
    enrolment.is_at_risk = bool(meant and meant[-1].is_at_risk)
    enrolment.save(update_fields=["next_due_date", "hidden_until_date", "last_result", "is_at_risk", "updated_at"])


def _protocol(enrolment: Enrolment, day: dt.date) -> ProtocolVersion:
    found = protocol_on(enrolment.programme, enrolment.clinic.division.country, day)
    if found is None:
        raise ProtocolNotActive
    return found


def _seen(visit: FollowUpVisit, resident: Person, conditions: frozenset[str]) -> Seen:
    rows = sorted(visit.observations.all(), key=lambda row: (row.measured_at, row.pk))
    return Seen(
        day=visit.local_date,
        is_face_to_face=visit.mode == _MODE.FACE_TO_FACE,
        readings=[reading_of(row) for row in rows],
        signs=visit.signs,
        has_adverse_reaction=visit.has_adverse_reaction,
        has_complication=visit.has_complication,
        age=age_on(resident.birth_date, visit.local_date),
        conditions=conditions,
    )


def _store(enrolment: Enrolment, judged: list[tuple[FollowUpVisit, ProtocolVersion, Judged]], at: dt.datetime) -> None:
    holding = {each.visit_id: each for each in enrolment.judgements.filter(replaced_at=None)}
    replaced, made = [], []
    for visit, protocol, found in judged:
        old = holding.get(visit.pk)
        meaning: tuple[Any, ...] = (protocol.pk, found.result, found.reasons, found.next_due_date)
        if old and (old.protocol_id, old.result, old.reasons, old.next_due_date) == meaning:
            continue
        if old:
            replaced.append(old.pk)
        made.append(
            Judgement(
                enrolment=enrolment,
                visit=visit,
                protocol=protocol,
                result=found.result,
                reasons=found.reasons,
                next_due_date=found.next_due_date,
                made_at=at,
            )
        )
    Judgement.objects.filter(pk__in=replaced).update(replaced_at=at)
    Judgement.objects.bulk_create(made)


def _refer(enrolment: Enrolment, judged: list[tuple[FollowUpVisit, Judged]], by: User, at: dt.datetime) -> None:
    """One open referral at most; one that lost its reason or its haste is revoked, one that was answered stays."""
    causes = {visit.pk: _priority(found) for visit, found in judged if found.result in TO_HOSPITAL}
    referrals = list(enrolment.referrals.all())
    is_open = False
    for referral in referrals:
        if referral.status == _R.ACTIVE and causes.get(referral.visit_id) != referral.priority:
            revoke(referral, actor=by.pk, at=at)
        is_open |= referral.status == _R.ACTIVE
    asked = {referral.visit_id for referral in referrals if referral.status != _R.REVOKED}
    for visit, found in judged:
        if is_open or visit.pk not in causes or visit.pk in asked:
            continue
        made = Referral.objects.create(
            enrolment=enrolment,
            visit=visit,
            priority=causes[visit.pk],
            check_due_date=found.next_due_date,
        )
        record_change(made, old="", new=_R.ACTIVE, at=at, actor=by.pk)
        is_open = True


def _priority(found: Judged) -> Referral.Priority:
    return Referral.Priority.STAT if found.result == Result.EMERGENCY else Referral.Priority.URGENT
