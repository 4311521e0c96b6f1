"""Residents over the API: registered, corrected, revealed; always shown masked."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.resident_ids import NumberInText
from stations.accounts.models import User
from stations.people import services
from stations.people.api.shared import (
    PERSON_EXAMPLE,
    LogsForeignReads,
    PersonOut,
    load_person,
    reached_person,
    station_for,
    with_village,
)
from stations.people.models import Person, Reveal
from stations.people.queries import merged_into
from stations.people.services.reveals import (
    Field,
    NoLongerShown,
    shown_until,
    value_of,
)
from stations.scope import demand_post


class PersonIn(serializers.Serializer):
    """A resident as somebody at the counter knows them."""

    full_name = Line(max_length=120)
    preferred_name = Line(max_length=120, required=False, allow_blank=True)
    phone = Line(max_length=24, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Person.Sex.choices, required=False)
    birth_date = serializers.DateField(required=False, allow_null=True)
    birth_precision = serializers.ChoiceField(Person.BirthPrecision.choices, required=False)
    village_code = serializers.RegexField(r"^\d{12}$", required=False)
    id_kind = serializers.ChoiceField(Person.IdKind.choices, required=False)
    id_number = Line(max_length=30, required=False, allow_blank=True)
    language = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16, required=False)


class RegisterIn(PersonIn):
    """A new resident. `confirmed_new` after the people in `similar` were looked at."""

    station = serializers.RegexField(r"^\d{6}-\d{4}$", required=False)
    is_walk_in = serializers.BooleanField(default=False)
    confirmed_new = serializers.BooleanField(default=False)


class CorrectIn(PersonIn):
    """The fields that are corrected, and why."""

    full_name = Line(max_length=120, required=False)
    residence = serializers.ChoiceField(
        [choice for choice in Person.Residence.choices if choice[0] != Person.Residence.DECEASED], required=False
    )
    reason = Line(max_length=200, required=False, allow_blank=True)


class RegisterPerson(VerbView):
    """Register a resident at one's own station."""

    requires = "stations.register_person"
    In, Out = RegisterIn, PersonOut
    success_status = 201
    refusals = refused_by(services.register_person)
    in_example = {
        "full_name": "王秀英",
        "phone": "13800005678",
        "sex": "female",
        "birth_date": "1951-03-08",
        "is_walk_in": True,
    }
    out_example = PERSON_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Person:
        station = station_for(user, self.requires, data.pop("station", ""))
        return services.register_person(station=station, by=user, at=at, **with_village(data))


class OnePerson(LogsForeignReads, VerbView):
    """One resident, masked; PATCH corrects what is known."""

    requires, reads = "stations.edit_person", "stations.read_person"
    one_object = True
    In, Out = CorrectIn, PersonOut
    refusals = refused_by(services.edit_person)
    in_example = {"phone": "13900001234", "reason": "new phone"}
    out_example = PERSON_EXAMPLE
    http_method_names = ["get", "patch", "head", "options"]

    @extend_schema(operation_id="peopleRead", responses=PersonOut)
    def get(self, request: Any, person_id: UUID) -> Response:
        """Get a resident, masked. Beyond the own station the reading is logged.

        A merged record answers with the one that it became part of: `id` is that record's.
        """
        person = load_person(request.user, "stations.read_person", merged_into(person_id) or person_id)
        return Response(PersonOut(person).data)

    @extend_schema(operation_id="peopleCorrect")
    def patch(self, request: Any, person_id: UUID) -> Response:
        """Correct a resident's fields; the history tells who changed which, and why."""
        return self.post(request, person_id=person_id)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Person:
        person = load_person(user, self.requires, person_id)
        return services.edit_person(person=person, by=user, at=at, **with_village(data))


class TakeUpPerson(LogsForeignReads, VerbView):
    """Take up an archived record: it is found again like every other."""

    requires = "stations.take_up_person"
    one_object = True
    Out = PersonOut
    out_example = PERSON_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Person:
        person = load_person(user, self.requires, person_id)
        return services.take_up_person(person=person, by=user, at=at)


class RevealIn(serializers.Serializer):
    """Which field, and why."""

    field = serializers.ChoiceField(Field.choices)
    reason = Line(max_length=20, required=False, allow_blank=True, default="")
    note = Line(max_length=200, required=False, allow_blank=True, default="")


class RevealOut(serializers.Serializer):
    """The value, to be shown until an instant."""

    value = serializers.CharField()
    shown_until = serializers.DateTimeField()


class RevealPerson(LogsForeignReads, VerbView):
    """Look at a hidden field for 60 seconds, with a reason; every look leaves a row."""

    requires = "stations.reveal_person"
    one_object = True
    In, Out = RevealIn, RevealOut
    refusals = (NumberInText, NoLongerShown, *refused_by(services.reveal_person))
    in_example = {"field": "phone", "reason": "customer_present"}
    out_example = {"value": "+8613800005678", "shown_until": "2026-11-25T02:11:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        post = demand_post(user, self.requires, person.home_station)
        reveal = services.reveal_person(person=person, user=user, post=post, at=at, **data)
        return {"reveal": reveal.pk}

    def post(self, request: Any, **path: Any) -> Response:
        """Reveal a protected value.

        The stored answer names the reveal, never the value: a repetition within the minute opens it again.
        """
        response = super().post(request, **path)
        if response.status_code == self.success_status:
            reveal = Reveal.objects.select_related("person").get(pk=response.data["reveal"])
            reached_person(request.user, self.requires, reveal.person_id)  # a repetition may come after the post's end
            response.data = {
                "value": value_of(reveal, at=now()),
                "shown_until": shown_until(reveal),
            }
        return response
