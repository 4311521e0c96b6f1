"""Whoever runs the room: a class with its screens, a learner's pictures, and who had which page open when."""

import datetime as dt
from typing import Any

from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.forms import PressForm, submit
from core.web.page_actions import ObjectPage, PageAction
from education.courses.display import status_of_class
from education.courses.models import ClassRun, Enrolment
from education.courses.models.classes import READ_ROLL
from education.learners import services
from education.learners.display import seat_words, status_of_seat, visit_words
from education.learners.forms import PicturesForm
from education.learners.models import OPEN_SCREEN, LearnerPictures, LearnerScreen
from education.learners.pictures import Picture
from education.learners.queries import pictures_of, screens, seats_of
from education.safeguarding.display import name_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.accounts.services import journal
from stations.current_station import device_of
from stations.people.refused_reads import ResidentPage
from stations.people.services import log_read, log_reads
from stations.requests import SignedInRequest

OPEN, END = OPEN_SCREEN, "education.end_learner_screen"
SET, UNLOCK = "education.set_learner_pictures", "education.unlock_learner_pictures"
#: The last screens and pages of somebody, on one page.
SHOWN = 20


def picture_address(picture: str) -> str:
    """Where a thing is drawn."""
    return f"{static('education/pictures.svg')}#{picture}"


def _classes() -> QuerySet[ClassRun]:
    return ClassRun.objects.select_related("course", "station__county")


@requires(READ_ROLL, one_object=True)
def learner_class(request: SignedInRequest, pk: str) -> HttpResponse:
    """The learners of a class, whether each can open the own page, and the screens of the class."""
    return _class_page(request, load(_classes(), request.user, READ_ROLL, pk=pk))


@requires(OPEN, one_object=True)
def open_screen(request: SignedInRequest, pk: str) -> HttpResponse:
    """Make this browser a screen of the class; whoever opened it is signed out: no child sits in that session."""
    found: ClassRun = load(_classes(), request.user, OPEN, pk=pk)
    outcome = submit(
        request,
        operation=OPEN,
        form=PressForm(request.POST or None),
        run=lambda _typed: _opened(request, found),
    )
    if outcome.redirect is None:
        return _class_page(request, found, refused=outcome.form, status=outcome.status)
    journal.note("signed_out", user=request.user)
    logout(request)
    return outcome.response


def _opened(request: SignedInRequest, run: ClassRun) -> str:
    services.open_learner_screen(run=run, device=device_of(request), by=request.user, at=now())
    return reverse("learn:names")


def _class_page(
    request: SignedInRequest, found: ClassRun, *, refused: PressForm | None = None, status: int = 200
) -> HttpResponse:
    seats = seats_of(found, at=now())
    log_reads(user=request.user, people=[seat.enrolment.learner for seat in seats], what="class_roll", at=now())
    page = {
        "run": found,
        "kind": status_of_class(found),
        "seats": [
            (seat, name_for(request.user, seat.enrolment.learner), status_of_seat(seat), seat_words(seat))
            for seat in seats
        ],
        "can_open": found.status == ClassRun.Status.RUNNING,
        "form": refused or PressForm(),
        "refused": refused,
        "screens": screens().filter(run=found).order_by("-opened_at")[:SHOWN],
    }
    return render(request, "education/learners/class.html", page, status=status)


def _screen_context(request: SignedInRequest, found: LearnerScreen) -> dict[str, Any]:
    visits = list(found.visits.select_related("enrolment__learner__home_station").order_by("-opened_at")[:SHOWN])
    people = {visit.enrolment.learner_id: visit.enrolment.learner for visit in visits}
    log_reads(user=request.user, people=people.values(), what="learner_page", at=now())
    return {
        "screen": found,
        "visits": [(each, name_for(request.user, each.enrolment.learner), visit_words(each)) for each in visits],
        "history": history_of(found),
    }


SCREEN_PAGE = ObjectPage(
    name="learners:screen",
    template="education/learners/screen.html",
    grant=READ_ROLL,
    noun="screen",
    rows=screens,
    context=_screen_context,
    actions={
        "end": PageAction(
            grant=END,
            service=services.end_learner_screen,
            is_open=lambda found, _user: found.ended_at is None,
            title=_("End the screen"),
            button=_("Close all pages and end it"),
            doing=_("Recording…"),
        ),
    },
)


def _learners() -> QuerySet[Enrolment]:
    return Enrolment.objects.seated().select_related(
        "run__course", "run__station__county", "learner__home_station__county"
    )


def _learner_context(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="learner_page", at=now())
    known = pictures_of(found.learner)
    return {
        "enrolment": found,
        "name": name_for(request.user, found.learner),
        "known": known,
        "emblem": picture_address(known.emblem) if known else "",
        "things": [(picture_address(each), label) for each, label in Picture.choices],
        "visits": found.visits.select_related("screen__device").order_by("-opened_at")[:SHOWN],
        "history": history_of(known) if known else [],
    }


def _is_enrolled(found: Enrolment, _user: User) -> bool:
    return found.status == Enrolment.Status.ENROLLED


def _is_locked(found: Enrolment, _user: User) -> bool:
    known = pictures_of(found.learner)
    return known is not None and known.is_locked and not known.is_spent


def _unlock(*, enrolment: Enrolment, by: User, at: dt.datetime) -> LearnerPictures:
    known = pictures_of(enrolment.learner)
    if known is None:
        raise services.PicturesNotLocked
    return services.unlock_learner_pictures(pictures=known, by=by, at=at)


LEARNER_PAGE = ResidentPage(
    resident="learner",
    name="learners:learner",
    template="education/learners/learner.html",
    grant=READ_ROLL,
    noun="enrolment",
    rows=_learners,
    context=_learner_context,
    actions={
        "unlock": PageAction(
            grant=UNLOCK,
            service=_unlock,
            is_open=_is_locked,
            title=_("Unlock the pictures"),
            button=_("Give the tries back"),
            doing=_("Recording…"),
        ),
        "pictures": PageAction(
            grant=SET,
            service=services.set_learner_pictures,
            form=PicturesForm,
            is_open=_is_enrolled,
            title=_("Choose the pictures together"),
            button=_("Keep these pictures"),
            doing=_("Recording…"),
            done=_("The pictures are stored. No one can see them again, but new ones can be chosen."),
        ),
    },
)
