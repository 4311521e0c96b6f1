"""Tutors over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value
from rest_framework import generics, serializers

from core.access import load, may
from core.api import AmountField, VerbView
from core.countries import country_of
from core.errors import refused_by
from core.language.typed import Line
from education.subjects import Subject
from education.tutoring import services
from education.tutoring.api.shared import PERSON, TUTOR, ByNumber, TutorOut
from education.tutoring.figures import READ_FIGURES
from education.tutoring.models import Tutor
from education.tutoring.models.tutors import (
    LONGEST_LESSON,
    MOST_PER_DAY,
    MOST_PER_WEEK,
    READ_TUTOR,
    SHORTEST_LESSON,
)
from education.tutoring.queries import people, tutors
from stations.accounts.models import User
from stations.requests import signed_in


class Tutors(generics.ListAPIView):
    """List the tutors of the reader's counties, newest first."""

    requires = READ_TUTOR
    serializer_class = TutorOut
    pagination_class = ByNumber
    out_example = TUTOR

    def get_queryset(self) -> QuerySet[Tutor]:
        reader = signed_in(self.request)
        found = tutors().filter(pk__in=Tutor.objects.open_to(reader, READ_TUTOR).values("pk"))
        return found if may(reader, READ_FIGURES) else found.annotate(hides_rate=Value(True))


class ChangeTutorIn(serializers.Serializer):
    """What is taught, how much, and for which rate in the currency of the county; without a rate it costs nothing."""

    subjects = serializers.ListField(child=serializers.ChoiceField(Subject.choices), min_length=1, max_length=8)
    languages = serializers.ListField(child=serializers.ChoiceField(Tutor.Language.choices), min_length=1, max_length=6)
    max_per_day = serializers.IntegerField(min_value=1, max_value=MOST_PER_DAY)
    max_per_week = serializers.IntegerField(min_value=1, max_value=MOST_PER_WEEK)
    hourly_rate = AmountField(required=False)


class RegisterTutorIn(ChangeTutorIn):
    """Who tutors, and what."""

    person = serializers.UUIDField()


CHANGE = {name: TUTOR[name] for name in ("subjects", "languages", "max_per_day", "max_per_week", "hourly_rate")}


class RegisterTutor(VerbView):
    """Record a tutor, to be approved by another person."""

    requires = "education.register_tutor"
    In, Out = RegisterTutorIn, TutorOut
    success_status = 201
    refusals = refused_by(services.register_tutor)
    in_example = CHANGE | {"person": PERSON}
    out_example = TUTOR | {"status": "applied"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Tutor:
        person = load(people(), user, self.requires, pk=data.pop("person"))
        currency = country_of(person.home_station.county.country).currency
        made = services.register_tutor(person=person, **_in_minor(data, currency), by=user, at=at)
        return tutors().get(pk=made.pk)


class _TutorVerb(VerbView):
    one_object = True
    Out = TutorOut

    def tutor(self, user: User, pk: UUID) -> Tutor:
        return load(tutors(), user, self.requires, pk=pk)


class ChangeTutor(_TutorVerb):
    """Change subjects, limits or rate; another person approves it before more lessons are booked."""

    requires = "education.change_tutor"
    In = ChangeTutorIn
    refusals = refused_by(services.change_tutor)
    in_example = CHANGE
    out_example = TUTOR | {"status": "applied"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Tutor:
        tutor = self.tutor(user, pk)
        services.change_tutor(tutor=tutor, **_in_minor(data, tutor.currency), by=user, at=at)
        return tutors().get(pk=pk)


class TutorHoursIn(serializers.Serializer):
    """Free hours of a week by the tutor's calendar, cut into lessons; weekdays are ISO, 1 is Monday."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7
    )
    opens_at = serializers.TimeField()
    closes_at = serializers.TimeField()
    minutes = serializers.IntegerField(min_value=SHORTEST_LESSON, max_value=LONGEST_LESSON)


class SetTutorHours(_TutorVerb):
    """Replace the free hours of a week from today on; booked lessons stay."""

    requires = "education.set_tutor_hours"
    In = TutorHoursIn
    refusals = refused_by(services.set_tutor_hours)
    in_example = {"weekdays": [6, 7], "opens_at": "09:00", "closes_at": "12:00", "minutes": 45}
    out_example = TUTOR

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Tutor:
        services.set_tutor_hours(tutor=self.tutor(user, pk), **data, by=user, at=at)
        return tutors().get(pk=pk)


class ActivateTutor(_TutorVerb):
    """Approve a tutor, or reinstate one who was paused: lessons can be booked."""

    requires = "education.activate_tutor"
    refusals = refused_by(services.activate_tutor)
    out_example = TUTOR

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Tutor:
        services.activate_tutor(tutor=self.tutor(user, pk), by=user, at=at)
        return tutors().get(pk=pk)


class TutorReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class PauseTutor(_TutorVerb):
    """Pause a tutor: no more lessons are booked, those that are booked take place."""

    requires = "education.pause_tutor"
    In = TutorReasonIn
    refusals = refused_by(services.pause_tutor)
    in_example = {"reason": "期末请假"}
    out_example = TUTOR | {"status": "paused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Tutor:
        services.pause_tutor(tutor=self.tutor(user, pk), **data, by=user, at=at)
        return tutors().get(pk=pk)


class EndTutor(_TutorVerb):
    """End the work of a tutor: lessons to come are cancelled and everybody is told."""

    requires = "education.end_tutor"
    In = TutorReasonIn
    refusals = refused_by(services.end_tutor)
    in_example = {"reason": "毕业离开"}
    out_example = TUTOR | {"status": "ended"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Tutor:
        services.end_tutor(tutor=self.tutor(user, pk), **data, by=user, at=at)
        return tutors().get(pk=pk)


def _in_minor(data: dict[str, Any], currency: str) -> dict[str, Any]:
    """With the rate in minor units; exactly the decimals of the currency are accepted."""
    sent = data.pop("hourly_rate", None)
    return {**data, "rate_minor": sent.in_currency(currency).minor if sent else None}
