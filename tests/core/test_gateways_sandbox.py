"""The sandbox keeps the written protocol by itself, and shares nothing with the system that it tests."""

import ast
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from core.gateways import client
from core.gateways.models import Provider
from core.gateways.sandbox.callbacks import SENDERS, Senders, plan
from core.gateways.sandbox.catalogue import Provider as Company
from core.gateways.sandbox.signing import headers_for
from core.gateways.sandbox.store import Store
from tests.clock import BARE
from tests.sandbox import ROOT, SECRETS, until

PACKAGE = ROOT / "core" / "gateways" / "sandbox"
CUSTOMER = {"customer_no": "3213240012345"}


def ask(sandbox, method, path, body=None, *, code="JS-POWER", changed=b"", **how):
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    secret = SECRETS[f"ECOMNET_PROVIDER_{code.replace('-', '_')}_SECRET"]
    headers = headers_for(f"{code}-1", secret, method, path, content, **how)
    return httpx.request(method, sandbox.url + path, content=content + changed, headers=headers, trust_env=False)


def bill(**changed):
    body = {"our_ref": str(uuid4()), "biller_code": "JS-POWER", "bill_ref": None, "parameters": CUSTOMER}
    return {**body, "amount": "10.00", "currency": "CNY", **changed}


def fetch(sandbox, **changed):
    body = {"our_ref": str(uuid4()), "biller_code": "JS-POWER", "parameters": CUSTOMER, **changed}
    return ask(sandbox, "POST", "/v1/bills/fetch", body)


def pay(sandbox, **changed):
    return ask(sandbox, "POST", "/v1/bills/pay", bill(**changed))


@pytest.mark.parametrize("variables", [{}, {"ECOMNET_SANDBOX": "0"}, {"ECOMNET_SANDBOX": "1"}])
def test_it_refuses_to_start_where_nobody_asked_for_invented_money_or_without_keys(variables, tmp_path):
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "core.gateways.sandbox", "--port", "0", "--database", str(tmp_path / "x.sqlite3")],
        cwd=ROOT,
        env={**BARE, **variables},
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 1
    assert not (tmp_path / "x.sqlite3").exists()


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_it_imports_nothing_of_the_house(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.startswith("core.gateways.sandbox") or name.split(".")[0] in sys.stdlib_module_names


def test_the_same_customer_has_the_same_believable_bill_until_it_is_paid(sandbox):
    first, second = fetch(sandbox).json(), fetch(sandbox).json()
    assert first["bill"]["amount"] == second["bill"]["amount"] == "186.40"
    assert first["bill"]["customer_name"] == "王秀英"
    bill_ref = first["bill"]["bill_ref"]
    assert pay(sandbox, bill_ref=bill_ref, amount="186.40").json()["status"] == "succeeded"
    assert fetch(sandbox).json()["result"] == "no_dues"
    again = pay(sandbox, bill_ref=bill_ref, amount="186.40").json()
    assert (again["status"], again["code"]) == ("failed", "already_paid")


def test_a_bill_paid_in_part_shows_the_rest(sandbox):
    pay(sandbox, amount="100.00")
    assert fetch(sandbox).json()["bill"]["amount"] == "86.40"


@pytest.mark.parametrize("verb", ["pay", "fetch"])
def test_the_same_reference_has_the_same_answer_and_another_body_is_refused(sandbox, verb):
    path = f"/v1/bills/{verb}"
    body = bill() if verb == "pay" else {"our_ref": str(uuid4()), "biller_code": "JS-POWER", "parameters": CUSTOMER}
    first, second = ask(sandbox, "POST", path, body), ask(sandbox, "POST", path, body)
    assert first.json() == second.json()
    assert first.headers["X-Nonce"] != second.headers["X-Nonce"]
    other = ask(sandbox, "POST", path, {**body, "biller_code": "JS-OTHER"})
    assert (other.status_code, other.json()["code"]) == (422, "reference_reused")
    assert [line["executions"] for line in sandbox.ledger()] == ([1] if verb == "pay" else [])


def test_it_refuses_what_is_not_signed_for_it(sandbox):
    assert ask(sandbox, "POST", "/v1/bills/pay", bill(), changed=b" ").json() == {"code": "bad_signature"}
    skewed = ask(sandbox, "POST", "/v1/bills/pay", bill(), fault="clock_skew", skew=302)
    assert (skewed.status_code, skewed.json()) == (401, {"code": "stale_timestamp"})
    assert httpx.get(f"{sandbox.url}/v1/balance", trust_env=False).status_code == 401
    assert sandbox.ledger() == []


def test_it_refuses_a_replayed_nonce(sandbox):
    headers = headers_for("JS-POWER-1", "sandbox-secret-1", "GET", "/v1/balance", b"")
    answers = [httpx.get(f"{sandbox.url}/v1/balance", headers=headers, trust_env=False) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_companies_do_not_know_each_others_references(sandbox):
    our_ref = pay(sandbox).json()["our_ref"]
    assert ask(sandbox, "GET", f"/v1/transactions/{our_ref}").json()["status"] == "succeeded"
    stranger = ask(sandbox, "GET", f"/v1/transactions/{our_ref}", code="JS-WATER")
    assert (stranger.status_code, stranger.json()) == (404, {"our_ref": our_ref, "status": "not_found"})


def test_a_recharge_and_a_message_reach_the_phone(sandbox):
    recharge = {"our_ref": str(uuid4()), "operator_code": "CN-TELECOM", "plan_code": None, "phone": "+8613805160001"}
    recharged = ask(sandbox, "POST", "/v1/recharges", {**recharge, "amount": "100.00", "currency": "CNY"})
    assert recharged.json()["status"] == "succeeded"
    message = {"our_ref": str(uuid4()), "phone": "+8613805160001", "template": "t", "language": "zh-hans"}
    sent = ask(sandbox, "POST", "/v1/messages", {**message, "text": "您好"}, code="SMS").json()
    assert (sent["status"], "amount" in sent) == ("succeeded", False)
    [delivered] = sandbox.ask("GET", "messages?phone=%2B8613805160001")
    assert delivered["text"] == "您好"


def test_a_refund_gives_back_no_more_than_was_paid_and_a_reversal_all_of_it(sandbox):
    original = pay(sandbox, amount="10.00").json()["our_ref"]

    def back(path, amount, **more):
        body = {"our_ref": str(uuid4()), "original_ref": original, "amount": amount, "currency": "CNY", **more}
        return ask(sandbox, "POST", path, body).json()

    assert back("/v1/refunds", "10.01")["code"] == "amount_invalid"
    assert back("/v1/refunds", "4.00")["status"] == "succeeded"
    assert back("/v1/reversals", "10.00", reason="wrong_number")["code"] == "amount_invalid"
    other = original = pay(sandbox, amount="20.00").json()["our_ref"]
    assert back("/v1/reversals", "20.00", reason="wrong_household")["status"] == "succeeded"
    assert [line["status"] for line in sandbox.ledger(our_ref=other)] == ["reversed"]


def test_a_collection_waits_until_somebody_pays(sandbox):
    body = {"our_ref": str(uuid4()), "amount": "5.00", "currency": "CNY", "expires_at": "2099-01-01T00:00:00Z"}
    offer = ask(sandbox, "POST", "/v1/collections", body).json()
    assert offer["status"] == "pending"
    assert httpx.post(offer["pay_url"], trust_env=False).json()["status"] == "succeeded"
    assert ask(sandbox, "GET", f"/v1/transactions/{body['our_ref']}").json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("phone", "plan", "status", "code"),
    [
        ("+8613805160000", None, "failed", "phone_invalid"),
        ("+8613805164040", None, "failed", "operator_rejected"),
        ("+8613805165030", None, "failed", "maintenance"),
        ("+8613805162020", None, "pending", None),
        ("+8613805160001", "CN-MOBILE-100", "succeeded", None),
        ("+8613805160001", "CN-MOBILE-50", "failed", "amount_invalid"),
        ("+8613805160001", "CN-MOBILE-D20", "succeeded", None),
    ],
)
def test_the_end_of_a_phone_and_the_price_of_a_plan_mean_something(sandbox, phone, plan, status, code):
    order = {"our_ref": str(uuid4()), "operator_code": "CN-MOBILE", "plan_code": plan, "phone": phone}
    said = ask(sandbox, "POST", "/v1/recharges", {**order, "amount": "100.00", "currency": "CNY"}).json()
    assert (said["status"], said["code"]) == (status, code)


def test_an_order_that_the_balance_does_not_cover_is_refused_and_the_next_is_not(sandbox):
    sandbox.ask("PUT", "balance", {"provider": "JS-POWER", "balance": "100.00"})

    def order(amount):
        body = {"our_ref": str(uuid4()), "operator_code": "CN-MOBILE", "plan_code": None, "phone": "+8613805160001"}
        return ask(sandbox, "POST", "/v1/recharges", {**body, "amount": amount, "currency": "CNY"}).json()

    assert order("100.01")["code"] == "insufficient_provider_balance"
    taken = order("100.00")
    assert (taken["status"], ask(sandbox, "GET", "/v1/balance").json()["balance"]) == ("succeeded", "0.00")
    back = {"our_ref": str(uuid4()), "original_ref": taken["our_ref"], "amount": "100.00", "currency": "CNY"}
    assert ask(sandbox, "POST", "/v1/reversals", {**back, "reason": "wrong_number"}).json()["status"] == "succeeded"
    assert ask(sandbox, "GET", "/v1/balance").json()["balance"] == "100.00"


@pytest.mark.parametrize(
    "wanted", [{"provider": "NOBODY", "balance": "1"}, {"provider": "JS-POWER", "balance": "x"}, {}, []]
)
def test_a_balance_that_cannot_be_is_not_kept(sandbox, wanted):
    assert httpx.put(f"{sandbox.url}/sandbox/balance", json=wanted, trust_env=False).status_code == 400


def test_the_balance_falls_by_what_was_executed(sandbox):
    pay(sandbox, amount="10.00")
    assert ask(sandbox, "GET", "/v1/balance").json()["balance"] == "999990.00"


def test_the_first_wish_that_matches_is_granted_and_used_up(sandbox):
    wishes = [
        {"match": {"amount": "11.00"}, "do": "decline", "code": "limit"},
        {"match": {"biller_code": "JS-POWER"}, "do": "decline", "code": "maintenance", "times": 1},
    ]
    assert sandbox.ask("PUT", "behaviours", wishes) == {"behaviours": 2}
    codes = [pay(sandbox, amount=amount).json()["code"] for amount in ("10.00", "11.00", "10.00", "11.00")]
    assert codes == ["maintenance", "limit", None, None]
    assert [wish["times"] for wish in sandbox.ask("GET", "behaviours")] == [0, 0]


@pytest.mark.parametrize(
    "wish", [{"do": "explode"}, {"do": "slow", "match": {"x": "1"}}, {"do": "slow", "seconds": "1"}]
)
def test_a_wish_that_cannot_be_understood_is_refused(sandbox, wish):
    answer = httpx.put(f"{sandbox.url}/sandbox/behaviours", json=[wish], trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (400, "unusable")
    assert sandbox.ask("GET", "behaviours") == []


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"our_ref": "x"}, bill(our_ref="not-a-uuid"), bill(amount=10), bill(currency=None)],
)
def test_a_body_that_is_not_the_protocols_is_refused(sandbox, body):
    assert ask(sandbox, "POST", "/v1/bills/pay", body).status_code == 400
    assert sandbox.ledger() == []


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.001", "NaN", "x"])
def test_an_amount_that_is_none_fails(sandbox, amount):
    assert pay(sandbox, amount=amount).json()["code"] == "amount_invalid"
    assert [line["executions"] for line in sandbox.ledger()] == [0]


def test_an_oversized_body_is_refused(sandbox):
    answer = httpx.put(f"{sandbox.url}/sandbox/behaviours", content=b"x" * (1024 * 1024 + 1), trust_env=False)
    assert answer.status_code == 413


def test_what_was_promised_survives_a_sudden_death(tmp_path):
    arguments = [sys.executable, "-m", "core.gateways.sandbox", "--socket", str(tmp_path / "s"), "--database"]
    variables = {**BARE, "ECOMNET_SANDBOX": "1", **SECRETS}
    references = []
    for _life in range(2):
        with subprocess.Popen(  # noqa: S603
            [*arguments, str(tmp_path / "x.sqlite3")], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
        ) as process:
            process.stdout.readline()
            with httpx.Client(transport=httpx.HTTPTransport(uds=str(tmp_path / "s"))) as client:
                body = json.dumps(bill()).encode()
                headers = headers_for("JS-POWER-1", "sandbox-secret-1", "POST", "/v1/bills/pay", body)
                answer = client.post("http://localhost/v1/bills/pay", content=body, headers=headers)
                references.append(answer.json()["our_ref"])
                ledger = client.get("http://localhost/sandbox/ledger").json()
            process.kill()
    assert [line["our_ref"] for line in ledger] == references
    until(lambda: process.poll() is not None)


def test_the_client_reaches_it_over_a_socket(sandbox, tmp_path, monkeypatch):
    arguments = [sys.executable, "-m", "core.gateways.sandbox", "--socket", str(tmp_path / "s"), "--database"]
    variables = {**BARE, "ECOMNET_SANDBOX": "1", **SECRETS}
    monkeypatch.setenv("ECOMNET_PROVIDER_JS_POWER_URL", f"http+unix://{quote(str(tmp_path / 's'), safe='')}")
    provider = Provider(code="JS-POWER", key_id="JS-POWER-1", secret_name="ECOMNET_PROVIDER_JS_POWER_SECRET")
    with subprocess.Popen(  # noqa: S603
        [*arguments, str(tmp_path / "x.sqlite3")], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        answer = client.call(provider, "GET", "/v1/balance")
        process.terminate()
    assert json.loads(answer.content)["balance"] == "1000000.00"
    assert process.returncode == 0


def test_a_wish_can_be_added_to_those_that_are_left(sandbox):
    sandbox.wish("decline", amount="10.00")
    sandbox.ask("POST", "behaviours", [{"match": {"amount": "20.00"}, "do": "decline", "times": 1}])
    assert pay(sandbox, amount="20.00").json()["status"] == "failed"
    assert pay(sandbox, amount="10.00").json()["status"] == "failed"
    assert sandbox.ask("POST", "behaviours", []) == {"behaviours": 0}
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.ask("POST", "behaviours", {"do": "decline"})


def test_in_a_hurry_it_ends_now_what_would_take_its_time(sandbox):
    sandbox.wish("pending", seconds=600, amount="10.00")
    waiting = pay(sandbox, amount="10.00").json()["our_ref"]
    sandbox.wish("reverse_later", seconds=600, amount="20.00")
    lent = pay(sandbox, amount="20.00").json()["our_ref"]
    sandbox.ask("POST", "hurry")
    said = {line["our_ref"]: (line["status"], line["executions"]) for line in sandbox.ledger()}
    assert said == {waiting: ("succeeded", 1), lent: ("reversed", 1)}


class FullDisk(Store):
    """Books on a disk on which nothing more can be written, until it has room again."""

    is_full, refused = True, 0

    def run(self, query, *values):
        if self.is_full and query.startswith("UPDATE"):
            self.refused += 1
            raise sqlite3.OperationalError("database or disk is full")
        return super().run(query, *values)


def test_a_full_disk_ends_none_of_those_who_send_events(tmp_path):
    books = FullDisk(str(tmp_path / "books.sqlite3"))
    plan(books, "JS-POWER", "transaction.succeeded", {}, occurred_at="2026-11-26T03:00:00Z", due_at=0)
    companies = {"JS-POWER-1": Company("JS-POWER", "JS-POWER-1", "secret")}
    nobody_listens = "http://127.0.0.1:9"
    senders = Senders(books, companies, lambda: nobody_listens)
    senders.start()
    try:
        until(lambda: books.refused > SENDERS)
        books.is_full = False
        until(lambda: books.one("SELECT answered FROM outbox")["answered"] == "ConnectionRefusedError")
    finally:
        senders.stop()
        books.close()
