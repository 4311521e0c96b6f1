"""A press waits a moment for a company's answer, and not at all while others stand at the door."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.web.load_shedding import SHEDDER
from core.web.moments import PAUSES
from finance.bills.waiting import wait_for_answer
from finance.models import BillFetch, Payment
from finance.payments.waiting import JUST_TAKEN, decided_in_a_moment
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_crowded", "looks"), [(False, len(PAUSES)), (True, 0)])
def test_nobody_dawdles_while_others_stand_at_the_door(
    is_crowded, looks, settings, monkeypatch, django_assert_num_queries
):
    settings.ECOMNET_WAIT_FOR_ANSWERS = True
    monkeypatch.setattr(SHEDDER, "is_crowded", is_crowded)
    monkeypatch.setattr("core.web.moments.time.sleep", lambda seconds: None)
    flat_plan()
    nothing_yet = {"bill_ref": "", "amount_minor": None, "status": BillFetch.Status.REQUESTED}
    ready, power = desk(float_minor=9_000_00), biller()
    fetch = found_bill(ready, power)
    BillFetch.objects.filter(pk=fetch.pk).update(**nothing_yet)
    with django_assert_num_queries(looks):
        assert wait_for_answer(fetch.pk) is None
    payment = pay(ready, found_bill(ready, power))
    with django_assert_num_queries(looks):
        assert decided_in_a_moment(payment, at=payment.taken_at + JUST_TAKEN).status == "held"
    with django_assert_num_queries(0):
        decided_in_a_moment(payment, at=payment.taken_at + JUST_TAKEN + dt.timedelta(microseconds=1))


def test_a_payment_that_is_decided_meanwhile_is_told_as_it_ended(settings, monkeypatch):
    settings.ECOMNET_WAIT_FOR_ANSWERS = True
    flat_plan()
    ready = desk(float_minor=9_000_00)
    payment = pay(ready, found_bill(ready, biller()))

    def company_answers(seconds):
        provider_says(sent(Payment.objects.get(pk=payment.pk), at=now()), "succeeded")

    monkeypatch.setattr("core.web.moments.time.sleep", company_answers)
    assert payment.status == "held"
    assert decided_in_a_moment(payment, at=now()).status == "succeeded"
