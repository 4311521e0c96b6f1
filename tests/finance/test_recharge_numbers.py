"""Whose number it is: read as people write it, by its beginning, ported or not."""

import datetime as dt

import pytest

from finance.recharge import services
from finance.recharge.numbers import PhoneInvalid, operator_of, read_number
from tests.factories.days import today
from tests.factories.recharge import OTHER, margin_plan, nothing_happened, operator, plan, recharge, recharge_desk, yuan

pytestmark = pytest.mark.django_db


@pytest.fixture
def mobile():
    margin_plan()
    return operator()


@pytest.fixture
def ready():
    return recharge_desk(float_minor=1_500_00)


@pytest.mark.parametrize(
    ("typed", "national"),
    [("13805160001", "13805160001"), ("+86 138 0516 0001", "13805160001"), ("138-0516-0001", "13805160001")],
)
def test_a_number_is_read_as_people_write_it(typed, national):
    assert read_number(typed, country="CN").national == national


@pytest.mark.parametrize("typed", ["", "abc", "12", "138051600011234567"])
def test_what_is_no_number_is_refused_at_its_field(typed):
    with pytest.raises(PhoneInvalid) as refusal:
        read_number(typed, country="CN")
    assert (refusal.value.status, refusal.value.field) == (400, "phone")


def test_the_longest_beginning_decides_whose_number_it_is():
    mobile, satellite = operator(prefixes=("134",)), operator("CN-TELECOM", prefixes=("1349", "133"))
    assert operator_of("13480000000", country="CN", on=today()) == mobile
    assert operator_of("13490000000", country="CN", on=today()) == satellite
    assert operator_of("1349", country="CN", on=today()) == satellite
    assert operator_of("17000000000", country="CN", on=today()) is None
    assert operator_of("13480000000", country="ES", on=today()) is None


def test_where_one_digit_tells_the_operator_its_numbers_are_found_too():
    of_kuwait = {"country": "KW", "currency": "KWD", "phone_pattern": "[0-9]{8}"}
    green, blue = operator("KW-GREEN", prefixes=("9",), **of_kuwait), operator("KW-BLUE", prefixes=("95",), **of_kuwait)
    assert operator_of("99516001", country="KW", on=today()) == green
    assert operator_of("95516001", country="KW", on=today()) == blue
    assert operator_of("9", country="KW", on=today()) == green
    assert operator_of("", country="KW", on=today()) is None


def test_an_operator_that_has_ended_is_found_no_more():
    operator(to_date=today(), from_date=today() - dt.timedelta(days=9))
    assert operator_of("13805160001", country="CN", on=today()) is None


@pytest.mark.parametrize("confirmed", ["", "CN-TELECOM"])
def test_a_number_that_begins_like_anothers_needs_to_be_confirmed(mobile, ready, confirmed):
    operator("CN-TELECOM", prefixes=("133",), name_zh="中国电信")
    with pytest.raises(services.OperatorMismatch) as refusal:
        recharge(ready, mobile, bought=plan(mobile), phone=OTHER, confirmed_operator=confirmed)
    assert "中国电信" in str(refusal.value)
    assert nothing_happened(ready)


def test_a_ported_number_that_was_confirmed_is_recharged_and_remembered_as_such(mobile, ready):
    operator("CN-TELECOM", prefixes=("133",))
    payment = recharge(ready, mobile, bought=plan(mobile), phone=OTHER, confirmed_operator="CN-MOBILE")
    assert (payment.recharge.is_ported, payment.status) == (True, "held")
    assert not recharge(ready, mobile, amount=yuan(50)).recharge.is_ported


def test_a_number_that_no_operator_has_needs_to_be_confirmed_too(mobile, ready):
    with pytest.raises(services.OperatorMismatch):
        recharge(ready, mobile, bought=plan(mobile), phone="+8617012345678")
    assert nothing_happened(ready)


def test_a_number_that_cannot_be_one_of_the_operators_is_refused(ready):
    margin_plan()
    mobile = operator(phone_pattern=r"138[0-9]{7}")
    with pytest.raises(PhoneInvalid):
        recharge(ready, mobile, bought=plan(mobile))
    assert nothing_happened(ready)
