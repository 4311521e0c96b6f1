"""What the endpoints of residents share: how one is shown, loaded, and looked at from afar."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.serializers import ReadSerializer
from stations.accounts.models import User
from stations.network.models import Station
from stations.people import services
from stations.people.masking import birth_year, mask_name, mask_phone
from stations.people.models import Person
from stations.people.queries import (
    village_of,
)
from stations.people.services.registration import (
    VillageElsewhere,
)
from stations.places.models import Division

PERSON_EXAMPLE = {
    "id": "01999b5e-7f30-7c3e-9d52-0d1f6a3c4b11",
    "name_masked": "王*英",
    "sex": "female",
    "birth_year": 1951,
    "phone_masked": "+86 138****5678",
    "phone_verified": False,
    "id_kind": "resident_id",
    "language": "zh-hans",
    "residence": "resident",
    "village": "桑园村",
    "home_station": "桑园村综合服务站",
    "household": "321324-H-0000123",
    "is_walk_in": True,
    "last_served_at": "2026-11-25T02:10:00.000Z",
}


class PersonOut(ReadSerializer):
    """A resident, masked. What is hidden is opened by `reveal`."""

    id = serializers.UUIDField(source="pk")
    name_masked = serializers.CharField()
    sex = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    phone_masked = serializers.CharField(allow_blank=True)
    phone_verified = serializers.BooleanField()
    id_kind = serializers.CharField()
    language = serializers.CharField()
    residence = serializers.CharField()
    village = serializers.CharField()
    home_station = serializers.CharField(source="home_station.name")
    household = serializers.CharField(source="household.number", allow_null=True)
    is_walk_in = serializers.BooleanField()
    last_served_at = serializers.DateTimeField(allow_null=True)

    @staticmethod
    def get_name_masked(person: Person) -> str:
        return mask_name(person.full_name)

    @staticmethod
    def get_birth_year(person: Person) -> int | None:
        return birth_year(person.birth_date)

    @staticmethod
    def get_phone_masked(person: Person) -> str:
        return mask_phone(person.phone)

    @staticmethod
    def get_phone_verified(person: Person) -> bool:
        return person.phone_verified_at is not None

    @staticmethod
    def get_village(person: Person) -> str:
        return village_of(person).short_name


class LogsForeignReads(APIView):
    """Views of one person: the one who asks for somebody out of reach is told 404, and it is written down."""

    person_argument = "person_id"

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: this row stands on its own."""
        if isinstance(exc, Http404) and self.request.user.is_authenticated:
            services.log_refused_read(user=self.request.user, person_id=self.kwargs.get(self.person_argument), at=now())
        return super().handle_exception(exc)


def load_person(user: User, verb: str, person_id: UUID) -> Person:
    """As `reached_person`; a look beyond the own station or under an emergency post is logged."""
    person = reached_person(user, verb, person_id)
    services.log_look(user=user, person=person, verb=verb, at=now())
    return person


def reached_person(user: User, verb: str, person_id: UUID) -> Person:
    """The person that a post carrying the verb reaches; 404 and 403 as everywhere."""
    people = Person.objects.living().select_related("home_station__village", "home_station__county", "village")
    return load(people.select_related("home_station__county", "household"), user, verb, pk=person_id)


def station_for(user: User, verb: str, code: str) -> Station:
    """The station named, or the only one that this person's posts give for the verb."""
    stations = Station.objects.select_related("village", "county")
    if code:
        return load(stations, user, verb, code=code)
    mine = list(stations.open_to(user, verb)[:2])
    if len(mine) != 1:
        raise serializers.ValidationError({"station": [_("Choose one of your stations.")]})
    return mine[0]


def with_village(data: dict[str, Any]) -> dict[str, Any]:
    code = data.pop("village_code", None)
    if code:
        village = Division.objects.filter(code=code, level="village", valid_to=None).first()
        if village is None:
            raise VillageElsewhere(field="village_code")
        data["village"] = village
    return data
