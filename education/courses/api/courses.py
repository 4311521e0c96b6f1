"""Courses over the API: put together, approved, retired."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from education.courses import services
from education.courses.api.shared import COURSE, ByNumber, CourseOut, CourseReasonIn
from education.courses.models import Course
from education.courses.models.courses import LONGEST_LESSON, MOST_BASIS_POINTS, READ, SHORTEST_LESSON, CourseQuerySet
from education.courses.queries import county_taught_in
from education.courses.services import CourseDraft, LessonPlan
from education.subjects import Subject
from stations.accounts.models import User
from stations.requests import signed_in

EDIT = "education.edit_course"


def _courses() -> CourseQuerySet:
    return Course.objects.select_related("county", "author").prefetch_related("lessons")


class Courses(generics.ListAPIView):
    """List courses of the county, newest first."""

    requires = READ
    serializer_class = CourseOut
    pagination_class = ByNumber
    out_example = COURSE

    def get_queryset(self) -> QuerySet[Course]:
        return _courses().open_to(signed_in(self.request), READ)


class LessonIn(serializers.Serializer):
    """One lesson."""

    title = Line(max_length=80)
    planned_minutes = serializers.IntegerField(min_value=SHORTEST_LESSON, max_value=LONGEST_LESSON)
    has_recording = serializers.BooleanField(default=True)


class CourseIn(serializers.Serializer):
    """A course and its lessons in their order."""

    code = serializers.RegexField(r"^[A-Z0-9]{2,12}$")
    title = Line(max_length=80)
    subject = serializers.ChoiceField(choices=Subject.choices)
    audience = serializers.ChoiceField(choices=Course.Audience.choices)
    age_from = serializers.IntegerField(min_value=3, max_value=99, required=False, allow_null=True, default=None)
    age_to = serializers.IntegerField(min_value=3, max_value=99, required=False, allow_null=True, default=None)
    minutes_required_bp = serializers.IntegerField(min_value=1, max_value=MOST_BASIS_POINTS, default=8000)
    gives_certificate = serializers.BooleanField(default=True)
    certificate_months = serializers.IntegerField(
        min_value=1, max_value=120, required=False, allow_null=True, default=None
    )
    lessons = serializers.ListField(child=LessonIn(), max_length=40)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ages in their order."""
        first, last = attrs["age_from"], attrs["age_to"]
        if first is not None and last is not None and last < first:
            raise serializers.ValidationError({"age_to": ["This is less than age_from."]})
        return attrs


class DraftCourse(VerbView):
    """Put a course together as a draft of one's county."""

    requires = EDIT
    In, Out = CourseIn, CourseOut
    success_status = 201
    refusals = refused_by(services.draft_course)
    in_example = {
        "code": "ENG1",
        "title": "英语一",
        "subject": "english",
        "audience": "child",
        "age_from": 7,
        "age_to": 12,
        "lessons": [{"title": "天气", "planned_minutes": 40}],
    }
    out_example = COURSE | {"status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Course:
        lessons = [LessonPlan(**each) for each in data.pop("lessons")]
        draft = CourseDraft(**data, lessons=lessons)
        return services.draft_course(county=county_taught_in(user, self.requires), draft=draft, by=user, at=at)


class _CourseVerb(VerbView):
    one_object = True
    Out = CourseOut

    def course(self, user: User, pk: UUID) -> Course:
        """The course that a post carrying the verb reaches."""
        return load(_courses(), user, self.requires, pk=pk)


class SubmitCourse(_CourseVerb):
    """Ask for the approval of a draft."""

    requires = "education.submit_course"
    refusals = refused_by(services.submit_course)
    out_example = COURSE | {"status": "in_review"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Course:
        return services.submit_course(course=self.course(user, pk), by=user, at=at)


class ApproveCourse(_CourseVerb):
    """Approve a course that another person has put together."""

    requires = "education.approve_course"
    refusals = refused_by(services.approve_course)
    out_example = COURSE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Course:
        return services.approve_course(course=self.course(user, pk), by=user, at=at)


class ReturnCourse(_CourseVerb):
    """Send a course back to its author, with what is missing."""

    requires = "education.return_course"
    In = CourseReasonIn
    refusals = refused_by(services.return_course)
    in_example = {"reason": "第三课缺时间"}
    out_example = COURSE | {"status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Course:
        return services.return_course(course=self.course(user, pk), **data, by=user, at=at)


class RetireCourse(_CourseVerb):
    """Offer a course no longer; its classes go on."""

    requires = "education.retire_course"
    refusals = refused_by(services.retire_course)
    out_example = COURSE | {"status": "retired"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Course:
        return services.retire_course(course=self.course(user, pk), by=user, at=at)


class ReviseCourse(_CourseVerb):
    """Make the next version of a course as a draft."""

    requires = "education.revise_course"
    success_status = 201
    refusals = refused_by(services.revise_course)
    out_example = COURSE | {"version": 2, "status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Course:
        return services.revise_course(course=self.course(user, pk), by=user, at=at)
