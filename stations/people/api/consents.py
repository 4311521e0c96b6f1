"""Consents over the API, and codes to residents' phones."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.files.services import own_file
from core.serializers import ReadSerializer
from stations.access import reader
from stations.accounts.models import User
from stations.people import services
from stations.people.api.shared import (
    PERSON_EXAMPLE,
    LogsForeignReads,
    PersonOut,
    load_person,
)
from stations.people.masking import mask_phone
from stations.people.models import Consent, ConsentText, Person
from stations.people.queries import (
    texts_of_the_day,
)
from stations.people.services.consents import (
    TextOutdated,
    state_of,
)

CONSENT_EXAMPLE = {
    "id": 17,
    "purpose": "sms_notice",
    "text_version": 1,
    "language": "zh-hans",
    "manner": "signature",
    "state": "given",
    "given_at": "2026-11-25T02:10:00.000Z",
    "given_by_guardian": False,
    "withdrawn_at": None,
}


class CodeSentOut(serializers.Serializer):
    """Where the code went, and how long it is good."""

    phone_masked = serializers.CharField()
    expires_at = serializers.DateTimeField()


class SendPhoneCode(LogsForeignReads, VerbView):
    """Send a phone code that confirms the phone."""

    requires = "stations.send_phone_code"
    one_object = True
    Out = CodeSentOut
    refusals = refused_by(services.send_phone_code)
    out_example = {"phone_masked": "+86 138****5678", "expires_at": "2026-11-25T02:20:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return self._answer(services.send_phone_code(person=person, by=user, at=at))

    def _answer(self, sent: Any) -> dict[str, Any]:
        return {"phone_masked": mask_phone(sent.phone), "expires_at": sent.expires_at}


class SendConsentCodeIn(serializers.Serializer):
    """What is agreed to; `child` where a guardian agrees for one."""

    purpose = serializers.SlugField(max_length=40)
    child = serializers.UUIDField(required=False)


class SendConsentCode(SendPhoneCode):
    """Send a consent code, with which this person, or a child's guardian, agrees to this one purpose."""

    requires = "stations.record_consent"
    In = SendConsentCodeIn
    refusals = refused_by(services.send_consent_code)
    in_example: ClassVar[dict[str, Any]] = {"purpose": "sms_notice"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        child = load_person(user, self.requires, data["child"]) if data.get("child") else None
        sent = services.send_consent_code(person=person, agrees_to=data["purpose"], child=child, by=user, at=at)
        return self._answer(sent)


class ConfirmPhoneIn(serializers.Serializer):
    """The six digits that the person reads aloud."""

    code = serializers.RegexField(r"^\d{6}$")


class ConfirmPhone(LogsForeignReads, VerbView):
    """Confirm a phone: its code was read aloud."""

    requires = "stations.confirm_phone"
    one_object = True
    In, Out = ConfirmPhoneIn, PersonOut
    refusals = refused_by(services.confirm_phone)
    in_example = {"code": "042917"}
    out_example = {**PERSON_EXAMPLE, "phone_verified": True}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Person:
        person = load_person(user, self.requires, person_id)
        return services.confirm_phone(person=person, code=data["code"], by=user, at=at)


class ConsentIn(serializers.Serializer):
    """What was read out, and how the person agreed; `guardian` for a child."""

    purpose = serializers.SlugField(max_length=40)
    text_version = serializers.IntegerField(min_value=1, max_value=32767)
    language = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16, required=False)
    manner = serializers.ChoiceField(Consent.Manner.choices)
    code = serializers.RegexField(r"^\d{6}$", required=False)
    guardian = serializers.UUIDField(required=False)
    evidence = serializers.UUIDField(required=False, help_text="A photo that you have stored (`photos/`).")


class ConsentOut(ReadSerializer):
    """One agreement to one purpose."""

    id = serializers.IntegerField(source="pk")
    purpose = serializers.CharField()
    text_version = serializers.IntegerField(source="text_version.version")
    language = serializers.CharField(source="text_version.language")
    manner = serializers.CharField()
    state = serializers.CharField()
    given_at = serializers.DateTimeField()
    given_by_guardian = serializers.BooleanField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    @staticmethod
    def get_state(consent: Consent) -> str:
        return state_of(consent).value

    @staticmethod
    def get_given_by_guardian(consent: Consent) -> bool:
        return consent.given_by_id != consent.person_id


class ConsentsOut(serializers.Serializer):
    """All agreements of one person, newest first."""

    results = ConsentOut(many=True)


class Consents(LogsForeignReads, VerbView):
    """Record a consent of a person."""

    requires, reads = "stations.record_consent", "stations.read_person"
    one_object = True
    In, Out = ConsentIn, ConsentOut
    success_status = 201
    refusals = refused_by(services.record_consent, own_file)
    in_example = {"purpose": "sms_notice", "text_version": 1, "manner": "signature"}
    out_example = CONSENT_EXAMPLE

    @extend_schema(operation_id="peopleConsentsList", responses=ConsentsOut)
    def get(self, request: Any, person_id: UUID) -> Response:
        """List all consents of a person, newest first, withdrawn ones too."""
        person = load_person(request.user, "stations.read_person", person_id)
        rows = person.consents.select_related("text_version").order_by("-given_at", "-pk")
        return Response({"results": ConsentOut(rows, many=True).data})

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Consent:
        person = load_person(user, self.requires, person_id)
        text = ConsentText.objects.filter(
            purpose=data["purpose"],
            version=data["text_version"],
            language=data.get("language", person.language),
        ).first()
        if text is None:
            raise TextOutdated
        return services.record_consent(
            person=person,
            text=text,
            manner=data["manner"],
            code=data.get("code", ""),
            guardian=_guardian(data),
            evidence=own_file(pk=data.get("evidence"), by=user.pk, field="evidence"),
            station=person.home_station,
            by=user,
            at=at,
        )


def _guardian(data: dict[str, Any]) -> Person | None:
    """Whom the child's record must name as guardian: the service checks it, so an unknown id is refused there."""
    return Person(pk=data["guardian"]) if "guardian" in data else None


class WithdrawConsent(VerbView):
    """Withdraw a consent at the person's word; it holds from the next request."""

    requires = "stations.withdraw_consent"
    one_object = True
    Out = ConsentOut
    refusals = refused_by(services.withdraw_consent)
    out_example = {**CONSENT_EXAMPLE, "state": "withdrawn", "withdrawn_at": "2026-11-26T02:10:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, consent_id: int) -> Consent:
        consents = Consent.objects.select_related("person", "station__county", "text_version")
        consent = load(consents, user, self.requires, pk=consent_id)
        return services.withdraw_consent(consent=consent, by=user, at=at)


class ConsentTextOut(serializers.Serializer):
    """What is read out today for one purpose."""

    purpose = serializers.CharField()
    text_version = serializers.IntegerField()
    language = serializers.CharField()
    body = serializers.CharField()


class ConsentTextsOut(serializers.Serializer):
    """One text per purpose."""

    results = ConsentTextOut(many=True)


class ConsentTexts(APIView):
    """The texts of today, to be read aloud before a person agrees."""

    requires = "stations.record_consent"
    out_example = {
        "results": [{"purpose": "sms_notice", "text_version": 1, "language": "en", "body": "The station sends …"}]
    }

    @extend_schema(
        parameters=[OpenApiParameter("language", str, default="zh-hans", description="BCP 47.")],
        responses=ConsentTextsOut,
        operation_id="consentTextsList",
    )
    def get(self, request: Any) -> Response:
        """List consent texts: one per purpose, in this language where there is one."""
        language = request.query_params.get("language", "zh-hans")
        day = day_in(reader(request.user).zone or settings.ECOMNET_ZONE, now())
        texts = texts_of_the_day(language=language, day=day)
        return Response(
            {
                "results": [
                    {"purpose": t.purpose, "text_version": t.version, "language": t.language, "body": t.body}
                    for t in texts
                ]
            }
        )
