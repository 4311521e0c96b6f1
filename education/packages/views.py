"""The pages of packages: brought and offered by a teacher, played by a learner on the screen of the station."""

import datetime as dt
from functools import partial
from typing import IO, Any

from csp.decorators import csp_update
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.forms import Option
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses.models import Course, Enrolment
from education.courses.models.classes import READ_ROLL
from education.courses.models.courses import READ as READ_COURSE
from education.packages import services
from education.packages.display import status_of_package, status_of_state, words_of_state
from education.packages.forms import PackageForm, PlayForm
from education.packages.machine import PACKAGE
from education.packages.models import READ, ContentPackage, ScormState
from education.packages.origin import player_address
from education.packages.queries import PackageResult, goes_on, packages, packages_of, states
from education.safeguarding.display import name_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.services import log_read
from stations.requests import SignedInRequest

EDIT, PLAY = "education.edit_package", "education.play_package"
#: Only these pages show a frame, and only of the content origin.
FRAMES = {"frame-src": [settings.ECOMNET_CONTENT_ORIGIN]} if settings.ECOMNET_CONTENT_ORIGIN else {}


@requires(EDIT)
def new_package(request: SignedInRequest) -> HttpResponse:
    """A package for a lesson of the course of the address."""
    pk = request.GET.get("course", "")
    if not pk:
        return render(request, "education/packages/which_course.html", {})
    course = load(Course.objects.filter(status__in=Course.SETTLED), request.user, READ_COURSE, pk=pk)
    lessons = [(str(each.pk), each.title) for each in course.lessons.all()]
    return form_page(
        request,
        operation=EDIT,
        form=PackageForm(request.POST or None, request.FILES or None, lessons=lessons),
        service=partial(_add, course=course),
        then=page_of("packages:package"),
        template="education/packages/new_package.html",
        page=lambda: {"course": course},
        done=_("The package is kept. Look at it, then offer it."),
    )


def _add(*, course: Course, lesson: str, file: IO[bytes], by: User, at: dt.datetime) -> ContentPackage:
    return services.add_package(lesson=course.lessons.get(pk=lesson), file=file, by=by, at=at)


def _context(_request: SignedInRequest, found: ContentPackage) -> dict[str, Any]:
    return {
        "package": found,
        "kind": status_of_package(found),
        "player": player_address(found),
        "origin": settings.ECOMNET_CONTENT_ORIGIN,
        "kept": {},
        "history": history_of(found),
    }


PACKAGE_PAGE = ObjectPage(
    name="packages:package",
    template="education/packages/package.html",
    grant=READ,
    noun="package",
    rows=packages,
    context=_context,
    machine=PACKAGE,
    actions={
        "offer": PageAction(
            grant=EDIT,
            service=services.offer_package,
            arrow="offer_package",
            title=_("Offer the package"),
            button=_("Learners can play it"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant=EDIT,
            service=services.close_package,
            arrow="close_package",
            title=_("Close the package"),
            button=_("Close the package"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _learners() -> QuerySet[Enrolment]:
    return Enrolment.objects.seated().select_related(
        "run__course", "run__station__county", "learner__home_station__county"
    )


def _learner_context(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="content_packages", at=now())
    return {
        "enrolment": found,
        "name": name_for(request.user, found.learner),
        "results": [(each, status_of_state(each.state), words_of_state(each.state)) for each in packages_of(found)],
    }


def _offered(_request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    return {"offered": [_choice(each) for each in packages_of(found)]}


def _choice(result: PackageResult) -> tuple[str, Option]:
    about = Option(result.package.title, result.package.lesson.title, words_of_state(result.state))
    return str(result.package.pk), about


def _can_play(found: Enrolment, _user: User) -> bool:
    offered = any(each.package.status == ContentPackage.Status.OFFERED for each in packages_of(found))
    return found.status == Enrolment.Status.ENROLLED and offered


def _start(*, enrolment: Enrolment, package: str, by: User, at: dt.datetime) -> ScormState:
    return services.start_package(
        enrolment=enrolment, package=get_object_or_404(ContentPackage, pk=package), by=by, at=at
    )


LEARNER_PAGE = ObjectPage(
    name="packages:learner",
    template="education/packages/learner.html",
    grant=READ_ROLL,
    noun="enrolment",
    rows=_learners,
    context=_learner_context,
    actions={
        "start": PageAction(
            grant=PLAY,
            service=_start,
            form=PlayForm,
            form_kwargs=_offered,
            is_open=_can_play,
            then=page_of("packages:state"),
            title=_("Play a package"),
            button=_("Play it"),
            doing=_("Recording…"),
            done=_("Give the screen to the learner."),
        ),
    },
)


def _state_context(request: SignedInRequest, found: ScormState) -> dict[str, Any]:
    log_read(user=request.user, person=found.enrolment.learner, what="content_packages", at=now())
    return {
        "state": found,
        "kind": status_of_state(found),
        "words": words_of_state(found),
        "name": name_for(request.user, found.enrolment.learner),
        "player": player_address(found.package) if goes_on(found) else "",
        "origin": settings.ECOMNET_CONTENT_ORIGIN,
        "kept": found.cmi,
        "history": history_of(found),
    }


STATE_PAGE = ObjectPage(
    name="packages:state",
    template="education/packages/state.html",
    grant=READ_ROLL,
    noun="state",
    rows=states,
    context=_state_context,
    actions={},
)
FRAMED = [
    path("<uuid:pk>/", csp_update(FRAMES)(PACKAGE_PAGE.view()), name="package"),
    path("scorm-states/<uuid:pk>/", csp_update(FRAMES)(STATE_PAGE.view()), name="state"),
]
