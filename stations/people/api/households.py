"""Households and cards over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from stations.accounts.models import User
from stations.people import services
from stations.people.api.shared import (
    PERSON_EXAMPLE,
    LogsForeignReads,
    PersonOut,
    load_person,
    station_for,
    with_village,
)
from stations.people.masking import birth_year, mask_name
from stations.people.models import Household, Membership, Person
from stations.people.queries import (
    members_of,
    post_opening,
    serves,
)

HOUSEHOLD_EXAMPLE = {
    "id": "01999b5e-7f30-7c3e-9d52-0d1f6a3c4b22",
    "number": "321324-H-0000123",
    "village": "桑园村",
    "house_number": "12",
    "head_masked": "张*生",
    "formed_date": "2026-11-25",
    "dissolved_date": None,
    "members": [{"person": PERSON_EXAMPLE["id"], "name_masked": "王*英", "relation": "head", "birth_year": 1951}],
}


class CardOut(serializers.Serializer):
    """The code that the card carries."""

    code = serializers.CharField()


class IssueCard(LogsForeignReads, VerbView):
    """Issue a card to a resident; an earlier one stops working."""

    requires = "stations.edit_person"
    one_object = True
    Out = CardOut
    refusals = refused_by(services.issue_card)
    success_status = 201
    out_example = {"code": "R1K3M8Q2V7X9B4CD"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return {"code": services.issue_card(person=person, by=user, at=at).code}


class RevokeCard(LogsForeignReads, VerbView):
    """Revoke a card: its code finds nobody any more."""

    requires = "stations.edit_person"
    one_object = True
    Out = PersonOut
    out_example = PERSON_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Person:
        person = load_person(user, self.requires, person_id)
        services.revoke_card(person=person, by=user, at=at)
        return person


class HouseholdIn(serializers.Serializer):
    """A household to be numbered; `head` is its first member."""

    station = serializers.RegexField(r"^\d{6}-\d{4}$", required=False)
    village_code = serializers.RegexField(r"^\d{12}$", required=False)
    address_line = Line(max_length=200, required=False, allow_blank=True)
    house_number = Line(max_length=20, required=False, allow_blank=True)
    head = serializers.UUIDField(required=False)


class MemberOut(serializers.Serializer):
    """Who lives there."""

    person = serializers.UUIDField()
    name_masked = serializers.CharField()
    relation = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)


class HouseholdOut(ReadSerializer):
    """A household and its members of today, masked."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    village = serializers.CharField(source="village.short_name")
    house_number = serializers.CharField(allow_blank=True)
    head_masked = serializers.CharField(allow_blank=True)
    formed_date = serializers.DateField()
    dissolved_date = serializers.DateField(allow_null=True)
    members = MemberOut(many=True)

    @staticmethod
    def get_head_masked(household: Household) -> str:
        return mask_name(household.head.full_name) if household.head else ""

    @staticmethod
    def get_members(household: Household) -> Any:
        return [
            {
                "person": str(member.person_id),
                "name_masked": mask_name(member.person.full_name),
                "relation": member.relation,
                "birth_year": birth_year(member.person.birth_date),
            }
            for member in members_of(household)
        ]


class RegisterHousehold(VerbView):
    """Create a household with the county's next number."""

    requires = "stations.register_person"
    In, Out = HouseholdIn, HouseholdOut
    success_status = 201
    refusals = refused_by(services.register_household)
    in_example = {"house_number": "12", "head": PERSON_EXAMPLE["id"]}
    out_example = HOUSEHOLD_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Household:
        data = with_village(data)
        station = station_for(user, self.requires, data.pop("station", ""))
        head = load_person(user, "stations.edit_person", data.pop("head")) if "head" in data else None
        village = data.pop("village", station.village)
        return services.register_household(station=station, village=village, head=head, by=user, at=at, **data)


def load_household(user: User, verb: str, household_id: UUID) -> Household:
    """The household that a post carrying the verb reaches."""
    return load(Household.objects.select_related("village", "head", "home_station"), user, verb, pk=household_id)


class OneHousehold(APIView):
    """One household and its members, masked."""

    requires = "stations.read_person"
    one_object = True
    out_example = HOUSEHOLD_EXAMPLE

    @extend_schema(responses=HouseholdOut, operation_id="householdsRead")
    def get(self, request: Any, household_id: UUID) -> Response:
        """Get a household: its members, the head first. Beyond the own station the reading is logged."""
        household = load_household(request.user, self.requires, household_id)
        if not serves(request.user, household.home_station_id):
            post = post_opening(request.user, self.requires, household.home_station)
            services.log_read(user=request.user, person=household.head, what="household", at=now(), post=post)
        return Response(HouseholdOut(household).data)


class SettleIn(serializers.Serializer):
    """The village where the household lives."""

    village_code = serializers.RegexField(r"^\d{12}$")


class SettleHousehold(VerbView):
    """Move a household to another village with everybody in it, after a split or a slip of the pen."""

    requires = "stations.edit_person"
    one_object = True
    In, Out = SettleIn, HouseholdOut
    refusals = refused_by(services.settle_household)
    in_example = {"village_code": "321324106206"}
    out_example = HOUSEHOLD_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, household_id: UUID) -> Household:
        household = load_household(user, self.requires, household_id)
        village = with_village(data)["village"]
        services.settle_household(household=household, village=village, by=user, at=at)
        return load_household(user, self.requires, household_id)


class NameHeadIn(serializers.Serializer):
    """The member who becomes the head."""

    person = serializers.UUIDField()


class NameHead(VerbView):
    """Name another living member the head of a household."""

    requires = "stations.edit_person"
    one_object = True
    In, Out = NameHeadIn, HouseholdOut
    refusals = refused_by(services.name_head)
    in_example = {"person": PERSON_EXAMPLE["id"]}
    out_example = HOUSEHOLD_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, household_id: UUID) -> Household:
        household = load_household(user, self.requires, household_id)
        person = load_person(user, self.requires, data["person"])
        services.name_head(household=household, person=person, by=user, at=at)
        return load_household(user, self.requires, household_id)


class MoveInIn(serializers.Serializer):
    """Who joins, and as what."""

    person = serializers.UUIDField()
    relation = serializers.ChoiceField(Membership.Relation.choices)


class MoveIn(VerbView):
    """Move a person into a household; the membership before it ends."""

    requires = "stations.edit_person"
    one_object = True
    In, Out = MoveInIn, HouseholdOut
    refusals = refused_by(services.move_person)
    in_example = {"person": PERSON_EXAMPLE["id"], "relation": "child"}
    out_example = HOUSEHOLD_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, household_id: UUID) -> Household:
        household = load_household(user, self.requires, household_id)
        person = load_person(user, self.requires, data["person"])
        services.move_person(person=person, household=household, relation=data["relation"], by=user, at=at)
        return load_household(user, self.requires, household_id)
