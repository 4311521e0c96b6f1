"""What is sold: plans of a date, amounts between the least and the most."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.money import Money
from finance.models import Payment
from finance.recharge import services
from finance.recharge.numbers import PhoneInvalid
from tests.factories.days import today
from tests.factories.recharge import margin_plan, nothing_happened, operator, plan, recharge, recharge_desk, yuan

pytestmark = pytest.mark.django_db


@pytest.fixture
def mobile():
    margin_plan()
    return operator()


@pytest.fixture
def ready():
    return recharge_desk(float_minor=1_500_00)


def test_a_plan_is_sold_from_its_first_day_and_until_before_its_last(mobile, ready):
    day = dt.timedelta(days=1)
    for number, (starts, ends, is_sold) in enumerate(
        [
            (today(), None, True),
            (today() + day, None, False),
            (today() - day, today(), False),
            (today() - day, today() + day, True),
        ]
    ):
        dated = plan(
            mobile, code=f"P{number}", face=(10 + number) * 100, wholesale=9_00, from_date=starts, to_date=ends
        )
        if is_sold:
            assert recharge(ready, mobile, bought=dated).status == "held"
        else:
            with pytest.raises(services.PlanNotSold):
                recharge(ready, mobile, bought=dated)
    assert Payment.objects.count() == 2


def test_another_operators_plan_or_another_amount_than_the_plans_is_not_sold(mobile, ready):
    telecom = operator("CN-TELECOM", prefixes=("133",))
    with pytest.raises(services.PlanNotSold):
        recharge(ready, mobile, bought=plan(telecom))
    with pytest.raises(services.PlanNotSold):
        recharge(ready, mobile, bought=plan(mobile), amount=yuan(99))
    assert nothing_happened(ready)


@pytest.mark.parametrize(("minor", "is_taken"), [(9_99, False), (10_00, True), (500_00, True), (500_01, False)])
def test_amounts_go_from_the_least_to_the_most_of_the_operator(ready, minor, is_taken):
    margin_plan()
    mobile = operator(min_amount_minor=10_00, max_amount_minor=500_00)
    if is_taken:
        assert recharge(ready, mobile, amount=Money(minor, "CNY")).amount_minor == minor
    else:
        with pytest.raises(services.AmountNotAllowed):
            recharge(ready, mobile, amount=Money(minor, "CNY"))
        assert nothing_happened(ready)


def test_neither_plan_nor_amount_is_refused(mobile, ready):
    with pytest.raises(services.AmountNotAllowed):
        recharge(ready, mobile)
    assert nothing_happened(ready)


@pytest.mark.parametrize("values", [{"is_active": False}, {"from_date": dt.date(2099, 1, 1)}, {"country": "ES"}])
def test_an_operator_that_is_not_served_here_is_refused(ready, values):
    margin_plan()
    mobile = operator(**values)
    with pytest.raises((services.OperatorNotServed, PhoneInvalid)):
        recharge(ready, mobile, amount=yuan(50))
    assert nothing_happened(ready)


def test_one_plan_has_one_price_at_any_date(mobile):
    plan(mobile, to_date=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(mobile, from_date=today() - dt.timedelta(days=1))
    assert plan(mobile, from_date=today(), wholesale=98_00).wholesale_amount_minor == 98_00


@pytest.mark.parametrize("wholesale", [0, 100_01])
def test_a_plan_never_costs_us_more_than_it_brings(mobile, wholesale):
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(mobile, wholesale=wholesale)


def test_prefixes_are_digits(mobile):
    mobile.prefixes = ["13x"]
    with pytest.raises(ValidationError):
        mobile.full_clean()
