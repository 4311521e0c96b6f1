"""Lessons about which the county decides, over the API. Nobody who learns in them is named."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.tutoring import services
from education.tutoring.api.shared import SESSION, ByNumber
from education.tutoring.models import TutoringSession
from education.tutoring.models.lessons import DECIDE_TUTORING
from education.tutoring.queries import before_the_county
from stations.accounts.models import User
from stations.requests import signed_in


class ContestedLessonOut(ReadSerializer):
    """A lesson that was contested, or for which its station does not answer; `decision` is empty until it is made."""

    id = serializers.UUIDField()
    tutor = serializers.UUIDField(source="tutor_id")
    station = serializers.CharField(source="station.code")
    subject = serializers.CharField()
    starts_at = serializers.DateTimeField(source="booking.slot.starts_at")
    minutes = serializers.IntegerField()
    ended_at = serializers.DateTimeField(allow_null=True)
    is_contested = serializers.BooleanField()
    decision = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    stipend = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    is_unfunded = serializers.BooleanField()

    @staticmethod
    def get_stipend(session: TutoringSession) -> str | None:
        return str(session.stipend) if session.stipend is not None else None


CONTESTED = {
    name: SESSION[name]
    for name in ("id", "tutor", "station", "subject", "starts_at", "minutes", "currency", "is_unfunded")
} | {
    "ended_at": "2026-12-05T01:45:00.000Z",
    "is_contested": True,
    "decision": "",
    "decided_at": None,
    "stipend": "0.00",
}


class ContestedLessons(generics.ListAPIView):
    """List lessons about which the county is asked or was asked, newest first."""

    requires = DECIDE_TUTORING
    serializer_class = ContestedLessonOut
    pagination_class = ByNumber
    out_example = CONTESTED

    def get_queryset(self) -> QuerySet[TutoringSession]:
        reached = TutoringSession.objects.open_to(signed_in(self.request), DECIDE_TUTORING)
        return before_the_county(at=now()).filter(pk__in=reached.values("pk"))


class DecideTutoringIn(serializers.Serializer):
    """Whether it took place, and how that is known."""

    decision = serializers.ChoiceField(TutoringSession.Decision.choices)
    reason = Line(max_length=200)


class DecideTutoring(VerbView):
    """Decide for the county whether a lesson took place: its stipend is owed in full, or nothing is."""

    requires = DECIDE_TUTORING
    one_object = True
    In, Out = DecideTutoringIn, ContestedLessonOut
    refusals = refused_by(services.decide_tutoring)
    in_example = {"decision": "held", "reason": "家长和帮办员都证实上了课"}
    out_example = CONTESTED | {
        "is_contested": False,
        "decision": "held",
        "decided_at": "2026-12-07T02:00:00.000Z",
        "stipend": "22.58",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TutoringSession:
        session = load(before_the_county(at=at), user, self.requires, pk=pk)
        services.decide_tutoring(session=session, **data, by=user, at=at)
        return before_the_county(at=at).get(pk=pk)
