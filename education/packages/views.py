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

from core.access import load, may, requires
from core.forms import Option
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses.models import Course, Enrolment
from education.courses.models.classes import READ_ROLL
from education.courses.models.courses import READ as READ_COURSE
from education.packages import services
from education.packages.display import status_of_package, status_of_state, words_of_state
from education.packages.forms import PackageForm, PlayForm, ReasonForm
from education.packages.machine import PACKAGE
from education.packages.models import READ, READ_RESULT, ContentPackage, ScormState
from education.packages.origin import FRAMES, player_address, preview_address
from education.packages.queries import PackageResult, goes_on, has_consent, packages, packages_of, states
from education.safeguarding.display import name_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.refused_reads import ResidentPage
from stations.people.services import log_read
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

EDIT, PLAY = "education.edit_package", "education.play_package"
APPROVE, BLOCK = "education.approve_package", "education.block_package"


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
        done=_("The package is kept. Look at it, then offer it to the county."),
    )


def _add(*, course: Course, lesson: str, file: IO[bytes], by: User, at: dt.datetime) -> ContentPackage:
    return services.add_package(lesson=course.lessons.get(pk=lesson), file=file, by=by, at=at)


def _context(request: SignedInRequest, found: ContentPackage) -> dict[str, Any]:
    decides = any(may(request.user, verb) for verb in (EDIT, APPROVE, BLOCK))
    is_shown = decides or found.status == ContentPackage.Status.OFFERED
    return {
        "package": found,
        "kind": status_of_package(found),
        "is_shown": is_shown,
        "player": preview_address(found) if is_shown else "",
        "origin": settings.ECOMNET_CONTENT_ORIGIN,
        "kept": {},
        "history": history_of(found),
    }


def _is_of_another(found: ContentPackage, user: User) -> bool:
    return not is_same_person(user, found.author_id)


def _is_blocked_by_another(found: ContentPackage, user: User) -> bool:
    return not is_same_person(user, found.author_id, found.blocked_by_id)


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
            button=_("Ask the county to approve it"),
            doing=_("Recording…"),
        ),
        "approve": PageAction(
            grant=APPROVE,
            service=services.approve_package,
            arrow="approve_package",
            is_open=_is_of_another,
            title=_("Approve"),
            button=_("Learners can play it"),
            doing=_("Recording…"),
        ),
        "return": PageAction(
            grant=APPROVE,
            service=services.return_package,
            form=ReasonForm,
            arrow="return_package",
            title=_("Send it back"),
            button=_("Back to the teacher"),
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
        "block": PageAction(
            grant=BLOCK,
            service=services.block_package,
            form=ReasonForm,
            arrow="block_package",
            title=_("Block a harmful package"),
            button=_("Block it now"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "unblock": PageAction(
            grant=BLOCK,
            service=services.unblock_package,
            form=ReasonForm,
            arrow="unblock_package",
            is_open=_is_blocked_by_another,
            title=_("Open it again"),
            button=_("Learners can play it again"),
            doing=_("Recording…"),
        ),
    },
)


def _learners() -> QuerySet[Enrolment]:
    return Enrolment.objects.seated().select_related(
        "run__course", "run__station__county", "run__teacher", "learner__home_station__county"
    )


def _learner_context(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="content_packages", at=now())
    return {
        "enrolment": found,
        "name": name_for(request.user, found.learner),
        "may_play": may(request.user, PLAY),
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


LEARNER_PAGE = ResidentPage(
    resident="learner",
    name="packages:learner",
    template="education/packages/learner.html",
    grant=READ_RESULT,
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
    agreed = has_consent(found.enrolment, at=now())
    return {
        "state": found,
        "lacks_consent": not agreed,
        "kind": status_of_state(found),
        "words": words_of_state(found),
        "name": name_for(request.user, found.enrolment.learner),
        "player": player_address(found.package) if agreed and goes_on(found) else "",
        "origin": settings.ECOMNET_CONTENT_ORIGIN,
        "kept": found.cmi,
        "history": history_of(found),
    }


STATE_PAGE = ResidentPage(
    resident="enrolment__learner",
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
