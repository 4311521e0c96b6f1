"""A learner's tutoring: tutors, one lesson at a free time, or every week with each date shown first."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.days import day_in
from core.errors import Refused
from core.forms import Outcome
from core.web.page_actions import form_page, send_form
from education.safeguarding.display import name_for
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import consent_on, is_child
from education.subjects import Subject
from education.tutoring import services
from education.tutoring.display import status_of_lesson, time_words, words_of_lesson
from education.tutoring.forms import BookForm, DatesForm, WeeklyForm
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.models.tutors import READ_TUTOR
from education.tutoring.queries import companions_of, free_times, lessons_of, people, tutors, tutors_for
from scheduling.bookings.services import SlotUnavailable
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.people.models import Person
from stations.people.services import log_read
from stations.requests import SignedInRequest

BOOK = "education.book_tutoring"
SHOWN = 10


@requires(BOOK)
def learners(request: SignedInRequest) -> HttpResponse:
    """On to the learner with `?person=`; without one, to the lessons."""
    try:
        wanted = UUID(request.GET.get("person", ""))
    except ValueError:
        return HttpResponseRedirect(reverse("tutoring:lessons"))
    found = load(people(), request.user, BOOK, pk=wanted)
    return HttpResponseRedirect(reverse("tutoring:learner", args=[found.pk]))


@requires(BOOK, one_object=True)
def learner(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A learner: the same again in one press, the tutors, and the last lessons."""
    found = load(people(), request.user, BOOK, pk=pk)
    at, station = now(), counter_of(request.user, BOOK)
    log_read(user=request.user, person=found, what="tutoring", at=at)
    day = day_in(station.zone, at)
    rows = list(lessons_of(found)[:SHOWN])
    again = _again(rows)
    needs = is_child(found, day) and consent_on(found, EDUCATION_RECORD, day) is None
    page = {
        "learner": found,
        "name": name_for(request.user, found),
        "needs_consent": needs,
        "may_consent": may(request.user, "stations.record_consent"),
        "again": again,
        "again_href": _address("book", found, again.tutor, again.subject) if again else "",
        "tutors": [
            (tutor.person.full_name, Subject(subject).label, _address("book", found, tutor, subject))
            for tutor in tutors_for(station)
            for subject in tutor.subjects
        ],
        "lessons": [
            (
                row,
                time_words(row.booking.session.resource.zone, row.booking.slot.starts_at),
                status_of_lesson(row),
                words_of_lesson(row),
            )
            for row in rows
            if row.booking.slot
        ],
    }
    return render(request, "education/tutoring/learner.html", page)


def _again(rows: list[TutoringSession]) -> TutoringSession | None:
    """The last lesson whose tutor still gives lessons in its subject."""
    open_ones = (row for row in rows if row.tutor.status == Tutor.Status.ACTIVE and row.subject in row.tutor.subjects)
    return next(open_ones, None)


def _asked(request: SignedInRequest) -> tuple[Tutor, str] | None:
    """The tutor and the subject that the address names, if it does; 404 for those whom this reader does not reach."""
    try:
        wanted = UUID(request.GET.get("tutor", ""))
    except ValueError:
        return None
    tutor = load(tutors(), request.user, READ_TUTOR, pk=wanted)
    subject = request.GET.get("subject", "")
    return tutor, subject if subject in tutor.subjects else tutor.subjects[0]


def _address(page: str, found: Person, tutor: Tutor, subject: str) -> str:
    asked = urlencode({"tutor": tutor.pk, "subject": subject})
    return f"{reverse(f'tutoring:{page}', args=[found.pk])}?{asked}"


def _times(tutor: Tutor) -> list[tuple[str, str]]:
    zone = tutor.resource.zone
    return [(slot.starts_at.isoformat(), time_words(zone, slot.starts_at)) for slot in free_times(tutor, at=now())]


def _page(request: SignedInRequest, found: Person, tutor: Tutor, subject: str) -> dict[str, Any]:
    return {
        "learner": found,
        "name": name_for(request.user, found),
        "tutor": tutor,
        "tutor_name": tutor.person.full_name,
        "subject": Subject(subject).label,
        "until": tutor.resource.valid_until_date,
    }


def _companions(request: SignedInRequest, found: Person) -> list[tuple[str, str]]:
    return [(str(each.pk), name_for(request.user, each)) for each in companions_of(found)]


@requires(BOOK, one_object=True)
def book(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One lesson: a free time, and it is booked."""
    found = load(people(), request.user, BOOK, pk=pk)
    station = counter_of(request.user, BOOK)
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("tutoring:learner", args=[found.pk]))
    tutor, subject = asked
    log_read(user=request.user, person=found, what="tutoring", at=now())
    times = _times(tutor)

    def run(
        *, starts_at: dt.datetime, others: list[UUID], mode: str, topic: str, key: str, by: User, at: dt.datetime
    ) -> TutoringSession:
        wish = services.Wish(
            tutor=tutor,
            learners=(found, *_chosen(found, others)),
            station=station,
            subject=subject,
            mode=mode,
            topic=topic,
        )
        return services.book_tutoring(wish=wish, starts_at=starts_at, by=by, at=at, key=key)

    return form_page(
        request,
        operation=BOOK,
        form=BookForm(request.POST or None, times=times, companions=_companions(request, found)),
        service=run,
        then=_page_of_lesson,
        template="education/tutoring/book.html",
        page=lambda: {
            **_page(request, found, tutor, subject),
            "times": times,
            "weekly_page": _address("weekly", found, tutor, subject),
        },
        done=_("The lesson is booked. Give the family the slip."),
    )


def _page_of_lesson(made: TutoringSession) -> str:
    return reverse("tutoring:lesson", args=[made.pk])


def _chosen(found: Person, others: list[UUID]) -> list[Person]:
    """The companions who were ticked; only those whom the page offers."""
    offered = {each.pk: each for each in companions_of(found)}
    return [offered[pk] for pk in others if pk in offered]


@requires(BOOK, one_object=True)
def weekly(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Every week: the first lesson and how many, then every date with what stands against it, then all at once."""
    found = load(people(), request.user, BOOK, pk=pk)
    station = counter_of(request.user, BOOK)
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("tutoring:learner", args=[found.pk]))
    tutor, subject = asked
    log_read(user=request.user, person=found, what="tutoring", at=now())
    start = {"tutor": tutor.pk, "subject": subject}
    ask = WeeklyForm(request.GET if "first" in request.GET else None, times=_times(tutor), initial=start)
    page = {**_page(request, found, tutor, subject), "ask": ask}
    if not ask.is_valid():
        return render(request, "education/tutoring/weekly.html", page)
    slot = _slot_of(tutor, ask.cleaned_data["first"])
    if slot is None:
        ask.add_error("first", str(SlotUnavailable.message))
        return render(request, "education/tutoring/weekly.html", page, status=SlotUnavailable.status)
    pattern = services.pattern_of(slot, count=ask.cleaned_data["count"])
    form = DatesForm(request.POST or None, companions=_companions(request, found))
    wish = partial(services.Wish, tutor=tutor, station=station, subject=subject)

    def run(
        *,
        chosen: dict[int, dt.datetime],
        others: list[UUID],
        mode: str,
        topic: str,
        key: str,
        by: User,
        at: dt.datetime,
    ) -> TutoringSession:
        asked_for = wish(learners=(found, *_chosen(found, others)), mode=mode, topic=topic)
        return services.book_tutoring_series(wish=asked_for, pattern=pattern, chosen=chosen, by=by, at=at, key=key)

    def again(outcome: Outcome[DatesForm]) -> HttpResponse:
        first = wish(learners=(found,), mode=TutoringSession.Mode.REMOTE)
        try:
            report = services.preview_tutoring_series(wish=first, pattern=pattern, at=now())
        except Refused as refusal:
            ask.add_error(None, str(refusal))
            return render(request, "education/tutoring/weekly.html", page, status=refusal.status)
        dates = DatesForm(companions=_companions(request, found), report=report, initial=_typed_before(outcome.form))
        refused = outcome.form if outcome.form.errors else None
        shown = {**page, "report": report, "dates": dates, "refused": refused}
        return render(request, "education/tutoring/weekly.html", shown, status=outcome.status)

    return send_form(
        request,
        operation=BOOK,
        form=form,
        service=run,
        then=_page_of_lesson,
        again=again,
        done=_("All chosen lessons are booked. Give the family the slip."),
    )


def _typed_before(form: DatesForm) -> dict[str, Any]:
    """What was typed, when the dates are shown again."""
    return {name: form.data[name] for name in ("mode", "topic") if name in form.data} if form.is_bound else {}


def _slot_of(tutor: Tutor, starts_at: str) -> Slot | None:
    """What the tutor offers at this time, also where it is taken."""
    slots = Slot.objects.select_related("session__resource").filter(session__offering=tutor.offering_id)
    return slots.filter(starts_at=dt.datetime.fromisoformat(starts_at), state=Slot.State.OPEN).first()
