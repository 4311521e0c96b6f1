"""What companies say in any order, twice, at once or wrongly has one end and one effect."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.timezone import now

from core.gateways.services import ask_again, record_result
from tests.factories.instructions import executions, fresh
from tests.gateways import heard, js_power, pay, said
from tests.jobs import run_jobs

pytestmark = pytest.mark.usefixtures("sandbox", "listeners")
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.mark.usefixtures("own_database")
def test_two_workers_and_five_callbacks_at_once_have_one_effect(sandbox):
    paid = pay()
    start = Barrier(7)

    def work(number):
        start.wait()
        try:
            if number < 2:
                run_jobs()
            else:
                record_result(
                    provider=js_power(), our_ref=str(paid.our_ref), data=said(paid), source="callback", at=now()
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(7) as pool:
        list(pool.map(work, range(7)))
    run_jobs(now() + MINUTE)
    assert [status for _source, status, _code in heard(paid)] == ["succeeded"]
    assert sum(executions(sandbox, paid)) <= 1


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations(["answer", "enquiry", "callback", "file"])))
def test_every_order_of_arrival_has_the_same_end_and_one_effect(sandbox, order):
    sandbox.wish("lose_answer", times=1)
    at = now()
    paid = pay(at=at)
    for source in order:
        for _twice in range(2):
            if source == "answer":
                run_jobs(at)
            elif source == "enquiry":
                ask_again(our_ref=paid.our_ref, at=at)
                run_jobs(at)
            else:
                record_result(provider=paid.provider, our_ref=str(paid.our_ref), data=said(paid), source=source, at=at)
    ends = [status for _source, status, _code in heard(paid) if status != "unknown"]
    assert ends == ["succeeded"]
    assert (fresh(paid).state, fresh(paid).outcome) == ("settled", "succeeded")


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations(["succeeded", "reversed", "pending"])))
def test_a_reversal_before_our_success_ends_as_one_after_it(order):
    paid = pay()
    for status in order:
        _callback(paid, status)
    assert fresh(paid).outcome == "reversed"
    assert [status for _source, status, _code in heard(paid)].count("reversed") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "then"), [("succeeded", "failed"), ("failed", "succeeded"), ("failed", "reversed")])
def test_what_contradicts_the_end_is_reported_and_changes_nothing(first, then):
    paid = pay()
    assert _callback(paid, first) == "applied"
    assert _callback(paid, then) == "contradicts"
    assert fresh(paid).outcome == first
    assert [status for _source, status, _code in heard(paid)] == [first, then]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": "88.51"}, "amount_differs"),
        ({"amount": "88.49"}, "amount_differs"),
        ({"currency": "KHR"}, "currency_differs"),
        ({"kind": "recharge"}, "kind_differs"),
    ],
)
def test_an_answer_about_something_else_is_not_definite(changed, code):
    paid = pay()
    record = {"provider": paid.provider, "our_ref": str(paid.our_ref), "source": "callback", "at": now()}
    assert record_result(data=said(paid, **changed), **record) == "applied"
    assert record_result(data=said(paid, **changed), **record) == "ignored"
    assert heard(paid) == [("callback", "unknown", code)]
    assert fresh(paid).state == "unknown"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 88.5},
        {"amount": "88.501"},
        {"amount": "-88.50"},
        {"amount": "８８.50"},
        {"amount": None},
        {"currency": "cny"},
        {"status": "SUCCEEDED"},
        {"status": "reversed"},
        {"provider_ref": None},
        {"provider_ref": "a\u0000b"},
        {"provider_ref": "x" * 65},
        {"completed_at": "yesterday"},
        {"completed_at": "2026-11-25T08:00:00"},
        {"our_ref": str(uuid4())},
    ],
)
def test_what_is_not_written_as_the_protocol_says_changes_nothing(changed):
    paid = pay()
    effect = record_result(
        provider=paid.provider, our_ref=str(paid.our_ref), data=said(paid, **changed), source="callback", at=now()
    )
    assert effect == "malformed"
    assert (fresh(paid).state, heard(paid)) == ("committed", [])


def _callback(instruction, status):
    reported = "succeeded" if status == "reversed" else status
    return record_result(
        provider=instruction.provider,
        our_ref=str(instruction.our_ref),
        data=said(instruction, reported),
        event_type=f"transaction.{status}" if status != "pending" else "",
        source="callback",
        at=now(),
    )
