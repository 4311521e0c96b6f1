"""The document of the API: complete, without a warning, and open to everybody."""

import contextlib
import gzip
import io
import json
import re
from html import unescape

import pytest
from django.core.management import call_command
from django.urls import reverse

from ecomnet.api_docs import FIRST_CALLS

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


def test_every_operation_has_a_short_summary_of_its_own(document):
    summaries = [each.get("summary", "") for each in operations(document, ("get", *VERBS)).values()]
    assert [said for said in summaries if not said or len(said) > 65 or not said[0].isupper()] == []
    assert sorted(summaries) == sorted(set(summaries))


def test_every_list_of_operations_says_what_it_is_about(document):
    used = {tag for each in operations(document, ("get", *VERBS)).values() for tag in each["tags"]}
    assert {tag["name"] for tag in document["tags"] if tag["description"]} == used
    assert document["servers"]


@pytest.mark.django_db
def test_anybody_may_read_the_document_and_the_pages_that_show_it(client):
    answer = client.get(reverse("api-schema"))
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "EcomNet"
    shown = client.get(reverse("api-viewer"))
    assert reverse("api-schema") in shown.content.decode()
    assert "'unsafe" not in shown["Content-Security-Policy"]
    style = client.get(reverse("api-docs-style")).content.decode()
    assert ".swagger-ui" in style
    assert "url(data:" not in style.replace('"', "")


@pytest.mark.django_db
def test_the_first_page_shows_the_calls_of_a_payment_in_order_and_every_operation(client, document):
    page = unescape(client.get(reverse("api-docs")).content.decode())
    steps = [page.index(f"{method} {path}") for method, path, _text in FIRST_CALLS]
    assert steps == sorted(steps)
    every = operations(document, ("get", *VERBS)).values()
    assert [each["summary"] for each in every if each["summary"] not in page] == []


@pytest.mark.django_db
def test_the_document_is_packed_and_stays_in_the_browser_until_it_changes(client):
    page = client.get(reverse("api-viewer")).content.decode()
    address = re.search(r'data-document="([^"]+)"', page)[1]
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    document = client.get(address).content
    operations = sum(len(path) for path in json.loads(document)["paths"].values())
    assert len(packed.content) < 260 * operations
    assert gzip.decompress(packed.content) == document
    assert "immutable" in packed["Cache-Control"]
    assert "no-cache" in client.get(reverse("api-schema"))["Cache-Control"]
    again = client.get(reverse("api-schema"), headers={"If-None-Match": packed["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_the_document_is_the_same_in_every_language(client):
    english, chinese = (client.get(reverse("api-schema"), headers={"Accept-Language": code}) for code in ("en", "zh"))
    assert english.content == chinese.content
