"""Money owed back: told, proved, handed back once, from the drawer or the partner's own notes, or spent on a bill."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import CodeExpired, CodeLocked, CodeWrong, TooMany, WrongState
from core.jobs.models import Job
from core.models import Event, Notice
from core.money import Money
from finance.models import Payment, Receipt, Refund
from finance.payments.services import CodeProof, WitnessProof, hand_back_cash, notify_refund, send_refund_code
from finance.payments.services.refunds import (
    AlreadyPaidOut,
    NoPhoneForCode,
    PhoneBelongsToStaff,
    ProofMissing,
    SlipWrong,
    TillTooSmall,
)
from finance.payments.services.taking import RefundExceedsTotal
from finance.tills.services import CashDayNotOpen
from tests.factories.accounts import another
from tests.factories.finance import (
    biller,
    code_sent_for,
    desk,
    fill,
    flat_plan,
    found_bill,
    owed,
    pay,
    payer_at,
    photo_by,
    provider_says,
)
from tests.factories.people import resident
from tests.factories.stations import api_client, finance_officer, helper_of
from tests.jobs import run_jobs

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
#: Noon in China, so that no test meets midnight or the quiet hours.
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=1_500_00)


def hand_back(refund, ready, proof, *, notes="own", at=None):
    return hand_back_cash(
        refund=refund, notes=notes, proof=proof, station=ready.station, by=ready.partner, at=at or now()
    )


def coded(refund, at=None):
    """The proof of a code that has just been sent."""
    send_refund_code(refund=refund, at=at or now())
    return CodeProof(code_sent_for(refund))


def seen(refund, ready, witness=None):
    """The proof of slip and photo, with a witness or without."""
    return WitnessProof(refund.payment.receipts.first().number, witness, photo_by(ready.partner))


def assert_still_owed(refund, ready, minor=100_00):
    refund.refresh_from_db()
    assert refund.status not in {"paid_out", "spent"}
    assert ready.holds(ready.funds_key) == minor


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


# --- the code


def test_the_code_goes_to_the_payers_phone_with_the_amount_and_is_stored_nowhere_in_clear(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    refund.refresh_from_db()
    assert refund.expires_at - refund.code_sent_at == 10 * MINUTE
    notice = Notice.objects.get(template="refund_code")
    assert proof.code not in f"{notice.params}{refund.code_hash}"
    assert "100.00" in notice.params["amount"]


@pytest.mark.parametrize(("hours", "is_known"), [(71.999, False), (72, True), (72.001, True)])
def test_a_phone_counts_once_it_was_confirmed_three_days_ago(ready, power, hours, is_known):
    refund = owed(ready, power, payer=payer_at(ready, known_for=dt.timedelta(hours=hours)))
    verified_at = refund.payment.payer.phone_verified_at
    at = verified_at + dt.timedelta(hours=hours)
    if is_known:
        assert send_refund_code(refund=refund, at=at).codes_sent == 1
    else:
        with pytest.raises(NoPhoneForCode):
            send_refund_code(refund=refund, at=at)
        assert Notice.objects.filter(template="refund_code").count() == 0


def test_without_a_payer_or_a_confirmed_phone_there_is_no_code(ready, power):
    with pytest.raises(NoPhoneForCode):
        send_refund_code(refund=owed(ready, power), at=now())
    stranger = resident("无电话", ready.station, by=ready.partner)
    with pytest.raises(NoPhoneForCode):
        send_refund_code(refund=owed(ready, power, payer=stranger), at=now())


def test_a_code_never_goes_to_somebody_who_works_at_the_station(ready, power):
    helper = helper_of(ready.station)
    for user in (helper, ready.partner):
        refund = owed(ready, power, payer=payer_at(ready, phone=str(user.phone)))
        with pytest.raises(PhoneBelongsToStaff):
            send_refund_code(refund=refund, at=now())
    assert Notice.objects.filter(template="refund_code").count() == 0


def test_three_codes_a_day_and_again_tomorrow(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    for _ in range(3):
        send_refund_code(refund=refund, at=NOON)
    with pytest.raises(TooMany):
        send_refund_code(refund=refund, at=NOON)
    assert Notice.objects.filter(template="refund_code").count() == 3
    send_refund_code(refund=refund, at=NOON + dt.timedelta(hours=12))  # midnight in China
    refund.refresh_from_db()
    assert refund.codes_sent == 1


@pytest.mark.parametrize(("age", "is_alive"), [(10 * MINUTE - SECOND, True), (10 * MINUTE, False)])
def test_a_code_lives_ten_minutes_to_the_second(ready, power, age, is_alive):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund, at=NOON)
    if is_alive:
        assert hand_back(refund, ready, proof, at=NOON + age).status == "paid_out"
    else:
        with pytest.raises(CodeExpired):
            hand_back(refund, ready, proof, at=NOON + age)
        assert_still_owed(refund, ready)


def test_only_the_newest_code_counts(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    old, new = coded(refund), coded(refund)
    if old != new:
        with pytest.raises(CodeWrong):
            hand_back(refund, ready, old)
    assert hand_back(refund, ready, new).status == "paid_out"


def test_five_wrong_codes_lock_and_a_new_code_unlocks(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    left = []
    for _ in range(5):
        with pytest.raises(CodeWrong) as refusal:
            hand_back(refund, ready, CodeProof(another(proof.code)))
        left.append(refusal.value.params["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    refund.refresh_from_db()
    assert refund.status == "locked"
    with pytest.raises(CodeLocked):
        hand_back(refund, ready, proof)
    assert_still_owed(refund, ready)
    assert hand_back(refund, ready, coded(refund)).status == "paid_out"


def test_a_wrong_try_over_the_api_stays_used_though_the_answer_is_a_refusal(own_database):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    refund = owed(ready, biller(), payer=payer_at(ready))
    proof = coded(refund)
    client = api_client(ready.partner)
    body = {"notes": "own", "station": ready.station.code, "code": another(proof.code)}
    for key in ("a" * 16, "a" * 16, "b" * 16):
        answer = client.post(f"/api/v1/refunds/{refund.pk}/hand-back/", body, "json", headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (422, "code_wrong")
    assert answer.json()["params"] == {"tries_left": 3}
    refund.refresh_from_db()
    assert refund.tries == 2


def test_a_wrong_code_while_spending_uses_up_a_try_too(own_database):
    flat_plan()
    power, ready = biller(), desk(float_minor=1_500_00)
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    fetch = found_bill(ready, power)
    body = {"fetch_id": str(fetch.pk), "station": ready.station.code, "refund": str(refund.pk)}
    answer = api_client(ready.partner).post(
        "/api/v1/bill-payments/",
        {**body, "code": another(proof.code)},
        "json",
        headers={"Idempotency-Key": "c" * 16},
    )
    assert answer.json()["code"] == "code_wrong"
    refund.refresh_from_db()
    assert (refund.tries, Payment.objects.count()) == (1, 1)


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


# --- spent


def spend(refund, ready, power, proof, *, amount=186_40):
    return pay(ready, found_bill(ready, power, amount=amount), refund=refund, proof=proof)


def test_nobody_is_the_witness_of_what_he_hands_over_himself(ready, power):
    refund = owed(ready, power)
    Refund.objects.update(reason="reversed")
    himself = resident(station=ready.station, by=ready.partner)
    ready.partner.person = himself
    ready.partner.save()
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, seen(refund, ready, himself))
    assert_still_owed(refund, ready)


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "¥100.00"), ("en", "CN¥100.00")])
def test_the_payer_reads_the_amount_in_his_own_language(ready, power, language, shown):
    payer = payer_at(ready)
    payer.language = language
    payer.save()
    refund = owed(ready, power, payer=payer, payer_phone=str(payer.phone))
    send_refund_code(refund=refund, at=now())
    for template in ("refund_ready", "refund_code"):
        assert Notice.objects.get(template=template).params["amount"] == shown


def test_spent_on_the_next_bill_the_rest_is_company_cash_in_the_drawer(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    payment = spend(refund, ready, power, coded(refund))
    assert (payment.funding, payment.status) == ("owed", "held")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (86_40, 186_40)
    assert (ready.can_use(ready.funds_key), ready.holds(ready.float_key)) == (0, 1_400_00)
    refund.refresh_from_db()
    assert (refund.status, refund.spent_on) == ("spent", payment)
    event = Event.objects.get(name="finance.refund_paid_out")
    assert event.payload["refund"] == str(refund.pk)
    provider_says(payment, "succeeded")
    assert ready.holds(ready.funds_key) == 0


def test_change_is_of_the_cash_that_was_due_beside_the_money_owed_back(own_database):
    flat_plan()
    power, ready = biller(), desk(float_minor=1_500_00)
    refund = owed(ready, power, payer=payer_at(ready))
    fetch = found_bill(ready, power)
    send_refund_code(refund=refund, at=now())
    body = {"fetch_id": str(fetch.pk), "station": ready.station.code, "refund": str(refund.pk)}
    body["code"] = code_sent_for(refund)
    there = api_client(ready.partner)
    short = there.post(
        "/api/v1/bill-payments/", body | {"cash_given": "86.39"}, "json", headers={"Idempotency-Key": "a" * 16}
    )
    assert (short.status_code, short.json()["code"], Payment.objects.count()) == (422, "cash_too_little", 1)
    paid = there.post(
        "/api/v1/bill-payments/", body | {"cash_given": "100.00"}, "json", headers={"Idempotency-Key": "b" * 16}
    )
    assert (paid.status_code, paid.json()["change_given"]) == (202, "13.60")
    assert ready.holds(ready.till_key) == 86_40
    slip = {line["name"]: line["value"] for line in Receipt.objects.latest("pk").lines}
    assert (slip["total"], slip["owed_used"], slip["cash_given"], slip["change"]) == (
        "186.40",
        "100.00",
        "100.00",
        "13.60",
    )
    found = there.get("/api/v1/payments/").data["results"][0]
    assert found["change_given"] == "13.60"


def test_spent_to_the_cent_no_cash_moves(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    spend(refund, ready, power, coded(refund), amount=100_00)
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (0, 100_00)


def test_spent_at_another_station_what_is_owed_moves_there_first(ready, power):
    there = desk(float_minor=1_000_00)
    refund = owed(ready, power, payer=payer_at(ready))
    payment = spend(refund, there, power, coded(refund))
    assert ready.holds(ready.funds_key) == 0
    assert (there.holds(there.funds_key), there.holds(there.till_key)) == (186_40, 86_40)
    assert there.holds(there.float_key) == 1_000_00
    provider_says(payment, "failed")
    assert payment.refunds.get().station == there.station
    assert there.can_use(there.funds_key) == 186_40


def test_more_than_the_bill_costs_is_not_spent_on_it(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    with pytest.raises(RefundExceedsTotal):
        spend(refund, ready, power, proof, amount=99_99)
    assert_still_owed(refund, ready)
    assert Payment.objects.count() == 1


def test_nothing_is_spent_without_a_proof_or_before_it_is_ready(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    with pytest.raises(ProofMissing):
        spend(refund, ready, power, None)
    payment = pay(ready, found_bill(ready, power, amount=50_00))
    provider_says(payment, "failed")
    granted = payment.refunds.get()
    with pytest.raises(WrongState):
        spend(granted, ready, power, seen(granted, ready))
    assert Payment.objects.count() == 2


def test_spent_money_is_not_handed_back_as_well(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    spend(refund, ready, power, proof)
    for again in (lambda: hand_back(refund, ready, proof), lambda: spend(refund, ready, power, proof)):
        with pytest.raises(AlreadyPaidOut):
            again()
    assert ready.holds(ready.till_key) == 86_40


# --- over the API


def test_a_stranger_sees_no_refund_and_one_with_another_verb_may_not_hand_it_back(own_database):
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


def test_over_the_api_a_code_is_sent_and_the_cash_handed_back_once_for_one_key(own_database):
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


def test_with_the_slip_a_neighbour_gives_the_money_and_without_it_he_does_not_even_see_it(own_database, client):
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
    found = client.get("/finance/payments/", {"number": number.lower()}, follow=True)
    assert found.redirect_chain == [(f"{page}?slip={number.lower()}", 302)]
    assert "100.00" in found.content.decode()

    there = api_client(neighbour.partner)
    [row] = there.get("/api/v1/refunds/", {"slip_no": number}).data["results"]
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


def test_a_slip_opens_nothing_to_somebody_who_hands_nothing_back(own_database):
    flat_plan()
    first = desk(float_minor=1_500_00)
    number = owed(first, biller()).payment.receipts.get().number
    officer = finance_officer(first.station.county)
    Refund.objects.update(station=desk().station)
    assert api_client(officer).get("/api/v1/refunds/", {"slip_no": number}).data["results"] == []


def test_the_job_tells_the_payer(own_database):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, biller()))
    provider_says(payment, "failed")
    Job.objects.exclude(kind="payments.notify_refund").delete()
    assert run_jobs() == 1
    assert payment.refunds.get().status == "ready_for_cash"
    assert payment.refunds.get().amount == Money(186_40, "CNY")
