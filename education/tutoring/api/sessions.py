"""Lessons on their day over the API."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line, Words
from education.tutoring import services
from education.tutoring.api.shared import PERSON, SESSION, ByNumber, TutoringSessionOut
from education.tutoring.models import TutoringSession
from education.tutoring.models.lessons import MOST_LEARNERS, READ_TUTORING
from education.tutoring.queries import learners_of, sessions
from scheduling.bookings.services import Scope
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.recorded_lists import RecordedList
from stations.people.services import log_reads
from stations.requests import signed_in


class TutoringSessions(RecordedList):
    """List lessons of the reader's station, or of the tutor who reads, newest first; each learner shown is logged."""

    requires = READ_TUTORING
    serializer_class = TutoringSessionOut
    pagination_class = ByNumber
    out_example = SESSION

    def get_queryset(self) -> QuerySet[TutoringSession]:
        reached = TutoringSession.objects.open_to(signed_in(self.request), READ_TUTORING)
        return sessions().filter(pk__in=reached.values("pk"))

    def record(self, rows: Sequence[TutoringSession]) -> None:
        learners = {learner.pk: learner for row in rows for learner in learners_of(row)}
        log_reads(user=signed_in(self.request), people=learners.values(), what="tutoring", at=now())


class _SessionVerb(VerbView):
    one_object = True
    Out = TutoringSessionOut

    def session(self, user: User, pk: UUID) -> TutoringSession:
        return load(sessions(), user, self.requires, pk=pk)


class StartTutoringIn(serializers.Serializer):
    """The adult who is present; needed with a minor."""

    adult_present = serializers.UUIDField(required=False, allow_null=True, default=None)


class StartTutoring(_SessionVerb):
    """Begin a lesson: consents and checks hold today, and with a minor an adult is there who is not the tutor."""

    requires = "education.start_tutoring"
    In = StartTutoringIn
    refusals = refused_by(services.start_tutoring)
    in_example = {"adult_present": PERSON}
    out_example = SESSION | {"status": "arrived", "started_at": SESSION["starts_at"]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        session, wanted = self.session(user, pk), data["adult_present"]
        adults = Person.objects.select_related("home_station__county")
        adult = get_object_or_404(adults, pk=wanted) if wanted else None
        services.start_tutoring(session=session, adult=adult, by=user, at=at)
        return sessions().get(pk=pk)


class FinishTutoringIn(serializers.Serializer):
    """Who was there, and what was learnt."""

    present = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_LEARNERS)
    notes = Words(max_length=1000, required=False, allow_blank=True, default="")


class FinishTutoring(_SessionVerb):
    """End a lesson that took place; the stipend is owed once the station confirms it."""

    requires = "education.finish_tutoring"
    In = FinishTutoringIn
    refusals = refused_by(services.finish_tutoring)
    in_example = {"present": [PERSON], "notes": "分数加减"}
    out_example = SESSION | {"status": "fulfilled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        session = self.session(user, pk)
        services.finish_tutoring(session=session, present_learners=data["present"], notes=data["notes"], by=user, at=at)
        return sessions().get(pk=pk)


class ConfirmTutoring(_SessionVerb):
    """Confirm for the station that a lesson took place: the stipend of its planned minutes is owed to the tutor."""

    requires = "education.confirm_tutoring"
    refusals = refused_by(services.confirm_tutoring)
    out_example = SESSION | {"status": "fulfilled", "confirmed_at": "2026-12-05T01:50:00.000Z", "stipend": "22.58"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        services.confirm_tutoring(session=self.session(user, pk), by=user, at=at)
        return sessions().get(pk=pk)


class ContestTutoringIn(serializers.Serializer):
    """What was different."""

    reason = Line(max_length=200)


class ContestTutoring(_SessionVerb):
    """Contest for the station that a lesson took place; no pay is due."""

    requires = "education.confirm_tutoring"
    In = ContestTutoringIn
    refusals = refused_by(services.contest_tutoring)
    in_example = {"reason": "当天没有上课"}
    out_example = SESSION | {"status": "fulfilled", "stipend": "0.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        services.contest_tutoring(session=self.session(user, pk), **data, by=user, at=at)
        return sessions().get(pk=pk)


class MissTutoringIn(serializers.Serializer):
    """Which side did not come."""

    missing = serializers.ChoiceField(TutoringSession.Missing.choices)


class MissTutoring(_SessionVerb):
    """Record that the learners or the tutor did not come, from 15 minutes after the beginning on."""

    requires = "education.miss_tutoring"
    In = MissTutoringIn
    refusals = refused_by(services.miss_tutoring)
    in_example = {"missing": "learners"}
    out_example = SESSION | {"status": "noshow", "missing": "learners", "stipend": "11.29"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        services.miss_tutoring(session=self.session(user, pk), **data, by=user, at=at)
        return sessions().get(pk=pk)


class CancelTutoringIn(serializers.Serializer):
    """Which lessons, on whose side the reason lies, and the reason. A tutor cancels for the tutor alone."""

    scope = serializers.ChoiceField(Scope.choices, default=Scope.THIS)
    side = serializers.ChoiceField(services.Side.choices)
    reason = Line(max_length=200)


class CancelTutoring(_SessionVerb):
    """Cancel a lesson, the later ones of its series with it, or all that are ahead; everybody is told."""

    requires = "education.cancel_tutoring"
    In = CancelTutoringIn
    refusals = refused_by(services.cancel_tutoring)
    in_example = {"scope": "this", "side": "resident", "reason": "孩子发烧"}
    out_example = SESSION | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        return services.cancel_tutoring(session=self.session(user, pk), **data, by=user, at=at)
