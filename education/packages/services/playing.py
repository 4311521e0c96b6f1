"""A learner plays a package at the station; what it says is kept, revision by revision."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change
from education.courses.models import Enrolment
from education.packages.machine import PACKAGE
from education.packages.models import ContentPackage, PackageOutcome, ScormState
from education.packages.results import Result, better, result_in
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.services import require_consent
from stations.accounts.models import User
from stations.people.queries import standing_record

#: A package says nothing while its learner reads; whoever is silent for longer has gone.
LONGEST_SILENCE = dt.timedelta(minutes=15)


class NotInThisCourse(Refused):
    """The package belongs to another course, or the learner has left."""

    code = "not_in_this_course"
    status = 422
    message = _("The learner does not learn in the course of this package.")


class StateOutdated(Refused):
    """Another page has saved since this one was opened."""

    code = "state_outdated"
    message = _("Another page has saved a later state of this package. Open it again to go on from there.")


@refuses(WrongState, NotInThisCourse, *refused_by(require_consent))
@transaction.atomic
def start_package(*, enrolment: Enrolment, package: ContentPackage, by: User, at: dt.datetime) -> ScormState:
    """Begin, or go on where the learner was. Of a minor a guardian's consent holds today."""
    enrolment = lock(enrolment)
    package = lock(package)
    PACKAGE.check("play_package", package.status)
    is_enrolled = enrolment.status == Enrolment.Status.ENROLLED
    if not is_enrolled or package.lesson.course_id != enrolment.run.course_id:
        raise NotInThisCourse
    _require_agreed(enrolment, at)
    state, is_new = ScormState.objects.get_or_create(
        enrolment=enrolment, package=package, defaults={"started_at": at, "saved_at": at, "opened_at": at}
    )
    if is_new:
        record_change(state, old="", new=state.status, at=at, actor=by.pk)
        return state
    state = lock(state)
    state.opened_at = at
    state.save(update_fields=["opened_at", "updated_at"])
    return state


@refuses(WrongState, NotInThisCourse, StateOutdated, *refused_by(require_consent))
@transaction.atomic
def save_scorm_state(*, state: ScormState, revision: int, cmi: dict[str, Any], by: User, at: dt.datetime) -> ScormState:
    """Keep what the package says, if nobody has saved since `revision`. Raises `StateOutdated`.

    Nothing more is kept of a learner who has left the class, as children do whose guardian has withdrawn the consent,
    nor of a minor whose consent has run out.
    """
    state = lock(state)
    PACKAGE.check("play_package", state.package.status)
    if state.enrolment.status != Enrolment.Status.ENROLLED:
        raise NotInThisCourse
    _require_agreed(state.enrolment, at)
    if state.revision != revision:
        raise StateOutdated
    before = state.status
    best = better(Result(state.status, state.score_bp), result_in(state.package.standard, cmi))
    state.seconds_spent += _seconds_since_heard(state, at)
    state.revision, state.cmi, state.saved_at = revision + 1, cmi, max(at, state.started_at)
    state.status, state.score_bp = best
    state.save()
    if state.status != before:
        record_change(state, old=before, new=state.status, at=at, actor=by.pk)
        _keep_outcome(state, at)
    return state


def _require_agreed(enrolment: Enrolment, at: dt.datetime) -> None:
    today = day_in(enrolment.run.station.zone, at)
    require_consent(child=standing_record(enrolment.learner), purpose=EDUCATION_RECORD, on_date=today)


def _seconds_since_heard(state: ScormState, at: dt.datetime) -> int:
    """What the learner has spent since the package was opened or last said something; the clock is ours."""
    heard = max(state.saved_at, state.opened_at or state.started_at)
    return int(max(dt.timedelta(), min(at - heard, LONGEST_SILENCE)).total_seconds())


def _keep_outcome(state: ScormState, at: dt.datetime) -> None:
    PackageOutcome.objects.create(
        state=state,
        status=state.status,
        score_bp=state.score_bp,
        seconds_spent=state.seconds_spent,
        reached_at=at,
    )
