"""Goodwill: what we give for a payment that no rule pays for, within limits, above one of them with two people."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.countries import country_of
from core.errors import SamePerson, WrongState
from core.money import Money
from finance import chart
from finance.models import Goodwill, Payment
from finance.payments.services import (
    GoodwillOffered,
    GoodwillTooMuch,
    NothingOffered,
    approve_goodwill,
    notify_refund,
    offer_goodwill,
    reject_goodwill,
)
from finance.payments.services.decisions import ProposalChanged
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, payer_at, provider_says
from tests.factories.refunds import coded, hand_back
from tests.factories.stations import api_client, county_manager_of, finance_officer
from tests.finance.auditing import findings
from tests.pages import told

pytestmark = pytest.mark.django_db

ALONE, MOST = country_of("CN").goodwill_alone, country_of("CN").goodwill_most
CENT = Money(1, "CNY")


def yuan(minor):
    return Money(minor, "CNY")


@pytest.fixture
def ready():
    flat_plan()
    return desk(float_minor=1_500_00)


@pytest.fixture
def paid(ready):
    return paid_at(ready, now())


def paid_at(ready, at):
    payment = pay(ready, found_bill(ready, biller()), payer=payer_at(ready), at=at)
    provider_says(payment, "succeeded")
    payment.refresh_from_db()
    return payment


def offer(payment, amount, by=None):
    return offer_goodwill(
        payment=payment, amount=amount, reason="waited for an hour", by=by or finance_officer(), at=now()
    )


def approve(payment, amount, by=None):
    return approve_goodwill(payment=payment, amount=amount, by=by or finance_officer(), at=now())


def test_the_example_of_the_page(ready, paid):
    told("15.00 are given at once: expense 15.00, customer_funds 15.00.", "then 175.00 are left.")
    given = offer(paid, yuan(15_00))
    assert (given.status, ready.holds(chart.platform("expense")), ready.holds(ready.funds_key)) == (
        "given",
        15_00,
        15_00,
    )
    assert offer(paid, yuan(10_00)).status == "offered"
    approve(paid, yuan(10_00))
    with pytest.raises(GoodwillTooMuch):
        offer(paid, yuan(175_01))
    assert offer(paid, yuan(175_00)).status == "offered"


@pytest.mark.parametrize(("amount", "status"), [(ALONE - CENT, "given"), (ALONE, "given"), (ALONE + CENT, "offered")])
def test_one_person_gives_up_to_the_limit(paid, amount, status):
    assert offer(paid, amount).status == status


def test_what_is_given_is_fetched_like_any_money_owed_back_and_the_payment_stays_as_it_was(ready, paid):
    refund = offer(paid, yuan(15_00)).refund
    hand_back(notify_refund(refund=refund, at=now()), ready, coded(refund))
    paid.refresh_from_db()
    assert (paid.status, paid.refunded_minor, ready.holds(ready.funds_key)) == ("succeeded", 0, 0)
    assert findings() == []


def test_above_the_limit_another_person_gives_what_was_read(ready, paid):
    first, more = finance_officer(), ALONE + CENT
    offer(paid, more, by=first)
    with pytest.raises(SamePerson):
        approve(paid, more, by=first)
    with pytest.raises(ProposalChanged):
        approve(paid, more + CENT)
    with pytest.raises(GoodwillOffered):
        offer(paid, CENT)
    assert ready.holds(ready.funds_key) == 0
    assert approve(paid, more).status == "given"
    assert ready.holds(ready.funds_key) == more.minor
    with pytest.raises(NothingOffered):
        approve(paid, more)


def test_nobody_gives_more_than_the_most(paid):
    with pytest.raises(GoodwillTooMuch):
        offer(paid, MOST + CENT)
    assert offer(paid, MOST).status == "offered"


def test_an_offer_that_is_rejected_moves_nothing(ready, paid):
    offer(paid, MOST)
    assert reject_goodwill(payment=paid, by=finance_officer(), at=now()).status == "rejected"
    assert (ready.holds(ready.funds_key), paid.refunds.count()) == (0, 0)
    with pytest.raises(NothingOffered):
        reject_goodwill(payment=paid, by=finance_officer(), at=now())


def test_a_payment_without_an_end_waits(ready):
    with pytest.raises(WrongState):
        offer(pay(ready, found_bill(ready, biller())), CENT)


def test_the_database_lets_nobody_give_above_the_limit_alone(paid):
    officer = finance_officer()
    goodwill = offer(paid, MOST, by=officer)
    refund = offer_refund_of(paid)
    with pytest.raises(IntegrityError, match="above_the_limit_is_given_by_another"), transaction.atomic():
        Goodwill.objects.filter(pk=goodwill.pk).update(
            status="given", decided_by=officer, decided_at=now(), refund=refund
        )


def offer_refund_of(payment):
    """A refund that stands for the one of the goodwill."""
    return payment.refunds.create(
        station=payment.station,
        amount_minor=1,
        currency="CNY",
        reason="goodwill",
        source="customer_funds",
        status="granted",
    )


def send(user, payment, verb, **body):
    address = f"/api/v1/payments/{payment.pk}/{verb}/"
    return api_client(user).post(address, body, "json", headers={"Idempotency-Key": uuid4().hex})


def test_over_the_api_one_offers_and_another_approves(paid):
    first, second = finance_officer(), finance_officer()
    offered = send(first, paid, "goodwill", amount="50.00", reason="our mistake")
    assert (offered.status_code, offered.json()["status"], offered.json()["refund"]) == (200, "offered", None)
    assert send(first, paid, "approve-goodwill", amount="50.00").json()["code"] == "same_person"
    given = send(second, paid, "approve-goodwill", amount="50.00").json()
    assert (given["status"], given["amount"], bool(given["refund"])) == ("given", "50.00", True)
    assert send(county_manager_of(paid.station.county), paid, "goodwill", amount="1.00", reason="x").status_code == 403


def test_on_the_page_one_offers_and_another_finds_it_whatever_its_day_and_gives(client, ready):
    first, second = finance_officer(), finance_officer()
    paid = paid_at(ready, now() - dt.timedelta(days=2))
    page = f"/finance/payments/{paid.pk}/"
    client.force_login(first)
    key = client.get(page).context["offer_goodwill"]["key"].value()
    done = client.post(f"{page}goodwill/", {"key": key, "amount": "50", "reason": "our mistake"})
    assert (done.status_code, done["Location"]) == (303, page)
    assert client.get(page).context["approve_goodwill"] is None
    listed = "/finance/payments/?state=goodwill"
    assert page not in client.get(listed).content.decode()
    client.force_login(second)
    assert page in client.get(listed).content.decode()
    shown = client.get(page)
    assert re.search("善意补偿.*50.00", shown.content.decode(), re.DOTALL)
    form = shown.context["approve_goodwill"]
    sent = {"key": form["key"].value(), "amount": str(form["amount"].value())}
    assert client.post(f"{page}goodwill/approve/", sent).status_code == 303
    assert page not in client.get(listed).content.decode()
    assert Payment.objects.get(pk=paid.pk).refunds.get().amount == yuan(50_00)
