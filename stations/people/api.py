"""Residents over the API: found, registered, corrected; always shown masked."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, TooMany
from core.text import refuse_lines
from stations.access import reader
from stations.network.models import Station
from stations.people import services
from stations.people.identity import InvalidIdNumber
from stations.people.masking import birth_year, mask_name, mask_phone
from stations.people.models import Consent, ConsentText, Household, Membership, Person, Reveal
from stations.people.phones import InvalidPhone
from stations.people.queries import (
    DIGITS_BY_POST,
    QueryTooShort,
    SendByPost,
    find_people,
    members_of,
    must_be_posted,
    reach_of,
    texts_of_the_day,
    village_of,
)
from stations.people.services.codes import PhoneMissing
from stations.people.services.consents import (
    ConsentMissing,
    GuardianRequired,
    PersonGone,
    TextOutdated,
    state_of,
)
from stations.people.services.households import HeadLeaves, HouseholdGone, NotMember
from stations.people.services.registration import (
    BornInFuture,
    IdAlreadyRegistered,
    NameMissing,
    PersonMayExist,
    VillageElsewhere,
)
from stations.people.services.reveals import (
    Field,
    NoLongerShown,
    NothingToShow,
    ReasonRequired,
    shown_until,
    value_of,
)
from stations.places.models import Division
from stations.scope import post_reaching

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
    "last_served_at": "2026-11-25T02:10:00+00:00",
}
CONSENT_EXAMPLE = {
    "id": 17,
    "purpose": "sms_notice",
    "text_version": 1,
    "language": "zh-hans",
    "manner": "signature",
    "state": "given",
    "given_at": "2026-11-25T02:10:00+00:00",
    "given_by_guardian": False,
    "withdrawn_at": None,
}
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


class Line(serializers.CharField):
    """One line of text without control characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validators=[refuse_lines], **options)


class FoundOut(serializers.Serializer):
    """A row of a search: enough to pick somebody, not enough to copy them."""

    id = serializers.UUIDField()
    name_masked = serializers.CharField()
    phone_masked = serializers.CharField(allow_blank=True)
    village = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    home_station = serializers.CharField()
    head_masked = serializers.CharField(allow_blank=True)
    house_number = serializers.CharField(allow_blank=True)


class PeopleFound(serializers.Serializer):
    """At most 20 rows, best first; one more letter narrows them."""

    results = FoundOut(many=True)


class FindIn(serializers.Serializer):
    """What was typed, and where to look."""

    q = Line(max_length=120)
    scope = serializers.ChoiceField(["station", "county"], default="station")


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


class PersonOut(serializers.Serializer):
    """A resident, masked. What is hidden is opened by `reveal`."""

    id = serializers.UUIDField()
    name_masked = serializers.CharField()
    sex = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    phone_masked = serializers.CharField(allow_blank=True)
    phone_verified = serializers.BooleanField()
    id_kind = serializers.CharField()
    language = serializers.CharField()
    residence = serializers.CharField()
    village = serializers.CharField()
    home_station = serializers.CharField()
    household = serializers.CharField(allow_null=True)
    is_walk_in = serializers.BooleanField()
    last_served_at = serializers.DateTimeField(allow_null=True)


def person_out(person: Person) -> dict[str, Any]:
    """A person as `PersonOut` shows them."""
    return {
        "id": str(person.pk),
        "name_masked": mask_name(person.full_name),
        "sex": person.sex,
        "birth_year": birth_year(person.birth_date),
        "phone_masked": mask_phone(person.phone),
        "phone_verified": person.phone_verified_at is not None,
        "id_kind": person.id_kind,
        "language": person.language,
        "residence": person.residence,
        "village": village_of(person).short_name,
        "home_station": person.home_station.name,
        "household": person.household.number if person.household else None,
        "is_walk_in": person.is_walk_in,
        "last_served_at": person.last_served_at.isoformat() if person.last_served_at else None,
    }


class LogsStrangers:
    """Views of one person: whoever asks for somebody out of reach is told 404, and it is written down."""

    person_argument = "person_id"

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: this row stands on its own."""
        if isinstance(exc, Http404) and self.request.user.is_authenticated:
            services.log_refused_read(user=self.request.user, person_id=self.kwargs.get(self.person_argument), at=now())
        return super().handle_exception(exc)


def load_person(user: Any, verb: str, person_id: UUID) -> Person:
    """The person that a post carrying the verb reaches; 404 and 403 as everywhere."""
    people = Person.objects.living().select_related("home_station__village", "home_station__county", "village")
    return load(people.select_related("home_station__county", "household"), user, verb, pk=person_id)


def log_look_beyond(user: Any, person: Person, at: dt.datetime) -> None:
    """Reading somebody of another station of the county leaves a row."""
    if person.home_station_id not in _own_stations(user):
        post = post_reaching(user, "stations.read_person", person.home_station)
        services.log_read(user=user, person=person, what="person", at=at, post=post)


def _own_stations(user: Any) -> set[int]:
    return {post.station_id for post in user.live_posts if post.reach == "station"}


class FindPeople(APIView):
    """Find residents by name, pinyin, initials, the end of a phone, a card, or an identity number."""

    requires = "stations.find_person"
    refusals = (QueryTooShort, SendByPost)
    out_example = {
        "results": [
            {
                "id": PERSON_EXAMPLE["id"],
                "name_masked": "王*英",
                "phone_masked": "+86 138****5678",
                "village": "桑园村",
                "birth_year": 1951,
                "home_station": "桑园村综合服务站",
                "head_masked": "",
                "house_number": "",
            }
        ]
    }

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="The text, as typed."),
            OpenApiParameter("scope", str, enum=["station", "county"], default="station"),
        ],
        responses=PeopleFound,
        operation_id="people_find",
    )
    def get(self, request: Any) -> Response:
        """Find by a short text. Eleven digits and more are refused here: they go by POST."""
        data = self._asked(request.query_params)
        if must_be_posted(data["q"]):
            raise SendByPost(field="q", digits=DIGITS_BY_POST)
        return self._found(request.user, data)

    @extend_schema(
        request=FindIn,
        responses=PeopleFound,
        operation_id="people_find_by_number",
        examples=[OpenApiExample("Request", value={"q": "13800005678", "scope": "county"}, request_only=True)],
    )
    def post(self, request: Any) -> Response:
        """Find by any text; whole phone and identity numbers stay out of addresses. Writes nothing, needs no key."""
        return self._found(request.user, self._asked(request.data))

    def _asked(self, source: Any) -> dict[str, Any]:
        serializer = FindIn(data=source)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def _found(self, user: Any, data: dict[str, Any]) -> Response:
        reach = reach_of(user, scope=data["scope"])
        rows = find_people(text=data["q"], reach=reach)
        if reach.counties:
            services.log_search(user=user, post=reach.post, at=now())
        return Response({"results": [row.as_json() for row in rows]})


class RegisterPerson(VerbView):
    """Register a resident at one's own station."""

    requires = "stations.register_person"
    In, Out = RegisterIn, PersonOut
    success_status = 201
    refusals = (
        NameMissing,
        InvalidPhone,
        InvalidIdNumber,
        IdAlreadyRegistered,
        BornInFuture,
        VillageElsewhere,
        PersonMayExist,
    )
    in_example = {
        "full_name": "王秀英",
        "phone": "13800005678",
        "sex": "female",
        "birth_date": "1951-03-08",
        "is_walk_in": True,
    }
    out_example = PERSON_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        station = station_for(user, self.requires, data.pop("station", ""))
        person = services.register_person(station=station, by=user, at=at, **_with_village(data))
        return person_out(person)


class OnePerson(LogsStrangers, VerbView):
    """One resident, masked; PATCH corrects what is known."""

    requires, reads = "stations.edit_person", "stations.read_person"
    one_object = True
    In, Out = CorrectIn, PersonOut
    refusals = (NameMissing, InvalidPhone, InvalidIdNumber, IdAlreadyRegistered, BornInFuture, VillageElsewhere)
    in_example = {"phone": "13900001234", "reason": "new phone"}
    out_example = PERSON_EXAMPLE
    http_method_names = ["get", "patch", "head", "options"]

    @extend_schema(operation_id="people_read", responses=PersonOut)
    def get(self, request: Any, person_id: UUID) -> Response:
        """Whose record this is, masked. Beyond the own station the reading is logged."""
        person = load_person(request.user, "stations.read_person", person_id)
        log_look_beyond(request.user, person, now())
        return Response(person_out(person))

    @extend_schema(operation_id="people_correct")
    def patch(self, request: Any, person_id: UUID) -> Response:
        """Correct fields; the history tells who changed which, and why."""
        return self.post(request, person_id=person_id)

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return person_out(services.edit_person(person=person, by=user, at=at, **_with_village(data)))


def station_for(user: Any, verb: str, code: str) -> Station:
    """The station named, or the only one that this person's posts give for the verb."""
    stations = Station.objects.select_related("village", "county")
    if code:
        return load(stations, user, verb, code=code)
    mine = list(stations.open_to(user, verb)[:2])
    if len(mine) != 1:
        raise serializers.ValidationError({"station": [_("Say at which of your stations.")]})
    return mine[0]


def _with_village(data: dict[str, Any]) -> dict[str, Any]:
    code = data.pop("village_code", None)
    if code:
        village = Division.objects.filter(code=code, level="village", valid_to=None).first()
        if village is None:
            raise VillageElsewhere(field="village_code")
        data["village"] = village
    return data


class RevealIn(serializers.Serializer):
    """Which field, and why."""

    field = serializers.ChoiceField(Field.choices)
    reason = Line(max_length=20, required=False, allow_blank=True, default="")
    note = Line(max_length=200, required=False, allow_blank=True, default="")


class RevealOut(serializers.Serializer):
    """The value, to be shown until an instant."""

    value = serializers.CharField()
    shown_until = serializers.DateTimeField()


class RevealPerson(LogsStrangers, VerbView):
    """Look at a hidden field for 60 seconds, with a reason; every look leaves a row."""

    requires = "stations.reveal_person"
    one_object = True
    In, Out = RevealIn, RevealOut
    refusals = (ReasonRequired, NothingToShow, NoLongerShown)
    in_example = {"field": "phone", "reason": "customer_present"}
    out_example = {"value": "+8613800005678", "shown_until": "2026-11-25T02:11:00+00:00"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        post = post_reaching(user, self.requires, person.home_station)
        reveal = services.reveal_person(person=person, user=user, post=post, at=at, **data)
        return {"reveal": reveal.pk}

    def post(self, request: Any, **path: Any) -> Response:
        """The stored answer names the reveal, never the value: a repetition within the minute opens it again."""
        response = super().post(request, **path)
        if response.status_code == self.success_status:
            reveal = Reveal.objects.select_related("person").get(pk=response.data["reveal"])
            load_person(request.user, self.requires, reveal.person_id)  # a repetition may come after the post's end
            response.data = {
                "value": value_of(reveal, at=now()),
                "shown_until": shown_until(reveal).isoformat(),
            }
        return response


class CodeSentOut(serializers.Serializer):
    """Where the code went, and how long it is good."""

    phone_masked = serializers.CharField()
    expires_at = serializers.DateTimeField()


class SendPhoneCode(LogsStrangers, VerbView):
    """Send a code that confirms the phone."""

    requires = "stations.send_phone_code"
    one_object = True
    Out = CodeSentOut
    refusals = (PhoneMissing, TooMany)
    out_example = {"phone_masked": "+86 138****5678", "expires_at": "2026-11-25T02:20:00+00:00"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return self._told(services.send_phone_code(person=person, by=user, at=at))

    def _told(self, sent: Any) -> dict[str, Any]:
        return {"phone_masked": mask_phone(sent.phone), "expires_at": sent.expires_at.isoformat()}


class SendConsentCode(SendPhoneCode):
    """Send the code with which this person, or a child's guardian, agrees."""

    requires = "stations.record_consent"

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return self._told(services.send_consent_code(person=person, by=user, at=at))


class ConfirmPhoneIn(serializers.Serializer):
    """The six digits that the person reads aloud."""

    code = serializers.RegexField(r"^\d{6}$")


class ConfirmPhone(LogsStrangers, VerbView):
    """The phone is theirs: the code was read aloud."""

    requires = "stations.confirm_phone"
    one_object = True
    In, Out = ConfirmPhoneIn, PersonOut
    refusals = (CodeWrong, CodeLocked, CodeExpired)
    in_example = {"code": "042917"}
    out_example = {**PERSON_EXAMPLE, "phone_verified": True}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return person_out(services.confirm_phone(person=person, code=data["code"], by=user, at=at))


class ConsentIn(serializers.Serializer):
    """What was read out, and how the person agreed; `guardian` for a child."""

    purpose = serializers.SlugField(max_length=40)
    text_version = serializers.IntegerField(min_value=1, max_value=32767)
    language = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16, required=False)
    manner = serializers.ChoiceField(Consent.Manner.choices)
    code = serializers.RegexField(r"^\d{6}$", required=False)
    guardian = serializers.UUIDField(required=False)


class ConsentOut(serializers.Serializer):
    """One agreement to one purpose."""

    id = serializers.IntegerField()
    purpose = serializers.CharField()
    text_version = serializers.IntegerField()
    language = serializers.CharField()
    manner = serializers.CharField()
    state = serializers.CharField()
    given_at = serializers.DateTimeField()
    given_by_guardian = serializers.BooleanField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ConsentsOut(serializers.Serializer):
    """All agreements of one person, newest first."""

    results = ConsentOut(many=True)


def consent_out(consent: Consent) -> dict[str, Any]:
    """A consent as `ConsentOut` shows it."""
    return {
        "id": consent.pk,
        "purpose": consent.purpose,
        "text_version": consent.text_version.version,
        "language": consent.text_version.language,
        "manner": consent.manner,
        "state": state_of(consent).value,
        "given_at": consent.given_at.isoformat(),
        "given_by_guardian": consent.given_by_id != consent.person_id,
        "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
    }


class Consents(LogsStrangers, VerbView):
    """Consents of one person; POST records one."""

    requires, reads = "stations.record_consent", "stations.read_person"
    one_object = True
    In, Out = ConsentIn, ConsentOut
    success_status = 201
    refusals = (GuardianRequired, TextOutdated, PersonGone, CodeWrong, CodeLocked, CodeExpired)
    in_example = {"purpose": "sms_notice", "text_version": 1, "manner": "signature"}
    out_example = CONSENT_EXAMPLE

    @extend_schema(operation_id="people_consents_list", responses=ConsentsOut)
    def get(self, request: Any, person_id: UUID) -> Response:
        """All consents of this person, newest first, withdrawn ones too."""
        person = load_person(request.user, "stations.read_person", person_id)
        log_look_beyond(request.user, person, now())
        rows = person.consents.select_related("text_version").order_by("-given_at", "-pk")
        return Response({"results": [consent_out(consent) for consent in rows]})

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        text = ConsentText.objects.filter(
            purpose=data["purpose"],
            version=data["text_version"],
            language=data.get("language", person.language),
        ).first()
        if text is None:
            raise TextOutdated
        consent = services.record_consent(
            person=person,
            text=text,
            manner=data["manner"],
            code=data.get("code", ""),
            guardian=_guardian(data),
            station=person.home_station,
            by=user,
            at=at,
        )
        return consent_out(consent)


def _guardian(data: dict[str, Any]) -> Person | None:
    """Whom the child's record must name as guardian: the service checks it, so an unknown id is refused there."""
    return Person(pk=data["guardian"]) if "guardian" in data else None


class WithdrawConsent(VerbView):
    """End a consent at the person's word; it holds from the next request."""

    requires = "stations.withdraw_consent"
    one_object = True
    Out = ConsentOut
    refusals = (ConsentMissing, GuardianRequired)
    out_example = {**CONSENT_EXAMPLE, "state": "withdrawn", "withdrawn_at": "2026-11-26T02:10:00+00:00"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, consent_id: int) -> dict[str, Any]:
        consents = Consent.objects.select_related("person", "station__county", "text_version")
        consent = load(consents, user, self.requires, pk=consent_id)
        return consent_out(services.withdraw_consent(consent=consent, by=user, at=at))


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
        operation_id="consent_texts_list",
    )
    def get(self, request: Any) -> Response:
        """One text per purpose, in this language where there is one."""
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


class CardOut(serializers.Serializer):
    """The code that the card carries."""

    code = serializers.CharField()


class IssueCard(LogsStrangers, VerbView):
    """Give a resident a card; an earlier one stops working."""

    requires = "stations.edit_person"
    one_object = True
    Out = CardOut
    success_status = 201
    out_example = {"code": "R1K3M8Q2V7X9B4CD"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return {"code": services.issue_card(person=person, by=user, at=at).code}


class RevokeCard(LogsStrangers, VerbView):
    """The card is lost: its code finds nobody any more."""

    requires = "stations.edit_person"
    one_object = True
    Out = PersonOut
    out_example = PERSON_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        services.revoke_card(person=person, by=user, at=at)
        return person_out(person)


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


class HouseholdOut(serializers.Serializer):
    """A household and its members of today, masked."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    village = serializers.CharField()
    house_number = serializers.CharField(allow_blank=True)
    head_masked = serializers.CharField(allow_blank=True)
    formed_date = serializers.DateField()
    dissolved_date = serializers.DateField(allow_null=True)
    members = MemberOut(many=True)


def household_out(household: Household) -> dict[str, Any]:
    """A household as `HouseholdOut` shows it."""
    return {
        "id": str(household.pk),
        "number": household.number,
        "village": household.village.short_name,
        "house_number": household.house_number,
        "head_masked": mask_name(household.head.full_name) if household.head else "",
        "formed_date": household.formed_date.isoformat(),
        "dissolved_date": household.dissolved_date.isoformat() if household.dissolved_date else None,
        "members": [
            {
                "person": str(member.person_id),
                "name_masked": mask_name(member.person.full_name),
                "relation": member.relation,
                "birth_year": birth_year(member.person.birth_date),
            }
            for member in members_of(household)
        ],
    }


class RegisterHousehold(VerbView):
    """A new household with the county's next number."""

    requires = "stations.register_person"
    In, Out = HouseholdIn, HouseholdOut
    success_status = 201
    refusals = (VillageElsewhere, HeadLeaves, NotMember)
    in_example = {"house_number": "12", "head": PERSON_EXAMPLE["id"]}
    out_example = HOUSEHOLD_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        data = _with_village(data)
        station = station_for(user, self.requires, data.pop("station", ""))
        head = load_person(user, "stations.edit_person", data.pop("head")) if "head" in data else None
        village = data.pop("village", station.village)
        household = services.register_household(station=station, village=village, head=head, by=user, at=at, **data)
        return household_out(household)


def load_household(user: Any, verb: str, household_id: UUID) -> Household:
    """The household that a post carrying the verb reaches."""
    return load(Household.objects.select_related("village", "head", "home_station"), user, verb, pk=household_id)


class OneHousehold(APIView):
    """One household and its members, masked."""

    requires = "stations.read_person"
    one_object = True
    out_example = HOUSEHOLD_EXAMPLE

    @extend_schema(responses=HouseholdOut, operation_id="households_read")
    def get(self, request: Any, household_id: UUID) -> Response:
        """Who lives together, the head first. Beyond the own station the reading is logged."""
        household = load_household(request.user, self.requires, household_id)
        if household.home_station_id not in _own_stations(request.user):
            post = post_reaching(request.user, self.requires, household.home_station)
            services.log_read(user=request.user, person=household.head, what="household", at=now(), post=post)
        return Response(household_out(household))


class MoveInIn(serializers.Serializer):
    """Who joins, and as what."""

    person = serializers.UUIDField()
    relation = serializers.ChoiceField(Membership.Relation.choices)


class MoveIn(VerbView):
    """Make somebody a member; the membership before it ends."""

    requires = "stations.edit_person"
    one_object = True
    In, Out = MoveInIn, HouseholdOut
    refusals = (HouseholdGone, HeadLeaves, NotMember)
    in_example = {"person": PERSON_EXAMPLE["id"], "relation": "child"}
    out_example = HOUSEHOLD_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, household_id: UUID) -> dict[str, Any]:
        household = load_household(user, self.requires, household_id)
        person = load_person(user, self.requires, data["person"])
        services.move_person(person=person, household=household, relation=data["relation"], by=user, at=at)
        return household_out(load_household(user, self.requires, household_id))
