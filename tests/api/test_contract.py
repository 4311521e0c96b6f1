"""The API keeps what its document promises, whatever it is sent: by a partner and by nobody; by more roles at length.

Sent over the WSGI application, against the demonstration, with real commits. Half of what is sent speaks of things that
exist, so that requests come past the first look-up; the other half is whatever the document allows or forbids.
"""

import os
import random
from collections import defaultdict
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.fields import uuid7
from stations.models import Person, Post
from tests.demonstration import World
from tests.factories.stations import token_for

#: The client reads WSGI answers as they are, and unpacks nothing.
PLAIN = {"Accept-Encoding": "identity"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SEED = int(os.environ.get("ECOMNET_TEST_SEED", "20261125"))


@pytest.fixture(scope="module")
def document(own_world: World):
    return openapi.from_wsgi(
        "/api/v1/schema/",
        get_wsgi_application(),
        headers=authorization(own_world.user("auditor")) | PLAIN,
    )


def authorization(user: Any) -> dict[str, str]:
    """A new token each time: some of what is sent ends tokens, devices and sessions."""
    if user is None:
        return {}
    user.refresh_from_db()
    return {"Authorization": f"Token {token_for(user)}"}


def known_things(world: World) -> dict[str, list[Any]]:
    """By the name of a parameter or field: values that exist."""
    payment, person = world.payment(), world.resident
    return {
        "station": [world.station.code, world.elsewhere.code],
        "code": [world.station.code, "JS-POWER", "CN", "482913"],
        "biller": ["JS-POWER", "JS-TV"],
        "fetch_id": [str(world.fetch.pk)],
        "id": [str(each) for each in (payment.pk, world.refund.pk, world.fetch.pk)],
        "person_id": [str(person.pk)],
        "payer": [str(person.pk)],
        "household_id": [str(person.household_id)],
        "post_id": list(Post.objects.order_by("pk").values_list("pk", flat=True)[:40]),
        "username": ["helper", "partner331124-0004"],
        "currency": ["CNY"],
        "refund": [str(world.refund.pk)],
        "persons": [[str(each.pk) for each in Person.objects.order_by("pk")[:2]]],
        "amount": ["186.40", "1.00"],
        "cash_given": ["200.00"],
        "operator": ["CN-MOBILE", "CN-TELECOM"],
        "plan": ["CN-MOBILE-100", "CN-TELECOM-D5"],
        "phone": ["13805160001", "+8613305160002"],
        "slip_no": [payment.receipts.first().number],
        "number": [payment.receipts.first().number],
    }


def told(case: Any, known: dict[str, list[Any]], chance: random.Random) -> None:
    """Let half of the parameters and fields speak of what exists."""
    for holder in (case.path_parameters, case.query, case.body):
        if isinstance(holder, dict):
            for name in holder:
                if name in known and chance.random() < 0.5:
                    holder[name] = chance.choice(known[name])


def examples_of(operation: APIOperation, *, many: int) -> Any:
    return settings(
        max_examples=many,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def found_in(document: Any, user: Any, known: dict[str, list[Any]], *, many: int) -> dict[str, list[str]]:
    """What does not hold, by operation."""
    found: dict[str, list[str]] = defaultdict(list)
    for result in document.get_all_operations():
        operation = result.ok()
        try_operation(operation, user, known, found[operation.label], many=many)
    return {label: faults for label, faults in found.items() if faults}


def try_operation(operation: Any, user: Any, known: Any, faults: list[str], *, many: int) -> None:
    @seed(SEED)
    @examples_of(operation, many=many)
    @given(
        case=st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode),
        chance=st.randoms(use_true_random=False),
    )
    def send(case: Any, chance: random.Random) -> None:
        told(case, known, chance)
        if "Idempotency-Key" in (case.headers or {}) and chance.random() < 0.8:
            case.headers["Idempotency-Key"] = uuid7().hex
        headers = authorization(user) | PLAIN
        response = case.call(headers=headers)
        try:
            case.validate_response(response, checks=CHECKS, headers=headers)
        except FailureGroup as group:
            faults.extend(described(failure, case, response) for failure in group.exceptions)

    send()


def described(failure: Failure, case: Any, response: Any) -> str:
    said = response.content[:300].decode(errors="replace")
    return f"{failure.title}: {failure.message}\n  {case.as_curl_command()}\n  {response.status_code} {said}"


def assert_nothing(found: dict[str, list[str]]) -> None:
    lines = [f"{label}: {faults[0]} ({len(faults)} of them)" for label, faults in found.items()]
    assert not lines, "\n\n".join(lines)


WHO = {"nobody": 1, "partner": 2}


@pytest.mark.parametrize("who", WHO)
def test_every_answer_is_one_that_the_document_promises(own_world, document, who):
    user = None if who == "nobody" else own_world.user(who)
    assert_nothing(found_in(document, user, known_things(own_world), many=WHO[who]))


@pytest.mark.slow
@pytest.mark.parametrize("who", ["partner", "finance", "manager", "admin", "auditor"])
def test_the_same_at_length_and_for_more_roles(own_world, document, who):
    assert_nothing(found_in(document, own_world.user(who), known_things(own_world), many=150))
