"""A child's file and consents over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.safeguarding import services
from education.safeguarding.api.shared import CHILD, people
from education.safeguarding.models import ChildFile
from education.safeguarding.purposes import FOR_CHILDREN
from education.safeguarding.queries import Agreed, agreed_purposes
from stations.accounts.models import User
from stations.people.models import Consent
from stations.people.services import log_read
from stations.requests import signed_in

READ_FILE, RECORD_FILE = "education.read_child_file", "education.record_child_file"


class AgreedOut(ReadSerializer):
    """How a purpose stands for a child today."""

    purpose = serializers.CharField()
    is_given = serializers.BooleanField()
    until = serializers.DateField(allow_null=True)

    @staticmethod
    def get_is_given(agreed: Agreed) -> bool:
        """Whether a confirmed guardian's consent holds."""
        return agreed.consent is not None


class ChildFileOut(ReadSerializer):
    """A child's file with the consents that hold today; empty fields where no file was recorded yet."""

    child = serializers.UUIDField(source="child_id")
    left_behind = serializers.CharField(allow_null=True)
    carer = serializers.UUIDField(source="carer_id", allow_null=True)
    parents_place = serializers.CharField(allow_null=True)
    school = serializers.CharField(allow_null=True)
    grade = serializers.IntegerField(allow_null=True)
    reviewed_date = serializers.DateField(allow_null=True)
    next_review_date = serializers.DateField(allow_null=True)
    consents = AgreedOut(many=True)

    @staticmethod
    def get_consents(file: ChildFile) -> Any:
        """Each purpose of education."""
        return agreed_purposes(file.child, day_in(file.child.home_station.zone, now()))


FILE = {
    "child": CHILD,
    "left_behind": "both_parents",
    "carer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b02",
    "parents_place": "苏州",
    "school": "上塘小学",
    "grade": 4,
    "reviewed_date": "2026-11-25",
    "next_review_date": "2027-02-23",
    "consents": [{"purpose": "education_record", "is_given": True, "until": "2027-09-01"}],
}


class ChildFileIn(serializers.Serializer):
    """How a child lives."""

    left_behind = serializers.ChoiceField(ChildFile.LeftBehind.choices)
    carer = serializers.UUIDField(required=False, help_text="A guardian of the child.")
    parents_place = Line(max_length=120, required=False, allow_blank=True, default="")
    school = Line(max_length=120, required=False, allow_blank=True, default="")
    grade = serializers.IntegerField(min_value=1, max_value=12, required=False)


class ChildFiles(VerbView):
    """Record how a child lives; the next review is due 90 days later."""

    requires, reads = RECORD_FILE, READ_FILE
    one_object = True
    In, Out = ChildFileIn, ChildFileOut
    refusals = refused_by(services.record_child_file)
    in_example = {"left_behind": "both_parents", "parents_place": "苏州", "school": "上塘小学", "grade": 4}
    out_example = FILE

    @extend_schema(responses=ChildFileOut, operation_id="childrenFileRetrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a child's file with the consents that hold today; the reading is recorded."""
        child = load(people(), request.user, READ_FILE, pk=pk)
        log_read(user=signed_in(request), person=child, what="child_file", at=now())
        return Response(ChildFileOut(ChildFile.objects.filter(child=child).first() or ChildFile(child=child)).data)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ChildFile:
        child = load(people(), user, RECORD_FILE, pk=pk)
        carer = data.pop("carer", None)
        guardian = load(people(), user, RECORD_FILE, pk=carer) if carer else None
        return services.record_child_file(child=child, carer=guardian, **data, by=user, at=at)


class WithdrawChildConsentIn(serializers.Serializer):
    """Which purpose a guardian withdraws, and why."""

    purpose = serializers.ChoiceField([(purpose, purpose) for purpose in FOR_CHILDREN])
    reason = Line(max_length=200)


class ConsentWithdrawnOut(ReadSerializer):
    """A consent that has ended."""

    purpose = serializers.CharField()
    withdrawn_at = serializers.DateTimeField()


class WithdrawChildConsent(VerbView):
    """Withdraw a guardian's consent for a child; what is planned on it is cancelled at once."""

    requires = "education.withdraw_child_consent"
    one_object = True
    In, Out = WithdrawChildConsentIn, ConsentWithdrawnOut
    refusals = refused_by(services.withdraw_child_consent)
    in_example = {"purpose": "school_supplies", "reason": "奶奶不同意"}
    out_example = {"purpose": "school_supplies", "withdrawn_at": "2026-11-25T02:41:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Consent:
        child = load(people(), user, self.requires, pk=pk)
        return services.withdraw_child_consent(child=child, **data, by=user, at=at)
