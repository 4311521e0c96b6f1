"""The document of the API: complete, without a warning, and shown to whoever is signed in."""

import contextlib
import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories.stations import StationFactory, partner_of

#: A search whose words are too personal for an address; it writes nothing.
SEARCH = "POST /api/v1/people/find/"
VERBS = ("post", "patch", "put", "delete")


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "openapi.json"
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        call_command("spectacular", "--validate", "--file", str(path), "--format", "openapi-json")
    assert said.getvalue() == ""
    return json.loads(path.read_text())


def operations(document, methods):
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in methods
    }


def contents(holder):
    return list(holder.get("content", {}).values())


def has_example(holder):
    return any("example" in content or content.get("examples") for content in contents(holder))


def test_the_document_is_openapi_3_1_without_a_warning(document):
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) > 60


def test_every_operation_says_what_it_does(document):
    every = operations(document, ("get", *VERBS))
    assert [name for name, each in every.items() if not (each.get("summary") or each.get("description"))] == []


def test_every_verb_shows_what_is_sent_and_what_comes_back(document):
    every = operations(document, VERBS)
    assert [
        name for name, each in every.items() if "requestBody" in each and not has_example(each["requestBody"])
    ] == []
    silent = []
    for name, each in every.items():
        done = [answer for status, answer in each["responses"].items() if status.startswith("2")]
        if any(contents(answer) for answer in done) and not any(has_example(answer) for answer in done):
            silent.append(name)
    assert silent == []


def test_every_verb_asks_for_a_key_and_answers_with_problem_documents(document):
    for name, each in operations(document, VERBS).items():
        if name == SEARCH:
            continue
        assert "Idempotency-Key" in {given["name"] for given in each["parameters"] if given.get("required")}, name
        for status, answer in each["responses"].items():
            if status.startswith("4"):
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


@pytest.mark.django_db
def test_the_document_and_its_page_are_shown_to_whoever_is_signed_in(client):
    client.force_login(partner_of(StationFactory()))
    answer = client.get(reverse("api-schema"))
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "EcomNet"
    page = client.get(reverse("api-docs"))
    assert reverse("api-schema") in page.content.decode()
    assert "'unsafe" not in page["Content-Security-Policy"]
    style = client.get(reverse("api-docs-style"))
    style = style.content.decode()
    assert ".swagger-ui" in style
    assert "url(data:" not in style.replace('"', "")


@pytest.mark.django_db
def test_a_stranger_sees_neither(client):
    assert client.get(reverse("api-schema")).status_code == 401
    for name in ("api-docs", "api-docs-style"):
        assert client.get(reverse(name)).url.startswith(reverse("accounts:sign_in"))
