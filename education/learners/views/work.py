"""What a learner does on the own page: takes a quiz, plays a package, hands in homework.

It is done in the name of whoever opened the screen, who is in the room; the visit says which learner it was.
"""

import datetime as dt
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import PUBLIC, requires
from core.api import PROBLEM
from core.errors import Refused
from core.files.services import store_photo, store_recording
from core.forms import PressForm
from core.keys.services import Answer, once
from core.web.page_actions import form_page, to
from core.wire import loads
from education.homework.forms import HandInForm
from education.homework.models import HomeworkSubmission
from education.homework.services import submit_homework
from education.learners.models import LONGEST_SCREEN, LearnerScreen, LearnerVisit
from education.learners.queries import OwnHomework, homework_of, visit_on
from education.learners.services import ScreenClosed, note_press
from education.learners.views.screen import REFUSED, names_after, on_own_page, on_screen, own_or_404, whose
from education.packages.api.learners import SaveIn
from education.packages.display import status_of_state, words_of_state
from education.packages.models import ContentPackage, ScormState
from education.packages.origin import FRAMES, player_address
from education.packages.queries import goes_on, states
from education.packages.services import save_scorm_state, start_package
from education.quizzes.display import answer_words, points_words, status_of_attempt
from education.quizzes.forms import AnswersForm, answers_of
from education.quizzes.marks import is_right
from education.quizzes.models import Quiz, QuizAttempt
from education.quizzes.queries import attempts, last_answers, marks_of_attempt, questions_for
from education.quizzes.services import answer_quiz, finish_quiz, start_quiz

TAKE, PLAY, SUBMIT = "education.take_quiz", "education.play_package", "education.submit_homework"


@require_POST
@requires(PUBLIC)
@on_own_page
def take_quiz(request: HttpRequest, visit: LearnerVisit, pk: UUID) -> HttpResponse:
    """Begin a quiz of the own course, or go on with it."""
    return form_page(
        request,
        operation=TAKE,
        about=f"{visit.pk}:{pk}",
        form=PressForm(request.POST),
        service=partial(_begin_quiz, visit=visit, quiz=get_object_or_404(Quiz, pk=pk)),
        then=lambda made: reverse("learn:attempt", args=[made.pk]),
        template=REFUSED,
    )


def _begin_quiz(*, visit: LearnerVisit, quiz: Quiz, by: object, at: dt.datetime) -> QuizAttempt:
    return start_quiz(quiz=quiz, enrolment=visit.enrolment, by=visit.screen.opened_by, at=at)


@requires(PUBLIC)
@on_own_page
def attempt(request: HttpRequest, visit: LearnerVisit, pk: UUID) -> HttpResponse:
    """The questions of an own attempt; afterwards what was right."""
    found: QuizAttempt = own_or_404(attempts().filter(pk=pk).first(), visit)
    questions, answers, marks = questions_for(found), last_answers(found), marks_of_attempt(found)
    page = {
        "attempt": found,
        "whose": whose(visit),
        "is_open": found.status == QuizAttempt.Status.INITIALIZED,
        "kind": status_of_attempt(found),
        "points": points_words(marks) if marks else "",
        "marked": [
            (each, answer_words(each, answers.get(each.pk, [])), is_right(each, answers.get(each.pk, [])))
            for each in (questions if marks else [])
        ],
    }
    return form_page(
        request,
        operation=f"{TAKE}.finish",
        about=f"{visit.pk}:{pk}",
        form=AnswersForm(request.POST or None, questions=questions, answers=answers),
        service=partial(_hand_in_answers, visit=visit, attempt=found),
        then=to("learn:attempt", found.pk),
        template="education/learners/attempt.html",
        page=lambda: page,
    )


def _hand_in_answers(
    *,
    visit: LearnerVisit,
    attempt: QuizAttempt,
    answered: dict[UUID, list[str]],
    key: str,
    by: Any,
    at: dt.datetime,
) -> QuizAttempt:
    opener = visit.screen.opened_by
    answer_quiz(attempt=attempt, answers=answers_of(answered, key=key, at=at), by=opener, at=at)
    return finish_quiz(attempt=attempt, by=opener, at=at)


@require_POST
@requires(PUBLIC)
@on_own_page
def play(request: HttpRequest, visit: LearnerVisit, pk: UUID) -> HttpResponse:
    """Begin a package of the own course, or go on with it."""
    package = get_object_or_404(ContentPackage.objects.select_related("lesson"), pk=pk)
    return form_page(
        request,
        operation=PLAY,
        about=f"{visit.pk}:{pk}",
        form=PressForm(request.POST),
        service=partial(_begin_package, visit=visit, package=package),
        then=lambda made: reverse("learn:state", args=[made.pk]),
        template=REFUSED,
    )


def _begin_package(*, visit: LearnerVisit, package: ContentPackage, by: object, at: dt.datetime) -> ScormState:
    return start_package(enrolment=visit.enrolment, package=package, by=visit.screen.opened_by, at=at)


@requires(PUBLIC)
@csp_update(FRAMES)
@on_own_page
def state(request: HttpRequest, visit: LearnerVisit, pk: UUID) -> HttpResponse:
    """A package that the learner plays."""
    found: ScormState = own_or_404(states().filter(pk=pk).first(), visit)
    page = {
        "state": found,
        "kind": status_of_state(found),
        "words": words_of_state(found),
        "player": player_address(found.package) if goes_on(found) else "",
        "origin": settings.ECOMNET_CONTENT_ORIGIN,
        "kept": found.cmi,
    }
    response = render(request, "education/learners/state.html", page)
    # Who plays presses nothing of ours: each time that the package saves is a press, and the page stays.
    response.headers["Refresh"] = names_after(LONGEST_SCREEN)
    return response


@require_POST
@requires(PUBLIC)
@on_screen
def save_state(request: HttpRequest, screen: LearnerScreen, pk: UUID) -> HttpResponse:
    """What the package says, as its player sends it; the answers are those of the API."""
    visit = visit_on(screen, at=now())
    if visit is None:
        return _problem(ScreenClosed())
    found: ScormState = own_or_404(states().filter(pk=pk).first(), visit)
    note_press(visit=visit, at=now())
    said = SaveIn(data=_json_of(request))
    if not said.is_valid():
        return JsonResponse(said.errors, status=400)
    data = said.validated_data

    def run() -> Answer:
        kept = save_scorm_state(state=found, **data, by=screen.opened_by, at=now())
        return Answer(200, {"revision": kept.revision})

    try:
        answer = once(
            person=str(screen.opened_by_id),
            operation=f"{PLAY}.save {visit.pk}",
            key=request.headers.get("Idempotency-Key", ""),
            content=data,
            run=run,
        )
    except Refused as refusal:
        return _problem(refusal)
    return JsonResponse(answer.body, status=answer.status)


def _problem(refusal: Refused) -> HttpResponse:
    return JsonResponse(refusal.problem(), status=refusal.status, content_type=PROBLEM)


def _json_of(request: HttpRequest) -> Any:
    try:
        return loads(request.body)
    except ValueError:
        return None


@requires(PUBLIC)
@on_own_page
def hand_in(request: HttpRequest, visit: LearnerVisit, pk: UUID) -> HttpResponse:
    """One homework of the learner: what was said about it, and a photo to hand in."""
    found = next((each for each in _homework_on(visit) if each.task.pk == pk), None)
    if found is None:
        raise Http404
    return form_page(
        request,
        operation=SUBMIT,
        about=f"{visit.pk}:{pk}",
        form=HandInForm(request.POST or None, request.FILES or None),
        service=partial(_hand_in_page, visit=visit, found=found),
        then=to("learn:mine"),
        template="education/learners/homework.html",
        page=lambda: {"task": found.task, "line": found.line, "whose": whose(visit)},
    )


def _homework_on(visit: LearnerVisit) -> list[OwnHomework]:
    return homework_of(visit.enrolment.learner, [visit.enrolment.run_id])


def _hand_in_page(
    *,
    visit: LearnerVisit,
    found: OwnHomework,
    photo: BinaryIO,
    voice: BinaryIO | None,
    by: Any,
    at: dt.datetime,
) -> HomeworkSubmission:
    opener = visit.screen.opened_by
    stored = store_photo(upload=photo, by=opener.pk, at=at, field="photo")
    heard = store_recording(upload=voice, by=opener.pk, at=at, field="voice") if voice else None
    learner = visit.enrolment.learner
    return submit_homework(task=found.task, learner=learner, photo=stored, voice=heard, by=opener, at=at)
