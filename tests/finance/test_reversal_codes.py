"""The code by which a payer proves that the payment may be asked back."""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import now

from core.errors import CodeExpired, CodeLocked, CodeWrong, TooMany
from finance.payments.services import CodeProof, send_reversal_code
from finance.payments.services.refunds import NoPhoneForCode, PhoneBelongsToStaff
from tests.factories.loans import NOON
from tests.factories.recharge import (
    PHONE,
    company_says_of_asking,
    margin_plan,
    operator,
    operator_says,
    plan,
    recharge,
    recharge_desk,
)
from tests.factories.reversals import ask, code_of, nothing_was_asked, recharged, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    margin_plan()
    return recharge_desk(float_minor=1_500_00)


@pytest.fixture
def paid(ready):
    """A recharge that was done, with the payer's phone."""
    return recharged(ready)


def test_the_code_on_the_payers_phone_proves_it_once(paid):
    send_reversal_code(payment=paid, at=now())
    assert ask(paid, CodeProof(code_of(paid))).status == "reversal_asked"
    assert paid.reversals.get().slip_no == ""
    company_says_of_asking(paid, "failed")
    paid.refresh_from_db()
    with pytest.raises(CodeExpired):
        ask(paid, CodeProof(code_of(paid)))


def test_a_wrong_code_uses_up_a_try_and_five_lock_it(paid):
    send_reversal_code(payment=paid, at=now())
    right = code_of(paid)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    left = []
    for _try in range(5):
        with pytest.raises(CodeWrong) as refusal:
            ask(paid, CodeProof(wrong))
        left.append(refusal.value.params["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeLocked):
        ask(paid, CodeProof(right))
    assert nothing_was_asked(paid)
    send_reversal_code(payment=paid, at=now())
    assert ask(paid, CodeProof(code_of(paid))).status == "reversal_asked"


@pytest.mark.parametrize(("seconds", "is_good"), [(599, True), (600, False)])
@time_machine.travel(NOON)  # nothing is asked back after the day of the payment
def test_a_code_is_good_for_ten_minutes(ready, seconds, is_good):
    paid = recharged(ready)
    sent = now()
    send_reversal_code(payment=paid, at=sent)
    moment = sent + dt.timedelta(seconds=seconds)
    if is_good:
        assert ask(paid, CodeProof(code_of(paid)), at=moment).status == "reversal_asked"
    else:
        with pytest.raises(CodeExpired):
            ask(paid, CodeProof(code_of(paid)), at=moment)


def test_three_codes_a_day_and_none_more(paid):
    for _code in range(3):
        send_reversal_code(payment=paid, at=now())
    with pytest.raises(TooMany):
        send_reversal_code(payment=paid, at=now())


def test_without_a_phone_there_is_no_code(ready):
    mobile = operator()
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "succeeded")
    with pytest.raises(NoPhoneForCode):
        send_reversal_code(payment=payment, at=now())


def test_no_code_goes_to_a_phone_of_the_station(ready):
    mobile = operator()
    ready.partner.phone = PHONE
    ready.partner.save()
    payment = recharge(ready, mobile, bought=plan(mobile), payer_phone=PHONE)
    operator_says(payment, "succeeded")
    with pytest.raises(PhoneBelongsToStaff):
        send_reversal_code(payment=payment, at=now())
    assert not told("reversal_code").exists()
