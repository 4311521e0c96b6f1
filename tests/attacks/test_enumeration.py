"""Nothing is learned from an answer or from how long it takes: what is out of reach is as what is not there.

Work is counted in statements and in hashes, not in milliseconds: a clock on a shared machine proves nothing.
"""

import datetime as dt
import json
import re
from functools import partial

import pytest
import time_machine
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.fields import uuid7
from finance.models import Receipt
from stations.models import Person, PersonMerge, User
from stations.network import presence
from stations.recruitment.numbers import with_check_digits
from tests.api.doors import DOORS, Visitor, known
from tests.demonstration import taken_back
from tests.factories.accounts import PASSWORD
from tests.factories.stations import api_client

WITH_IDS = [door for door in DOORS if "<uuid:" in door.route and door.noun_is_known]
ONE_OF_EACH_KIND = [*{(door.noun, door.method, door.is_api, door.is_button): door for door in WITH_IDS}.values()]
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def answered(ask):
    """One answer, and the number of its statements; nothing stays."""
    reset_queries()  # the log of a connection ends at so many
    with taken_back(), CaptureQueriesContext(connection) as asked:
        answer = ask()
    return answer, len(asked)


def worth(ask):
    """Status and number of statements of one answer."""
    answer, statements = answered(ask)
    return answer.status_code, statements


def seen(ask, path):
    """Status, number of statements and text of the answer at a path."""
    answer, statements = answered(partial(ask, path))
    return answer.status_code, statements, neutral(answer, path)


def neutral(answer, path):
    """The text, without what differs at each request."""
    text = answer.getvalue().decode(errors="replace").replace(path, "")
    if answer["Content-Type"].startswith("application/"):
        return json.loads(text)
    return re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"|\d\d:\d\d', "", text)


#: In every run an outsider tries one door of each kind to each noun, which all find their thing in one way.
@pytest.mark.parametrize(
    ("who", "doors", "fewest"),
    [
        pytest.param("stranger", ONE_OF_EACH_KIND, 40, id="stranger"),
        pytest.param("stranger", WITH_IDS, 40, id="stranger everywhere", marks=pytest.mark.slow),
        pytest.param("clerk", WITH_IDS, 5, id="clerk everywhere", marks=pytest.mark.slow),
    ],
)
def test_what_is_out_of_reach_looks_and_costs_as_what_is_not_there(attacked, who, doors, fewest, monkeypatch):
    visitor = Visitor(attacked.stranger if who == "stranger" else attacked.user(who), attacked)
    # Being seen is written once a minute, whatever is asked for: here once, before anything is counted.
    monkeypatch.setattr(presence, "HEARTBEAT_EVERY", dt.timedelta(days=1))
    for door in (next(each for each in doors if each.is_api is is_api) for is_api in (True, False)):
        visitor.get(door, door.path(attacked))
    compared, wrong = 0, []
    for door in doors:
        if door.is_api and door.method != "get":
            ask = partial(sent, visitor, door, known(getattr(door.view, "in_example", None) or {}, attacked))
        else:
            ask = partial(visitor.get, door)
        with time_machine.travel(now(), tick=False):  # pages tell how long ago something was
            there = seen(ask, door.path(attacked))
            if there[0] == 404:
                absent = seen(ask, ID.sub(lambda _match: str(uuid7()), door.path(attacked)))
                compared += 1
                wrong += [(door.method, door.route, there, absent)] if there != absent else []
    assert wrong == []
    assert compared > fewest


def sent(visitor, door, body, path):
    headers = visitor.headers | {"Idempotency-Key": uuid7().hex}
    return getattr(visitor.mobile, door.method)(path, body, "application/json", headers=headers)


def test_a_record_that_became_part_of_another_leads_nobody_there_who_may_not_read_it(attacked):
    merge = PersonMerge.objects.get(kept=attacked.resident)
    Person.objects.filter(pk=merge.merged_id).update(merged_into=merge.kept_id)
    try:
        visitor = Visitor(attacked.stranger, attacked)
        assert visitor.browser.get(f"/people/{merge.merged_id}/").status_code == 404
        ours = Visitor(attacked.user("partner"), attacked)
        assert ours.browser.get(f"/people/{merge.merged_id}/").url == f"/people/{merge.kept_id}/"
    finally:
        Person.objects.filter(pk=merge.merged_id).update(merged_into=None)


def test_a_user_name_out_of_reach_and_one_that_nobody_has_cost_the_same(attacked):
    manager = api_client(attacked.user("manager331124"))
    manager.raise_request_exception = False

    def ask(username):
        key = {"HTTP_IDEMPOTENCY_KEY": uuid7().hex}
        return manager.post(f"/api/v1/users/{username}/issue-login-code/", {}, format="json", **key)

    there, absent = worth(lambda: ask("helper")), worth(lambda: ask("nobody-has-it"))
    assert there == absent
    assert there[0] in {400, 404}


def test_signing_in_costs_the_statements_and_hashes_of_an_unknown_name(attacked, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode",
        lambda self, password, salt, _original=None: hashed.append(password) or f"md5${salt}$x",
    )
    costs = {}
    for username in ("helper", "nobody-has-it"):
        hashed.clear()
        typed = {"username": username, "password": f"not {PASSWORD}", "code": "123456"}
        status, statements = worth(lambda typed=typed: Client().post("/sign-in/first/", typed))
        costs[username] = (status, statements, len(hashed))
    assert costs["helper"] == costs["nobody-has-it"]
    assert costs["helper"][2] > 0


def test_asking_for_a_code_costs_the_same_for_every_name(attacked):
    costs = {
        username: worth(lambda username=username: Client().post("/sign-in/code/", {"username": username}))
        for username in ("helper", "nobody-has-it")
    }
    assert len(set(costs.values())) == 1
    assert User.objects.filter(username="helper").exists()


def test_numbers_that_people_hold_in_their_hands_cannot_be_walked(attacked):
    """A slip is opened by random letters beside its number, a certificate thirty times a minute."""
    slip = Receipt.objects.order_by("pk")[0]
    client = Client(raise_request_exception=False)
    alone = client.get(f"/api/v1/register/receipts/{slip.number}/")
    unknown = client.get("/api/v1/register/receipts/321324-0003-260101-ZZZZZZ/")
    wrong = client.get(f"/api/v1/register/receipts/{slip.number}/", {"code": "AAAAAAAA"})
    assert (alone.status_code, wrong.status_code) == (unknown.status_code, unknown.status_code)
    assert alone.json()["code"] == unknown.json()["code"] == wrong.json()["code"]
    asked = [client.get(f"/r/{with_check_digits(f'32132400031{70_000 + number}')}").status_code for number in range(31)]
    assert set(asked[:30]) == {404}
    assert asked[30] == 429
