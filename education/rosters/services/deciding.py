"""People decide what a file cannot: which resident a pupil is, and which class a class is."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from education.courses.models import ClassRun
from education.rosters.models import RosterRecord
from education.rosters.queries import classes_alike
from education.rosters.services.seats import free_seats_of, place_seats_of
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import standing_record

_K = RosterRecord.Kind


class NotAPupil(Refused):
    """Only pupils are residents."""

    code = "not_a_pupil"
    status = 422
    message = _("This entry is no pupil who is still at the school.")


class NotAClass(Refused):
    """Only classes are classes."""

    code = "not_a_class"
    status = 422
    message = _("This entry is no class that is still taught.")


class ResidentElsewhere(Refused):
    """A school of a county speaks of residents of that county."""

    code = "resident_elsewhere"
    status = 422
    message = _("This person is no living resident of the county.")


class ResidentNamedTwice(Refused):
    """One resident is one pupil."""

    code = "resident_named_twice"
    message = _("Another pupil of this school is this resident already.")


class ClassElsewhere(Refused):
    """The class is at another station, or over."""

    code = "class_elsewhere"
    status = 422
    message = _("This class is not at the school’s station, or takes no more learners.")


@refuses(NotAPupil, ResidentElsewhere, ResidentNamedTwice, *refused_by(free_seats_of))
@transaction.atomic
def match_pupil(*, record: RosterRecord, learner: Person, by: User, at: dt.datetime) -> RosterRecord:
    """The pupil is this resident; the seats that waited for it are tried at once.

    Where another one was named before, the enrolments that were made for that one end.
    """
    record = lock(record)
    learner = standing_record(learner)
    if record.kind != _K.USER or record.is_ended or not record.facts.get("is_student"):
        raise NotAPupil
    if learner.died_date is not None or learner.home_station.county_id != record.county_id:
        raise ResidentElsewhere
    records = Person.objects.of_people(learner.pk).values("pk")
    others = RosterRecord.objects.filter(
        county=record.county_id, source_system=record.source_system, learner__in=records, is_ended=False
    )
    if others.exclude(pk=record.pk).exists():
        raise ResidentNamedTwice
    if record.learner is not None and standing_record(record.learner) != learner:
        free_seats_of(record, by=by, at=at)
    record.learner, record.matched_by, record.matched_at = learner, by, at
    with refused_as({"school_names_a_resident_once": ResidentNamedTwice}):
        record.save(update_fields=["learner", "matched_by", "matched_at", "updated_at"])
    place_seats_of(record, by=by, at=at)
    return record


@refuses(NotAClass, ClassElsewhere, *refused_by(free_seats_of))
@transaction.atomic
def link_class(*, record: RosterRecord, run: ClassRun, by: User, at: dt.datetime) -> RosterRecord:
    """The class of the school is this class of ours; the seats that waited for it are tried at once.

    Where it was another one before, the enrolments that were made there end.
    """
    record = lock(record)
    if record.kind != _K.CLASS or record.is_ended:
        raise NotAClass
    if not classes_alike(record).filter(pk=run.pk).exists():
        raise ClassElsewhere
    if record.run_id != run.pk:
        free_seats_of(record, by=by, at=at)
    record.run, record.matched_by, record.matched_at = run, by, at
    record.save(update_fields=["run", "matched_by", "matched_at", "updated_at"])
    place_seats_of(record, by=by, at=at)
    return record


@refuses()
@transaction.atomic
def forget_learner(*, person: UUID, at: dt.datetime) -> None:
    """An erased person is no pupil of any school: name and birth date go, and so does the tie, under each record."""
    RosterRecord.objects.filter(learner__in=Person.objects.of_people(person).values("pk")).update(
        facts={"is_student": True, "name": "", "birth_date": ""}, learner=None, is_ended=True, updated_at=at
    )
