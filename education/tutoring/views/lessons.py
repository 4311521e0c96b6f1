"""A lesson on its page: begun, ended, missed, cancelled; and the slip for the family."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import load, may, requires
from core.database.db import present
from core.days import clock_in, day_in
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction
from education.courses.queries import workers_at
from education.safeguarding.display import name_for
from education.safeguarding.queries import is_child
from education.tutoring import services
from education.tutoring.display import status_of_lesson, stipend_words, time_words, words_of_lesson
from education.tutoring.forms import CancelForm, ContestForm, FinishForm, MissForm, StartForm
from education.tutoring.models import TutoringSession
from education.tutoring.models.lessons import READ_TUTORING
from education.tutoring.queries import ahead_of, day_of, learners_of, sessions
from scheduling.bookings.machine import BOOKING
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.queries import confirmed_guardians, serves
from stations.people.services import log_reads
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

BOOK, CONFIRM = "education.book_tutoring", "education.confirm_tutoring"
PRESENCES = {True: _("was there"), False: _("was not there"), None: ""}


def _context(request: SignedInRequest, found: TutoringSession) -> dict[str, Any]:
    at, learners = now(), learners_of(found)
    log_reads(user=request.user, people=learners, what="tutoring", at=at)
    zone, slot = found.booking.session.resource.zone, present(found.booking.slot)
    presences = {each.learner_id: each.was_present for each in found.learners.all()}
    return {
        "lesson": found,
        "kind": status_of_lesson(found),
        "words": words_of_lesson(found),
        "time": time_words(zone, slot.starts_at),
        "tutor": mask_name(found.tutor.person.full_name),
        "learners": [(each, name_for(request.user, each), PRESENCES[presences[each.pk]]) for each in learners],
        "adult": name_for(request.user, found.adult_present) if found.adult_present else "",
        "stipend": stipend_words(found),
        "series": [(each, time_words(zone, present(each.booking.slot).starts_at)) for each in _others(found, at)],
        "may_book": may(request.user, BOOK),
    }


def _others(found: TutoringSession, at: dt.datetime) -> list[TutoringSession]:
    """The other lessons of the series that are to come."""
    return [each for each in ahead_of(found, at=at) if each.pk != found.pk] if found.booking.series_id else []


def _children_of(found: TutoringSession) -> list[Person]:
    return [each for each in learners_of(found) if is_child(each, day_of(found))]


def _adults(request: SignedInRequest, found: TutoringSession) -> dict[str, Any]:
    """Workers of the station and guardians; the tutor is none of them."""
    people = {each.pk: each for each in workers_at(found.station, now())}
    for child in _children_of(found):
        people |= {each.pk: each for each in confirmed_guardians(child, day_of(found))}
    people.pop(found.tutor.person_id, None)
    # The tutor, to whom learners are masked, is not told who their families are.
    is_of_station = serves(request.user, found.station_id)
    names = {pk: each.full_name if is_of_station else mask_name(each.full_name) for pk, each in people.items()}
    me = str(request.user.person_id or "")
    nobody = [] if _children_of(found) else [("", _("No one is needed"))]
    return {"adults": [*nobody, *((str(pk), name) for pk, name in names.items())], "first": me}


def _start(*, session: TutoringSession, adult: str, by: User, at: dt.datetime) -> TutoringSession:
    rows = Person.objects.select_related("home_station__county")
    return services.start_tutoring(
        session=session, adult=get_object_or_404(rows, pk=adult) if adult else None, by=by, at=at
    )


def _learners(request: SignedInRequest, found: TutoringSession) -> dict[str, Any]:
    return {"learners": [(str(each.pk), name_for(request.user, each)) for each in learners_of(found)]}


def _cancelling(request: SignedInRequest, found: TutoringSession) -> dict[str, Any]:
    is_tutor = is_same_person(request.user, found.tutor.person_id)
    return {"is_series": found.booking.series_id is not None, "is_tutor": is_tutor}


def _is_now(found: TutoringSession, _user: User) -> bool:
    slot = present(found.booking.slot)
    return slot.starts_at - services.BEFORE <= now() < slot.ends_at


def _is_ahead(found: TutoringSession, _user: User) -> bool:
    return found.status == "booked" and now() < present(found.booking.slot).starts_at


def _is_begun(found: TutoringSession, _user: User) -> bool:
    return found.status == "arrived"


def _waits_for_station(found: TutoringSession, user: User) -> bool:
    waits = found.status == "fulfilled" and found.stipend_minor is None
    return waits and not is_same_person(user, found.tutor.person_id)


def _is_unsaid(found: TutoringSession, _user: User) -> bool:
    waits = found.status == "booked" and now() >= present(found.booking.slot).starts_at + services.WAITED
    return waits or (found.status == "noshow" and not found.missing)


LESSON_PAGE = ObjectPage(
    name="tutoring:lesson",
    template="education/tutoring/lesson.html",
    grant=READ_TUTORING,
    noun="session",
    rows=sessions,
    context=_context,
    machine=BOOKING,
    actions={
        "start": PageAction(
            grant="education.start_tutoring",
            service=_start,
            form=StartForm,
            form_kwargs=_adults,
            arrow="record_arrival",
            is_open=_is_now,
            title=_("Begin the lesson"),
            button=_("Begin the lesson"),
            doing=_("Recording…"),
        ),
        "finish": PageAction(
            grant="education.finish_tutoring",
            service=services.finish_tutoring,
            form=FinishForm,
            form_kwargs=_learners,
            is_open=_is_begun,
            title=_("End the lesson"),
            button=_("The lesson took place"),
            doing=_("Recording…"),
        ),
        "confirm": PageAction(
            grant=CONFIRM,
            service=services.confirm_tutoring,
            is_open=_waits_for_station,
            title=_("Did the lesson take place?"),
            button=_("Yes, it took place"),
            doing=_("Recording…"),
        ),
        "contest": PageAction(
            grant=CONFIRM,
            service=services.contest_tutoring,
            form=ContestForm,
            is_open=_waits_for_station,
            title=_("It did not take place"),
            button=_("No: nothing is paid"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "miss": PageAction(
            grant="education.miss_tutoring",
            service=services.miss_tutoring,
            form=MissForm,
            is_open=_is_unsaid,
            title=_("One side did not come"),
            button=_("Record it as missed"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "cancel": PageAction(
            grant="education.cancel_tutoring",
            service=services.cancel_tutoring,
            form=CancelForm,
            form_kwargs=_cancelling,
            is_open=_is_ahead,
            title=_("Cancel the lesson"),
            button=_("Cancel the lesson"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(BOOK, one_object=True)
def slip(request: SignedInRequest, pk: Any) -> HttpResponse:
    """The slip for the family: the lesson, or those of its series that are to come."""
    found = load(sessions(), request.user, BOOK, pk=pk)
    at, learners = now(), learners_of(found)
    log_reads(user=request.user, people=learners, what="tutoring", at=at)
    zone = found.booking.session.resource.zone
    rows = list(ahead_of(found, at=at)) or [found]
    starts = [present(row.booking.slot).starts_at for row in rows]
    page = {
        "lesson": found,
        "learners": [each.full_name for each in learners],
        "tutor": mask_name(found.tutor.person.full_name),
        "dates": [(formatting.day(day_in(zone, each)), f"{clock_in(zone, each):%H:%M}") for each in starts],
    }
    return render(request, "education/tutoring/slip.html", page)
