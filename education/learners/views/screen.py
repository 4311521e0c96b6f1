"""The screen of a class: names, three pictures, and the page of one learner; nobody signs in here."""

import datetime as dt
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.access import PUBLIC, requires
from core.countries import child_helpline
from core.errors import Refused
from core.forms import PressForm
from core.web.page_actions import View
from education.courses.models import Enrolment
from education.homework.display import line_words, status_of_line
from education.learners import services
from education.learners.display import first_name_of
from education.learners.forms import TappedForm, WhoseForm
from education.learners.models import IDLE, LearnerScreen, LearnerVisit
from education.learners.pictures import TAPPED, Picture
from education.learners.queries import compound_surnames, homework_of, is_agreed, screen_of, seats_of, visit_on
from education.learners.views.classes import picture_address
from education.learners.whose import is_of, mark_of
from education.libraries.queries import running_loans
from education.packages.display import status_of_state, words_of_state
from education.packages.models import ContentPackage
from education.packages.queries import packages_of
from education.quizzes.display import result_words, status_of_result
from education.quizzes.queries import results_of
from stations.accounts.browser import device_secret
from stations.accounts.services.sign_in import known_device

NAMES, REFUSED = "learn:names", "education/learners/refused.html"
#: The names are asked for again so often: who may open no page any more stands there no longer.
NAMES_FRESH = dt.timedelta(minutes=1)


def on_screen(view: View) -> View:
    """Only on a device that is the screen of a class now, and while nobody is signed in on it.

    What it shows is kept nowhere; after twenty minutes without a press the names come back by themselves.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        screen = screen_of(known_device(device_secret(request)), at=now())
        if screen is None or request.user.is_authenticated:
            page = {"is_signed_in": screen is not None}
            response = render(request, "education/learners/closed.html", page, status=404)
        else:
            with timezone.override(screen.run.station.zone):
                response = view(request, screen, *args, **kwargs)
            response.headers.setdefault("Refresh", names_after(IDLE))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return shown


def names_after(time: dt.timedelta) -> str:
    """What takes a page back to the names by itself."""
    return f"{int(time.total_seconds())}; url={reverse(NAMES)}"


def on_own_page(view: View) -> View:
    """Only while a learner's page is open there; else the names. A form that stood on another learner's is refused."""

    @wraps(view)
    def shown(request: HttpRequest, screen: LearnerScreen, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = visit_on(screen, at=now())
        if visit is None:
            return redirect(NAMES)
        visit.screen = screen
        if request.method == "POST" and not is_of(visit, request.POST.get("learner", "")):
            refusal = services.PageOfAnother()
            return render(request, REFUSED, {"refusal": refusal}, status=refusal.status)
        services.note_press(visit=visit, at=now())
        return view(request, visit, *args, **kwargs)

    return on_screen(shown)


@requires(PUBLIC)
@on_screen
def names(request: HttpRequest, screen: LearnerScreen) -> HttpResponse:
    """Who can open a page here: first names and things, no face."""
    if visit_on(screen, at=now()) is not None:
        return redirect("learn:mine")
    seats = [seat for seat in seats_of(screen.run, at=now()) if seat.can_open]
    surnames = compound_surnames([seat.enrolment.learner for seat in seats])
    shown = [
        (
            first_name_of(seat.enrolment.learner, surnames),
            picture_address(seat.pictures.emblem) if seat.pictures else "",
            reverse("learn:pictures", args=[seat.enrolment.pk]),
        )
        for seat in seats
    ]
    response = render(request, "education/learners/names.html", {"screen": screen, "learners": shown})
    response.headers["Refresh"] = names_after(NAMES_FRESH)
    return response


@requires(PUBLIC)
@on_screen
@sensitive_post_parameters("tapped", "picture")
def pictures(request: HttpRequest, screen: LearnerScreen, pk: UUID) -> HttpResponse:
    """A learner taps three pictures in their order; each tap is a press, so that it works without scripts."""
    enrolment = _enrolment(screen, pk)
    if not is_agreed(enrolment, at=now()):
        return redirect(NAMES)
    tapped = [each for each in request.POST.get("tapped", "").split() if each in Picture.values][: TAPPED - 1]
    if request.POST.get("picture", "") in Picture.values:
        tapped.append(request.POST["picture"])
    refusal = None
    if len(tapped) == TAPPED:
        try:
            services.open_learner_page(screen=screen, enrolment=enrolment, tapped=tapped, at=now())
        except Refused as refused:
            refusal, tapped = refused, []
        else:
            return redirect("learn:mine")
    page = {
        "name": first_name_of(enrolment.learner, compound_surnames([enrolment.learner])),
        "taps": TappedForm(initial={"tapped": " ".join(tapped)}),
        "number": len(tapped) + 1,
        "of": TAPPED,
        "refusal": refusal,
        "pictures": [(each, picture_address(each), label) for each, label in Picture.choices],
    }
    return render(request, "education/learners/pictures.html", page, status=422 if refusal else 200)


def _enrolment(screen: LearnerScreen, pk: UUID) -> Enrolment:
    seated = Enrolment.objects.filter(run=screen.run, status=Enrolment.Status.ENROLLED)
    return get_object_or_404(seated.select_related("run__station", "learner__home_station__county"), pk=pk)


@requires(PUBLIC)
@on_own_page
def mine(request: HttpRequest, visit: LearnerVisit) -> HttpResponse:
    """A learner's own homework, quizzes, packages and books."""
    enrolment = visit.enrolment
    quizzes, packages = results_of(enrolment), packages_of(enrolment)
    page = {
        "enrolment": enrolment,
        "name": first_name_of(enrolment.learner, compound_surnames([enrolment.learner])),
        "homework": [
            (each.task, each.line, status_of_line(each.line), line_words(each.line))
            for each in homework_of(enrolment.learner, [enrolment.run_id])
        ],
        "quizzes": [(each, status_of_result(each), result_words(each)) for each in quizzes],
        "packages": [
            (each, each.package.status == _OFFERED, status_of_state(each.state), words_of_state(each.state))
            for each in packages
        ],
        "press": PressForm(),
        "whose": whose(visit),
        "helpline": child_helpline(enrolment.run.station.county.country),
        "loans": running_loans(enrolment.learner),
    }
    return render(request, "education/learners/mine.html", page)


@require_POST
@requires(PUBLIC)
@on_own_page
def leave(request: HttpRequest, visit: LearnerVisit) -> HttpResponse:
    """The learner is done; the names come back for the next one."""
    services.leave_learner_page(visit=visit, at=now())
    return redirect(NAMES)


def whose(visit: LearnerVisit) -> WhoseForm:
    """What each form of a learner's page says of its learner."""
    return WhoseForm(initial={"learner": mark_of(visit)}, auto_id=False)


def own_or_404(row: Any, visit: LearnerVisit) -> Any:
    """A row of the learner whose page is open; of anybody else there is none."""
    if row is None or row.enrolment_id != visit.enrolment_id:
        raise Http404
    return row


_OFFERED = ContentPackage.Status.OFFERED
