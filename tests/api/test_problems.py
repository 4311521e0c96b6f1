"""Every code with which the API refuses has a page for everybody, in both languages."""

import json
from html import unescape

import pytest
from django.test import Client

from core.problems import all_cases
from ecomnet.api_docs import SchemaView
from tests.factories.stations import StationFactory, api_client, partner_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans")


def page(address, language="en"):
    return Client(headers={"Accept-Language": language}).get(address)


def codes_of_the_document():
    document = SchemaView.generator_class().get_schema(public=True)
    return {
        code
        for item in document["paths"].values()
        for operation in item.values()
        for answer in operation["responses"].values()
        if "application/problem+json" in answer.get("content", {})
        for code in answer["description"].split(", ")
    }


def test_every_code_of_the_document_is_known():
    codes = codes_of_the_document()
    assert len(codes) > 200
    assert codes - set(all_cases()) == set()


#: In every run each code in one of the languages.
@pytest.mark.parametrize("place", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_page_that_says_its_sentence_and_what_to_do(language, place):
    wrong, first = [], (LANGUAGES.index(language) + place) % 2
    for code in list(all_cases())[first::2]:
        answer = page(f"/problems/{code}", language)
        text = answer.content.decode()
        if answer.status_code != 200 or "%(" in text or code not in text:
            wrong.append(code)
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "sentence", "advice"),
    [
        ("en", "The float has {available}; this needs {needed}. Top up the float first.", "new Idempotency-Key"),
        ("zh-hans", "备付金有 {available}，这笔需要 {needed}。请先补备付金。", "新的 Idempotency-Key"),
    ],
)
def test_a_page_says_what_a_code_means_and_what_a_program_does_next(language, sentence, advice):
    text = unescape(page("/problems/float_too_small", language).content.decode())
    assert sentence in text
    assert advice in text
    assert "409" in text


def test_what_passes_by_itself_is_sent_again_with_the_same_key():
    text = page("/problems/too_busy").content.decode()
    assert "the same Idempotency-Key" in text
    assert "Retry-After" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_leads_to_every_code(language):
    text = page("/problems/", language).content.decode()
    assert [code for code in all_cases() if f'href="/problems/{code}"' not in text] == []


def test_a_word_that_is_no_code_has_no_page():
    assert page("/problems/no_such_code").status_code == 404


def test_the_type_of_a_problem_document_is_the_address_of_its_page():
    client = api_client(partner_of(StationFactory()))
    refused = [
        Client().get("/api/v1/payments/"),
        Client().get("/api/v1/no-such-noun/"),
        client.get("/api/v1/payments/", {"cursor": "changed"}),
        client.delete("/api/v1/payments/"),
        client.post("/api/v1/topups/", {}, format="json"),
    ]
    types = [json.loads(answer.content)["type"] for answer in refused]
    assert len(set(types)) == len(refused)
    assert [each for each in types if page(each).status_code != 200] == []
