"""Calls to companies: sent, answered, lost on the way, asked about; nothing is executed twice."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.gateways import client
from core.gateways.models import Instruction, Provider
from core.gateways.services import AlreadySent, ask_again, give_up, is_lost, set_cutoff, withdraw
from core.gateways.services.enquiries import next_enquiry
from core.gateways.services.instructions import body_of
from core.gateways.services.sending import begin_call
from core.hooks import SENDING
from core.jobs.models import Job
from core.models import Event
from tests.factories.instructions import executions, fresh, run_and_look
from tests.gateways import fetch, heard, js_power, pay, tell
from tests.hooks import replace_keyed
from tests.jobs import run_jobs
from tests.sandbox import until

pytestmark = pytest.mark.usefixtures("sandbox", "listeners")
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def nobody_there(sandbox, monkeypatch):
    """An address at which nobody listens."""
    monkeypatch.setenv("ECOMNET_PROVIDER_JS_POWER_URL", "http://127.0.0.1:1")


# -- answers -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_paid_bill_is_settled_by_its_answer_and_told_once(sandbox):
    paid = run_and_look(pay())
    assert (paid.state, paid.outcome, paid.attempts) == ("settled", "succeeded", 1)
    assert paid.answer["amount"] == "88.50"
    assert paid.answer["biller_receipt_no"]
    assert heard(paid) == [("answer", "succeeded", "")]
    assert executions(sandbox, paid) == [1]
    assert paid.next_enquiry_at is None


@pytest.mark.django_db
def test_what_the_app_above_does_about_sending_commits_with_the_mark(monkeypatch):
    replace_keyed(monkeypatch, SENDING, {"bill": "tests.core.test_gateways_calls.mark_sending"})
    paid = run_and_look(pay())
    assert Event.objects.get(name="test.sending").payload == {"our_ref": str(paid.our_ref), "state": "sent"}


def mark_sending(*, instruction, at):
    payload = {"our_ref": str(instruction.our_ref), "state": instruction.state}
    Event.objects.create(name="test.sending", payload=payload)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("customer_no", "outcome", "code"),
    [
        ("3213240012345", "found", ""),
        ("3213240010000", "no_dues", ""),
        ("3213240014040", "not_found", ""),
        ("3213240015030", "failed", "maintenance"),
    ],
)
def test_a_fetched_bill_comes_as_the_company_says(customer_no, outcome, code):
    fetched = run_and_look(fetch(customer_no))
    assert (fetched.state, fetched.outcome) == ("settled", outcome)
    assert heard(fetched) == [("answer", outcome, code)]
    assert "customer_name" not in str(fetched.answer)


@pytest.mark.django_db
def test_a_bill_that_is_being_looked_up_is_asked_for_again(sandbox):
    sandbox.wish("pending", kind="fetch", seconds=0.2)
    fetched = run_and_look(fetch())
    assert (fetched.state, heard(fetched)) == ("committed", [])
    until(lambda: b"found" in client.call(js_power(), "POST", fetched.path, body=body_of(fetched.request)).content)
    fetched = run_and_look(fetched, now() + 3 * SECOND)
    assert (fetched.state, fetched.outcome, fetched.attempts) == ("settled", "found", 2)


@pytest.mark.django_db
def test_a_bill_that_cannot_be_had_in_three_calls_is_said_to_have_failed(sandbox):
    sandbox.wish("error_500", kind="fetch", times=99)
    at = now()
    fetched = fetch(at=at)
    for seconds in (0, 3):
        fetched = run_and_look(fetched, at + seconds * SECOND)
        assert heard(fetched) == []
    fetched = run_and_look(fetched, at + 6 * SECOND)
    assert heard(fetched) == [("answer", "failed", "http_500")]
    assert fetched.attempts == 3


@pytest.mark.django_db
def test_a_bill_that_is_looked_up_for_longer_than_a_minute_is_said_to_have_failed(sandbox):
    sandbox.wish("pending", kind="fetch", seconds=600)
    at = now()
    fetched = fetch(at=at)
    for seconds in (0, 3, 6, 12, 24):
        fetched = run_and_look(fetched, at + seconds * SECOND)
        assert heard(fetched) == []
    fetched = run_and_look(fetched, at + 48 * SECOND)
    assert heard(fetched) == [("answer", "failed", "no_answer")]


@pytest.mark.django_db
def test_a_declined_payment_fails_with_the_companys_code(sandbox):
    sandbox.wish("decline", code="account_invalid")
    declined = run_and_look(pay())
    assert heard(declined) == [("answer", "failed", "account_invalid")]
    assert executions(sandbox, declined) == [0]


@pytest.mark.django_db
def test_a_malformed_request_fails_because_it_was_not_executed(sandbox):
    refused = run_and_look(tell("recharge", {"amount": "10.00", "currency": "CNY"}))
    assert heard(refused) == [("answer", "failed", "malformed")]
    assert sandbox.ledger() == []


# -- outcomes that nobody knows -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("do", "code"),
    [
        ("lose_answer", "connection_lost"),
        ("bad_signature", "bad_signature"),
        ("clock_skew", "stale_timestamp"),
    ],
)
def test_an_answer_that_does_not_count_is_unknown_until_the_enquiry_settles_it(sandbox, do, code):
    sandbox.wish(do)
    at = now()
    paid = run_and_look(pay(at=at), at)
    assert (paid.state, heard(paid)) == ("unknown", [("answer", "unknown", code)])
    paid = run_and_look(paid, at + 3 * SECOND)
    assert heard(paid) == [("answer", "unknown", code), ("enquiry", "succeeded", "")]
    assert executions(sandbox, paid) == [1]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "executed"), [(None, []), ("executed", [1])])
def test_a_server_error_says_nothing_about_the_money(sandbox, code, executed):
    sandbox.wish("error_500", code=code)
    paid = run_and_look(pay())
    assert heard(paid) == [("answer", "unknown", "http_500")]
    assert executions(sandbox, paid) == executed


@pytest.mark.django_db
def test_a_provider_that_takes_too_long_is_unknown_and_later_succeeded(sandbox, settings):
    settings.ECOMNET_PROVIDER_READ_SECONDS = 0.3
    sandbox.wish("slow", seconds=1)
    at = now()
    paid = run_and_look(pay(at=at), at)
    assert heard(paid) == [("answer", "unknown", "timeout")]
    paid = run_and_look(paid, at + 3 * SECOND)
    assert paid.outcome == "succeeded"
    assert executions(sandbox, paid) == [1]


@pytest.mark.django_db
def test_pending_is_told_once_and_ends_by_an_enquiry(sandbox):
    sandbox.wish("pending", seconds=0.3)
    at = now()
    paid = run_and_look(pay(at=at), at)
    assert (paid.state, paid.outcome, heard(paid)) == ("answered", "pending", [("answer", "pending", "")])
    until(lambda: sandbox.ledger()[0]["status"] == "succeeded")
    paid = run_and_look(paid, at + 3 * SECOND)
    assert heard(paid) == [("answer", "pending", ""), ("enquiry", "succeeded", "")]


@pytest.mark.django_db
def test_a_lost_request_fails_only_after_two_enquiries_half_an_hour_apart_behind_the_cutoff(sandbox):
    sandbox.wish("lose_request")
    at = now()
    paid = run_and_look(pay(at=at), at)
    for later in (3 * SECOND, 6 * SECOND, HOUR, 3 * HOUR):
        paid = run_and_look(paid, at + later)
    assert {status for _source, status, _code in heard(paid)} == {"unknown", "not_found"}
    assert (paid.state, paid.not_found_count) == ("unknown", 0)
    cutoff = at + 4 * HOUR
    set_cutoff(our_ref=paid.our_ref, cutoff_at=cutoff, at=at + 3 * HOUR)
    paid = run_and_look(paid, cutoff)
    assert (paid.not_found_count, is_lost(paid, at=cutoff)) == (1, False)
    paid = run_and_look(paid, cutoff + 29 * MINUTE)
    assert not is_lost(paid, at=cutoff + 29 * MINUTE)
    paid = run_and_look(paid, cutoff + 30 * MINUTE)
    assert is_lost(paid, at=cutoff + 30 * MINUTE)
    assert paid.state == "unknown", "whether the daily file has it is its owner's to know"
    for _twice in range(2):
        give_up(our_ref=paid.our_ref, code="never_arrived", source="file", at=cutoff + 30 * MINUTE)
    assert [line for line in heard(paid) if line[1] == "failed"] == [("file", "failed", "never_arrived")]
    assert fresh(paid).next_enquiry_at is None


def test_enquiries_follow_the_schedule_then_hourly_for_a_day_and_around_the_cutoff():
    sent = now()
    instruction = Instruction(sent_at=sent, cutoff_at=sent + 30 * HOUR)
    due, after = [], sent
    while (after := next_enquiry(instruction, after=after)) is not None:
        due.append(after - sent)
    seconds = [3, 6, 12, 24, 48, 300, 1800, 7200]
    hours = [*range(3, 25), 30, 30.5]
    assert due == [dt.timedelta(seconds=s) for s in seconds] + [dt.timedelta(hours=h) for h in hours]


@pytest.mark.django_db
def test_a_person_may_have_it_asked_now_and_a_settled_one_is_let_be(sandbox):
    sandbox.wish("lose_answer")
    at = now()
    paid = run_and_look(pay(at=at), at)
    ask_again(our_ref=paid.our_ref, at=at + SECOND)
    assert run_and_look(paid, at + SECOND).outcome == "succeeded"
    count = Job.objects.count()
    ask_again(our_ref=paid.our_ref, at=at + SECOND)
    assert Job.objects.count() == count


# -- nobody there ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("nobody_there")
def test_a_provider_that_cannot_be_reached_is_tried_after_two_and_five_seconds_then_it_has_failed(sandbox):
    at = now()
    paid = run_and_look(pay(at=at), at)
    paid = run_and_look(paid, at + dt.timedelta(seconds=1.9))
    assert (paid.attempts, heard(paid)) == (1, [])
    paid = run_and_look(paid, at + 2 * SECOND)
    paid = run_and_look(paid, at + dt.timedelta(seconds=6.9))
    assert (paid.attempts, heard(paid)) == (2, [])
    paid = run_and_look(paid, at + 7 * SECOND)
    assert heard(paid) == [("answer", "failed", "provider_unreachable")]
    assert run_jobs(at + HOUR) == 0
    assert sandbox.ledger() == []


@pytest.mark.django_db
def test_a_provider_that_comes_back_is_told_under_the_same_reference(sandbox, monkeypatch):
    at = now()
    with monkeypatch.context() as away:
        away.setenv("ECOMNET_PROVIDER_JS_POWER_URL", "http://127.0.0.1:1")
        paid = run_and_look(pay(at=at), at)
    paid = run_and_look(paid, at + 2 * SECOND)
    assert heard(paid) == [("answer", "succeeded", "")]
    assert executions(sandbox, paid) == [1]


@pytest.mark.django_db
def test_a_provider_without_an_address_executes_nothing(monkeypatch):
    monkeypatch.delenv("ECOMNET_PROVIDER_JS_POWER_URL")
    at = now()
    paid = pay(at=at)
    for seconds in (0, 2, 7):
        run_jobs(at + seconds * SECOND)
    assert heard(paid) == [("answer", "failed", "provider_unreachable")]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254",
        "http://provider.example",
        "http://user:secret@localhost",
        "https://provider.example/?to=x",
        "ftp://provider.example",
        "file:///etc/passwd",
        "http://[fe80::1]",
        "localhost:9100",
    ],
)
def test_an_address_that_is_not_a_plain_safe_one_is_refused(monkeypatch, url):
    monkeypatch.setenv("ECOMNET_PROVIDER_X_URL", url)
    with pytest.raises(client.ImproperlyConfigured):
        client.address_of(Provider(code="X"))


# -- busy -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_busy_provider_gets_the_same_reference_again_and_after_a_minute_it_is_unknown(sandbox):
    at = now()
    paid = pay(at=at)
    sandbox.wish("slow", seconds=1.5)
    first = threading.Thread(target=_call_quietly, args=(js_power(), paid))
    first.start()
    until(lambda: sandbox.ledger(our_ref=paid.our_ref))
    paid = run_and_look(paid, at)
    assert (paid.state, paid.attempts, heard(paid)) == ("sent", 1, [])
    paid = run_and_look(paid, at + 60 * SECOND)
    assert heard(paid) == [("answer", "unknown", "still_running")]
    first.join()
    paid = run_and_look(paid, at + 5 * MINUTE)
    assert heard(paid)[-1] == ("enquiry", "succeeded", "")
    assert executions(sandbox, paid) == [1]


@pytest.mark.django_db
def test_a_busy_provider_that_is_gone_at_the_second_try_has_not_failed(sandbox, monkeypatch):
    at = now()
    paid = pay(at=at)
    sandbox.wish("slow", seconds=0.5)
    first = threading.Thread(target=_call_quietly, args=(js_power(), paid))
    first.start()
    until(lambda: sandbox.ledger(our_ref=paid.our_ref))
    run_jobs(at)
    first.join()
    with monkeypatch.context() as away:
        away.setenv("ECOMNET_PROVIDER_JS_POWER_URL", "http://127.0.0.1:1")
        for seconds in (1, 6, 11):
            run_jobs(at + seconds * SECOND)
    assert heard(paid)[0] == ("answer", "unknown", "still_running")
    assert "failed" not in {status for _source, status, _code in heard(paid)}


def _call_quietly(provider, instruction):
    client.call(provider, "POST", instruction.path, body=body_of(instruction.request))


@pytest.mark.django_db
def test_a_reference_that_they_know_with_another_body_is_unknown_not_failed(sandbox):
    our_ref = uuid4()
    first = run_and_look(pay(our_ref=our_ref))
    Instruction.objects.all().delete()
    Job.objects.all().delete()
    again = run_and_look(pay(our_ref=our_ref, amount="99.00"))
    assert heard(again)[-1] == ("answer", "unknown", "reference_reused")
    assert executions(sandbox, first) == [1]


# -- deaths and races -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_worker_killed_after_the_provider_accepted_leads_to_an_enquiry_and_one_charge(sandbox):
    at = now()
    paid = pay(at=at)
    call = begin_call(our_ref=paid.our_ref, attempt=1, may_have_run="", at=at)
    client.call(call.instruction.provider, "POST", paid.path, body=call.body)  # and the worker dies here
    paid = run_and_look(paid, at)
    assert heard(paid) == [("answer", "unknown", "worker_died")]
    paid = run_and_look(paid, at + 3 * SECOND)
    assert heard(paid)[-1] == ("enquiry", "succeeded", "")
    assert executions(sandbox, paid) == [1]


@pytest.mark.django_db
def test_what_has_not_left_can_be_withdrawn_and_is_never_sent(sandbox):
    paid = pay()
    withdraw(our_ref=paid.our_ref, at=now())
    paid = run_and_look(paid)
    assert (paid.state, paid.outcome, heard(paid)) == ("settled", "withdrawn", [])
    assert sandbox.ledger() == []


@pytest.mark.django_db
def test_what_has_left_cannot_be_withdrawn(sandbox):
    sandbox.wish("lose_answer")
    paid = run_and_look(pay())
    with pytest.raises(AlreadySent):
        withdraw(our_ref=paid.our_ref, at=now())
    assert fresh(paid).state == "unknown"
