"""Consents for one hospital or one doctor over the API: at a clinic, and at the resident's station."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by, refuses
from core.files.services import own_file
from health.records import services
from health.records.api.reading import EXAMPLE, GranteeConsentOut
from health.records.api.writing import RecordVerb
from health.records.models import GranteeConsent, HealthRecord
from health.records.queries import doctors_by_name, grantees_of, hospitals_by_name, record_of, records
from stations.accounts.models import User
from stations.people.masking import mask_phone
from stations.people.models import Person, PhoneCode
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.requests import signed_in

ALLOW, TAKE_BACK = "health.allow_at_station", "health.withdraw_at_station"
CONSENT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c61",
    "hospital": EXAMPLE["clinic"],
    "doctor": None,
    "from_at": "2026-11-27T02:00:00.000Z",
    "to_at": "2026-12-27T16:00:00.000Z",
    "withdrawn_at": None,
}
WITHDRAWN = CONSENT | {"withdrawn_at": "2026-12-01T02:00:00.000Z"}
SENT = {"phone_masked": "+86 138****5678", "expires_at": "2026-11-27T02:20:00.000Z"}


class GranteeCodeSentOut(serializers.Serializer):
    """Where the code went, and how long it is good."""

    phone_masked = serializers.CharField()
    expires_at = serializers.DateTimeField()


class GranteeIn(serializers.Serializer):
    """One hospital or one doctor, through a day of the zone of the clinic that keeps the record."""

    hospital = serializers.PrimaryKeyRelatedField(queryset=hospitals_by_name(), required=False, allow_null=True)
    doctor = serializers.PrimaryKeyRelatedField(queryset=doctors_by_name(), required=False, allow_null=True)
    until_date = serializers.DateField()


GRANTEE = {"hospital": EXAMPLE["clinic"], "until_date": "2026-12-27"}


class AllowIn(GranteeIn):
    """The same with the proof: the code that was sent for exactly this, or a photo of the signed paper."""

    manner = serializers.ChoiceField(GranteeConsent.Manner.choices)
    code = serializers.RegexField(r"^\d{6}$", required=False)
    evidence = serializers.UUIDField(required=False, help_text="A photo that you have stored (`photos/`).")


class TakeBackIn(serializers.Serializer):
    """Which consent."""

    consent = serializers.UUIDField()


def _sent(code: PhoneCode) -> dict[str, Any]:
    return {"phone_masked": mask_phone(code.phone), "expires_at": code.expires_at}


def _allow(record: HealthRecord, data: dict[str, Any], *, user: User, at: dt.datetime) -> GranteeConsent:
    evidence = own_file(pk=data.pop("evidence", None), by=user.pk, field="evidence")
    return services.allow_grantee(record=record, **data, evidence=evidence, by=user, at=at)


class SendGranteeCode(RecordVerb):
    """Send a resident the code that lets a hospital or doctor read; the message says who reads."""

    requires = "health.allow_grantee"
    success_status = 200
    In, Out = GranteeIn, GranteeCodeSentOut
    refusals = refused_by(services.send_grantee_code)
    in_example, out_example = GRANTEE, SENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        record = load(records(), user, self.requires, pk=pk)
        return _sent(services.send_grantee_code(record=record, **data, by=user, at=at))


class AllowGrantee(RecordVerb):
    """Record that a resident lets a hospital or doctor read the record; one before it ends."""

    requires = "health.allow_grantee"
    In, Out = AllowIn, GranteeConsentOut
    refusals = refused_by(services.allow_grantee, own_file)
    in_example = GRANTEE | {"manner": "code", "code": "042917"}
    out_example = CONSENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GranteeConsent:
        return _allow(load(records(), user, self.requires, pk=pk), data, user=user, at=at)


class WithdrawGrantee(RecordVerb):
    """Take back the consent for one hospital or one doctor: nothing is opened by it from now on."""

    requires = "health.withdraw_grantee"
    success_status = 200
    In, Out = TakeBackIn, GranteeConsentOut
    refusals = refused_by(services.withdraw_grantee)
    in_example, out_example = {"consent": CONSENT["id"]}, WITHDRAWN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GranteeConsent:
        record = load(records(), user, self.requires, pk=pk)
        return services.withdraw_grantee(record=record, **data, by=user, at=at)


def _residents() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station")


@refuses(services.NoHealthRecord)
def _record_of(user: User, verb: str, pk: UUID) -> HealthRecord:
    """The health record of a resident of the own station. Refused: `no_health_record`."""
    record = record_of(load_of_resident(_residents(), user, verb, resident="pk", pk=pk))
    if record is None:
        raise services.NoHealthRecord
    return record


class RecordReadersOut(serializers.Serializer):
    """Whom the resident allows alone to read the record, newest first."""

    results = GranteeConsentOut(many=True)


class SendCodeAtStation(LogsRefusedReads, VerbView):
    """Send a resident of the station the code that lets a doctor read; a hospital likewise."""

    requires = ALLOW
    one_object = True
    In, Out = GranteeIn, GranteeCodeSentOut
    refusals = refused_by(services.send_grantee_code, _record_of)
    in_example, out_example = GRANTEE, SENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        record = _record_of(user, self.requires, pk)
        return _sent(services.send_grantee_code(record=record, **data, by=user, at=at))


class AllowAtStation(LogsRefusedReads, VerbView):
    """Record at the station that a resident lets a hospital read; a doctor likewise."""

    requires = ALLOW
    one_object = True
    success_status = 201
    In, Out = AllowIn, GranteeConsentOut
    refusals = refused_by(services.allow_grantee, own_file, _record_of)
    in_example = GRANTEE | {"manner": "code", "code": "042917"}
    out_example = CONSENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GranteeConsent:
        return _allow(_record_of(user, self.requires, pk), data, user=user, at=at)


class WithdrawAtStation(LogsRefusedReads, VerbView):
    """Take back at the station what a resident allowed; nothing is opened by it any more."""

    requires = TAKE_BACK
    one_object = True
    In, Out = TakeBackIn, GranteeConsentOut
    refusals = refused_by(services.withdraw_grantee, _record_of)
    in_example, out_example = {"consent": CONSENT["id"]}, WITHDRAWN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> GranteeConsent:
        record = _record_of(user, self.requires, pk)
        return services.withdraw_grantee(record=record, **data, by=user, at=at)


class RecordReaders(LogsRefusedReads):
    """Whom a resident of the own station allows alone to read the health record."""

    requires = ALLOW
    one_object = True
    out_example = {"results": [CONSENT]}

    @extend_schema(operation_id="recordReadersList", responses=RecordReadersOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """List whom a resident allows alone; none where no clinic keeps a record."""
        person = load_of_resident(_residents(), signed_in(request), ALLOW, resident="pk", pk=pk)
        record = record_of(person)
        rows = grantees_of(record, at=now()) if record else []
        return Response({"results": GranteeConsentOut(rows, many=True).data})
