"""What the endpoints of tutoring show, and how learners are found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.queries import people
from stations.accounts.models import User
from stations.people.models import Person

PERSON, TUTOR_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a2001"


class ByNumber(CursorPages):
    ordering = "-id"


class TutorOut(ReadSerializer):
    """A tutor; `hourly_rate` is for an hour of 60 minutes in `currency`, null where lessons cost nothing.

    It is null for readers at a counter, too: what a tutor earns is no business of theirs.
    """

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    county = serializers.CharField(source="county.code")
    subjects = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    max_per_day = serializers.IntegerField()
    max_per_week = serializers.IntegerField()
    hourly_rate = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    checked_until = serializers.DateField(source="resource.valid_until_date", allow_null=True)
    status = serializers.CharField()

    @staticmethod
    def get_hourly_rate(tutor: Tutor) -> str | None:
        return str(tutor.rate) if tutor.rate and not getattr(tutor, "hides_rate", False) else None


class SessionLearnerOut(ReadSerializer):
    """Somebody who learns in a lesson; `was_present` is null until it took place."""

    learner = serializers.UUIDField(source="learner_id")
    was_present = serializers.BooleanField(allow_null=True)


class TutoringSessionOut(ReadSerializer):
    """A lesson with a tutor; `status` is that of its booking (FHIR R4).

    `stipend` is in `currency`, null while it is not decided; `is_unfunded` while it waits for money of the county.
    """

    id = serializers.UUIDField()
    tutor = serializers.UUIDField(source="tutor_id")
    station = serializers.CharField(source="station.code")
    subject = serializers.CharField()
    topic = serializers.CharField(allow_blank=True)
    mode = serializers.CharField()
    starts_at = serializers.DateTimeField(source="booking.slot.starts_at")
    minutes = serializers.IntegerField()
    status = serializers.CharField()
    series = serializers.UUIDField(source="booking.series_id", allow_null=True)
    missing = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    stipend = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    is_unfunded = serializers.BooleanField()
    learners = SessionLearnerOut(many=True)

    @staticmethod
    def get_stipend(session: TutoringSession) -> str | None:
        return str(session.stipend) if session.stipend is not None else None

    @staticmethod
    def get_learners(session: TutoringSession) -> list[Any]:
        return sorted(session.learners.all(), key=lambda each: each.place)


TUTOR: dict[str, Any] = {
    "id": TUTOR_ID,
    "person": PERSON,
    "county": "321324000000",
    "subjects": ["maths", "english"],
    "languages": ["zh"],
    "max_per_day": 4,
    "max_per_week": 16,
    "hourly_rate": "30.10",
    "currency": "CNY",
    "checked_until": "2027-06-30",
    "status": "active",
}
SESSION: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a2002",
    "tutor": TUTOR_ID,
    "station": "321324-0007",
    "subject": "maths",
    "topic": "",
    "mode": "remote",
    "starts_at": "2026-12-05T01:00:00.000Z",
    "minutes": 45,
    "status": "booked",
    "series": None,
    "missing": "",
    "started_at": None,
    "ended_at": None,
    "confirmed_at": None,
    "stipend": None,
    "currency": "CNY",
    "is_unfunded": False,
    "learners": [{"learner": PERSON, "was_present": None}],
}


def learners_for(user: User, verb: str, ids: Sequence[UUID]) -> tuple[Person, ...]:
    """These people in their order; 404 unless the reader reaches each of them."""
    return tuple(load(people(), user, verb, pk=pk) for pk in ids)
