"""Who gets money back against what: the slip, a document, a call of the county; nobody at his own counter."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Notice
from core.money import Money
from finance.models import Refund, RefundCall
from finance.payments.services import (
    CodeProof,
    DocumentProof,
    WitnessProof,
    call_refund,
    chase_refund,
    grant_to_person,
    hand_back_cash,
    move_all_funds,
    move_funds,
    notify_refund,
    send_refund_code,
)
from finance.payments.services.refunds import (
    FetchedElsewhere,
    NotTheirs,
    PhoneBelongsToStaff,
    ProofMissing,
)
from ledger.services import NotEnough, TransferDiffers
from tests.factories.finance import biller, desk, fill, flat_plan, owed, payer_at
from tests.factories.people import household_of, resident
from tests.factories.refunds import code_sent_for, photo_by
from tests.factories.stations import api_client, county_clerk_of, helper_of
from tests.jobs import run_jobs

LATER = dt.timedelta(hours=1)


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=5_000_00)


@pytest.fixture
def clerk(ready):
    return county_clerk_of(ready.station.county)


@pytest.fixture
def neighbour(ready):
    return resident("李大妈", ready.station, by=ready.partner)


def hand_back(refund, ready, proof, **values):
    return hand_back_cash(
        **{
            "refund": refund,
            "notes": "own",
            "proof": proof,
            "station": ready.station,
            "by": ready.partner,
            "at": now() + LATER,
            **values,
        }
    )


def by_slip(refund, ready, witness):
    return WitnessProof(refund.payment.receipts.first().number, witness, photo_by(ready.partner))


def by_document(ready, recipient, witness):
    return DocumentProof(recipient, witness, photo_by(ready.partner))


def assert_still_owed(refund):
    refund.refresh_from_db()
    assert (refund.status, refund.proof, refund.handed_to) == ("ready_for_cash", "", None)


# --- the slip is lost


def test_without_slip_and_phone_the_payer_shows_a_document_and_both_are_named(ready, power, neighbour):
    payer = payer_at(ready, phone="")
    refund = owed(ready, power, payer=payer)
    done = hand_back(refund, ready, by_document(ready, payer, neighbour))
    assert (done.status, done.proof, done.handed_to, done.witnessed_by) == ("paid_out", "document", payer, neighbour)


def test_somebody_else_with_a_document_gets_nothing(ready, power, neighbour):
    refund = owed(ready, power, payer=payer_at(ready))
    other = resident("王老五", ready.station, by=ready.partner)
    with pytest.raises(NotTheirs):
        hand_back(refund, ready, by_document(ready, other, neighbour))
    assert_still_owed(refund)


def test_where_nobody_knows_who_paid_somebody_of_the_household_gets_it(ready, power, neighbour):
    payer = payer_at(ready)
    refund = owed(ready, power)
    bill = refund.payment.bill
    with pytest.raises(NotTheirs):
        hand_back(refund, ready, by_document(ready, payer, neighbour))
    bill.household = household_of(payer, by=ready.partner)
    bill.save()
    payer.refresh_from_db()
    assert hand_back(refund, ready, by_document(ready, payer, neighbour)).handed_to == payer


def test_nobody_is_the_witness_of_the_money_he_is_given(ready, power):
    payer = payer_at(ready)
    refund = owed(ready, power, payer=payer)
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, by_document(ready, payer, payer))
    assert_still_owed(refund)


# --- much money: the county calls first


@pytest.mark.parametrize(
    ("outcomes", "is_enough"),
    [
        ([], False),
        (["not_reached"], False),
        (["denied"], False),
        (["confirmed"], True),
        (["confirmed", "not_reached"], True),
        (["confirmed", "denied"], False),
        (["denied", "confirmed"], True),
    ],
)
def test_above_two_hundred_a_call_of_the_county_stands_in_for_the_code(
    ready, power, clerk, neighbour, outcomes, is_enough
):
    refund = owed(ready, power, amount=200_01)
    for number, outcome in enumerate(outcomes):
        call_refund(refund=refund, outcome=outcome, note="", by=clerk, at=now() + number * LATER)
    if is_enough:
        assert hand_back(refund, ready, by_slip(refund, ready, neighbour)).proof == "slip"
    else:
        with pytest.raises(ProofMissing):
            hand_back(refund, ready, by_slip(refund, ready, neighbour))
        assert_still_owed(refund)


def test_a_call_never_replaces_witness_and_photo(ready, power, clerk):
    refund = owed(ready, power, amount=450_00)
    call_refund(refund=refund, outcome="confirmed", note="", by=clerk, at=now())
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, by_slip(refund, ready, None))
    assert_still_owed(refund)


def test_ones_own_call_proves_nothing_for_the_money_that_one_hands_back(ready, power, neighbour):
    refund = owed(ready, power, amount=200_01)
    call_refund(refund=refund, outcome="confirmed", note="", by=ready.partner, at=now())
    with pytest.raises(ProofMissing):
        hand_back(refund, ready, by_slip(refund, ready, neighbour))
    assert_still_owed(refund)


def test_nobody_calls_about_money_that_has_gone(ready, power, clerk, neighbour):
    refund = owed(ready, power)
    hand_back(refund, ready, by_slip(refund, ready, neighbour))
    with pytest.raises(WrongState):
        call_refund(refund=refund, outcome="confirmed", note="", by=clerk, at=now())
    assert not RefundCall.objects.exists()


def test_five_days_without_anybody_the_clerk_is_asked_to_call_once(db):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    clerk = county_clerk_of(ready.station.county)
    refund = owed(ready, biller())
    run_jobs(refund.ready_at + dt.timedelta(days=5) - dt.timedelta(seconds=1))
    assert not Notice.objects.filter(template="refund_to_call").exists()
    run_jobs(refund.ready_at + dt.timedelta(days=5))
    chase_refund(refund=refund, at=now())
    notice = Notice.objects.get(template="refund_to_call")
    assert (notice.user, notice.link) == (clerk.pk, f"/finance/refunds/{refund.pk}/")


# --- money that no payment names


def owed_to(person, station, ready, minor=300_00):
    fill(ready, ready.funds_key, minor)
    refund = grant_to_person(
        person=person, station=station, amount=Money(minor, "CNY"), reason="variance", at=now(), key=uuid4().hex
    )
    return notify_refund(refund=refund, at=now())


def test_its_receiver_gets_the_code(ready):
    person = payer_at(ready)
    refund = owed_to(person, ready.station, ready)
    send_refund_code(refund=refund, at=now())
    notice = Notice.objects.get(template="refund_code")
    assert notice.params["what"] == "钱箱里多出的钱"
    assert hand_back(refund, ready, CodeProof(code_sent_for(refund)), at=now()).handed_to == person


def test_whoever_works_at_a_station_fetches_own_money_at_another(ready):
    there = desk(float_minor=1_000_00)
    helper = helper_of(ready.station)
    person = payer_at(ready)
    helper.person = person
    helper.save()
    refund = owed_to(person, ready.station, ready)
    send_refund_code(refund=refund, at=now())
    proof = CodeProof(code_sent_for(refund))
    with pytest.raises(FetchedElsewhere):
        hand_back(refund, ready, proof, at=now())
    assert_still_owed(refund)
    done = hand_back(refund, there, proof, station=there.station, by=there.partner, at=now())
    assert done.paid_at_station == there.station


def test_the_code_goes_to_nobody_who_works_where_the_money_is_fetched_either(ready, power):
    there = desk()
    refund = owed(ready, power, payer=payer_at(ready, phone=str(there.partner.phone)))
    with pytest.raises(PhoneBelongsToStaff):
        send_refund_code(refund=refund, at=now(), station=there.station)
    assert send_refund_code(refund=refund, at=now()).codes_sent == 1


def test_the_same_cause_owes_the_same_money_once(ready):
    person, key = payer_at(ready), uuid4().hex
    facts = {"person": person, "station": ready.station, "amount": Money(5_00, "CNY"), "reason": "variance"}
    first, second = (grant_to_person(**facts, at=now(), key=key) for _ in range(2))
    assert (first, Refund.objects.count()) == (second, 1)


# --- moved


def test_what_lies_at_one_station_moves_to_another_once_for_a_key(ready):
    there = desk()
    fill(ready, ready.funds_key, 80_00)
    facts = {
        "subject_ref": "order-7",
        "from_station": ready.station,
        "to_station": there.station,
        "at": now(),
        "key": "collect-7",
    }
    for _ in range(2):
        move_funds(amount=Money(50_00, "CNY"), **facts)
    assert (ready.holds(ready.funds_key), there.holds(there.funds_key)) == (30_00, 50_00)
    with pytest.raises(TransferDiffers):
        move_funds(amount=Money(50_01, "CNY"), **facts)
    with pytest.raises(NotEnough):
        move_funds(amount=Money(30_01, "CNY"), **facts | {"key": "more"})
    assert (ready.holds(ready.funds_key), there.holds(there.funds_key)) == (30_00, 50_00)


def test_a_station_that_closes_leaves_what_it_owes_to_its_parent(ready, power):
    there = desk()
    refund = owed(ready, power)
    move_all_funds(from_station=ready.station, to_station=there.station, at=now(), key="closing")
    refund.refresh_from_db()
    assert (refund.station, ready.holds(ready.funds_key), there.holds(there.funds_key)) == (there.station, 0, 100_00)


# --- over the API


def test_over_the_api_the_county_calls_and_a_document_stands_for_the_slip(db):
    flat_plan()
    ready = desk(float_minor=5_000_00)
    clerk = county_clerk_of(ready.station.county)
    payer = payer_at(ready, phone="")
    refund = owed(ready, biller(), amount=300_00, payer=payer)
    witness = resident("李大妈", ready.station, by=ready.partner)

    def post(user, what, body):
        return api_client(user).post(
            f"/api/v1/refunds/{refund.pk}/{what}/", body, "json", headers={"Idempotency-Key": uuid4().hex}
        )

    body = {
        "notes": "own",
        "station": ready.station.code,
        "recipient": str(payer.pk),
        "witness": str(witness.pk),
        "photo": str(photo_by(ready.partner).pk),
    }
    assert post(ready.partner, "hand-back", body).json()["code"] == "proof_missing"
    assert post(ready.partner, "call", {"outcome": "confirmed"}).status_code == 403
    assert post(county_clerk_of(desk().station.county), "call", {"outcome": "confirmed"}).status_code == 404
    assert post(clerk, "call", {"outcome": "confirmed", "note": "明天来取"}).status_code == 200
    assert post(ready.partner, "hand-back", {**body, "recipient": str(witness.pk)}).json()["code"] == "not_theirs"
    assert post(ready.partner, "hand-back", body).json()["status"] == "paid_out"
