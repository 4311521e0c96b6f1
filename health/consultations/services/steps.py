"""What several verbs of consultations share."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.database.db import lock, present
from core.days import day_in
from core.errors import refused_by, refuses
from core.files.services import own_file
from core.history import record_change
from core.jobs.services import enqueue
from core.notices.services import notify
from health.consultations.clocks import after_open_minutes
from health.consultations.models import Consultation, ConsultationRules, Message
from health.consultations.queries import rules_on
from health.consultations.refusals import ConsultationNotServed
from health.hospitals.models import Hospital
from health.records.services import require_agreement
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services.registration import PersonGone

_S = Consultation.Status


@refuses(ConsultationNotServed)
def rule_at(clinic: Hospital, at: dt.datetime) -> ConsultationRules:
    """The rule of the clinic's country today."""
    found = rules_on(clinic.division.country, day_in(clinic.zone, at))
    if found is None:
        raise ConsultationNotServed
    return found


@refuses(*refused_by(rule_at))
def rule_of(consultation: Consultation) -> ConsultationRules:
    """The rule of the day on which it was asked: it holds to its end, also where that rule has ended since."""
    return rule_at(consultation.clinic, consultation.requested_at)


@refuses(PersonGone, *refused_by(require_agreement))
def refuse_gone(resident: Person) -> None:
    """Nothing is prescribed for somebody who has died, or does not agree any more."""
    if resident.died_date is not None:
        raise PersonGone
    require_agreement(resident)


def locked(consultation: Consultation) -> Consultation:
    """The row, locked, with what it belongs to."""
    lock(consultation)
    about = ("resident__home_station", "station__county", "clinic__division", "doctor__department")
    return Consultation.objects.select_related(*about, "payment__station__county").get(pk=consultation.pk)


@refuses(*refused_by(rule_of))
def due(consultation: Consultation, clock: str, at: dt.datetime) -> dt.datetime:
    """When a clock of the rule (`triage_minutes`, `claim_minutes`, `reply_minutes` ...) runs out, in open hours."""
    rule = rule_of(consultation).parameters
    return after_open_minutes(consultation.clinic.zone, at, rule[clock], rule)


def move(
    consultation: Consultation, to: str, *, at: dt.datetime, actor: UUID | None, due_at: dt.datetime | None = None
) -> None:
    """Into another state with its clock, with a line in its history."""
    old, consultation.status, consultation.due_at = consultation.status, _S(to), due_at
    consultation.ended_at = at if due_at is None else None
    consultation.save()
    if old != to:
        record_change(consultation, old=old, new=to, at=at, actor=actor)
    if due_at is not None:
        start_clock(consultation)


def start_clock(consultation: Consultation) -> None:
    """A doctor's clock when it is due; of one that waits, when it has failed."""
    at = consultation.give_up_at if consultation.doctor_id is None else present(consultation.due_at)
    enqueue(
        "consultations.clock",
        dedupe_key=f"consult:{consultation.pk}:{at.isoformat()}",
        run_at=at,
        payload={"consultation": str(consultation.pk)},
    )


@refuses(*refused_by(own_file))
def say(consultation: Consultation, side: str, text: str, photos: Sequence[UUID], *, by: User, at: dt.datetime) -> None:
    """A message with photos that its author has stored."""
    files = [present(own_file(pk=each, by=by.pk, field="photos")) for each in photos]
    message = Message.objects.create(consultation=consultation, side=side, author=by, text=text, at=at)
    message.photos.set(files)


def tell(consultation: Consultation, template: str, *, at: dt.datetime, **params: Any) -> None:
    """The resident, who lives, gets place and number on the phone; nothing of the content leaves."""
    person = consultation.resident
    if person.phone and person.died_date is None:
        notify(
            template=template,
            params={"place": consultation.clinic.place_in(person.language), **params},
            language=person.language,
            phone=str(person.phone),
            zone=person.home_station.zone,
            dedupe_key=f"{template}:{consultation.pk}:{at.isoformat()}",
            at=at,
        )
