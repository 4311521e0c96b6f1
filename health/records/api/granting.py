"""Consents for one hospital or one doctor over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.errors import refused_by
from health.records import services
from health.records.api.reading import EXAMPLE, GranteeConsentOut
from health.records.api.writing import RecordVerb
from health.records.models import GranteeConsent
from health.records.queries import doctors_by_name, hospitals_by_name, records
from stations.accounts.models import User

CONSENT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c61",
    "hospital": EXAMPLE["clinic"],
    "doctor": None,
    "from_at": "2026-11-27T02:00:00.000Z",
    "to_at": "2026-12-27T16:00:00.000Z",
    "withdrawn_at": None,
}


class AllowIn(serializers.Serializer):
    """One hospital or one doctor, through a day of the zone of the clinic that keeps the record."""

    hospital = serializers.PrimaryKeyRelatedField(queryset=hospitals_by_name(), required=False, allow_null=True)
    doctor = serializers.PrimaryKeyRelatedField(queryset=doctors_by_name(), required=False, allow_null=True)
    until_date = serializers.DateField()
    manner = serializers.ChoiceField(GranteeConsent.Manner.choices)


class AllowGrantee(RecordVerb):
    """Record that a resident lets a hospital or doctor read the record; one before it ends."""

    requires = "health.allow_grantee"
    In, Out = AllowIn, GranteeConsentOut
    refusals = refused_by(services.allow_grantee)
    in_example = {"hospital": EXAMPLE["clinic"], "until_date": "2026-12-27", "manner": "signature"}
    out_example = CONSENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GranteeConsent:
        record = load(records(), user, self.requires, pk=pk)
        return services.allow_grantee(record=record, **data, by=user, at=at)


class TakeBackIn(serializers.Serializer):
    """Which consent."""

    consent = serializers.UUIDField()


class WithdrawGrantee(RecordVerb):
    """Take back the consent for one hospital or one doctor: nothing is opened by it from now on."""

    requires = "health.withdraw_grantee"
    success_status = 200
    In, Out = TakeBackIn, GranteeConsentOut
    refusals = refused_by(services.withdraw_grantee)
    in_example = {"consent": CONSENT["id"]}
    out_example = CONSENT | {"withdrawn_at": "2026-12-01T02:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GranteeConsent:
        record = load(records(), user, self.requires, pk=pk)
        return services.withdraw_grantee(record=record, **data, by=user, at=at)
