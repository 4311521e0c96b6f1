"""Nobody says of himself who he is, or of a thing what state it is in: fields that no one offers are not taken."""

import inspect
import re

import pytest
from django.forms import BaseModelForm
from rest_framework.serializers import BaseSerializer, ModelSerializer

from core.fields import uuid7
from stations.models import Person, Post, User
from tests.api.doors import DOORS, Visitor, known
from tests.architecture import source
from tests.demonstration import taken_back
from tests.factories.stations import api_client

#: What the system alone says of a row.
OURS = frozenset({
    "id", "pk", "uuid", "our_ref", "status", "state", "created_at", "updated_at", "version", "user_id", "station_id",
    "is_staff", "is_superuser", "is_active", "session_epoch", "must_change_password", "password", "wrong_tries",
    "taken_by", "made_by", "asked_by", "approved_by", "checked_by", "proposed_by", "decided_by", "closed_by",
    "credited_by", "matched_by", "appointed_by", "reviewed_by", "created_by", "counted_by", "opened_by", "stored_by",
    "expected_minor", "counted_minor", "balance", "merged_into", "id_index", "id_cipher", "phone_verified_at",
    "code_hash", "tries", "is_break_glass", "fingerprint", "sha256",
})  # fmt: skip
#: Fields of this name that a person does say: the state in which an application or a list is asked for.
#: The id that a device gives an event before it has a line. A password to sign in, and the version of a loan or
#: insurance product that was shown.
SAID = {
    ("api/v1/device-tokens/", "password"),
    ("api/v1/loan-quotes/", "version"),
    ("api/v1/loan-applications/", "version"),
    ("api/v1/enrolment-batches/", "version"),
    ("api/v1/index-windows/", "version"),
    ("api/v1/promotion-events/record/", "id"),
    ("api/v1/fhir/Observation", "status"),  # FHIR's own, and `final` alone is taken
    ("api/v1/fhir/Appointment", "status"),  # the state that the operation makes, alone
    ("api/v1/fhir/Appointment/$hold", "status"),
}
VERBS = [door for door in DOORS if door.is_api and door.method != "get" and getattr(door.view, "In", None)]


def classes(kind):
    """Every class of the system of this kind."""
    found, waiting = set(), [kind]
    while waiting:
        for each in waiting.pop().__subclasses__():
            found.add(each)
            waiting.append(each)
    return {each for each in found if each.__module__.split(".")[0] in source.APPS}


def test_no_serializer_and_no_form_outside_the_administration_is_made_from_a_model():
    assert VERBS  # every module with serializers is loaded
    assert [each for each in classes(BaseSerializer) if issubclass(each, ModelSerializer)] == []
    forms = classes(BaseModelForm)
    assert [each for each in forms if not re.search(r"\badmin(_amounts)?$", inspect.getmodule(each).__name__)] == []


def test_no_verb_asks_for_what_the_house_alone_says():
    asked = {
        (door.route, name)
        for door in VERBS
        for name, field in door.view.In().fields.items()
        if name in OURS and not field.read_only
    }
    assert asked - SAID == set()


def test_no_form_asks_for_what_the_house_alone_says():
    form_files = [path for path in source.files() if source.kind(path) == "forms"]
    asked = [
        (source.named(path), name)
        for path in form_files
        for name in OURS - {"password", "status", "state", "version"}
        if f"\n    {name} = " in path.read_text(encoding="utf-8")
    ]
    assert asked == []


@pytest.mark.parametrize("username", ["partner", pytest.param("manager", marks=pytest.mark.slow)])
def test_fields_that_nobody_offers_are_not_taken(attacked, username):
    user, wrong = attacked.user(username), []
    client = api_client(user)
    client.raise_request_exception = False
    visitor = Visitor(user, attacked)
    for door in VERBS:
        if not (door.noun_is_known and visitor.is_let_in(door)):
            continue
        body = known(getattr(door.view, "in_example", None) or {}, attacked)
        path = door.path(attacked)  # what it names stays there for both
        more = dict.fromkeys(OURS - door.view.In().fields.keys(), 1)
        answers = []
        for content in (body, more | body):
            with taken_back():
                key = {"HTTP_IDEMPOTENCY_KEY": uuid7().hex}
                answers.append(getattr(client, door.method)(path, content, format="json", **key))
        if told(answers[0]) != told(answers[1]):
            wrong.append((door.route, *map(told, answers)))
    assert wrong == []


def told(answer):
    """Status, and the names of what came back."""
    return answer.status_code, sorted(answer.json()) if answer.content and isinstance(answer.json(), dict) else None


def test_a_helper_who_corrects_a_person_moves_nothing_else(attacked):
    helper, person = attacked.user("helper"), attacked.resident
    kept = ("home_station_id", "merged_into_id", "id_index", "phone_verified_at", "is_walk_in", "died_date")
    before = Person.objects.values(*kept).get(pk=person.pk)
    body = {"language": "en", "home_station": attacked.elsewhere.code, "home_station_id": attacked.elsewhere.pk}
    body |= {"merged_into": None, "phone_verified_at": "2026-01-01T00:00:00Z", "is_walk_in": True, "id": str(uuid7())}
    with taken_back():
        answer = api_client(helper).patch(
            f"/api/v1/people/{person.pk}/", body, format="json", HTTP_IDEMPOTENCY_KEY=uuid7().hex
        )
        assert answer.status_code == 200
        assert Person.objects.values(*kept).get(pk=person.pk) == before


def test_nobody_becomes_more_by_sending_more(attacked):
    partner = attacked.user("partner")
    powers = {"is_superuser": True, "is_staff": True, "role": "platform_admin", "posts": [], "session_epoch": 9}
    with taken_back():
        client = api_client(partner)
        for path in ("me/choose-language/", "me/choose-text-size/"):
            body = {"language": "en", "text_size": 100, "percent": 100, **powers}
            client.post(f"/api/v1/{path}", body, format="json", HTTP_IDEMPOTENCY_KEY=uuid7().hex)
        client.force_login(partner)
        client.post("/me/", powers | {"language": "en", "text_size": "100", "key": uuid7().hex})
        now_is = User.objects.get(pk=partner.pk)
        assert (now_is.is_superuser, now_is.is_staff, now_is.session_epoch) == (False, False, partner.session_epoch)
        assert not Post.objects.filter(user=partner, role="platform_admin").exists()
