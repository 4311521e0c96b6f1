"""Opening records over the API: with consent, or in an emergency, which is reviewed."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from health.hospitals.models import Hospital
from health.records import services
from health.records.api.reading import EXAMPLE, HealthRecordOut
from health.records.models import EmergencyAccess, HealthRecord
from health.records.models.records import REVIEW
from stations.accounts.models import User


def own_clinic(user: User, verb: str, pk: UUID) -> Hospital:
    """A clinic on whose staff the user is."""
    clinic = Hospital.objects.open_to(user, verb).filter(pk=pk).first()
    if clinic is None:
        raise serializers.ValidationError({"clinic": [_("This is no clinic of yours.")]})
    return clinic


class RecordOpenIn(serializers.Serializer):
    """Whose record is opened; `manner` is how the resident agreed now, empty where it was before."""

    clinic = serializers.UUIDField()
    id_number = serializers.CharField(max_length=24)
    manner = serializers.ChoiceField(["signature", "paper"], required=False, allow_blank=True)


class OpenRecord(VerbView):
    """Open the record of a resident who is at the clinic.

    Refused: `resident_not_found`, `consent_missing`.
    """

    requires = "health.open_record"
    In, Out = RecordOpenIn, HealthRecordOut
    success_status = 201
    refusals = refused_by(services.open_record)
    in_example = {"clinic": EXAMPLE["clinic"], "id_number": "110105194912310028", "manner": "signature"}
    out_example = EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> HealthRecord:
        clinic = own_clinic(user, self.requires, data.pop("clinic"))
        return services.open_record(clinic=clinic, **data, by=user, at=at)


class EmergencyIn(serializers.Serializer):
    """Whose record is opened without consent, and why."""

    clinic = serializers.UUIDField()
    id_number = serializers.CharField(max_length=24)
    reason = serializers.CharField(max_length=300)


class EmergencyAccessOut(ReadSerializer):
    """An emergency access: until when it is open, and what the review said."""

    id = serializers.UUIDField()
    record = serializers.UUIDField(source="record_id")
    closes_at = serializers.DateTimeField()
    verdict = serializers.CharField(allow_blank=True)


class OpenEmergencyAccess(VerbView):
    """Open a record for four hours because life or health is at risk; resident and head are told at once."""

    requires = "health.open_emergency_access"
    In, Out = EmergencyIn, EmergencyAccessOut
    success_status = 201
    refusals = refused_by(services.open_emergency_access)
    in_example = {
        "clinic": EXAMPLE["clinic"],
        "id_number": "110105194912310028",
        "reason": "患者昏迷被送来，需要了解用药和过敏史",
    }
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c42",
        "record": EXAMPLE["id"],
        "closes_at": "2026-11-27T18:00:00.000Z",
        "verdict": "",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> EmergencyAccess:
        clinic = own_clinic(user, self.requires, data.pop("clinic"))
        return services.open_emergency_access(clinic=clinic, **data, by=user, at=at)


class ReviewIn(serializers.Serializer):
    """Whether the record had to be opened."""

    verdict = serializers.ChoiceField(EmergencyAccess.Verdict.choices)


class ReviewEmergencyAccess(VerbView):
    """Review an emergency access, as the head of the clinic; never the person who opened it."""

    requires = REVIEW
    one_object = True
    In, Out = ReviewIn, EmergencyAccessOut
    refusals = refused_by(services.review_emergency_access)
    in_example = {"verdict": "justified"}
    out_example = OpenEmergencyAccess.out_example | {"verdict": "justified"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> EmergencyAccess:
        found = load(EmergencyAccess.objects.all(), user, REVIEW, pk=pk)
        return services.review_emergency_access(access=found, **data, by=user, at=at)
