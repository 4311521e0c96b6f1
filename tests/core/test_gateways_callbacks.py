"""Callbacks: signed or nothing is stored; stored once; applied in any number and order with one effect.

They are signed here with the sandbox's own hand, which shares no code with the door that checks them.
"""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from core.gateways.models import Callback, Instruction, UsedNonce
from core.gateways.sandbox.signing import headers_for
from core.gateways.services import apply_again
from core.models import Event, Job
from tests.factories.gateways import ProviderFactory
from tests.gateways import event, heard, js_power, pay, said
from tests.jobs import run_jobs
from tests.sandbox import until

PATH = "/api/v1/gateways/JS-POWER/callbacks"
SECRET = "sandbox-secret-1"

pytestmark = pytest.mark.usefixtures("sandbox", "listeners")


def written(message):
    return json.dumps(message, ensure_ascii=False).encode()


def signed(body, *, path=PATH, secret=SECRET, key_id="JS-POWER-1", **how):
    return headers_for(key_id, secret, "POST", path, body, **how)


def post(body, headers=None, *, path=PATH):
    client = Client(enforce_csrf_checks=True)
    sent = signed(body, path=path) if headers is None else headers
    return client.post(path, body, content_type="application/json", headers=sent)


def nothing_is_stored():
    return not Callback.objects.exists() and not UsedNonce.objects.exists() and not Job.objects.exists()


@pytest.mark.django_db
def test_a_new_event_is_202_and_a_known_one_200_and_it_has_one_effect():
    paid = pay()
    body = written(event(said(paid)))
    assert [post(body).status_code for _each in range(5)] == [202, 200, 200, 200, 200]
    stored = Callback.objects.get()
    assert bytes(stored.body) == body
    assert set(stored.headers) == {"X-Key-Id", "X-Timestamp", "X-Nonce", "X-Signature"}
    Job.objects.filter(kind="gateways.send").delete()
    run_jobs()
    stored.refresh_from_db()
    assert stored.state == "applied"
    assert heard(paid) == [("callback", "succeeded", "")]


@pytest.mark.django_db
def test_what_is_signed_is_never_too_much_and_what_is_not_soon_is(settings):
    settings.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE = 2
    client = Client(REMOTE_ADDR="192.0.2.44")
    body = written(event(said(pay())))
    asked = [client.post(PATH, body, content_type="application/json", headers=signed(body)) for _each in range(4)]
    assert [answer.status_code for answer in asked] == [202, 200, 200, 200]
    forged = [client.post(PATH, body, content_type="application/json") for _each in range(3)]
    assert [answer.status_code for answer in forged] == [401, 401, 429]
    assert Callback.objects.count() == 1


@pytest.mark.django_db
def test_five_events_out_of_order_have_one_effect_each_that_counts():
    paid = pay()
    Job.objects.all().delete()
    for event_type in ("reversed", "succeeded", "reversed", "succeeded", "succeeded"):
        assert post(written(event(said(paid), f"transaction.{event_type}"))).status_code == 202
    run_jobs()
    assert heard(paid) == [("callback", "reversed", "")]
    states = list(Callback.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["applied", "ignored", "ignored", "ignored", "ignored"]


@pytest.mark.django_db
def test_an_event_that_contradicts_the_end_says_so():
    paid = pay()
    Job.objects.all().delete()
    post(written(event(said(paid))))
    post(written(event(said(paid, "failed"), "transaction.failed")))
    run_jobs()
    assert Callback.objects.latest("pk").state == "contradicts"
    assert Instruction.objects.get(pk=paid.pk).outcome == "succeeded"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"secret": "another-secret"}, "bad_signature"),
        ({"key_id": "JS-WATER-1"}, "bad_signature"),
        ({"path": "/api/v1/gateways/JS-WATER/callbacks"}, "bad_signature"),
        ({"fault": "bad_signature"}, "bad_signature"),
        ({"fault": "clock_skew", "skew": 302}, "stale_timestamp"),
        ({"fault": "clock_skew", "skew": -302}, "stale_timestamp"),
    ],
)
def test_what_is_not_signed_as_it_should_be_is_401_and_leaves_an_empty_inbox(how, code):
    js_power()
    body = written(event({"our_ref": str(uuid4())}))
    answer = post(body, signed(body, **how))
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert nothing_is_stored()


@pytest.mark.django_db
def test_one_changed_byte_is_401_and_an_empty_inbox():
    js_power()
    body = written(event({"our_ref": str(uuid4())}))
    answer = post(body.replace(b"T08:00", b"T09:00"), signed(body))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert nothing_is_stored()


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"X-Signature": "v1=" + "0" * 64}, {"Authorization": "Bearer x"}])
def test_without_a_signature_nothing_gets_in(headers):
    js_power()
    assert post(b"{}", headers).status_code == 401
    assert nothing_is_stored()


@pytest.mark.django_db
def test_an_unknown_provider_is_answered_like_a_wrong_signature():
    body = written(event({"our_ref": str(uuid4())}))
    answer = post(
        body, signed(body, path="/api/v1/gateways/NOBODY/callbacks"), path="/api/v1/gateways/NOBODY/callbacks"
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert nothing_is_stored()


@pytest.mark.django_db
def test_a_provider_whose_secret_is_not_set_lets_nothing_in(monkeypatch):
    js_power()
    monkeypatch.delenv("ECOMNET_PROVIDER_JS_POWER_SECRET")
    assert post(written(event({"our_ref": str(uuid4())}))).status_code == 401
    assert nothing_is_stored()


@pytest.mark.django_db
def test_the_same_signed_bytes_twice_are_a_replay():
    js_power()
    body = written(event({"our_ref": str(uuid4())}))
    headers = signed(body)
    assert post(body, headers).status_code == 202
    answer = post(body, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "replayed_nonce")
    assert Callback.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"event_id": NaN}',
        written({"event_id": 1, "event_type": "transaction.failed", "data": {"our_ref": "x"}}),
        written({"event_id": "", "event_type": "transaction.failed", "data": {"our_ref": "x"}}),
        written({"event_id": "x" * 81, "event_type": "transaction.failed", "data": {"our_ref": "x"}}),
        written({"event_id": "e\u0000", "event_type": "transaction.failed", "data": {"our_ref": "x"}}),
        written({"event_id": "e\u202e", "event_type": "transaction.failed", "data": {"our_ref": "x"}}),
        written({"event_id": "e", "event_type": "t\n", "data": {"our_ref": "x"}}),
        written({"event_id": "e", "event_type": "transaction.failed", "data": {"our_ref": "x\u0007"}}),
        b'{"event_id": "e", "event_type": "t", "data": {"our_ref": "\\ud800"}}',
        written({"event_id": "e", "event_type": "transaction.failed", "data": []}),
        written({"event_id": "e", "event_type": "transaction.failed"}),
    ],
)
def test_signed_bytes_that_are_no_event_are_400_and_leave_nothing(message):
    js_power()
    answer = post(message)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert nothing_is_stored()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [64 * 1024 + 1, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1])
def test_an_oversized_body_is_413_and_leaves_nothing(size):
    js_power()
    answer = post(b"x" * size)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert nothing_is_stored()


@pytest.mark.django_db
@pytest.mark.parametrize("our_ref", ["0193f0c2-7a11-7c55-9a3e-5b1d2f6a0999", "not-one-of-ours", "x" * 64])
def test_an_unknown_reference_is_stored_and_told(our_ref):
    js_power()
    assert post(written(event({"our_ref": our_ref, "status": "succeeded"}))).status_code == 202
    run_jobs()
    stored = Callback.objects.get()
    assert (stored.our_ref, stored.state, stored.note) == (our_ref, "applied", "unknown reference")
    assert Event.objects.get(name="test.stray").payload == {"our_ref": our_ref, "source": "callback"}


@pytest.mark.django_db
def test_one_company_cannot_speak_of_what_another_was_told():
    ProviderFactory(code="JS-WATER")
    paid = pay()
    Job.objects.all().delete()
    path = "/api/v1/gateways/JS-WATER/callbacks"
    body = written(event(said(paid)))
    headers = signed(body, path=path, secret="sandbox-secret-2", key_id="JS-WATER-1")
    assert post(body, headers, path=path).status_code == 202
    run_jobs()
    assert heard(paid) == []
    assert Event.objects.filter(name="test.stray").count() == 1


@pytest.mark.django_db
def test_a_malformed_result_and_an_unknown_type_are_kept_and_change_nothing():
    paid = pay()
    Job.objects.all().delete()
    post(written(event(said(paid, amount=88.5))))
    post(written(event(said(paid), "transaction.exploded")))
    post(written(event(said(paid), "payout.paid")))
    run_jobs()
    assert set(Callback.objects.values_list("state", flat=True)) == {"ignored"}
    assert heard(paid) == []


@pytest.mark.django_db
def test_applying_again_changes_nothing_twice():
    paid = pay()
    Job.objects.all().delete()
    post(written(event(said(paid))))
    run_jobs()
    apply_again(callback=Callback.objects.get(), at=now())
    assert run_jobs() == 1
    assert heard(paid) == [("callback", "succeeded", "")]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_the_door_knows_only_post(method):
    assert getattr(Client(), method)(PATH).status_code == 405


# -- from the real sandbox over real HTTP ------------------------------------------------------------------------------


def _pay_with_callbacks(sandbox, web, do, **how):
    sandbox.ask("PUT", "callbacks", {"url": web})
    sandbox.wish(do, **how)
    paid = pay()
    run_jobs()
    return paid


def test_a_callback_sent_five_times_by_the_company_is_one(sandbox, web):
    paid = _pay_with_callbacks(sandbox, web, "duplicate_callback")
    until(lambda: [sent["answered"] for sent in sandbox.ask("GET", "events")] == ["202", *["200"] * 4] or None)
    run_jobs()
    assert [status for _source, status, _code in heard(paid)] == ["succeeded"]
    assert Callback.objects.get().state == "ignored"


def test_a_lost_answer_is_settled_by_the_companys_callback(sandbox, web):
    paid = _pay_with_callbacks(sandbox, web, "lose_answer")
    until(Callback.objects.exists)
    run_jobs()
    assert heard(paid) == [("answer", "unknown", "connection_lost"), ("callback", "succeeded", "")]


def test_what_the_company_takes_back_later_is_reversed(sandbox, web):
    paid = _pay_with_callbacks(sandbox, web, "reverse_later", seconds=0.3)
    until(lambda: Callback.objects.count() == 2)
    run_jobs()
    assert [status for _source, status, _code in heard(paid)] == ["succeeded", "reversed"]
    assert sandbox.ledger()[0]["status"] == "reversed"


def test_a_company_that_contradicts_itself_changes_nothing(sandbox, web):
    paid = _pay_with_callbacks(sandbox, web, "contradict", seconds=0.2)
    until(lambda: Callback.objects.count() == 2)
    run_jobs()
    assert set(Callback.objects.values_list("state", flat=True)) == {"ignored", "contradicts"}
    assert Instruction.objects.get(pk=paid.pk).outcome == "succeeded"


@pytest.mark.parametrize("do", ["bad_signature", "clock_skew"])
def test_the_companys_wrongly_signed_callback_leaves_an_empty_inbox(sandbox, web, do):
    _pay_with_callbacks(sandbox, web, do)
    until(lambda: [sent["answered"] for sent in sandbox.ask("GET", "events")] == ["401"])
    assert not Callback.objects.exists()


def test_pending_ends_by_callback(sandbox, web):
    paid = _pay_with_callbacks(sandbox, web, "pending", seconds=0.3, code="limit")
    until(Callback.objects.exists)
    run_jobs()
    assert heard(paid) == [("answer", "pending", ""), ("callback", "failed", "limit")]


def test_what_could_not_be_told_is_told_again_when_it_is_asked_for(sandbox, web):
    paid = _pay_with_callbacks(sandbox, "http://127.0.0.1:9/nobody-listens", "lose_answer")
    until(lambda: sandbox.ask("GET", "events")[0]["tries"] == 2 or None)  # the next try is seconds away
    assert not Callback.objects.exists()
    sandbox.ask("PUT", "callbacks", {"url": web})
    sandbox.ask("POST", "retry-events")
    until(Callback.objects.exists)
    run_jobs()
    assert heard(paid)[-1] == ("callback", "succeeded", "")


def test_without_a_callback_nothing_comes(sandbox, web):
    _pay_with_callbacks(sandbox, web, "no_callback")
    assert sandbox.ask("GET", "events") == []
