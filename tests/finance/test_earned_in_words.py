"""Why did I earn this? Each kind of line in words whose arithmetic anybody can follow."""

from uuid import uuid4

import pytest
from django.utils import translation
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.fees.display import explain, story
from finance.fees.services import Sale, prepare_accrual, reverse_fees, store_accrual
from finance.models import CommissionLine
from ledger.services import Leg, MadeBy, post_transfers
from tests.factories.days import today
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, helper_at, pay, plan_of, provider_says
from tests.factories.stations import api_client


@pytest.fixture(autouse=True)
def in_english(db):
    book()
    with translation.override("en"):
        yield


def sold(ready, *, base=100_00, by=None, margin=None, left=None):
    """A sale of this amount that has succeeded; its commission posted from customer_funds of the desk."""
    sale = Sale(
        event_type="test_sale",
        event_id=uuid4().hex,
        service="bill_payment",
        base=Money(base, "CNY"),
        station=ready.station,
        acted_by=by or ready.partner,
        taken_at=now(),
        margin=margin,
        left=left,
    )
    accrual = prepare_accrual(
        sale=sale, source=chart.fee_receivable(biller(f"B{uuid4().hex[:8]}")), country="CN", at=now()
    )
    if accrual.legs:
        post_transfers(
            legs=[Leg(leg.debit, leg.credit, leg.amount, leg.reason) for leg in accrual.legs],
            event_type=sale.event_type,
            event_id=sale.event_id,
            business_date=today(),
            made_by=MadeBy("system"),
            at=now(),
        )
    store_accrual(accrual, at=now())
    return {line.beneficiary: read(line) for line in accrual.lines}


def read(line):
    """A line as the page loads it."""
    return CommissionLine.objects.select_related("rule__plan", "reverses__rule__plan").get(pk=line.pk)


PART = [("partner", "percent_of_total", 60_00)]


def test_a_flat_sum():
    flat_plan()
    line = sold(desk())["partner"]
    assert explain(line) == "1.00 of the total commission of 1.50 on each sale of this kind."
    assert story(line) == [
        "Rule 1 of plan standard v1: Bill payment, any amount.",
        "Each sale of this kind earns 1.50 in total.",
    ]


@pytest.mark.parametrize(
    ("limits", "base", "sentences"),
    [
        ({}, 50_00, ["1.50 % of 50.00 is 0.75."]),
        ({"floor_minor": 1_00}, 50_00, ["1.50 % of 50.00 is 0.75.", "The plan gives at least 1.00."]),
        ({"cap_minor": 5_00}, 500_00, ["1.50 % of 500.00 is 7.50.", "The plan gives at most 5.00."]),
    ],
)
def test_a_percentage_with_floor_and_cap(limits, base, sentences):
    plan_of({"total_kind": "percent", "total_value": 1_50, "shares": PART, **limits})
    line = sold(desk(), base=base)["partner"]
    assert story(line)[1:] == sentences
    total = max(min(base * 150 // 10_000, limits.get("cap_minor", 10**9)), limits.get("floor_minor", 0))
    assert explain(line) == f"60 % of this sale’s total commission of {Money(total, 'CNY')}."


@pytest.mark.parametrize(
    ("base", "words"),
    [
        (99_99, "below 100.00"),
        (100_00, "from 100.00 to below 200.00"),
        (200_00, "from 200.00"),
    ],
)
def test_the_band_that_decided(base, words):
    about = {"total_kind": "flat", "total_value": 1_00, "shares": PART}
    plan_of(
        {**about, "amount_to_minor": 100_00},
        {**about, "amount_from_minor": 100_00, "amount_to_minor": 200_00},
        {**about, "amount_from_minor": 200_00},
    )
    line = sold(desk(), base=base)["partner"]
    assert f"Bill payment, {words}." in story(line)[0]


def test_a_margin_and_a_part_of_the_amount():
    plan_of({"total_kind": "margin", "total_value": 0, "shares": [("partner", "percent_of_base", 1_00)]})
    line = sold(desk(), margin=1_50)["partner"]
    assert explain(line) == "1 % of the amount 100.00."
    assert story(line)[1:] == ["Of 100.00, the company pays us 1.50."]


def test_a_part_of_what_was_left_when_too_little_was():
    shares = [("county", "flat", 90), ("partner", "percent_of_base", 1_00)]
    plan_of({"total_kind": "flat", "total_value": 1_00, "shares": shares})
    line = sold(desk())["partner"]
    assert line.amount_minor == 10
    assert story(line)[2:] == ["No more was left to share."]


def test_a_helper_and_the_partner_he_works_for():
    flat_plan()
    ready = desk()
    lines = sold(ready, by=helper_at(ready))
    assert explain(lines["helper"]) == "20 % of the partner's share of 1.00."
    assert story(lines["partner"])[2:] == ["The helper who served received 0.20 of it."]


def test_the_second_part_of_a_bill():
    percent = {"total_kind": "percent", "total_value": 1_00, "once_per_target_minutes": 30, "shares": PART}
    plan_of(percent)
    ready, power = desk(float_minor=5_000_00), biller()
    power.amount_rule = "up_to"
    power.save()
    for minor in (80_00, 40_00):
        fetch = found_bill(ready, power, amount=1_000_00, bill_ref="B1")
        payment = pay(ready, fetch, amount=Money(minor, "CNY"))
        provider_says(payment, "succeeded")
    line = read(CommissionLine.objects.get(event_id=str(payment.pk), beneficiary="partner"))
    assert story(line)[1:] == [
        "Parts paid shortly after each other count as one: 120.00 in total.",
        "1 % of 120.00 is 1.20.",
        "0.48 of it was earned with the previous part.",
    ]
    assert line.amount_minor == 72 - 48


def test_a_part_given_back_and_the_whole_taken_back():
    flat_plan()
    ready = desk()
    line = sold(ready)["partner"]
    about = {"event_type": line.event_type, "event_id": line.event_id, "at": now()}
    back = reverse_fees(**about, part=33_33, base=100_00, key=uuid4().hex)
    part = read(next(each for each in back if each.beneficiary == "partner"))
    assert explain(part) == "Partly reversed: 33.33 of the 100.00 sale has been refunded so far."
    assert story(part) == [f"What it reverses: {explain(line)}"]
    assert part.amount_minor == -33
    back = reverse_fees(**about, part=100_00, base=100_00, key=uuid4().hex)
    rest = read(next(each for each in back if each.beneficiary == "partner"))
    assert "100.00 of the 100.00" in explain(rest)
    assert rest.amount_minor == -67


def test_a_payment_that_the_company_took_back():
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    line = read(CommissionLine.objects.get(event_id=str(payment.pk), beneficiary="partner", part="reversed"))
    assert explain(line) == "Reversed, because the sale was reversed."
    assert story(line) == ["What it reverses: 1.00 of the total commission of 1.50 on each sale of this kind."]


def test_the_page_and_the_api_tell_the_same_story_to_whoever_earned_it_alone(client):
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    provider_says(pay(ready, found_bill(ready, power)), "succeeded")
    line = CommissionLine.objects.get(beneficiary="partner")
    client.force_login(ready.partner)
    page = client.get(f"/finance/fees/{line.pk}/").content.decode()
    why = api_client(ready.partner).get(f"/api/v1/earnings/{line.pk}/why/").json()
    assert len(why["steps"]) == 2
    client.force_login(desk().partner)
    assert client.get(f"/finance/fees/{line.pk}/").status_code == 404
    with translation.override(ready.partner.language):
        for sentence in [explain(read(line)), *story(read(line))]:
            assert sentence in page
