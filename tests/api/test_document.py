"""The document of the API: complete, without a warning, and open to everybody."""

import contextlib
import gzip
import io
import json
import re
import threading
from html import unescape

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse
from django.utils.translation import override

from core.errors import TooBusy
from core.gateways.signing import signature
from ecomnet import api_document, api_start
from ecomnet.api_document import DocumentFile
from finance.floats.services.limits import FloatTooSmall
from stations.accounts.api.tokens import SignInIn

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
def test_the_first_page_has_lines_to_copy_the_first_calls_in_order_codes_and_every_operation(client, document):
    page = unescape(client.get(reverse("api-docs")).content.decode())
    steps = [page.index(f"{method} {path}") for method, path, _text in api_start.FIRST_CALLS]
    assert steps == sorted(steps)
    every = operations(document, ("get", *VERBS)).values()
    assert [each["summary"] for each in every if each["summary"] not in page] == []
    assert api_start.lines_to_copy("http://testserver") in page
    sent = re.search(r"-d '(.*)'", api_start.lines_to_copy("http://testserver"))[1]
    assert SignInIn(data=json.loads(sent)).is_valid()
    assert [code for code in api_start.COMMON_CODES if reverse("core:problem", args=[code]) not in page] == []


def test_the_refusal_on_the_first_page_is_the_one_that_a_client_gets():
    head, _blank, body = api_start.REFUSAL.partition("\n\n")
    refusal = FloatTooSmall(available="¥120.00", needed="¥186.40")
    with override("en"):
        assert json.loads(body) == refusal.problem()
    assert head.split()[1] == str(refusal.status)


def test_the_signature_on_the_first_page_is_the_one_that_we_compute():
    head, _blank, body = api_start.SIGNED.partition("\n\n")
    first, *headers = head.splitlines()
    (method, target), given = first.split(), dict(line.split(": ") for line in headers)
    secret = re.search(r'secret = "(.*)"', api_start.SIGNING)[1]
    made = signature(
        secret=secret,
        timestamp=given["X-Timestamp"],
        nonce=given["X-Nonce"],
        method=method,
        target=target,
        body=body.encode(),
    )
    assert given["X-Signature"] == made


def test_the_document_is_read_from_the_file_of_the_build_and_made_once_where_the_sources_have_changed(tmp_path):
    path, made = tmp_path / "openapi.json", []

    def make():
        made.append(1)
        return b'{"made": %d}' % len(made)

    def of(sources):
        return DocumentFile(path, make=make, sources=lambda: sources)

    assert of("a").write().document == {"made": 1}
    assert of("a").published(within=10).document == {"made": 1}
    assert of("b").published(within=10).document == {"made": 2}
    assert of("b").published(within=10).document == {"made": 2}
    assert of("c").published(within=10) != of("b").published(within=10)


def test_whoever_asks_while_the_document_is_being_made_is_told_to_come_again_and_a_failure_is_not_kept(tmp_path):
    goes_on, fails = threading.Event(), [True]

    def make():
        goes_on.wait(10)
        if fails.pop() if fails else False:
            raise ValueError("broken off")
        return b"{}"

    document = DocumentFile(tmp_path / "openapi.json", make=make, sources=lambda: "a")
    with pytest.raises(TooBusy) as busy:
        document.published(within=0.01)
    assert busy.value.retry_after
    goes_on.set()
    with pytest.raises(ValueError, match="broken off"):
        document.published(within=10)
    assert document.published(within=10).document == {}


@pytest.mark.django_db
def test_pages_and_document_answer_503_with_a_time_while_it_is_being_made(client, monkeypatch, tmp_path):
    goes_on = threading.Event()
    slow = DocumentFile(tmp_path / "o.json", make=lambda: b"{}" if goes_on.wait(10) else b"", sources=lambda: "a")
    monkeypatch.setattr(api_document, "DOCUMENT", slow)
    with override_settings(ECOMNET_API_DOCUMENT_SECONDS=0.01):
        page, problem = client.get(reverse("api-viewer")), client.get(reverse("api-schema"))
    goes_on.set()
    assert (page.status_code, problem.status_code) == (503, 503)
    assert page["Content-Type"].startswith("text/html")
    assert page["Refresh"]
    assert problem.json()["code"] == "too_busy"
    assert problem["Retry-After"]


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
