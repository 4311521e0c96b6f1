"""Collected by link or QR and paid back the same way, against the sandbox and against what it says."""

import datetime as dt
from uuid import uuid4

import httpx
import pytest
from django.utils import translation
from django.utils.timezone import now

from core.errors import ProviderDown, WrongState
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services import record_result
from core.gateways.services.answers import apply
from core.models import Event, StatusChange
from core.money import Money, zero
from finance import chart
from finance.models import Payment, ReconItem, Refund
from finance.payments.display import worth_of
from finance.payments.services import (
    Charge,
    ExpiresTooEarly,
    NothingCollectedWith,
    collect_online,
    pay_url_of,
    refund_payment,
    retry_refund,
    submit_refund,
)
from finance.payments.services.answers import pass_deadlines, review_unknown
from finance.payments.slips import slip_of
from finance.recon.services import resolve_recon_item
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import biller, book, desk, flat_plan, gateway, owed, provider
from tests.factories.stations import api_client, finance_officer
from tests.jobs import run_jobs

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    gateway()
    return desk()


def yuan(text):
    return Money(round(float(text) * 100), "CNY")


def charge(ready, amount="80.00", **values):
    return Charge("goods", "order-1", ready.station, yuan(amount), zero("CNY"), **values)


def collect(ready, *, at=None, hours=24, **values):
    at = at or now()
    return collect_online(
        charge=charge(ready, **values), expires_at=at + hours * HOUR, by=ready.partner, at=at, key=uuid4().hex
    )


def gateway_says(our_ref, status, *, kind="collection", amount="80.00", code=None, event_type="", **more):
    record_result(
        provider=provider("EPAY"),
        our_ref=str(our_ref),
        data={
            "our_ref": str(our_ref),
            "kind": kind,
            "status": status,
            "provider_ref": "E-1",
            "amount": amount,
            "currency": "CNY",
            "code": code,
            **more,
        },
        source="callback",
        at=now(),
        event_type=event_type,
    )


def offer(payment):
    record_result(
        provider=provider("EPAY"),
        our_ref=str(payment.pk),
        data={
            "our_ref": str(payment.pk),
            "status": "pending",
            "pay_url": "https://pay.example/1",
            "expires_at": "2099-01-01T00:00:00Z",
        },
        source="callback",
        at=now(),
    )
    payment.refresh_from_db()


def paid(ready, **values):
    payment = collect(ready, **values)
    gateway_says(payment.pk, "succeeded", amount=str(payment.total))
    payment.refresh_from_db()
    return payment


def back_online(ready, amount="30.00"):
    """A part given back of what was collected, ordered from the gateway."""
    payment = paid(ready)
    refund = refund_payment(payment=payment, amount=yuan(amount), reason="return", at=now(), key=uuid4().hex)
    return submit_refund(refund=refund, at=now())


def holds(ready):
    """What the gateway owes us, and villagers' money at the station: all, and what can be used."""
    return (
        ready.holds(chart.clearing(provider("EPAY"))),
        ready.holds(ready.funds_key),
        ready.can_use(ready.funds_key),
    )


def assert_audited():
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    assert [(finding.check_code, finding.rows) for finding in found] == []


# --- collecting


def test_nothing_moves_until_the_gateway_has_the_money(ready):
    payment = collect(ready)
    assert (payment.status, payment.method, payment.funding) == ("submitted", "online", "online")
    assert holds(ready) == (0, 0, 0)
    assert pay_url_of(payment) == ""
    offer(payment)
    assert (payment.status, pay_url_of(payment)) == ("pending", "https://pay.example/1")
    gateway_says(payment.pk, "succeeded")
    payment.refresh_from_db()
    assert (payment.status, pay_url_of(payment)) == ("succeeded", "")
    assert holds(ready) == (-80_00, 80_00, 80_00)
    assert Event.objects.get(name="finance.payment_succeeded").payload["subject_ref"] == "order-1"
    assert [slip.kind for slip in payment.receipts.order_by("issued_at", "pk")] == ["in_progress", "final"]
    assert_audited()


def test_not_paid_in_time_it_has_failed_and_nobody_is_owed_anything(ready):
    payment = collect(ready)
    gateway_says(payment.pk, "failed", code="expired")
    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "expired")
    assert not Refund.objects.exists()
    assert holds(ready) == (0, 0, 0)


def test_the_slip_of_a_link_that_nobody_paid_sends_nobody_to_fetch_money(ready):
    payment = collect(ready)
    with translation.override("en"):
        assert worth_of(payment) == "The money has not arrived yet. Keep this slip."
    gateway_says(payment.pk, "failed", code="expired")
    payment.refresh_from_db()
    slip = slip_of(payment.receipts.latest("pk"), language="en")
    assert [str(mark) for mark in slip.marks] == ["未缴成 / NOT PAID"]
    assert slip.notice == "Not paid in time. No money was taken."


def test_cash_and_owed_money_are_not_collected_online(ready):
    with pytest.raises(NothingCollectedWith):
        collect(ready, cash_given=yuan("100.00"))
    flat_plan()
    there = desk(float_minor=1_500_00)
    with pytest.raises(NothingCollectedWith):
        collect(ready, refund=owed(there, biller(), amount=50_00))
    with pytest.raises(ExpiresTooEarly):
        collect(ready, hours=0)
    assert not Payment.objects.filter(method="online").exists()


def test_while_the_gateway_rests_nothing_is_begun(ready):
    gateway = provider("EPAY")
    gateway.breaker, gateway.breaker_opened_at = "open", now()
    gateway.save()
    with pytest.raises(ProviderDown):
        collect(ready)
    assert not Payment.objects.exists()


@pytest.mark.parametrize(("hours", "is_unknown"), [(-0.001, False), (0, True), (1, True)])
def test_in_progress_until_it_expires_then_nobody_knows(ready, hours, is_unknown):
    payment = collect(ready)
    offer(payment)
    pass_deadlines(at=payment.cutoff_at + hours * HOUR)
    payment.refresh_from_db()
    assert (payment.status == "unknown") == is_unknown


def test_three_days_after_it_expired_people_look(ready):
    payment = collect(ready)
    offer(payment)
    pass_deadlines(at=payment.cutoff_at)
    assert review_unknown(at=payment.cutoff_at + 3 * DAY - HOUR) == 0
    assert review_unknown(at=payment.cutoff_at + 3 * DAY) == 1


def test_a_gateway_that_takes_it_back_takes_it_out_of_what_lies_at_the_station(ready):
    payment = paid(ready)
    gateway_says(payment.pk, "succeeded", event_type="transaction.reversed")
    payment.refresh_from_db()
    assert (payment.status, holds(ready)) == ("reversed", (0, 0, 0))
    assert not Refund.objects.exists()
    assert_audited()


def taken_back(payment):
    gateway_says(payment, "succeeded", event_type="transaction.reversed")


def test_taken_back_after_a_part_was_ordered_back_the_rest_goes_and_the_part_is_claimed_once_it_arrives(ready):
    refund = back_online(ready)
    for _ in range(2):
        taken_back(refund.payment_id)
    payment = Payment.objects.get()
    assert (payment.status, payment.refunded_minor, holds(ready)) == ("refunded", 80_00, (-30_00, 30_00, 0))
    assert Event.objects.filter(name="finance.payment_reversed").count() == 1
    assert not ReconItem.objects.exists()
    assert_audited()
    gateway_says(refund.our_ref, "succeeded", kind="refund", amount="30.00")
    assert holds(ready) == (0, 0, 0)
    item = ReconItem.objects.get()
    assert (item.kind, item.amount_diff_minor) == ("duplicate", 30_00)
    resolve_recon_item(item=item, reason_code="we_bear_it", text="", by=finance_officer(), at=now())
    assert (ready.holds(chart.platform("expense")), holds(ready)[0]) == (30_00, 30_00)
    assert_audited()


@pytest.mark.parametrize("state", ["granted", "failed", "fails_later", "succeeded"])
def test_taken_back_whole_what_was_not_refunded_yet_is_not_refunded_any_more(ready, state):
    payment = paid(ready)
    refund = refund_payment(payment=payment, amount=yuan("30.00"), reason="return", at=now(), key=uuid4().hex)
    if state != "granted":
        refund = submit_refund(refund=refund, at=now())
    if state in {"failed", "succeeded"}:
        gateway_says(refund.our_ref, state, kind="refund", amount="30.00")
    first = refund.our_ref
    taken_back(payment.pk)
    if state == "fails_later":
        gateway_says(first, "failed", kind="refund", amount="30.00", code="operator_rejected")
    refund.refresh_from_db()
    assert (refund.status, holds(ready)) == ("succeeded", (0, 0, 0))
    assert [item.amount_diff_minor for item in ReconItem.objects.all()] == ([30_00] if state == "succeeded" else [])
    submit_refund(refund=refund, at=now())
    with pytest.raises(WrongState):
        retry_refund(refund=refund, by=finance_officer(), at=now())
    assert_audited()


def test_what_was_refunded_whole_and_is_taken_back_as_well_is_an_item_of_what_the_gateway_took(ready):
    refund = back_online(ready, "80.00")
    taken_back(refund.payment_id)
    item = ReconItem.objects.get()
    assert (item.kind, item.amount_diff_minor, holds(ready)) == ("status", 80_00, (-80_00, 80_00, 0))


# --- paying back


def test_the_money_waits_until_it_is_back_on_the_payers_account(ready):
    refund = back_online(ready)
    assert (refund.status, refund.source) == ("pending", "online")
    assert holds(ready) == (-80_00, 80_00, 50_00)
    assert_audited()
    asked = Instruction.objects.get(pk=refund.our_ref)
    assert (asked.kind, asked.path, asked.request["amount"], asked.request["original_ref"]) == (
        "refund",
        "/v1/refunds",
        "30.00",
        str(refund.payment_id),
    )
    gateway_says(refund.our_ref, "succeeded", kind="refund", amount="30.00")
    refund.refresh_from_db()
    assert (refund.status, holds(ready)) == ("succeeded", (-50_00, 50_00, 50_00))
    assert Event.objects.get(name="finance.refund_paid_out").payload["refund"] == str(refund.pk)
    assert_audited()


def test_what_did_not_arrive_is_ordered_again_by_finance_under_a_new_reference(ready):
    refund = back_online(ready)
    first = refund.our_ref
    gateway_says(first, "failed", kind="refund", amount="30.00", code="operator_rejected")
    refund.refresh_from_db()
    assert (refund.status, refund.failure_code, holds(ready)[2]) == ("failed", "operator_rejected", 80_00)
    assert_audited()
    again = retry_refund(refund=refund, by=finance_officer(), at=now())
    assert (again.status, again.failure_code, again.our_ref == first) == ("pending", "", False)
    gateway_says(again.our_ref, "succeeded", kind="refund", amount="30.00")
    again.refresh_from_db()
    assert (again.status, holds(ready)) == ("succeeded", (-50_00, 50_00, 50_00))
    changes = StatusChange.objects.filter(object_id=str(refund.pk)).order_by("pk")
    assert [change.new for change in changes] == ["granted", "pending", "failed", "pending", "succeeded"]


def test_only_what_has_definitely_not_arrived_is_ordered_again(ready):
    refund = back_online(ready)
    with pytest.raises(WrongState):
        retry_refund(refund=refund, by=finance_officer(), at=now())
    assert Instruction.objects.filter(kind="refund").count() == 1


def test_an_earlier_order_that_arrives_after_all_is_laid_before_people(ready):
    refund = back_online(ready)
    first = refund.our_ref
    gateway_says(first, "failed", kind="refund", amount="30.00", code="operator_rejected")
    refund.refresh_from_db()
    retry_refund(refund=refund, by=finance_officer(), at=now())
    gateway_says(first, "succeeded", kind="refund", amount="30.00")
    assert ReconItem.objects.get().our_ref == str(first)
    refund.refresh_from_db()
    assert refund.status == "pending"


def test_an_order_that_never_arrived_is_given_up_after_two_enquiries_past_its_cut_off(ready):
    refund = back_online(ready)
    instruction = Instruction.objects.get(pk=refund.our_ref)
    nothing = Result(str(refund.our_ref), Instruction.Kind.REFUND, Status.NOT_FOUND)
    Instruction.objects.filter(pk=refund.our_ref).update(state="sent", sent_at=now())
    for after in (0, 29):
        at = instruction.cutoff_at + dt.timedelta(minutes=after)
        apply(our_ref=refund.our_ref, result=nothing, source="enquiry", at=at)
        refund.refresh_from_db()
        assert refund.status == "pending"
    apply(our_ref=refund.our_ref, result=nothing, source="enquiry", at=instruction.cutoff_at + HOUR / 2)
    refund.refresh_from_db()
    assert (refund.status, refund.failure_code) == ("failed", "never_received")
    assert holds(ready)[2] == 80_00


def test_submitted_twice_it_is_ordered_once(ready):
    refund = back_online(ready)
    submit_refund(refund=refund, at=now())
    assert Instruction.objects.filter(kind="refund").count() == 1


# --- with the sandbox, whole


@pytest.fixture
def desk_online(own_database, sandbox):
    gateway()
    return desk()


def test_paid_by_link_and_paid_back_through_the_sandbox(desk_online, sandbox):
    payment = collect(desk_online)
    run_jobs()
    payment.refresh_from_db()
    url = pay_url_of(payment)
    assert (payment.status, url.endswith(f"/sandbox/pay/{payment.pk}")) == ("pending", True)
    assert httpx.post(f"{sandbox.url}/sandbox/pay/{payment.pk}", trust_env=False).status_code == 200
    run_jobs(Instruction.objects.get(pk=payment.pk).next_enquiry_at)
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    refund = refund_payment(payment=payment, amount=yuan("30.00"), reason="return", at=now(), key="r")
    run_jobs()
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert holds(desk_online) == (-50_00, 50_00, 50_00)
    executed = {line["kind"]: line["executions"] for line in sandbox.ledger(provider="EPAY")}
    assert executed == {"collection": 1, "refund": 1}


def test_nobody_pays_in_time_and_the_sandbox_says_expired(desk_online, sandbox):
    payment = collect_online(
        charge=charge(desk_online),
        expires_at=now() + dt.timedelta(seconds=1),
        by=desk_online.partner,
        at=now(),
        key=uuid4().hex,
    )
    run_jobs()
    until = now() + dt.timedelta(seconds=10)
    while now() < until and sandbox.ledger(our_ref=payment.pk)[0]["status"] != "failed":
        pass
    run_jobs(Instruction.objects.get(pk=payment.pk).next_enquiry_at)
    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "expired")


# --- over the API


def test_over_the_api_the_link_is_seen_and_finance_alone_orders_again(db):
    gateway()
    ready = desk()
    payment = collect(ready)
    offer(payment)
    seen = api_client(ready.partner).get(f"/api/v1/payments/{payment.pk}/").json()
    assert (seen["pay_url"], seen["method"]) == ("https://pay.example/1", "online")
    refund = back_online(ready)
    gateway_says(refund.our_ref, "failed", kind="refund", amount="30.00", code="operator_rejected")
    path, key = f"/api/v1/refunds/{refund.pk}/retry/", {"headers": {"Idempotency-Key": "k" * 16}}
    assert api_client(desk().partner).post(path, {}, "json", **key).status_code == 404
    assert api_client(ready.partner).post(path, {}, "json", **key).status_code == 403
    answers = [api_client(finance_officer()).post(path, {}, "json", **key) for _ in range(2)]
    assert answers[0].json()["status"] == "pending"
    assert answers[1].status_code == 409
    assert Instruction.objects.filter(kind="refund").count() == 2
