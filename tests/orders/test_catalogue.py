"""The catalogue: products found as people type them, and what they cost where."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from orders.catalog.barcodes import read_barcode
from orders.catalog.queries import prices_at, quantity_words, variants_matching
from orders.models import PriceItem, PriceList, Variant
from tests.factories.goods import price, price_list, product, tomorrow, variant
from tests.factories.stations import StationFactory, county, division_below, partner_of

pytestmark = pytest.mark.django_db


def found(typed):
    return sorted(variants_matching(Variant.objects.on_sale(), typed).values_list("sku", flat=True))


@pytest.mark.parametrize(
    "typed",
    [
        *("东北大米", "大米", "dongbei", "dami", "dbdm", "dm", "DaMi", "ｄａｍｉ"),
        *("rice", "northeast", "north rice", "northeast rice", "大米 25", "RICE-25", "rice-2", "6901234567892"),
        "6901234 567892",
    ],
)
def test_a_product_is_found_by_any_part_of_its_name_its_pinyin_its_initials_and_its_numbers(typed):
    variant(product("东北大米 25公斤"), sku="RICE-25", barcode="6901234567892")
    variant(product("花生油", "Peanut oil"), sku="OIL-5")
    assert found(typed) == ["RICE-25"]


@pytest.mark.parametrize("typed", ["ami", "米东", "25kg rice oil", "6901234567893", "%", "_"])
def test_what_begins_no_part_of_a_name_finds_nothing(typed):
    variant(product("东北大米"), sku="RICE-25", barcode="6901234567892")
    assert found(typed) == ([] if typed not in "%_" else ["RICE-25"])


@pytest.mark.parametrize("typed", ["lvdou", "ludou", "绿豆"])
def test_green_is_typed_with_v_or_u(typed):
    variant(product("绿豆", "Mung beans"), sku="BEANS")
    assert found(typed) == ["BEANS"]


def test_what_is_no_longer_sold_is_not_offered():
    variant(product(status="retired"), sku="OLD")
    assert found("dami") == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("6901234567892", "6901234567892"),
        (" 6901-2345 67892 ", "6901234567892"),
        ("6901234567893", ""),
        ("036000291452", "0036000291452"),
        ("690123456789", ""),
        ("６901234567892", ""),
        ("", ""),
    ],
)
def test_a_barcode_is_read_when_its_last_digit_fits_the_others(typed, read):
    assert read_barcode(typed) == read


@pytest.mark.parametrize("barcode", ["6901234567893", "690123456789", "abcdefghijklm", "٦٩٠١٢٣٤٥٦٧٨٩٢"])
def test_the_database_refuses_a_barcode_without_its_check_digit(barcode):
    with pytest.raises(IntegrityError, match="barcode_has_its_check_digit"), transaction.atomic():
        variant(barcode=barcode)


def test_a_barcode_belongs_to_one_variant():
    variant(barcode="6901234567892")
    with pytest.raises(IntegrityError, match="barcode_belongs_to_one_variant"), transaction.atomic():
        variant(barcode="6901234567892")


def at(station, of, quantity=1, **values):
    prices = prices_at(station, {of.pk: quantity}, at=values.pop("at", now()), **values)
    return prices[of.pk].price_minor if prices else None


def test_the_list_of_the_county_comes_before_that_of_all_and_priority_before_both():
    station, rice = StationFactory(), variant()
    price(rice, 100)
    assert at(station, rice) == 100
    price(rice, 120, price_list(division=station.county))
    assert at(station, rice) == 120
    price(rice, 130, price_list(priority=1))
    assert at(station, rice) == 130


def test_the_price_of_another_county_audience_or_currency_is_not_this_ones():
    station, rice = StationFactory(), variant()
    price(rice, 100, price_list(division=county()))
    price(rice, 100, price_list(audience="city"))
    price(rice, 100, price_list(currency="JPY"))
    assert at(station, rice) is None
    assert at(station, rice, audience="city") == 100


def test_a_station_abroad_sells_in_its_own_currency():
    rice = variant()
    price(rice, 128_00)
    price(rice, 2_600, price_list(currency="JPY"))
    village = division_below(county(country="JP"))
    prices = prices_at(StationFactory(village=village, currency="JPY"), {rice.pk: 2}, at=now())
    assert (str(prices[rice.pk].amount_of(2)), prices[rice.pk].price.currency) == ("5200", "JPY")


@pytest.mark.parametrize(("quantity", "minor"), [(1, 100), (9, 100), (10, 90), (11, 90)])
def test_a_larger_quantity_has_its_own_price_from_its_first_piece_on(quantity, minor):
    station, rice, listed = StationFactory(), variant(), price_list()
    price(rice, 100, listed)
    price(rice, 90, listed, min_quantity=10)
    assert at(station, rice, quantity) == minor


@pytest.mark.parametrize(("later", "minor"), [(-1, 100), (0, 110), (1, 110)])
def test_a_price_applies_from_its_first_instant_until_before_its_last(later, minor):
    station, rice, turn = StationFactory(), variant(), tomorrow()
    price(rice, 100, price_list(valid_to_at=turn))
    price(rice, 110, price_list(valid_from_at=turn))
    assert at(station, rice, at=turn + dt.timedelta(microseconds=later)) == minor


@pytest.mark.parametrize(("grams", "minor"), [(1000, 1250), (500, 625), (250, 313), (1, 1)])
def test_what_is_sold_by_weight_costs_by_the_gram_rounded_half_up(grams, minor):
    item = price(variant(unit="gram"), 12_50)
    assert item.amount_of(grams).minor == minor


def test_a_price_that_applies_stays_and_one_to_come_may_change():
    item, later = price(variant(), 100), price(variant(), 100, price_list(valid_from_at=tomorrow()))
    PriceItem.objects.filter(pk=later.pk).update(price_minor=90)
    for write in (lambda rows: rows.update(price_minor=90), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="prices_stay_once_their_list_applies"), transaction.atomic():
            write(PriceItem.objects.filter(pk=item.pk))
    later.delete()


def test_a_list_that_applies_may_end_and_else_stays_as_it_is():
    listed = price_list()
    with pytest.raises(IntegrityError, match="price_list_stays_once_it_applies"), transaction.atomic():
        PriceList.objects.filter(pk=listed.pk).update(priority=5)
    PriceList.objects.filter(pk=listed.pk).update(valid_to_at=now())


@pytest.mark.parametrize(
    ("grams", "words"),
    [(1, "1克"), (999, "999克"), (1_000, "1公斤"), (1_001, "1.001公斤"), (1_234_567, "1234.567公斤")],
)
def test_a_weight_is_said_to_the_gram(grams, words):
    assert quantity_words(Variant(unit="gram"), grams) == words


def test_the_page_of_a_product_says_from_which_quantity_that_can_be_ordered_its_price_applies(client):
    beans = variant(product("绿豆", "Mung beans"), unit="gram", quantity_step=500)
    price(beans, 9_80)
    client.force_login(partner_of(StationFactory()))
    page = client.get(reverse("catalog:product", args=[beans.product_id]))
    assert [row[3] for row in page.context["prices"].rows] == ["500克"]
