"""Money owed back: told, proved by slip and witness, handed back once, from the drawer or the partner's own notes."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import WrongState
from core.jobs.models import Job
from core.models import Event, Notice
from core.money import Money
from finance.models import Receipt, Refund
from finance.payments.services import WitnessProof, notify_refund, send_refund_code
from finance.payments.services.refunds import AlreadyPaidOut, ProofMissing, SlipWrong, TillTooSmall
from finance.tills.services import CashDayNotOpen
from tests.factories.finance import biller, desk, fill, flat_plan, found_bill, owed, pay, payer_at, provider_says
from tests.factories.people import resident
from tests.factories.refunds import assert_still_owed, code_sent_for, coded, hand_back, seen
from tests.factories.stations import api_client, finance_officer
from tests.jobs import run_jobs

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=1_500_00)


# --- told


def test_the_payer_is_told_once_that_money_can_be_fetched(ready, power):
    payment = pay(ready, found_bill(ready, power, amount=100_00), payer_phone="+8613912345678")
    provider_says(payment, "failed")
    refund = payment.refunds.get()
    assert refund.status == "granted"
    job = Job.objects.get(kind="payments.notify_refund")
    assert job.payload == {"refund": str(refund.pk)}
    notify_refund(refund=refund, at=now())
    notify_refund(refund=refund, at=now())
    refund.refresh_from_db()
    assert (refund.status, Notice.objects.filter(template="refund_ready").count()) == ("ready_for_cash", 1)


def test_money_that_is_only_granted_is_not_handed_back_yet(ready, power):
    payment = pay(ready, found_bill(ready, power, amount=100_00))
    provider_says(payment, "failed")
    refund = payment.refunds.get()
    with pytest.raises(WrongState):
        hand_back(refund, ready, seen(refund, ready))
    assert_still_owed(refund, ready)


# --- handed back, by the notes


def test_scenario_15_own_notes_make_the_partners_float_whole(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    assert (ready.can_use(ready.float_key), ready.holds(ready.funds_key)) == (1_400_00, 100_00)
    done = hand_back(refund, ready, coded(refund))
    assert (ready.holds(ready.float_key), ready.holds(ready.funds_key)) == (1_500_00, 0)
    assert (done.status, done.notes, done.paid_by, done.paid_at_station) == (
        "paid_out",
        "own",
        ready.partner,
        ready.station,
    )
    slip = Receipt.objects.get(kind="refund")
    assert {"name": "handed_back", "value": "100.00"} in slip.lines
    event = Event.objects.get(name="finance.refund_paid_out")
    assert (event.payload["reason"], event.payload["amount_minor"]) == ("failed_payment", 100_00)


def test_from_the_drawer_the_till_gives_and_the_float_stays(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    fill(ready, ready.till_key, 100_00)
    hand_back(refund, ready, coded(refund), notes="drawer")
    assert (ready.holds(ready.till_key), ready.holds(ready.float_key)) == (0, 1_400_00)
    assert ready.holds(ready.funds_key) == 0


def test_postpaid_the_cash_that_was_taken_goes_back_out_of_the_drawer(power):
    ready = desk(mode="postpaid")
    refund = owed(ready, power, payer=payer_at(ready))
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (100_00, 100_00)
    hand_back(refund, ready, coded(refund), notes="drawer")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (0, 0)


def test_a_drawer_that_holds_a_cent_too_little_gives_nothing(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    fill(ready, ready.till_key, 99_99)
    proof = coded(refund)
    with pytest.raises(TillTooSmall):
        hand_back(refund, ready, proof, notes="drawer")
    assert_still_owed(refund, ready)
    assert ready.holds(ready.till_key) == 99_99


def test_the_drawer_gives_only_on_an_open_cash_day_and_own_notes_always(power):
    ready = desk(float_minor=1_500_00, till_open=False)
    refund = owed(ready, power, payer=payer_at(ready))
    fill(ready, ready.till_key, 100_00)
    proof = coded(refund)
    with pytest.raises(CashDayNotOpen):
        hand_back(refund, ready, proof, notes="drawer")
    assert_still_owed(refund, ready)
    assert hand_back(refund, ready, proof).status == "paid_out"


def test_scenario_15_a_neighbours_drawer_pays_what_the_first_station_owes(ready, power):
    there = desk(float_minor=1_000_00)
    fill(there, there.till_key, 300_00)
    refund = owed(ready, power, payer=payer_at(ready))
    hand_back(refund, there, coded(refund), notes="drawer")
    assert (ready.holds(ready.funds_key), there.holds(there.till_key)) == (0, 200_00)
    assert (ready.holds(ready.float_key), there.holds(there.float_key)) == (1_400_00, 1_000_00)
    refund.refresh_from_db()
    assert (refund.station, refund.paid_at_station) == (ready.station, there.station)


def test_handed_back_twice_the_second_is_refused_and_nothing_moves(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    hand_back(refund, ready, proof)
    with pytest.raises(AlreadyPaidOut):
        hand_back(refund, ready, proof)
    with pytest.raises(AlreadyPaidOut):
        send_refund_code(refund=refund, at=now())
    assert ready.holds(ready.float_key) == 1_500_00


@pytest.mark.usefixtures("own_database")
def test_eight_hand_backs_at_once_pay_once():
    flat_plan()
    power, ready = biller(), desk(float_minor=1_500_00)
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)

    def attempt(_):
        try:
            hand_back(refund, ready, proof)
        except AlreadyPaidOut:
            return "refused"
        finally:
            connection.close()
        return "paid"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["paid"] + ["refused"] * 7
    assert ready.holds(ready.float_key) == 1_500_00


# --- slip, witness and photo


@pytest.mark.parametrize(("minor", "is_enough"), [(199_99, True), (200_00, True), (200_01, False)])
def test_slip_witness_and_photo_suffice_up_to_two_hundred(ready, power, minor, is_enough):
    refund = owed(ready, power, amount=minor)
    neighbour = resident("李大妈", ready.station, by=ready.partner)
    later = now() + 16 * MINUTE
    if is_enough:
        done = hand_back(refund, ready, seen(refund, ready, neighbour), at=later)
        assert (done.witnessed_by, done.photo.stored_by) == (neighbour, ready.partner.pk)
    else:
        with pytest.raises(ProofMissing):
            hand_back(refund, ready, seen(refund, ready, neighbour), at=later)
        assert_still_owed(refund, ready, minor)


@pytest.mark.parametrize(("after", "is_at_once"), [(15 * MINUTE, True), (15 * MINUTE + SECOND, False)])
def test_declined_at_once_slip_and_photo_suffice_for_a_quarter_of_an_hour_whatever_the_amount(
    ready, power, after, is_at_once
):
    refund = owed(ready, power, amount=450_00)
    at = refund.payment.finished_at + after
    if is_at_once:
        assert hand_back(refund, ready, seen(refund, ready), at=at).status == "paid_out"
    else:
        with pytest.raises(ProofMissing):
            hand_back(refund, ready, seen(refund, ready), at=at)
        assert_still_owed(refund, ready, 450_00)


def test_declined_at_once_counts_only_at_the_counter_where_it_was_paid(ready, power):
    there = desk(float_minor=1_000_00)
    refund = owed(ready, power)
    with pytest.raises(ProofMissing):
        hand_back(refund, there, seen(refund, there))
    assert_still_owed(refund, ready)
    assert there.holds(there.float_key) == 1_000_00


def test_what_was_taken_back_later_was_not_declined_at_once(ready, power):
    payment = pay(ready, found_bill(ready, power, amount=100_00))
    provider_says(payment, "succeeded")
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    refund = notify_refund(refund=payment.refunds.get(), at=now())
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, seen(refund, ready))
    assert_still_owed(refund, ready)


def test_the_slip_must_be_that_of_the_payment_and_the_photo_must_be_there(ready, power):
    refund, other = owed(ready, power), owed(ready, power)
    with pytest.raises(SlipWrong):
        hand_back(refund, ready, seen(other, ready))
    without_photo = WitnessProof(refund.payment.receipts.first().number, resident("证人", ready.station))
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, without_photo)
    assert_still_owed(refund, ready, 200_00)


def test_nobody_is_the_witness_of_his_own_money(ready, power):
    payer = payer_at(ready)
    refund = owed(ready, power, payer=payer)
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, seen(refund, ready, payer), at=now() + 16 * MINUTE)
    assert_still_owed(refund, ready)


def test_nobody_is_the_witness_of_what_he_hands_over_himself(ready, power):
    refund = owed(ready, power)
    Refund.objects.update(reason="reversed")
    himself = resident(station=ready.station, by=ready.partner)
    ready.partner.person = himself
    ready.partner.save()
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, seen(refund, ready, himself))
    assert_still_owed(refund, ready)


# --- over the API


def test_a_stranger_sees_no_refund_and_one_with_another_verb_may_not_hand_it_back(db):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    refund = owed(ready, biller(), payer=payer_at(ready))
    body = {"notes": "own", "station": ready.station.code, "code": "123456"}
    path = f"/api/v1/refunds/{refund.pk}/hand-back/"

    def answer_to(user):
        return api_client(user).post(path, body, "json", headers={"Idempotency-Key": "d" * 16}).status_code

    assert answer_to(desk().partner) == 404
    assert answer_to(finance_officer()) == 403
    assert Refund.objects.get().tries == 0


def test_over_the_api_a_code_is_sent_and_the_cash_handed_back_once_for_one_key(db):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    refund = owed(ready, biller(), payer=payer_at(ready))
    client = api_client(ready.partner)
    sent = client.post(f"/api/v1/refunds/{refund.pk}/send-code/", headers={"Idempotency-Key": "e" * 16})
    assert sent.status_code == 200
    body = {"notes": "own", "station": ready.station.code, "code": code_sent_for(refund)}
    answers = [
        client.post(f"/api/v1/refunds/{refund.pk}/hand-back/", body, "json", headers={"Idempotency-Key": "f" * 16})
        for _ in range(2)
    ]
    assert [answer.json()["status"] for answer in answers] == ["paid_out", "paid_out"]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert ready.holds(ready.float_key) == 1_500_00


def test_with_the_slip_a_neighbour_gives_the_money_and_without_it_he_does_not_even_see_it(db, client):
    flat_plan()
    power = biller()
    first, neighbour = desk(float_minor=1_500_00), desk()
    fill(neighbour, neighbour.till_key, 500_00)
    refund = owed(first, power, payer=payer_at(first))
    number = refund.payment.receipts.get().number
    page = f"/finance/refunds/{refund.pk}/"
    client.force_login(neighbour.partner)
    assert client.get(page).status_code == 404
    assert client.get(page, {"slip": f"{number[:-1]}1"}).status_code == 404
    found = client.get("/finance/payments/", {"q": number.lower()}, follow=True)
    assert found.redirect_chain == [(f"{page}?slip={number.lower()}", 302)]
    assert "100.00" in found.content.decode()

    there = api_client(neighbour.partner)
    [row] = there.get("/api/v1/refunds/", {"slip_no": number}).json()["results"]
    assert row["id"] == str(refund.pk)
    assert there.get("/api/v1/refunds/").data["results"] == []
    path, slip = f"/api/v1/refunds/{refund.pk}", {"slip_no": number}
    key = {"headers": {"Idempotency-Key": "k" * 16}}
    assert there.post(f"{path}/send-code/", {}, "json", **key).status_code == 404
    assert there.post(f"{path}/send-code/", slip, "json", **key).status_code == 200
    body = {"notes": "drawer", "station": neighbour.station.code, "code": code_sent_for(refund)}
    assert there.post(f"{path}/hand-back/", body, "json", **key).status_code == 404
    assert there.post(f"{path}/hand-back/", body | slip, "json", **key).data["status"] == "paid_out"
    assert (first.holds(first.funds_key), neighbour.holds(neighbour.till_key)) == (0, 400_00)


def test_a_slip_opens_nothing_to_somebody_who_hands_nothing_back(db):
    flat_plan()
    first = desk(float_minor=1_500_00)
    number = owed(first, biller()).payment.receipts.get().number
    officer = finance_officer(first.station.county)
    Refund.objects.update(station=desk().station)
    assert api_client(officer).get("/api/v1/refunds/", {"slip_no": number}).data["results"] == []


def test_the_job_tells_the_payer(db):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, biller()))
    provider_says(payment, "failed")
    Job.objects.exclude(kind="payments.notify_refund").delete()
    assert run_jobs() == 1
    assert payment.refunds.get().status == "ready_for_cash"
    assert payment.refunds.get().amount == Money(186_40, "CNY")
