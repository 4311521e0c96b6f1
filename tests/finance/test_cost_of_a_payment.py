"""What one bill costs the database from the question to the answer: statements, and commits that write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from core.jobs.runner import run_due_jobs
from tests.factories.finance import biller, desk, flat_plan
from tests.factories.stations import token_for

#: From pressing "Ask" to the jobs of the last event, savepoints included.
MOST_STATEMENTS, MOST_COMMITS = 65, 8


@dataclass
class Cost:
    """What was asked of the database."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cost]:
    """Statements, and commits of transactions that wrote: of a lone statement by its command tag, else by its xid."""
    cost, commit = Cost(), connection._commit

    def noting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        cost.statements.append(sql)
        done = execute(sql, params, many, context)
        tag = context["cursor"].cursor.statusmessage or ""
        is_lone = not connection.in_atomic_block
        cost.commits += is_lone and tag.startswith(("INSERT", "UPDATE", "DELETE")) and not tag.endswith(" 0")
        return done

    def committing() -> None:
        with connection.connection.cursor() as aside:
            aside.execute("SELECT pg_current_xact_id_if_assigned()")
            cost.commits += aside.fetchone()[0] is not None
        commit()

    with monkeypatch.context() as patch, connection.execute_wrapper(noting):
        patch.setattr(connections["default"], "_commit", committing)
        yield cost


@pytest.fixture
def counter(own_database, sandbox) -> "Counter":
    """A counter that has paid two bills, so that every account is open and every statement is compiled."""
    ready = desk(float_minor=9_000_00)
    flat_plan()
    biller()
    counter = Counter(ready.station.code, Client(headers={"Authorization": f"Token {token_for(ready.partner)}"}))
    for _ in range(2):
        counter.pay()
    return counter


@dataclass
class Counter:
    """A program that asks for a bill, pays it, and looks for the end."""

    station: str
    client: Client
    bills: int = 0

    def pay(self) -> str:
        self.bills += 1
        about = {"customer_no": f"32132400{self.bills:03}11"}
        asked = {"biller": "JS-POWER", "parameters": about, "station": self.station}
        fetch = self._post("/api/v1/bill-fetches/", asked)["fetch_id"]
        run_due_jobs()
        assert self.client.get(f"/api/v1/bill-fetches/{fetch}/").json()["status"] == "found"
        payment = self._post("/api/v1/bill-payments/", {"fetch_id": fetch, "station": self.station})["our_ref"]
        assert self.client.get(f"/api/v1/payments/{payment}/").json()["status"] == "held"
        run_due_jobs()
        return self.client.get(f"/api/v1/payments/{payment}/").json()["status"]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(path, body, content_type="application/json", headers={"Idempotency-Key": uuid4().hex})
        assert answer.status_code == 202, answer.content
        return answer.json()


def test_a_bill_from_the_question_to_the_answer_takes_65_statements_and_8_commits(counter, monkeypatch):
    with counted(monkeypatch) as cost:
        assert counter.pay() == "succeeded"
    assert len(cost.statements) <= MOST_STATEMENTS
    assert cost.commits <= MOST_COMMITS
