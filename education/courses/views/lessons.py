"""A lesson in the room: begun with an adult, the roll call, the end."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction
from education.courses import services
from education.courses.display import status_of_lesson, why_missed
from education.courses.forms import OpenSessionForm, RollForm, op_id_of
from education.courses.machine import SESSION
from education.courses.models import ClassRun, ClassSession, Enrolment
from education.courses.models.classes import READ_ROLL
from education.courses.queries import enrolled_in, is_silent, linked_rooms, workers_at
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.services import log_reads
from stations.requests import SignedInRequest


def _lessons() -> QuerySet[ClassSession]:
    return ClassSession.objects.select_related(
        "run__course", "run__station__county", "run__teacher", "lesson", "slot", "adult_present"
    )


def _context(request: SignedInRequest, found: ClassSession) -> dict[str, Any]:
    at, learners = now(), [each.learner for each in enrolled_in(found.run)]
    log_reads(user=request.user, people=learners, what="class_roll", at=at)
    marks = dict.fromkeys(("present", "late", "excused", "absent"), 0)
    for presence in found.records.filter(is_current=True).values_list("presence", flat=True):
        marks[presence] += 1
    return {
        "lesson": found,
        "kind": status_of_lesson(found),
        "words": why_missed([found]).get(found.pk) or found.get_status_display(),
        "teacher": mask_name(found.run.teacher.full_name),
        "adult": found.adult_present.full_name if found.adult_present else "",
        "learners": len(learners),
        "marks": marks,
        "absent": _called(found, "absent"),
        "is_broadcast": found.run.mode == ClassRun.Mode.BROADCAST,
        "links": _links(found, at=at),
    }


def _links(found: ClassSession, *, at: dt.datetime) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """Stretches in which the room saw its teacher, each with its end; the one that is up has none."""
    rows = found.links.order_by("from_at")
    return [(each.from_at, each.seen_at if is_silent(each, at=at) else each.to_at) for each in rows]


def _called(found: ClassSession, presence: str) -> list[Person]:
    rows = found.records.filter(is_current=True, presence=presence).select_related("learner")
    return [row.learner for row in rows.order_by("learner__full_name")]


def _adults(request: SignedInRequest, found: ClassSession) -> Mapping[str, Any]:
    run = found.run
    workers = workers_at(run.station, now())
    if run.course.is_training and run.teacher not in workers:
        workers.append(run.teacher)
    me = str(request.user.person_id or "")
    return {"adults": [(str(each.pk), each.full_name) for each in workers], "first": me}


def _open(*, session: ClassSession, adult: str, by: User, at: dt.datetime) -> ClassSession:
    person = get_object_or_404(Person.objects.select_related("home_station__county"), pk=adult)
    return services.open_class_session(session=session, adult=person, by=by, at=at)


def _call_roll(
    *,
    session: ClassSession,
    pressed: dict[UUID, str],
    corrects: bool,
    reason: str,
    key: str,
    by: User,
    at: dt.datetime,
) -> ClassSession:
    marks = [
        services.Mark(op_id_of(key, learner), learner, presence, at, corrects=corrects, reason=reason)
        for learner, presence in pressed.items()
    ]
    return services.call_roll(session=session, marks=marks, by=by, at=at)


def _roll_form(_request: SignedInRequest, found: ClassSession) -> Mapping[str, Any]:
    return {"session": found}


def _has_link(found: ClassSession, _user: User) -> bool:
    return found.run.mode == ClassRun.Mode.BROADCAST and bool(linked_rooms([found], at=now()))


def _has_lost_link(found: ClassSession, user: User) -> bool:
    return found.run.mode == ClassRun.Mode.BROADCAST and not _has_link(found, user)


def _has_learners(found: ClassSession, _user: User) -> bool:
    return Enrolment.objects.seated().filter(run=found.run_id).exists()


LESSON_PAGE = ObjectPage(
    name="courses:lesson",
    template="education/courses/lesson.html",
    grant=READ_ROLL,
    noun="session",
    rows=_lessons,
    context=_context,
    machine=SESSION,
    actions={
        "open": PageAction(
            grant="education.open_class_session",
            service=_open,
            form=OpenSessionForm,
            form_kwargs=_adults,
            arrow="open_class_session",
            title=_("Begin the lesson"),
            button=_("Begin the lesson"),
            doing=_("Recording…"),
        ),
        "roll": PageAction(
            grant="education.call_roll",
            service=_call_roll,
            form=RollForm,
            form_kwargs=_roll_form,
            arrow="call_roll",
            is_open=_has_learners,
            title=_("Roll call"),
            button=_("Save the roll call"),
            doing=_("Recording…"),
        ),
        "see": PageAction(
            grant="education.open_class_session",
            service=services.see_link,
            arrow="see_link",
            is_open=_has_lost_link,
            operation="education.see_room_link",
            title=_("The room sees the teacher"),
            button=_("The teacher is on the screen"),
            doing=_("Recording…"),
        ),
        "lose": PageAction(
            grant="education.open_class_session",
            service=services.lose_link,
            arrow="see_link",
            is_open=_has_link,
            operation="education.lose_room_link",
            title=_("The room has lost the teacher"),
            button=_("The link is lost"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant="education.close_class_session",
            service=services.close_class_session,
            arrow="close_class_session",
            title=_("End the lesson"),
            button=_("End the lesson"),
            doing=_("Recording…"),
        ),
    },
)
