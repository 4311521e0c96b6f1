"""Guardians and deaths over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from core.serializers import ReadSerializer
from stations.accounts.models import User
from stations.people import services
from stations.people.api.shared import (
    PERSON_EXAMPLE,
    LogsForeignReads,
    PersonOut,
    load_person,
    reached_person,
)
from stations.people.masking import mask_name
from stations.people.models import Guardianship, Person
from stations.people.queries import guardianships_of

GUARDIANSHIP_EXAMPLE = {
    "id": 12,
    "child": PERSON_EXAMPLE["id"],
    "guardian": "01999b5e-7f30-7c3e-9d52-0d1f6a3c4b33",
    "guardian_masked": "王*英",
    "kind": "grandparent",
    "from_date": "2026-11-25",
    "to_date": None,
    "confirmed": True,
}


class GuardianshipIn(serializers.Serializer):
    """Who answers for the child, as what, and the paper that says so."""

    guardian = serializers.UUIDField()
    kind = serializers.ChoiceField(Guardianship.Kind.choices)
    from_date = serializers.DateField(required=False, help_text="Today at the station when left out.")
    evidence = serializers.UUIDField(required=False, help_text="A photo that you have stored (`photos/`).")


class GuardianshipOut(ReadSerializer):
    """An adult who answers for a child."""

    id = serializers.IntegerField(source="pk")
    child = serializers.UUIDField(source="child_id")
    guardian = serializers.UUIDField(source="guardian_id")
    guardian_masked = serializers.CharField()
    kind = serializers.CharField()
    from_date = serializers.DateField()
    to_date = serializers.DateField(allow_null=True)
    confirmed = serializers.BooleanField()

    @staticmethod
    def get_guardian_masked(row: Guardianship) -> str:
        return mask_name(row.guardian.full_name)

    @staticmethod
    def get_confirmed(row: Guardianship) -> bool:
        return row.confirmed_by_id is not None


class GuardianshipsOut(serializers.Serializer):
    """All of one child, those of now first."""

    results = GuardianshipOut(many=True)


class Guardianships(LogsForeignReads, VerbView):
    """Record a guardian of a child, whose paper was seen."""

    requires, reads = "stations.record_guardianship", "stations.read_person"
    one_object = True
    In, Out, success_status = GuardianshipIn, GuardianshipOut, 201
    refusals = refused_by(services.record_guardianship, own_file)
    in_example = {"guardian": GUARDIANSHIP_EXAMPLE["guardian"], "kind": "grandparent"}
    out_example = GUARDIANSHIP_EXAMPLE

    @extend_schema(operation_id="peopleGuardianshipsList", responses=GuardianshipsOut)
    def get(self, request: Any, person_id: UUID) -> Response:
        """List the guardianships of a person, ended ones too."""
        person = load_person(request.user, "stations.read_person", person_id)
        return Response({"results": GuardianshipOut(guardianships_of(person), many=True).data})

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Guardianship:
        child = load_person(user, self.requires, person_id)
        return services.record_guardianship(
            child=child,
            guardian=load_person(user, "stations.read_person", data["guardian"]),
            kind=data["kind"],
            from_date=data.get("from_date") or day_in(child.home_station.zone, at),
            evidence=own_file(pk=data.get("evidence"), by=user.pk, field="evidence"),
            confirmed_by=user,
            at=at,
        )


class EndGuardianshipIn(serializers.Serializer):
    """The first day on which it no longer holds."""

    to_date = serializers.DateField(required=False, help_text="Today at the station when left out.")


class EndGuardianship(VerbView):
    """End a guardianship: somebody no longer answers for a child."""

    requires = "stations.end_guardianship"
    one_object = True
    In, Out = EndGuardianshipIn, GuardianshipOut
    refusals = refused_by(services.end_guardianship)
    in_example = {"to_date": "2026-11-25"}
    out_example = {**GUARDIANSHIP_EXAMPLE, "to_date": "2026-11-25"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, guardianship_id: int) -> Guardianship:
        rows = Guardianship.objects.select_related("child__home_station", "guardian")
        row = load(rows, user, self.requires, pk=guardianship_id)
        to_date = data.get("to_date") or day_in(row.child.home_station.zone, at)
        return services.end_guardianship(guardianship=row, to_date=to_date, by=user, at=at)


class DeathIn(serializers.Serializer):
    """When, and the paper that says so."""

    died_date = serializers.DateField()
    evidence = serializers.UUIDField(required=False, help_text="A photo that you have stored (`photos/`).")


class RecordDeath(LogsForeignReads, VerbView):
    """Record a death: card and guardianships end, the household needs another head."""

    requires = "stations.record_death"
    one_object = True
    In, Out = DeathIn, PersonOut
    refusals = refused_by(own_file, services.record_death)
    in_example = {"died_date": "2026-11-20"}
    out_example = {**PERSON_EXAMPLE, "residence": "deceased", "household": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Person:
        person = load_person(user, self.requires, person_id)
        evidence = own_file(pk=data.get("evidence"), by=user.pk, field="evidence")
        services.record_death(person=person, died_date=data["died_date"], evidence=evidence, by=user, at=at)
        return reached_person(user, "stations.read_person", person_id)


class UndoDeathIn(serializers.Serializer):
    """Why it was wrong."""

    reason = Line(max_length=200)


class UndoDeath(LogsForeignReads, VerbView):
    """Undo a death that was recorded wrongly: the person lives, household and guardianships go on."""

    requires = "stations.undo_death"
    one_object = True
    In, Out = UndoDeathIn, PersonOut
    refusals = refused_by(services.undo_death)
    in_example = {"reason": "同名同姓，写错了人"}
    out_example = PERSON_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Person:
        person = load_person(user, self.requires, person_id)
        services.undo_death(person=person, by=user, at=at, **data)
        return reached_person(user, "stations.read_person", person_id)
