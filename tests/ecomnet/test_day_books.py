"""What our own books tell the judge: recharges passed on whole, however the margin is shared, and owed money spent."""

import datetime as dt

import pytest
from django.utils.timezone import now

from ecomnet.simulation.books import ours_since
from ecomnet.simulation.judgement import OwedBack
from finance.payments.services import CodeProof, send_refund_code
from tests.factories.finance import biller, desk, flat_plan, found_bill, owed, pay, payer_at
from tests.factories.recharge import margin_plan, operator, operator_says, plan, recharge, recharge_desk
from tests.factories.refunds import code_sent_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "said", "status", "passed_on", "still_held"),
    [
        ({}, "", "held", 0, 100_00),
        ({}, "succeeded", "succeeded", 100_00, 0),
        ({"floor_minor": 2_00}, "succeeded", "succeeded", 100_00, 0),
        ({}, "failed", "failed", 0, 0),
        ({}, "reversed", "reversed", 0, 0),
    ],
)
def test_a_recharge_is_passed_on_whole_or_not_at_all(rule, said, status, passed_on, still_held):
    margin_plan(**rule)
    mobile, ready = operator(), recharge_desk(float_minor=1_500_00)
    began = now() - dt.timedelta(seconds=1)
    payment = recharge(ready, mobile, bought=plan(mobile))
    if said == "reversed":
        operator_says(payment, "succeeded", event_type="transaction.reversed")
    elif said:
        operator_says(payment, said)
    [ours] = ours_since(began, taken_by=[ready.partner.pk])
    assert (ours.company, ours.status, ours.total) == ("CN-MOBILE", status, 100_00)
    assert (ours.passed_on, ours.still_held, ours.bill) == (passed_on, still_held, "")


def test_what_was_owed_and_spent_is_demonstration_of_both_payments():
    flat_plan()
    power, ready = biller(), desk(float_minor=1_500_00)
    began = now() - dt.timedelta(seconds=1)
    refund = owed(ready, power, payer=payer_at(ready))
    send_refund_code(refund=refund, at=now())
    proof = CodeProof(code_sent_for(refund))
    payment = pay(ready, found_bill(ready, power), refund=refund, proof=proof)
    first, second = ours_since(began, taken_by=[ready.partner.pk])
    assert first.owed == (OwedBack(100_00, "spent", 0, str(payment.pk)),)
    assert (first.from_owed, second.from_owed) == (0, 100_00)
