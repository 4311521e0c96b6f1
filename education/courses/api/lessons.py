"""Lessons over the API: begun, roll calls that may arrive late and twice, what was watched."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.courses import services
from education.courses.api.shared import ENROLMENT, PERSON
from education.courses.models import AttendanceRecord, BroadcastLink, ClassSession, Enrolment
from education.courses.models.classes import READ_ROLL
from education.courses.queries import RollLine, roll_of
from education.courses.services.watching import ACCEPTED, DUPLICATE, REJECTED, Watched
from education.safeguarding.services import AdultNeeded
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services import log_reads
from stations.requests import signed_in

MOST_MARKS, MOST_EVENTS = 100, 200
MARK_ID, EVENT_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d02"
LAST_SECOND = 180 * 60


class BroadcastLinkOut(ReadSerializer):
    """A stretch in which the room of a broadcast saw its teacher; `to_at` is null while it does."""

    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField(allow_null=True)


class BroadcastLessonOut(ReadSerializer):
    """The room of a broadcast in one lesson, with its link."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    status = serializers.CharField()
    links = BroadcastLinkOut(many=True)

    @staticmethod
    def get_links(session: ClassSession) -> list[BroadcastLink]:
        return list(session.links.order_by("from_at"))


class RollLineOut(ReadSerializer):
    """A learner on a roll call with the mark that counts; empty before it is called."""

    learner = serializers.UUIDField(source="learner.pk")
    presence = serializers.CharField(allow_blank=True)
    has_consent = serializers.BooleanField()

    @staticmethod
    def get_presence(line: RollLine) -> str:
        return line.mark.presence if line.mark else ""


class ClassSessionOut(ReadSerializer):
    """A lesson of a class. `differs`: two roll calls say something else, until one is corrected."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    title = serializers.CharField(source="lesson.title")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    ends_at = serializers.DateTimeField(source="slot.ends_at")
    status = serializers.CharField()
    differs = serializers.BooleanField()
    roll = RollLineOut(many=True)

    @staticmethod
    def get_roll(session: ClassSession) -> list[RollLine]:
        return roll_of(session)


SESSION = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c03",
    "run": ENROLMENT["run"],
    "title": "天气",
    "starts_at": "2026-12-05T08:30:00.000Z",
    "ends_at": "2026-12-05T09:10:00.000Z",
    "status": "open",
    "differs": False,
    "roll": [{"learner": PERSON, "presence": "present", "has_consent": True}],
}


def _sessions() -> QuerySet[ClassSession]:
    return ClassSession.objects.select_related(
        "run__course", "run__station__county", "run__teacher__home_station__county", "lesson", "slot"
    )


class ClassSessionView(APIView):
    """One lesson with its roll; the reading is recorded for each learner."""

    requires = READ_ROLL
    one_object = True
    out_example = SESSION
    serializer_class = ClassSessionOut

    def get(self, request: Request, pk: UUID) -> Response:
        found = load(_sessions(), request.user, READ_ROLL, pk=pk)
        learners = [line.learner for line in roll_of(found)]
        log_reads(user=signed_in(request), people=learners, what="class_roll", at=now())
        return Response(ClassSessionOut(found).data)


ROOM = {
    "id": SESSION["id"],
    "run": SESSION["run"],
    "status": "open",
    "links": [{"from_at": SESSION["starts_at"], "to_at": None}],
}


class _SessionVerb(VerbView):
    one_object = True
    Out = ClassSessionOut

    def session(self, user: User, pk: UUID) -> ClassSession:
        """The lesson that a post carrying the verb reaches."""
        return load(_sessions(), user, self.requires, pk=pk)


class OpenSessionIn(serializers.Serializer):
    """Who is in the room."""

    adult = serializers.UUIDField()


class OpenClassSession(_SessionVerb):
    """Begin a lesson with an adult in the room."""

    requires = "education.open_class_session"
    In = OpenSessionIn
    refusals = refused_by(services.open_class_session)
    in_example = {"adult": PERSON}
    out_example = SESSION

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClassSession:
        session = self.session(user, pk)
        adult = Person.objects.select_related("home_station__county").filter(pk=data["adult"]).first()
        if adult is None:
            raise AdultNeeded(field="adult")
        return services.open_class_session(session=session, adult=adult, by=user, at=at)


class CloseClassSession(_SessionVerb):
    """End a lesson."""

    requires = "education.close_class_session"
    refusals = refused_by(services.close_class_session)
    out_example = SESSION | {"status": "closed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClassSession:
        return services.close_class_session(session=self.session(user, pk), by=user, at=at)


class MarkIn(serializers.Serializer):
    """One learner, as a device marked it; `op_id` is made by the device, once for each mark."""

    op_id = serializers.UUIDField()
    learner = serializers.UUIDField()
    presence = serializers.ChoiceField(choices=AttendanceRecord.Presence.choices)
    made_at = serializers.DateTimeField()
    from_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    corrects = serializers.BooleanField(default=False, help_text="It replaces the mark that counts; needs a reason.")
    reason = Line(max_length=200, required=False, allow_blank=True, default="")


class AttendanceIn(serializers.Serializer):
    """A roll call or a part of it; what was sent before is known."""

    records = serializers.ListField(child=MarkIn(), max_length=MOST_MARKS)


class CallRoll(_SessionVerb):
    """Send a roll call; the first mark of a learner counts, each is stored once however often it is sent."""

    requires = "education.call_roll"
    In = AttendanceIn
    refusals = refused_by(services.call_roll)
    in_example = {
        "records": [
            {"op_id": MARK_ID, "learner": PERSON, "presence": "present", "made_at": "2026-12-05T08:41:00.000Z"},
        ]
    }
    out_example = SESSION

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClassSession:
        marks = [services.Mark(**each) for each in data["records"]]
        return services.call_roll(session=self.session(user, pk), marks=marks, by=user, at=at)


class WatchedIn(serializers.Serializer):
    """A stretch of a recording, from a second until before another; `event_id` is made by the device."""

    event_id = serializers.UUIDField()
    learner = serializers.UUIDField()
    lesson = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    seconds_from = serializers.IntegerField(min_value=0, max_value=LAST_SECOND)
    seconds_to = serializers.IntegerField(min_value=1, max_value=LAST_SECOND)
    made_at = serializers.DateTimeField()


class LearningEventsIn(serializers.Serializer):
    """Events of one or several learners, in any order."""

    events = serializers.ListField(child=WatchedIn(), max_length=MOST_EVENTS)


class _LinkVerb(VerbView):
    one_object = True
    requires = "education.open_class_session"
    Out = BroadcastLessonOut

    def session(self, user: User, pk: UUID) -> ClassSession:
        """The lesson of the room that a post carrying the verb reaches."""
        return load(_sessions(), user, self.requires, pk=pk)


class SeeLink(_LinkVerb):
    """Say that the room sees its teacher. Its device does so every 15 seconds; 45 seconds of silence end it."""

    refusals = refused_by(services.see_link)
    out_example = ROOM

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClassSession:
        return services.see_link(session=self.session(user, pk), by=user, at=at, by_device=True)


class LoseLink(_LinkVerb):
    """Say that the room sees its teacher no more."""

    refusals = refused_by(services.lose_link)
    out_example = ROOM | {"links": [{"from_at": SESSION["starts_at"], "to_at": SESSION["ends_at"]}]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClassSession:
        return services.lose_link(session=self.session(user, pk), by=user, at=at)


class LearningEventsOut(serializers.Serializer):
    """What became of each event, in the order in which they were sent."""

    results = serializers.ListField(child=serializers.ChoiceField(choices=[ACCEPTED, DUPLICATE, REJECTED]))


class RecordLearning(VerbView):
    """Send what learners watched; an event that arrives again is known."""

    requires = "education.record_learning"
    In, Out = LearningEventsIn, LearningEventsOut
    refusals = refused_by(services.record_learning)
    in_example = {
        "events": [
            {
                "event_id": EVENT_ID,
                "learner": PERSON,
                "lesson": 1,
                "seconds_from": 0,
                "seconds_to": 300,
                "made_at": "2026-12-05T08:46:00.000Z",
            }
        ]
    }
    out_example = {"results": ["accepted"]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        events = [Watched(**each) for each in data["events"]]
        within = Enrolment.objects.open_to(user, self.requires)
        return {"results": services.record_learning(events=events, enrolments=within, by=user, at=at)}


class LessonProgressOut(ReadSerializer):
    """How much of a lesson's recording was watched, in basis points rounded down."""

    lesson = serializers.IntegerField(source="lesson.pk")
    seconds = serializers.IntegerField()
    progress_bp = serializers.IntegerField()
