"""The pages of tutors: recorded by the clerk, approved by the manager, with hours, paused and ended."""

import datetime as dt
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import may, requires
from core.countries import country_of
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses.queries import county_taught_in
from education.hotlines.forms import WEEKDAYS
from education.safeguarding.queries import vetted_in
from education.tutoring import services
from education.tutoring.display import reason_of, status_of_tutor, subjects_of
from education.tutoring.figures import READ_FIGURES
from education.tutoring.forms import HoursForm, NewTutorForm, ReasonForm, TutorForm
from education.tutoring.machine import TUTOR
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.models.lessons import CONTESTED
from education.tutoring.models.tutors import READ_TUTOR
from education.tutoring.queries import WARNED_DAYS, free_times, today_of, tutors, uncovered
from scheduling.calendars.models import AvailabilityRule
from stations.accounts.models import Post, Role, User
from stations.accounts.queries import history_of
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.places.models import Division
from stations.requests import SignedInRequest

REGISTER = "education.register_tutor"
Status = Tutor.Status


def _context(request: SignedInRequest, found: Tutor) -> dict[str, Any]:
    at = now()
    soon = today_of(found, at) + dt.timedelta(days=WARNED_DAYS)
    own = TutoringSession.objects.filter(tutor=found)
    # What a tutor earns, and why one is paused, is no business of those at a counter.
    sees_terms = may(request.user, READ_FIGURES)
    return {
        "tutor": found,
        "name": mask_name(found.person.full_name),
        "kind": status_of_tutor(found),
        "subjects": subjects_of(found),
        "sees_terms": sees_terms,
        "reason": reason_of(found) if sees_terms else "",
        "languages": ", ".join(str(Tutor.Language(each).label) for each in found.languages),
        "until": found.resource.valid_until_date,
        "week": _hours_of(found),
        "free": free_times(found, at=at, limit=5) if found.status == Status.ACTIVE else [],
        "uncovered": uncovered(until=soon).filter(tutor=found).count(),
        "to_come": own.filter(booking__status="booked", booking__slot__starts_at__gt=at).count(),
        "held": own.in_state("fulfilled").exclude(CONTESTED).count(),
        "given_up": services.given_up_by(found, at=at),
        "unfunded": own.filter(is_unfunded=True).count(),
        "history": history_of(found) if sees_terms else None,
    }


def _hours_of(tutor: Tutor) -> list[tuple[str, str, str]]:
    """Weekday, first beginning and last end of the hours that hold from today on."""
    today = today_of(tutor, now())
    rules = AvailabilityRule.objects.filter(resource=tutor.resource).exclude(to_date__lte=today)
    days: dict[int, tuple[dt.time, dt.time]] = {}
    for rule in rules.order_by("weekday", "opens_at"):
        first, last = days.get(rule.weekday, (rule.opens_at, rule.closes_at))
        days[rule.weekday] = min(first, rule.opens_at), max(last, rule.closes_at)
    names = dict(WEEKDAYS)
    return [(str(names[day]), f"{first:%H:%M}", f"{last:%H:%M}") for day, (first, last) in days.items()]


def _change_form(_request: SignedInRequest, found: Tutor) -> dict[str, Any]:
    names = ("subjects", "languages", "max_per_day", "max_per_week")
    values = {name: getattr(found, name) for name in names}
    return {"currency": found.currency, "initial": values | {"rate": found.rate}}


def _is_of_another(found: Tutor, user: User) -> bool:
    return user.pk not in {found.recorded_by_id, found.login_id}


TUTOR_PAGE = ObjectPage(
    name="tutoring:tutor",
    template="education/tutoring/tutor.html",
    grant=READ_TUTOR,
    noun="tutor",
    rows=tutors,
    context=_context,
    machine=TUTOR,
    actions={
        "activate": PageAction(
            grant="education.activate_tutor",
            service=services.activate_tutor,
            arrow="activate_tutor",
            is_open=_is_of_another,
            title=_("Approve the tutor"),
            button=_("Lessons can be booked"),
            doing=_("Recording…"),
        ),
        "hours": PageAction(
            grant="education.set_tutor_hours",
            service=services.set_tutor_hours,
            form=HoursForm,
            arrow="set_tutor_hours",
            title=_("Set the free hours of a week"),
            button=_("Save the hours"),
            doing=_("Recording…"),
        ),
        "change": PageAction(
            grant="education.change_tutor",
            service=services.change_tutor,
            form=TutorForm,
            form_kwargs=_change_form,
            arrow="change_tutor",
            title=_("Change subjects, limits or rate"),
            button=_("Save, to be approved again"),
            doing=_("Recording…"),
        ),
        "pause": PageAction(
            grant="education.pause_tutor",
            service=services.pause_tutor,
            form=ReasonForm,
            arrow="pause_tutor",
            title=_("Pause the tutor"),
            button=_("Book no more lessons"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "end": PageAction(
            grant="education.end_tutor",
            service=services.end_tutor,
            form=ReasonForm,
            arrow="end_tutor",
            title=_("The tutor leaves"),
            button=_("End it and cancel the lessons to come"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@requires(REGISTER)
def register(request: SignedInRequest) -> HttpResponse:
    """Record a tutor of the own county."""
    county = county_taught_in(request.user, REGISTER)
    currency = country_of(county.country).currency
    people = [(str(each.pk), mask_name(each.full_name)) for each in _candidates(county)]
    return form_page(
        request,
        operation=REGISTER,
        form=NewTutorForm(request.POST or None, people=people, currency=currency),
        service=partial(_register, county=county),
        then=page_of("tutoring:tutor"),
        template="education/tutoring/register.html",
        page=lambda: {"county": county, "people": people},
        done=_("Recorded. Another person of the county approves the tutor."),
    )


def _candidates(county: Division) -> QuerySet[Person]:
    """Adults of the county with valid checks and a teacher's login who are no tutors yet."""
    teachers = Post.objects.live(now()).filter(role=Role.TEACHER, user__person__isnull=False)
    rows = vetted_in(county, timezone.localdate()).filter(pk__in=teachers.values("user__person"))
    return rows.exclude(pk__in=Tutor.objects.values("person"))


def _register(*, county: Division, person: str, by: User, at: dt.datetime, **typed: Any) -> Tutor:
    rows = Person.objects.select_related("home_station__county")
    chosen = get_object_or_404(rows, pk=person, home_station__county=county)
    return services.register_tutor(person=chosen, by=by, at=at, **typed)
