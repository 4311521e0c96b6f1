"""Once: one effect per key, the same answer again, refusals included."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import get_resolver

from core.errors import CodeWrong, Refused
from core.keys.services import Answer, KeyMissing, KeyReused, KeyRunning, once
from core.models import Event, RequestKey
from tests.logs import written_logs

KEY = "0123456789abcdef"
WORDS = re.compile(r"%\((\w+)\)s")


def leave_a_trace(name="core.trace_left"):
    Event.objects.create(name=name, payload={})
    return Answer(201, {"done": True})


def ask(run=leave_a_trace, *, key=KEY, content=None, person="p1", operation="leave_trace"):
    return once(person=person, operation=operation, key=key, content=content or {"a": 1}, run=run)


@pytest.mark.usefixtures("own_database")
def test_the_same_key_again_gives_the_first_answer_and_no_second_effect():
    first, second = ask(), ask()
    assert (first.status, first.body, first.replayed) == (201, {"done": True}, False)
    assert (second.status, second.body, second.replayed) == (201, {"done": True}, True)
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_a_refusal_is_replayed_and_leaves_nothing():
    def refuse():
        leave_a_trace()
        raise Refused(reason="no")

    first, second = ask(refuse), ask()
    assert first.status == second.status == 409
    assert first.body == second.body
    assert second.replayed
    assert Event.objects.count() == 0


@pytest.mark.usefixtures("own_database")
def test_a_used_up_try_stays_used_up():
    def wrong_code():
        leave_a_trace()
        raise CodeWrong(tries_left=4)

    assert ask(wrong_code).body["params"] == {"tries_left": 4}
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_the_same_key_with_other_content_is_refused():
    ask()
    with pytest.raises(KeyReused) as reused:
        ask(content={"a": 2})
    assert reused.value.status == 422
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_keys_of_two_people_do_not_meet():
    ask()
    assert not ask(person="p2").replayed
    assert Event.objects.count() == 2


@pytest.mark.usefixtures("own_database")
def test_the_shortest_and_the_longest_key_are_keys():
    for key in ("x" * 16, "x" * 17, "x" * 64):
        assert not ask(key=key).replayed
    assert Event.objects.count() == 3


@pytest.mark.parametrize("key", ["", "x" * 15, "x" * 65, "with spaces in it", "钥匙钥匙钥匙钥匙钥匙钥匙钥匙钥匙"])
def test_a_key_that_is_no_key_is_refused(key):
    with pytest.raises(KeyMissing):
        ask(key=key)


@pytest.mark.usefixtures("own_database")
def test_a_crash_leaves_neither_effect_nor_key():
    def crash():
        leave_a_trace()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(crash)
    assert (Event.objects.count(), RequestKey.objects.count()) == (0, 0)


@pytest.mark.usefixtures("own_database")
def test_many_senders_at_once_have_one_effect():
    """The first one ends after all others have been answered: they are told, and none of them runs or waits."""
    begun, others, ran = threading.Event(), threading.Barrier(8), []

    def run():
        ran.append(threading.get_ident())
        begun.set()
        if len(ran) == 1:
            others.wait(timeout=60)
        return leave_a_trace()

    def send(number):
        try:
            if number:
                begun.wait(timeout=60)
            return ask(run).status
        except KeyRunning:
            others.wait(timeout=60)
            return 409
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert answers == [201, *[409] * 7]
    assert (len(ran), Event.objects.count()) == (1, 1)
    assert ask(run).replayed


@pytest.mark.usefixtures("own_database")
def test_a_request_is_known_again_under_the_index_key_of_its_first_time(settings):
    old, new = settings.ECOMNET_INDEX_KEYS[1], "bmV3LWluZGV4LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdA=="
    first = ask(content={"id_number": "1"})
    settings.ECOMNET_INDEX_KEYS = {2: new, 1: old}
    again = ask(content={"id_number": "1"})
    assert (first.replayed, again.replayed) == (False, True)
    with pytest.raises(KeyReused):
        ask(content={"id_number": "2"})
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_a_refusal_is_logged_by_its_code():
    def refuse():
        raise CodeWrong(tries_left=4)

    with written_logs() as logs:
        ask(refuse)
    (line,) = [json.loads(line) for line in logs.getvalue().splitlines() if '"refused"' in line]
    assert (line["code"], line["status"], line["logger"]) == ("code_wrong", 422, "core.keys.services")


def every_refusal(above=Refused):
    for refusal in above.__subclasses__():
        yield refusal
        yield from every_refusal(refusal)


def passing_refusals():
    """Those of the project; a module of tests that was read before may have some of its own."""
    get_resolver().url_patterns  # noqa: B018 reads every module that refuses
    found = {each for each in every_refusal() if not each.__module__.startswith("tests.")}
    return sorted(
        {each for each in found if each.status in {429, 503} or each.code.endswith("_running")},
        key=lambda each: (each.__module__, each.__name__),
    )


@pytest.mark.usefixtures("own_database")
def test_no_key_remembers_a_refusal_that_passes():
    found, stored, silent = passing_refusals(), [], []
    for number, refusal in enumerate(found):

        def refuse(refusal=refusal):
            leave_a_trace()
            raise refusal(**dict.fromkeys(WORDS.findall(str(refusal.message)), "JS-POWER"))

        key = f"{number:016}"
        with pytest.raises(refusal):
            ask(refuse, key=key)
        stored += [refusal.__name__] if RequestKey.objects.filter(key=key).exists() else []
        silent += [refusal.__name__] if not refusal.retry_after else []
        assert (ask(key=key).status, ask(key=key).replayed) == (201, True)
    assert (stored, silent) == ([], [])
    codes = {each.code for each in found}
    assert codes >= {"provider_down", "too_many", "storage_unavailable", "idempotency_key_running"}
    assert Event.objects.count() == len(found)


def test_a_refusal_says_when_to_come_back_only_where_coming_back_helps():
    get_resolver().url_patterns  # noqa: B018 reads every module that refuses
    assert {each.status for each in every_refusal() if each.retry_after} == {409, 429, 503}
