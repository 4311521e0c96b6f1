"""What a person has yet to complete before a certificate of stations is issued."""

from typing import Any
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.days import day_in
from core.serializers import ReadSerializer
from education.skills.models import READ_GATE
from education.skills.queries import GateLine, gates_of
from stations.people.models import Person
from stations.people.services import log_read
from stations.requests import signed_in


class GateOut(ReadSerializer):
    """A certificate of stations for one person. `valid_through` is the last day of the one that stands."""

    subject = serializers.CharField()
    courses = serializers.ListField(child=serializers.CharField(), source="needed.courses")
    refresher = serializers.CharField(source="needed.refresher", allow_blank=True)
    missing = serializers.ListField(child=serializers.CharField())
    valid_through = serializers.DateField(allow_null=True)
    renewed_from = serializers.DateField(allow_null=True)

    @staticmethod
    def get_valid_through(line: GateLine) -> Any:
        return line.certificate.expires_date if line.certificate else None


class Gates(APIView):
    """List certificates of stations with what is missing for them.

    Without `person`, of the one who asks. The reading of another person is recorded.
    """

    requires = READ_GATE
    serializer_class = GateOut
    out_example = [
        {
            "subject": "insurance",
            "courses": ["INS1"],
            "refresher": "INS1R",
            "missing": ["INS1"],
            "valid_through": None,
            "renewed_from": None,
        }
    ]

    @extend_schema(
        parameters=[OpenApiParameter("person", UUID, description="A resident within reach.")],
        responses=GateOut(many=True),
    )
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        people = Person.objects.select_related("home_station__county")
        wanted = request.query_params.get("person", "")
        person = load(people, user, "stations.read_person", pk=_id(wanted)) if wanted else None
        if person is None:
            person = people.filter(pk=user.person_id).first()
        elif person.pk != user.person_id:
            log_read(user=user, person=person, what="learning_record", at=now())
        lines = gates_of(person, day_in(person.home_station.zone, now())) if person else []
        return Response(GateOut(lines, many=True).data)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValidationError({"person": ["This is no id."]}) from error
