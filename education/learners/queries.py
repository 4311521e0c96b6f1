"""Which screen a device is, who can open a page there, and what stands on it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from core.days import day_in
from education.courses.models import ClassRun, Enrolment
from education.homework.models import HomeworkSubmission, HomeworkTask
from education.homework.queries import HomeworkLine
from education.learners.models import (
    IDLE,
    LONGEST_SCREEN,
    OPEN_SCREEN,
    LearnerPictures,
    LearnerScreen,
    LearnerScreenQuerySet,
    LearnerVisit,
)
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import Agreements, standing_records
from stations.accounts.models import Device
from stations.people.models import Person, SurnameReading
from stations.people.queries import standing_record
from stations.scope import post_reaching


def screens() -> LearnerScreenQuerySet:
    """Screens with their class and device."""
    return LearnerScreen.objects.select_related(
        *("run__course", "run__station__county", "device", "opened_by"),
    )


def screen_of(device: Device | None, *, at: dt.datetime) -> LearnerScreen | None:
    """The class for which this device is a screen now: neither ended nor forgotten since this morning.

    What learners do there is done in the name of whoever opened it: who may open none any more answers for nothing.
    """
    if device is None:
        return None
    rows = screens().open().filter(device=device, run__station=device.station_id, opened_at__gt=at - LONGEST_SCREEN)
    found = rows.filter(run__status=ClassRun.Status.RUNNING).first()
    if found is None or post_reaching(found.opened_by, OPEN_SCREEN, found.run.station) is None:
        return None
    return found


def visit_on(screen: LearnerScreen, *, at: dt.datetime) -> LearnerVisit | None:
    """The page that is open on a screen: of a learner who is still in the class and has pressed something lately.

    It is gone with the consent on which it rests, before the seat in the class is.
    """
    rows = screen.visits.filter(ended_at=None, seen_at__gt=at - IDLE, enrolment__status=Enrolment.Status.ENROLLED)
    found = rows.select_related(
        *("enrolment__run__course", "enrolment__run__station__county", "enrolment__learner__home_station__county")
    ).first()
    return found if found is not None and is_agreed(found.enrolment, at=at) else None


def is_agreed(enrolment: Enrolment, *, at: dt.datetime) -> bool:
    """Whether a learner may open the own page today: of a minor a guardian has agreed."""
    person = standing_record(enrolment.learner)
    return not Agreements([person], EDUCATION_RECORD).is_missing(person, day_in(enrolment.run.station.zone, at))


@dataclass(frozen=True, slots=True)
class Seat:
    """A learner of the class, and whether the own page can be opened."""

    enrolment: Enrolment
    pictures: LearnerPictures | None
    has_consent: bool

    @property
    def can_open(self) -> bool:
        """Whether the name is shown on the screen."""
        return self.pictures is not None and self.has_consent


def seats_of(run: ClassRun, *, at: dt.datetime) -> list[Seat]:
    """Everyone with a seat in a class, in the order of the roll call; four statements for any number."""
    rows = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED)
    rows = rows.select_related("run", "learner__home_station__county").order_by("learner__full_name", "pk")
    people = standing_records([each.learner for each in rows])
    seated = {each: people[each.learner_id] for each in rows}
    pictures = {row.learner_id: row for row in LearnerPictures.objects.filter(learner__in=seated.values())}
    agreements, today = Agreements(seated.values(), EDUCATION_RECORD), day_in(run.station.zone, at)
    return [
        Seat(each, pictures.get(person.pk), not agreements.is_missing(person, today)) for each, person in seated.items()
    ]


def pictures_of(learner: Person) -> LearnerPictures | None:
    """The pictures of a learner, once they are chosen."""
    return LearnerPictures.objects.filter(learner=standing_record(learner)).first()


def compound_surnames(people: Collection[Person]) -> set[str]:
    """Of these people's names, those beginnings that are surnames of two characters; one statement."""
    beginnings = {person.full_name[:2] for person in people if len(person.full_name) > 2}
    return set(SurnameReading.objects.filter(surname__in=beginnings).values_list("surname", flat=True))


class OwnHomework(NamedTuple):
    """A task of a learner, and what was handed in."""

    task: HomeworkTask
    line: HomeworkLine


def homework_of(learner: Person, runs: Collection[UUID], *, within: Q | None = None) -> list[OwnHomework]:
    """A learner's tasks of these classes and with a tutor, the last due first; two statements.

    Of a record that was merged those of the person, under each record. `within` is a condition of the tasks.
    """
    records = Person.objects.of_people(learner.pk).values("pk")
    theirs = Q(session__run__in=runs) | Q(tutoring__learners__learner__in=records)
    tasks = HomeworkTask.objects.standing().filter(theirs, within or Q()).distinct()
    handed_in: dict[UUID, HomeworkSubmission] = {
        row.task_id: row for row in HomeworkSubmission.objects.filter(learner__in=records).order_by("pk")
    }
    rows = tasks.select_related("session__run", "tutoring", "station__county").order_by("-due_at", "pk")
    return [OwnHomework(each, HomeworkLine(learner, handed_in.get(each.pk))) for each in rows]
