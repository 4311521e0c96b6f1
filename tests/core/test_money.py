"""Money: exact in currencies of no, two and three decimals, and never larger than its column."""

import pytest
from django.utils import translation

from core.errors import Refused
from core.language import formatting
from core.money import AmountMalformed, Money, parse, split, units


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1200", "JPY", 1200),
        ("1,200", "JPY", 1200),
        ("1,200.5", "CNY", 120_050),
        ("１２００．５０", "CNY", 120_050),
        ("0.005", "KWD", 5),
        ("999999999999999.999", "KWD", 999_999_999_999_999_999),
        ("123,456,789,012,345", "CNY", 12_345_678_901_234_500),
        ("-0.01", "CNY", -1),
    ],
)
def test_an_amount_is_read_as_it_is_typed(typed, currency, minor):
    assert parse(typed, currency) == Money(minor, currency)
    assert parse(str(Money(minor, currency)), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("1.5", "JPY"),
        ("1.005", "CNY"),
        ("0.0005", "KWD"),
        ("1,2", "CNY"),
        ("12,34,567", "CNY"),
        ("1e5", "CNY"),
        ("٣", "CNY"),
        ("", "CNY"),
        ("1" * 16, "CNY"),
        ("1,111,111,111,111,111", "CNY"),
        ("1," + "000," * 20 + "000", "CNY"),
    ],
)
def test_what_is_no_amount_or_fits_into_no_column_is_refused(typed, currency):
    with pytest.raises(AmountMalformed):
        parse(typed, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "text"), [(1200, "JPY", "1200"), (-5, "CNY", "-0.05"), (1, "KWD", "0.001")]
)
def test_the_decimal_string_has_exactly_the_decimals_of_the_currency(minor, currency, text):
    assert str(Money(minor, currency)) == text


def test_the_remainder_of_a_split_goes_to_the_last_part():
    parts = split(Money(100, "JPY"), [1, 1, 1])
    assert [part.minor for part in parts] == [33, 33, 34]


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 200), ("CNY", 200_00), ("KWD", 200_000)])
def test_a_limit_is_so_many_units_of_whatever_currency(currency, minor):
    assert units(200, currency) == Money(minor, currency)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("currency", "minor"), [("CNY", 186_40), ("CNY", -12_00), ("JPY", 1_500), ("KWD", 1_313_600)])
def test_refusals_and_pages_write_an_amount_alike(language, currency, minor):
    value = Money(minor, currency)
    with translation.override(language):
        assert str(RefusedWithAmount(value)) == formatting.money(value) == value.display() == value.display(language)


def test_yuan_have_one_sign_in_every_language():
    assert {Money(186_40, "CNY").display(language) for language in ("en", "zh-hans")} == {"¥186.40"}


class RefusedWithAmount(Refused):
    """A refusal that names an amount, as refusals do."""

    message = "%(amount)s"

    def __init__(self, value):
        super().__init__(amount=value.display())
