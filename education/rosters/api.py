"""Rosters over the API: sent as a zip, read, taken in; pupils and classes matched."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.courses.models import ClassRun
from education.courses.models.classes import READ_CLASS
from education.courses.queries import county_taught_in
from education.rosters import services
from education.rosters.models import READ, Roster, RosterRecord
from stations.accounts.models import User
from stations.people.models import Person

ROSTER_ID, ENTRY_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f02"
LINE = {"file": "classes.csv", "number": 2, "sourced_id": "C-1", "outcome": "created"}
ROSTER = {
    "id": ROSTER_ID,
    "source_system": "中心小学",
    "version": "1.1",
    "status": "checked",
    "made_at": "2026-09-01T00:30:00.000Z",
    "applied_at": None,
    "report": [LINE],
}
ENTRY = {
    "id": ENTRY_ID,
    "kind": "class",
    "source_system": "中心小学",
    "sourced_id": "C-1",
    "is_ended": False,
    "learner": None,
    "run": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c01",
}


class SchoolRosterLineOut(serializers.Serializer):
    """What becomes of a line, or the code of what is wrong with it; line 0 is one that a bulk file leaves out.

    Ids of people are marks: the same from file to file, and not those of the file.
    """

    file = serializers.CharField()
    number = serializers.IntegerField()
    sourced_id = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField()


class SchoolRosterOut(ReadSerializer):
    """A file of a school and its report; nothing in it names anybody."""

    id = serializers.UUIDField()
    source_system = serializers.CharField()
    version = serializers.CharField()
    status = serializers.CharField()
    made_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    report = SchoolRosterLineOut(many=True)

    @staticmethod
    def get_report(roster: Roster) -> Any:
        return roster.report


class RosterEntryOut(ReadSerializer):
    """A pupil or a class that a school has named, by its id there; names are shown on the page alone."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    source_system = serializers.CharField()
    sourced_id = serializers.CharField()
    is_ended = serializers.BooleanField()
    learner = serializers.UUIDField(source="learner_id", allow_null=True)
    run = serializers.UUIDField(source="run_id", allow_null=True)


class RosterIn(serializers.Serializer):
    """A OneRoster file, and the name of the system from which it is."""

    source_system = Line(max_length=40)
    file = serializers.FileField(help_text="A zip of CSV files, OneRoster 1.1 or 1.2, of at most 10 MB.")


class CheckRoster(VerbView):
    """Send a OneRoster file; the answer says what taking it in would do, line by line. Nothing is taken in yet."""

    requires = "education.make_roster"
    parser_classes = (MultiPartParser,)
    In, Out, success_status = RosterIn, SchoolRosterOut, 201
    refusals = refused_by(services.check_roster)
    in_example = {"source_system": "中心小学", "file": "the bytes of the file"}
    out_example = ROSTER

    def content_of(self, request: Request) -> dict[str, str]:
        """The same key with another file is another request."""
        file = request.data["file"]
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return {"source_system": request.data.get("source_system", ""), "file": digest}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Roster:
        return services.check_roster(county=county_taught_in(user, self.requires), **data, by=user, at=at)


class RosterView(generics.RetrieveAPIView):
    """Read the report of a roster."""

    requires = READ
    one_object = True
    serializer_class = SchoolRosterOut
    out_example = ROSTER

    def get_object(self) -> Roster:
        found: Roster = load(Roster.objects, self.request.user, READ, pk=self.kwargs["pk"])
        return found


class ApplyRoster(VerbView):
    """Take in every line of a roster, or nothing. Who lacks a guardian's consent waits."""

    requires = "education.apply_roster"
    one_object = True
    Out = SchoolRosterOut
    refusals = refused_by(services.apply_roster)
    out_example = ROSTER | {"status": "applied", "applied_at": "2026-09-01T00:40:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Roster:
        roster = load(Roster.objects.select_related("county"), user, self.requires, pk=pk)
        return services.apply_roster(roster=roster, by=user, at=at)


class DiscardRoster(VerbView):
    """Give up a roster that was not taken in; its lines are forgotten."""

    requires = "education.make_roster"
    one_object = True
    Out = SchoolRosterOut
    refusals = refused_by(services.discard_roster)
    out_example = ROSTER | {"status": "discarded"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Roster:
        return services.discard_roster(roster=load(Roster.objects, user, self.requires, pk=pk), by=user, at=at)


class OldestFirst(CursorPages):
    ordering = "id"


class RosterEntries(generics.ListAPIView):
    """List pupils and classes that nobody has matched yet, oldest first."""

    requires = READ
    serializer_class = RosterEntryOut
    pagination_class = OldestFirst
    out_example = ENTRY | {"run": None}

    def get_queryset(self) -> QuerySet[RosterRecord]:
        return RosterRecord.objects.open_to(self.request.user, READ).undecided()


class MatchRosterLineIn(serializers.Serializer):
    """Which resident."""

    learner = serializers.UUIDField()


class MatchPupil(VerbView):
    """Say which resident of the county a pupil is; seats that waited for it are tried at once."""

    requires = "education.match_roster"
    one_object = True
    In, Out = MatchRosterLineIn, RosterEntryOut
    refusals = refused_by(services.match_pupil)
    in_example = {"learner": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"}
    out_example = ENTRY | {"kind": "user", "learner": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01", "run": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RosterRecord:
        record = load(RosterRecord.objects, user, self.requires, pk=pk)
        people = Person.objects.select_related("home_station__county")
        learner = load(people, user, "stations.read_person", pk=data["learner"])
        return services.match_pupil(record=record, learner=learner, by=user, at=at)


class LinkRosterClassIn(serializers.Serializer):
    """Which class."""

    class_run = serializers.UUIDField()


class LinkClass(VerbView):
    """Say which class of the school's station a class is; seats that waited for it are tried at once."""

    requires = "education.match_roster"
    one_object = True
    In, Out = LinkRosterClassIn, RosterEntryOut
    refusals = refused_by(services.link_class)
    in_example = {"class_run": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c01"}
    out_example = ENTRY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RosterRecord:
        record = load(RosterRecord.objects, user, self.requires, pk=pk)
        run = load(ClassRun.objects, user, READ_CLASS, pk=data["class_run"])
        return services.link_class(record=record, run=run, by=user, at=at)
