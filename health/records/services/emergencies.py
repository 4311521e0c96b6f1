"""Emergency access: a record that is not open is opened for four hours, the resident is told, the head reviews it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import clock_in, day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from health.hospitals.models import Hospital
from health.records.models import EmergencyAccess
from health.records.models.records import EMERGENCY_LASTS
from health.records.queries import emergency_of, persons_with, record_of, reviewers_of
from health.records.services.opening import ResidentNotFound
from stations.accounts.models import User
from stations.two_persons import require_two_persons

SHORTEST_REASON = 15


class ReasonTooShort(Refused):
    """A word is no reason to open a record that is closed."""

    code = "reason_too_short"
    status = 422
    message = _("Say in at least %(length)s characters why the record must be opened now.")


@refuses(ResidentNotFound, ReasonTooShort)
@needs_words("reason")
@transaction.atomic
def open_emergency_access(
    *, clinic: Hospital, id_number: str, reason: str, by: User, at: dt.datetime, id_kind: str = "resident_id"
) -> EmergencyAccess:
    """Open a resident's record for four hours without consent, because life or health is at risk.

    The resident and the head of the clinic are told at once. While it is open, a second press gives the same.
    """
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(field="reason", length=SHORTEST_REASON)
    person = persons_with(id_kind, id_number).first()
    record = record_of(person) if person else None
    if record is None:
        raise ResidentNotFound(field="id_number")
    record = lock(record)
    known = emergency_of(record, by, at=at)
    if known is not None:
        return known
    access = EmergencyAccess.objects.create(
        record=record, clinic=clinic, opened_by=by, reason=reason, opened_at=at, closes_at=at + EMERGENCY_LASTS
    )
    record_change(access, old="", new="open", at=at, actor=by.pk)
    _tell_resident(access, at=at)
    _tell_heads(access, at=at)
    return access


@refuses(WrongState, SamePerson)
@transaction.atomic
def review_emergency_access(*, access: EmergencyAccess, verdict: str, by: User, at: dt.datetime) -> EmergencyAccess:
    """Say whether the record had to be opened; never the person who opened it."""
    access = lock(access)
    if access.is_reviewed:
        raise WrongState(state=str(access.get_verdict_display()))
    require_two_persons(by, access.opened_by_id)
    access.reviewed_by, access.reviewed_at, access.verdict = by, at, verdict
    access.save(update_fields=["reviewed_by", "reviewed_at", "verdict", "updated_at"])
    record_change(access, old="open", new=verdict, at=at, actor=by.pk)
    return access


def _tell_resident(access: EmergencyAccess, *, at: dt.datetime) -> None:
    person, clinic = access.record.resident, access.clinic
    if not person.phone:
        return
    params: dict[str, Any] = {"date": day_in(clinic.zone, at).isoformat(), "time": f"{clock_in(clinic.zone, at):%H:%M}"}
    place = clinic.place_in(person.language)
    notify(
        template="record_opened_at_place" if place else "record_opened",
        params=params | ({"place": place} if place else {}),
        language=person.language,
        phone=str(person.phone),
        zone=person.home_station.zone,
        dedupe_key=f"record-opened:{access.pk}",
        at=at,
    )


def _tell_heads(access: EmergencyAccess, *, at: dt.datetime) -> None:
    for head in reviewers_of(access, at=at):
        notify(
            template="emergency_access_to_review",
            params={"date": day_in(access.clinic.zone, at).isoformat()},
            language=head.language,
            user=head,
            link=f"/health/emergencies/{access.pk}/",
            dedupe_key=f"emergency-access:{access.pk}:{head.pk}",
            at=at,
        )
