"""The code on the payer's phone: to whom it goes, how long it lives, how often it is tried."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from core.errors import CodeExpired, CodeLocked, CodeWrong, TooMany
from core.models import Notice
from finance.models import Payment
from finance.payments.services import CodeProof, send_refund_code
from finance.payments.services.refunds import NoPhoneForCode, PhoneBelongsToStaff
from stations.models import Person, User
from tests.factories.accounts import another
from tests.factories.finance import biller, desk, flat_plan, found_bill, owed, payer_at
from tests.factories.people import resident
from tests.factories.refunds import assert_still_owed, coded, hand_back
from tests.factories.stations import api_client, helper_of

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


@pytest.mark.parametrize("record", ["own", "kept"])
def test_nor_to_the_phone_that_a_helper_has_as_a_resident(ready, power, record):
    helper, phone = helper_of(ready.station), "+8613900001234"
    person = resident("李桂兰", ready.station, by=ready.partner, phone=phone)
    own = resident("李桂兰", ready.station, by=ready.partner) if record == "kept" else person
    User.objects.filter(pk=helper.pk).update(person=own)
    if record == "kept":
        Person.objects.filter(pk=own.pk).update(merged_into=person)
    refund = owed(ready, power, payer=payer_at(ready, phone=phone))
    with pytest.raises(PhoneBelongsToStaff):
        send_refund_code(refund=refund, at=now())
    assert Notice.objects.filter(template="refund_code").count() == 0


def test_three_codes_a_day_and_again_tomorrow(ready, power):
    refund = owed(ready, power, payer=payer_at(ready, at=NOON))
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
    refund = owed(ready, power, payer=payer_at(ready, at=NOON))
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


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "¥100.00"), ("en", "¥100.00")])
def test_the_payer_reads_the_amount_in_his_own_language(ready, power, language, shown):
    payer = payer_at(ready)
    payer.language = language
    payer.save()
    refund = owed(ready, power, payer=payer, payer_phone=str(payer.phone))
    send_refund_code(refund=refund, at=now())
    for template in ("refund_ready", "refund_code"):
        assert Notice.objects.get(template=template).params["amount"] == shown
