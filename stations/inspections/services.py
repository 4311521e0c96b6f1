"""Planning and making inspections, and making the visits that warnings open."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from core.state_machines import Machine
from stations.accounts.models import User
from stations.inspections.models import Inspection, InspectionQuestion, SupportVisit
from stations.inspections.queries import questions_asked
from stations.network.models import Station

YES, NO, NOT_HERE = "yes", "no", "not_here"
ANSWERS = {YES: _("Yes"), NO: _("No"), NOT_HERE: _("Does not apply here")}
#: A visit is due so many days after its warning.
DUE_DAYS = 7

Look, Visit = Inspection.Status, SupportVisit.Status

INSPECTION = Machine(
    "inspection",
    Look,
    {"finish_inspection": frozenset({Look.PLANNED}), "cancel_inspection": frozenset({Look.PLANNED})},
)
SUPPORT_VISIT = Machine("support visit", Visit, {"finish_support_visit": frozenset({Visit.DUE})})


class AnswersIncomplete(Refused):
    """Every question of today has an answer, and at least one applies."""

    code = "answers_incomplete"
    status = 422
    message = _("Answer every question: %(missing)s.")


class DateTooEarly(Refused):
    """What is planned lies ahead."""

    code = "date_too_early"
    status = 422
    message = _("Choose today or a later day.")


@refuses(DateTooEarly)
@transaction.atomic
def plan_inspection(
    *, station: Station, inspector: User, planned_date: dt.date, actor: User, at: dt.datetime
) -> Inspection:
    """Somebody will look at this station on a day. Raises `DateTooEarly`."""
    _refuse_past(planned_date, station, at, field="planned_date")
    inspection = Inspection.objects.create(station=station, inspector=inspector, planned_date=planned_date)
    record_change(inspection, old="", new=inspection.status, at=at, actor=actor.pk)
    return inspection


@refuses(WrongState, AnswersIncomplete, DateTooEarly)
@transaction.atomic
def finish_inspection(
    *,
    inspection: Inspection,
    answers: Mapping[str, str],
    actor: User,
    at: dt.datetime,
    notes: str = "",
    photos: Sequence[Any] = (),
    position: tuple[Decimal, Decimal] | None = None,
    followup_date: dt.date | None = None,
) -> Inspection:
    """What was seen: the score is the weight of every yes of the weight of all that applied, half up.

    `position` only with the inspector's consent. Raises `AnswersIncomplete`, `DateTooEarly`, `WrongState`.
    """
    inspection = lock(inspection)
    INSPECTION.check("finish_inspection", inspection.status)
    asked = questions_asked()
    _refuse_incomplete(asked, answers)
    if followup_date is not None:
        _refuse_past(followup_date, inspection.station, at, field="followup_date")
    inspection.answers = {question.code: answers[question.code] for question in asked}
    inspection.score = score_of(asked, answers)
    inspection.status, inspection.done_at, inspection.inspector = Look.DONE, at, actor
    inspection.latitude, inspection.longitude = position or (None, None)
    inspection.notes, inspection.followup_date = notes, followup_date
    inspection.save()
    inspection.photos.set(photos)
    record_change(inspection, old=Look.PLANNED, new=Look.DONE, at=at, actor=actor.pk, reason=str(inspection.score))
    station = inspection.station
    publish("stations.inspection_done", at=at, inspection=inspection.pk, station=station.pk, county=station.county_id)
    return inspection


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_inspection(*, inspection: Inspection, actor: User, at: dt.datetime, reason: str) -> Inspection:
    """It does not take place. Raises `WrongState`."""
    inspection = lock(inspection)
    INSPECTION.check("cancel_inspection", inspection.status)
    inspection.status = Look.CANCELLED
    inspection.save(update_fields=["status", "updated_at"])
    record_change(inspection, old=Look.PLANNED, new=inspection.status, at=at, actor=actor.pk, reason=reason)
    return inspection


@transaction.atomic
def open_visit(*, station: Station, reason: str, at: dt.datetime) -> SupportVisit:
    """Somebody of the county comes within seven days."""
    due = day_in(station.zone, at) + dt.timedelta(days=DUE_DAYS)
    visit = SupportVisit.objects.create(station=station, reason=reason, opened_at=at, due_date=due)
    record_change(visit, old="", new=visit.status, at=at, reason=reason)
    return visit


@refuses(WrongState, DateTooEarly)
@transaction.atomic
def finish_support_visit(
    *,
    visit: SupportVisit,
    seen: str,
    agreed: str,
    actor: User,
    at: dt.datetime,
    followup_date: dt.date | None = None,
) -> SupportVisit:
    """Somebody was there: what was seen and what was agreed. Its warning ends by event. Raises `WrongState`."""
    visit = lock(visit)
    SUPPORT_VISIT.check("finish_support_visit", visit.status)
    if followup_date is not None:
        _refuse_past(followup_date, visit.station, at, field="followup_date")
    visit.status, visit.visitor, visit.done_at = Visit.DONE, actor, at
    visit.seen, visit.agreed, visit.followup_date = seen, agreed, followup_date
    visit.save()
    record_change(visit, old=Visit.DUE, new=Visit.DONE, at=at, actor=actor.pk, reason=agreed)
    publish("stations.support_visit_done", at=at, visit=visit.pk, station=visit.station_id)
    return visit


def score_of(asked: Sequence[InspectionQuestion], answers: Mapping[str, str]) -> int:
    """The weight of every yes in percent of the weight of all that applied, rounded half up once."""
    weights = {question.code: question.weight for question in asked if answers[question.code] != NOT_HERE}
    right = sum(weight for code, weight in weights.items() if answers[code] == YES)
    return int((Decimal(right) * 100 / sum(weights.values())).to_integral_value(ROUND_HALF_UP))


def _refuse_incomplete(asked: Sequence[InspectionQuestion], answers: Mapping[str, str]) -> None:
    missing = [question.shown for question in asked if answers.get(question.code) not in ANSWERS]
    if missing or not any(answers[question.code] != NOT_HERE for question in asked):
        raise AnswersIncomplete(missing="; ".join(missing))


def _refuse_past(date: dt.date, station: Station, at: dt.datetime, *, field: str) -> None:
    if date < day_in(station.zone, at):
        raise DateTooEarly(field=field)
