"""Classes over the API: opened, cancelled, joined and left; certificates."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from education.courses import services
from education.courses.api.shared import (
    CERTIFICATE,
    COURSE,
    ENROLMENT,
    PERSON,
    RUN,
    ByNumber,
    ClassEnrolmentOut,
    ClassRunOut,
    CourseCertificateOut,
    CourseReasonIn,
)
from education.courses.models import ClassRun, Course, CourseCertificate, Enrolment
from education.courses.models.certificates import READ_CERTIFICATE
from education.courses.models.classes import MOST_SEATS, READ_CLASS, ClassRunQuerySet
from education.courses.models.courses import READ
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

OPEN, ENROL = "education.open_class", "education.enrol_learner"


def _runs() -> ClassRunQuerySet:
    return ClassRun.objects.select_related("course", "station__county").prefetch_related("sessions__slot")


class ClassRuns(generics.ListAPIView):
    """List classes within reach, newest first."""

    requires = READ_CLASS
    serializer_class = ClassRunOut
    pagination_class = ByNumber
    out_example = RUN

    def get_queryset(self) -> QuerySet[ClassRun]:
        return _runs().open_to(self.request.user, READ_CLASS)


class OpenClassIn(serializers.Serializer):
    """Which course by whom, and when each lesson begins, in their order."""

    course = serializers.UUIDField()
    teacher = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=ClassRun.Mode.choices)
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)
    starts = serializers.ListField(child=serializers.DateTimeField(), min_length=1, max_length=40)


class OpenClass(VerbView):
    """Open a class at a station: all lessons on the calendar, or none."""

    requires = OPEN
    one_object = True
    In, Out = OpenClassIn, ClassRunOut
    success_status = 201
    refusals = refused_by(services.open_class)
    in_example = {
        "course": COURSE["id"],
        "teacher": PERSON,
        "mode": "online",
        "seats": 30,
        "starts": ["2026-12-05T08:30:00.000Z"],
    }
    out_example = RUN | {"seats_taken": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str) -> ClassRun:
        station = load(Station.objects.select_related("county"), user, self.requires, code=code)
        course = Course.objects.open_to(user, READ).filter(pk=data.pop("course")).first()
        teacher = Person.objects.living().filter(pk=data.pop("teacher")).first()
        if course is None:
            raise ValidationError({"course": ["There is no such course here."]})
        if teacher is None:
            raise ValidationError({"teacher": ["There is no such person."]})
        return services.open_class(course=course, station=station, teacher=teacher, **data, by=user, at=at)


class JoinBroadcastIn(serializers.Serializer):
    """Which broadcast (its first class), and how many seats the room has."""

    broadcast = serializers.UUIDField()
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)


class JoinBroadcast(VerbView):
    """Open a room of a station in a broadcast of its county: the same lessons at the same instants."""

    requires = OPEN
    one_object = True
    In, Out = JoinBroadcastIn, ClassRunOut
    success_status = 201
    refusals = refused_by(services.join_broadcast)
    in_example = {"broadcast": RUN["id"], "seats": 20}
    out_example = RUN | {"seats_taken": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str) -> ClassRun:
        station = load(Station.objects.select_related("county"), user, self.requires, code=code)
        of_county = ClassRun.objects.filter(station__county=station.county_id, mode=ClassRun.Mode.BROADCAST)
        run = of_county.filter(pk=data["broadcast"]).first()
        if run is None:
            raise services.OtherCounty(field="broadcast")
        return services.join_broadcast(run=run, station=station, seats=data["seats"], by=user, at=at)


class CancelClass(VerbView):
    """Cancel all lessons to come of a class, and tell the families."""

    requires = "education.cancel_class"
    one_object = True
    In, Out = CourseReasonIn, ClassRunOut
    refusals = refused_by(services.cancel_class)
    in_example = {"reason": "老师生病"}
    out_example = RUN | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClassRun:
        return services.cancel_class(run=load(_runs(), user, self.requires, pk=pk), **data, by=user, at=at)


class EnrolIn(serializers.Serializer):
    """Who learns."""

    learner = serializers.UUIDField()


class EnrolLearner(VerbView):
    """Give a learner a seat in a class, or the next place in the line."""

    requires = ENROL
    one_object = True
    In, Out = EnrolIn, ClassEnrolmentOut
    success_status = 201
    refusals = refused_by(services.enrol_learner)
    in_example = {"learner": PERSON}
    out_example = ENROLMENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Enrolment:
        run = load(_runs(), user, self.requires, pk=pk)
        people = Person.objects.living().select_related("home_station__county")
        learner = load(people, user, "stations.read_person", pk=data["learner"])
        return services.enrol_learner(run=run, learner=learner, by=user, at=at)


class WithdrawEnrolment(VerbView):
    """Take a learner out of a class; the seat goes to the first in the line."""

    requires = "education.withdraw_enrolment"
    one_object = True
    In, Out = CourseReasonIn, ClassEnrolmentOut
    refusals = refused_by(services.withdraw_enrolment)
    in_example = {"reason": "搬走了"}
    out_example = ENROLMENT | {"status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Enrolment:
        rows = Enrolment.objects.select_related("run__station__county", "run__course", "learner")
        enrolment = load(rows, user, self.requires, pk=pk)
        return services.withdraw_enrolment(enrolment=enrolment, **data, by=user, at=at)


class CourseCertificates(generics.ListAPIView):
    """List certificates within reach, newest first."""

    requires = READ_CERTIFICATE
    serializer_class = CourseCertificateOut
    pagination_class = ByNumber
    out_example = CERTIFICATE

    def get_queryset(self) -> QuerySet[CourseCertificate]:
        return CourseCertificate.objects.open_to(self.request.user, READ_CERTIFICATE)


class RevokeCertificate(VerbView):
    """Revoke a certificate; whoever verifies it is told so at once."""

    requires = "education.revoke_course_certificate"
    one_object = True
    In, Out = CourseReasonIn, CourseCertificateOut
    refusals = refused_by(services.revoke_course_certificate)
    in_example = {"reason": "冒名顶替"}
    out_example = CERTIFICATE | {"status": "revoked"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CourseCertificate:
        found = load(CourseCertificate.objects, user, self.requires, pk=pk)
        return services.revoke_course_certificate(certificate=found, **data, by=user, at=at)
