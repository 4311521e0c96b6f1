"""Lessons are booked over the API: one, or every week after each date was shown."""

import datetime as dt
from typing import Any, ClassVar

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.subjects import Subject
from education.tutoring import services
from education.tutoring.api.shared import PERSON, SESSION, TUTOR_ID, TutoringSessionOut, learners_for
from education.tutoring.models import TutoringSession
from education.tutoring.models.lessons import MOST_LEARNERS
from education.tutoring.models.tutors import READ_TUTOR
from education.tutoring.queries import of_series, sessions, tutors
from scheduling.bookings.models import FEWEST_OCCURRENCES, MOST_OCCURRENCES
from scheduling.bookings.patterns import Pattern
from scheduling.bookings.services import SeriesReport
from scheduling.bookings.services.reporting import Occurrence
from stations.accounts.models import User
from stations.network.queries import station_at

BOOK = "education.book_tutoring"


class TutoringWishIn(serializers.Serializer):
    """Who learns what with whom, and at which station."""

    tutor = serializers.UUIDField()
    learners = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_LEARNERS)
    station = serializers.CharField(max_length=11)
    subject = serializers.ChoiceField(Subject.choices)
    mode = serializers.ChoiceField(TutoringSession.Mode.choices)
    topic = Line(max_length=80, required=False, allow_blank=True, default="")


class BookTutoringIn(TutoringWishIn):
    """The wish, and when: one of the tutor's free times."""

    starts_at = serializers.DateTimeField()


WISH: dict[str, Any] = {
    "tutor": TUTOR_ID,
    "learners": [PERSON],
    "station": "321324-0007",
    "subject": "maths",
    "mode": "remote",
}


class BookTutoring(VerbView):
    """Book one lesson for one to five learners; family and tutor are told.

    Refused with `child_consent_missing` (403), `vetting_expired` (with the dates), `tutor_day_full`, `slot_full` and
    what else stands below.
    """

    requires = BOOK
    In, Out = BookTutoringIn, TutoringSessionOut
    success_status = 201
    refusals = refused_by(services.book_tutoring)
    in_example = WISH | {"starts_at": SESSION["starts_at"]}
    out_example = SESSION

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> TutoringSession:
        starts_at = data.pop("starts_at")
        return services.book_tutoring(wish=_wish(user, data), starts_at=starts_at, by=user, at=at, key=key)


class TutoringPatternIn(TutoringWishIn):
    """The wish, and every week from which local date on, at which time, how many times."""

    first_date = serializers.DateField()
    clock = serializers.TimeField()
    count = serializers.IntegerField(min_value=FEWEST_OCCURRENCES, max_value=MOST_OCCURRENCES)


class TutoringDateOut(ReadSerializer):
    """One date: `free`, or the code of what stands against it, with up to three other times near it."""

    no = serializers.IntegerField()
    date = serializers.DateField()
    starts_at = serializers.DateTimeField()
    state = serializers.CharField()
    words = serializers.CharField()
    alternatives = serializers.ListField(child=serializers.DateTimeField())

    @staticmethod
    def get_state(each: Occurrence) -> str:
        return each.refusal.code if each.refusal else each.state.value


class TutoringReportOut(ReadSerializer):
    """Every date that was asked for, in order. Nothing is booked."""

    dates = TutoringDateOut(many=True)

    @staticmethod
    def get_dates(report: SeriesReport) -> Any:
        return report.occurrences


PATTERN = WISH | {"first_date": "2026-12-05", "clock": "09:00:00", "count": 8}


class PreviewTutoringSeries(VerbView):
    """Say of each date whether it is free, before anything is booked.

    `state` is `free`, or `child_consent_missing`, `vetting_expired`, `tutor_day_full`, `tutor_week_full`, `slot_full`,
    `resource_away`, `resource_taken`, `person_busy`, `already_booked`, `holiday`, `not_valid_then`, `outside_hours`
    or `booking_closed`.
    """

    requires = BOOK
    In, Out = TutoringPatternIn, TutoringReportOut
    refusals = refused_by(services.preview_tutoring_series)
    in_example = PATTERN
    out_example: ClassVar[dict[str, Any]] = {
        "dates": [
            {
                "no": 1,
                "date": "2026-12-05",
                "starts_at": "2026-12-05T01:00:00.000Z",
                "state": "free",
                "words": "free",
                "alternatives": [],
            },
            {
                "no": 2,
                "date": "2026-12-12",
                "starts_at": "2026-12-12T01:00:00.000Z",
                "state": "slot_full",
                "words": "full",
                "alternatives": ["2026-12-13T01:00:00.000Z"],
            },
        ]
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> SeriesReport:
        pattern = _pattern(data)
        return services.preview_tutoring_series(wish=_wish(user, data), pattern=pattern, at=at)


class ChosenLessonIn(serializers.Serializer):
    """A date by its number, at its own instant or at one of its alternatives."""

    no = serializers.IntegerField(min_value=1, max_value=MOST_OCCURRENCES)
    starts_at = serializers.DateTimeField()


class BookTutoringSeriesIn(TutoringPatternIn):
    """The pattern, and which of its dates are booked."""

    chosen = ChosenLessonIn(many=True, allow_empty=False)


class TutoringSeriesOut(ReadSerializer):
    """The lessons of a series that are booked."""

    lessons = TutoringSessionOut(many=True)

    @staticmethod
    def get_lessons(first: TutoringSession) -> list[TutoringSession]:
        return of_series(first)


class BookTutoringSeries(VerbView):
    """Book chosen dates of a weekly series, all or none; a date that was taken meanwhile refuses all of them."""

    requires = BOOK
    In, Out = BookTutoringSeriesIn, TutoringSeriesOut
    success_status = 201
    refusals = refused_by(services.book_tutoring_series)
    in_example = PATTERN | {"chosen": [{"no": 1, "starts_at": "2026-12-05T01:00:00.000Z"}]}
    out_example: ClassVar[dict[str, Any]] = {"lessons": [SESSION]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> TutoringSession:
        chosen = {each["no"]: each["starts_at"] for each in data.pop("chosen")}
        pattern = _pattern(data)
        first = services.book_tutoring_series(
            wish=_wish(user, data), pattern=pattern, chosen=chosen, by=user, at=at, key=key
        )
        return sessions().get(pk=first.pk)


def _pattern(data: dict[str, Any]) -> Pattern:
    return Pattern(**{name: data.pop(name) for name in ("first_date", "clock", "count")})


def _wish(user: User, data: dict[str, Any]) -> services.Wish:
    return services.Wish(
        tutor=load(tutors(), user, READ_TUTOR, pk=data["tutor"]),
        learners=learners_for(user, BOOK, data["learners"]),
        station=station_at(user, BOOK, data["station"]),
        subject=data["subject"],
        mode=data["mode"],
        topic=data["topic"],
    )
