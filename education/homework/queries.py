"""Who has which homework, what waits for the teacher, and who lacks one that the certificate asks for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from core.days import earliest_day
from education.courses.models import ClassRun, ClassSession, Enrolment
from education.courses.queries import enrolled_in
from education.homework.models import HomeworkPhoto, HomeworkSubmission, HomeworkTask
from education.safeguarding.queries import standing_records
from education.tutoring.models import TutoringSession
from education.tutoring.queries import learners_of
from stations.people.models import Person, StandingRecord

#: Photos are kept so long after the last lesson of the class, or after the lesson with the tutor.
PHOTOS_KEPT = dt.timedelta(days=183)


@dataclass(frozen=True, slots=True)
class HomeworkLine:
    """A learner who has a task, and what was handed in."""

    learner: Person
    submission: HomeworkSubmission | None

    @property
    def can_hand_in(self) -> bool:
        """Whether a photo is to come: for the first time, or after it was returned."""
        return self.submission is None or self.submission.status == HomeworkSubmission.Status.RETURNED


def tasks() -> QuerySet[HomeworkTask]:
    """Tasks with their lesson, class and station."""
    return HomeworkTask.objects.select_related(
        *("session__run__course", "session__lesson", "tutoring", "station__county", "teacher"),
    ).prefetch_related("tutoring__learners__learner__home_station__county")


def tasks_waiting_for_grades(reached: QuerySet[HomeworkTask], *, at: dt.datetime) -> QuerySet[HomeworkTask]:
    """Of these tasks those of which something has waited too long, each with since when (`oldest_at`)."""
    late = HomeworkSubmission.objects.ungraded(at=at).filter(task__in=reached.order_by().values("pk"))
    oldest = Min("submissions__submitted_at", filter=Q(submissions__status__in=HomeworkSubmission.WAITING))
    return tasks().filter(pk__in=late.values("task")).annotate(oldest_at=oldest)


class WaitingHomework(NamedTuple):
    """How many learners' homework has waited too long, and since when."""

    learners: int
    since: dt.datetime


def waiting_of(rows: Sequence[HomeworkTask], *, at: dt.datetime) -> dict[UUID, WaitingHomework]:
    """What has waited too long of each of these tasks; one statement."""
    late = HomeworkSubmission.objects.ungraded(at=at).filter(task__in=[row.pk for row in rows])
    counted = late.order_by().values_list("task").annotate(Count("pk"), Min("submitted_at"))
    return {task: WaitingHomework(learners, since) for task, learners, since in counted}


def submissions() -> QuerySet[HomeworkSubmission]:
    """What was handed in, with task and learner."""
    return HomeworkSubmission.objects.select_related(
        *("task__session__run__course", "task__session__lesson", "task__tutoring", "task__station__county"),
        *("learner__home_station__county", "decided_by"),
    )


def learners_with(task: HomeworkTask) -> list[Person]:
    """Who has this task: those called in the class, or who learn with the tutor; one statement."""
    if task.tutoring is not None:
        return learners_of(task.tutoring)
    return [each.learner for each in enrolled_in(_session_of(task).run)]


def lines_of(task: HomeworkTask) -> list[HomeworkLine]:
    """Everyone who has the task, with what was handed in under whichever record; two statements."""
    learners = learners_with(task)
    people = standing_records(learners)
    rows = task.submissions.annotate(person=StandingRecord("learner")).order_by("pk")
    handed_in = {row.person: row for row in rows}
    return [HomeworkLine(each, handed_in.get(people[each.pk].pk)) for each in learners]


def photos_of(submission: HomeworkSubmission) -> QuerySet[HomeworkPhoto]:
    """The photos of a submission, the first first."""
    return submission.photos.filter(is_voice=False).select_related("photo").order_by("kept_at", "pk")


def voice_notes_of(submission: HomeworkSubmission) -> QuerySet[HomeworkPhoto]:
    """The voice notes of a submission, the first first."""
    return submission.photos.filter(is_voice=True).select_related("photo").order_by("kept_at", "pk")


def lacking_homework(*, run: ClassRun, is_over: bool) -> set[UUID]:
    """The enrolments of a class that lack homework which its certificate asks for; three statements.

    While the class waits, what nobody has looked at is lacking, so that the teacher has time; then it counts.
    """
    required = set(
        HomeworkTask.objects.standing().filter(session__run=run, is_mandatory=True).values_list("pk", flat=True)
    )
    if not required:
        return set()
    rows = HomeworkSubmission.objects.enough(is_over=is_over).filter(task__in=required)
    done: dict[UUID, set[UUID]] = {}
    for person, task in rows.values_list(StandingRecord("learner"), "task"):
        done.setdefault(person, set()).add(task)
    seated = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED)
    people = seated.values_list("pk", StandingRecord("learner"))
    return {pk for pk, person in people if done.get(person, set()) != required}


def photos_to_forget(*, at: dt.datetime) -> QuerySet[HomeworkPhoto]:
    """Photos of classes and lessons that were over half a year ago."""
    before = at - PHOTOS_KEPT
    of_class = Q(submission__task__session__run__ends_date__lt=earliest_day(before))
    of_class &= ~Q(submission__task__session__run__status__in=ClassRun.LIVE)
    of_tutoring = Q(submission__task__tutoring__booking__slot__ends_at__lt=before)
    return HomeworkPhoto.objects.filter(of_class | of_tutoring)


def lesson_words(task: HomeworkTask) -> str:
    """The lesson that the task was set after."""
    if task.tutoring is not None:
        return task.tutoring.get_subject_display()
    return f"{_session_of(task).run.course.title} · {_session_of(task).lesson.title}"


def recent_lessons(
    sessions: QuerySet[ClassSession], tutoring: QuerySet[TutoringSession], *, at: dt.datetime, limit: int = 20
) -> tuple[Sequence[ClassSession], Sequence[TutoringSession]]:
    """The lessons that began in the last two weeks, the newest first."""
    since = at - dt.timedelta(days=14)
    held = sessions.filter(slot__starts_at__range=(since, at), status__in=(_S.OPEN, _S.CLOSED))
    tutored = tutoring.filter(booking__slot__starts_at__range=(since, at), started_at__isnull=False)
    return (
        list(held.select_related("run__course", "lesson", "slot").order_by("-slot__starts_at")[:limit]),
        list(tutored.select_related("booking__slot").order_by("-booking__slot__starts_at")[:limit]),
    )


def _session_of(task: HomeworkTask) -> ClassSession:
    if task.session is None:
        raise LookupError("This homework was set by a tutor.")
    return task.session


_S = ClassSession.Status
