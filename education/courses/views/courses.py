"""Putting a course together, and what becomes of it."""

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.access import may, requires
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses import services
from education.courses.display import status_of_course
from education.courses.forms import CourseForm, ReasonForm
from education.courses.machine import COURSE
from education.courses.models import Course
from education.courses.queries import county_taught_in, planned_minutes
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, EDIT, OPEN = "education.read_course", "education.edit_course", "education.open_class"
ASK = "education.edit_quiz"


@requires(EDIT)
def new_course(request: SignedInRequest) -> HttpResponse:
    """A draft for the county in which the teacher teaches."""
    county = county_taught_in(request.user, EDIT)
    return form_page(
        request,
        operation=EDIT,
        form=CourseForm(request.POST or None),
        service=partial(_draft, county=county),
        then=page_of("courses:course"),
        template="education/courses/new_course.html",
        done=_("The draft is stored. Submit it when it is complete."),
    )


def _draft(*, by: User, at: dt.datetime, **typed: Any) -> Course:
    county = typed.pop("county")
    return services.draft_course(county=county, draft=services.CourseDraft(**typed), by=by, at=at)


def _edit(*, course: Course, by: User, at: dt.datetime, **typed: Any) -> Course:
    """What the form does not ask for stays."""
    silent = set(course.lessons.filter(has_recording=False).values_list("title", flat=True))
    lessons = [replace(plan, has_recording=plan.title not in silent) for plan in typed.pop("lessons")]
    draft = services.CourseDraft(
        **typed,
        lessons=lessons,
        minutes_required_bp=course.minutes_required_bp,
        gives_certificate=course.gives_certificate,
        certificate_months=course.certificate_months,
    )
    return services.edit_course(course=course, draft=draft, by=by, at=at)


def _initial(_request: SignedInRequest, course: Course) -> dict[str, Any]:
    names = ("code", "title", "subject", "audience", "age_from", "age_to")
    lessons = "\n".join(f"{each.title}, {each.planned_minutes}" for each in course.lessons.all())
    return {"initial": {name: getattr(course, name) for name in names} | {"lessons": lessons}}


def _courses() -> QuerySet[Course]:
    return Course.objects.select_related("county", "author", "approved_by")


def _context(request: SignedInRequest, found: Course) -> dict[str, Any]:
    return {
        "course": found,
        "course_id": str(found.pk),
        "kind": status_of_course(found),
        "lessons": list(found.lessons.all()),
        "minutes": planned_minutes(found),
        "share": found.minutes_required_bp / 100,
        "may_open": may(request.user, OPEN) and found.status == Course.Status.APPROVED,
        "may_ask": may(request.user, ASK) and found.status in Course.SETTLED,
        "history": history_of(found),
    }


def _is_of_another(found: Course, user: User) -> bool:
    return not is_same_person(user, found.author_id)


COURSE_PAGE = ObjectPage(
    name="courses:course",
    template="education/courses/course.html",
    grant=READ,
    noun="course",
    rows=_courses,
    context=_context,
    machine=COURSE,
    actions={
        "submit": PageAction(
            grant="education.submit_course",
            service=services.submit_course,
            arrow="submit_course",
            title=_("Ask for approval"),
            button=_("Submit the course"),
            doing=_("Recording…"),
        ),
        "approve": PageAction(
            grant="education.approve_course",
            service=services.approve_course,
            arrow="approve_course",
            is_open=_is_of_another,
            title=_("Approve"),
            button=_("Approve the course"),
            doing=_("Recording…"),
        ),
        "return": PageAction(
            grant="education.return_course",
            service=services.return_course,
            form=ReasonForm,
            arrow="return_course",
            title=_("Send it back"),
            button=_("Back to the teacher"),
            doing=_("Recording…"),
        ),
        "edit": PageAction(
            grant=EDIT,
            service=_edit,
            form=CourseForm,
            form_kwargs=_initial,
            arrow="edit_course",
            title=_("Change the draft"),
            button=_("Store the draft"),
            doing=_("Recording…"),
        ),
        "revise": PageAction(
            grant="education.revise_course",
            service=services.revise_course,
            arrow="revise_course",
            then=lambda made: reverse("courses:course", args=[made.pk]),
            title=_("Next version"),
            button=_("Make the next version"),
            doing=_("Recording…"),
        ),
        "retire": PageAction(
            grant="education.retire_course",
            service=services.retire_course,
            arrow="retire_course",
            title=_("No longer offer it"),
            button=_("Stop new classes"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
