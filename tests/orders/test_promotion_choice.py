"""Which promotions an order gets: the best without a coupon, one coupon on what is left; for whom, where and when."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import SamePerson, WrongState
from core.money import Money
from orders.models import Promotion, PromotionBearer
from orders.promotions.console import CONSOLE
from orders.promotions.services import (
    BundleArticle,
    CodeTaken,
    CouponNeedsMore,
    CouponNotValid,
    PromotionImpossible,
    PromotionUsedUp,
    approve_promotion,
    reject_promotion,
)
from orders.purchases.services import Item
from stations.models import User
from tests.factories.goods import price, price_list, product, stocked, supplier, variant
from tests.factories.people import resident
from tests.factories.produce import accepted, orchard
from tests.factories.promotions import DAY, prepared, running
from tests.factories.purchases import begun, shop
from tests.factories.stations import county_manager_of, division_below, finance_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    return shop(minor=100_00)


def saved(ready, quantity=1, **values):
    return begun(ready, quantity, **values).discount_minor


def codes_of(order):
    return [use.promotion.code for use in order.promotion_uses.order_by("promotion__needs_coupon")]


def test_the_best_automatic_promotion_and_one_coupon_on_what_is_left(ready):
    running(ready, code="TENPERCENT", value=1_000)
    running(ready, code="FIFTEENOFF", kind="amount", value=15_00, min_goods_minor=100_00)
    running(ready, code="SAVE20", value=2_000, needs_coupon=True)
    one, two = begun(ready), begun(ready, 2)
    assert (codes_of(one), one.discount_minor) == (["FIFTEENOFF"], 15_00)
    assert (codes_of(two), two.discount_minor) == (["TENPERCENT"], 20_00)
    both = begun(ready, coupon=" save ２０ ")
    assert (codes_of(both), both.discount_minor, both.total_minor) == (["FIFTEENOFF", "SAVE20"], 32_00, 68_00)
    for wrong in ("NOBODY", "TENPERCENT"):
        with pytest.raises(CouponNotValid):
            begun(ready, coupon=wrong)


def test_of_two_that_take_the_same_off_the_higher_priority_is_given(ready):
    running(ready, code="AAAA", value=1_000)
    running(ready, code="BBBB", value=1_000, priority=1)
    assert codes_of(begun(ready)) == ["BBBB"]


def test_a_set_of_articles_is_counted_as_often_as_it_is_complete(ready):
    other = variant(product("化肥", "Fertiliser"))
    price(other, 30_00, price_list(currency="CNY"))
    stocked(other, ready.level.warehouse, 20)
    pair = [BundleArticle(ready.washer, 1), BundleArticle(other, 2)]
    given = running(ready, kind="bundle", value=16_00, articles=pair)
    order = begun(ready, items=[Item(ready.washer, 2), Item(other, 5)])
    assert order.discount_minor == 32_00
    assert [line.discount_minor for line in order.lines.order_by("pk")] == [18_29, 13_71]  # by 200.00 and 150.00
    assert saved(ready, items=[Item(ready.washer, 2), Item(other, 1)]) == 0
    given.refresh_from_db()
    assert given.used_minor == 32_00


def test_only_goods_of_its_category_and_supplier_count(ready):
    seeds = product("种子", "Seeds", supplier=supplier("seeds"))
    other = variant(seeds)
    price(other, 50_00, price_list(currency="CNY"))
    stocked(other, ready.level.warehouse, 20)
    running(ready, kind="amount", value=5_00, min_goods_minor=50_01, supplier=seeds.supplier)
    items = [Item(ready.washer, 1), Item(other, 1)]
    assert saved(ready, items=items) == 0
    order = begun(ready, items=[Item(ready.washer, 1), Item(other, 2)])
    assert [line.discount_minor for line in order.lines.order_by("pk")] == [0, 5_00]


@pytest.mark.parametrize(("least", "expected"), [(99_99, 10_00), (100_00, 10_00), (100_01, 0)])
def test_from_goods_of_so_much_it_is_given(ready, least, expected):
    running(ready, value=1_000, min_goods_minor=least)
    assert saved(ready) == expected


def test_a_coupon_says_from_which_amount_on_it_is_valid(ready):
    running(ready, value=1_000, min_goods_minor=100_01, needs_coupon=True)
    with pytest.raises(CouponNeedsMore) as refused:
        begun(ready, coupon="SPRING10")
    assert refused.value.params == {"least": "¥100.01"}


@pytest.mark.parametrize(("budget", "expected"), [(9_99, 0), (10_00, 10_00), (10_01, 10_00)])
def test_what_the_budget_does_not_hold_is_not_given(ready, budget, expected):
    running(ready, value=1_000, budget_minor=budget)
    assert saved(ready) == expected
    running(ready, code="COUPON", value=1_000, budget_minor=budget, needs_coupon=True)
    if not expected:
        with pytest.raises(PromotionUsedUp):
            begun(ready, coupon="COUPON")


def test_it_holds_from_the_first_moment_of_its_first_day_at_the_place_until_its_last_is_over(ready):
    zone, today = ready.station.zone, day_in(ready.station.zone, now())
    running(ready, value=1_000, from_date=today + DAY, to_date=today + 2 * DAY)
    begins, ends = (instant_of(zone, today + days * DAY, dt.time()) for days in (1, 2))
    moment = dt.timedelta(microseconds=1)
    given = [saved(ready, at=at) for at in (begins - moment, begins, ends - moment, ends)]
    assert given == [0, 10_00, 10_00, 0]


def test_a_resident_uses_it_as_often_as_its_limit_says_and_nobody_without_a_file(ready):
    running(ready, value=1_000, needs_coupon=True, per_villager_limit=1)
    with pytest.raises(CouponNotValid):
        begun(ready, walk_in_name="王五", coupon="SPRING10")
    assert saved(ready, coupon="SPRING10") == 10_00
    with pytest.raises(PromotionUsedUp):
        begun(ready, coupon="SPRING10")
    neighbour = resident(station=ready.station, by=ready.partner)
    assert saved(ready, villager=neighbour, coupon="SPRING10") == 10_00


def test_farmers_are_those_whose_produce_was_accepted_within_a_year(ready):
    running(ready, kind="farmer_discount", value=2_000)
    assert saved(ready) == 0
    farmer = accepted(orchard()).farmer
    assert saved(ready, villager=farmer) == 20_00
    assert saved(ready, walk_in_name="王五") == 0


def test_another_county_and_another_currency_get_nothing(ready):
    running(ready, value=1_000, county=division_below(ready.station.county.parent, "county"))
    running(ready, code="ABROAD", value=1_000, budget=Money(1_000, "JPY"))
    assert saved(ready) == 0


def test_nobody_approves_what_they_have_prepared_and_nothing_is_given_before(ready):
    officer = finance_officer()
    waiting = prepared(ready, by=officer, value=1_000)
    assert saved(ready) == 0
    with pytest.raises(SamePerson):
        approve_promotion(promotion=waiting, by=officer, at=now())
    with pytest.raises(IntegrityError, match="promotion_is_decided_by_another_person"), transaction.atomic():
        Promotion.objects.filter(pk=waiting.pk).update(status="approved", decided_by=officer, decided_at=now())
    rejected = reject_promotion(promotion=waiting, reason="太贵", by=finance_officer(), at=now())
    assert (rejected.status, saved(ready)) == ("rejected", 0)
    with pytest.raises(WrongState):
        approve_promotion(promotion=rejected, by=finance_officer(), at=now())


def test_what_could_never_be_given_or_nobody_has_agreed_to_bear_is_refused(ready):
    today = day_in(ready.station.zone, now())
    wrong = {
        "value": {"value": 9_001},
        "min_goods": {"kind": "amount", "value": 10_00, "min_goods_minor": 10_00},
        "budget": {"budget_minor": 0},
        "to_date": {"from_date": today, "to_date": today},
        "shares": {"shares": {"platform": 9_999}},
        "supplier": {"shares": {"supplier": 10_000}},
        "county": {"shares": {"county": 10_000}},
        "articles": {"kind": "bundle", "value": 5_00},
        "code": {"code": "春耕"},
    }
    for field, values in wrong.items():
        with pytest.raises(PromotionImpossible) as refused:
            prepared(ready, **values)
        assert refused.value.field == field
    with pytest.raises(PromotionImpossible):
        prepared(ready, from_date=today - 9 * DAY, to_date=today - DAY)
    prepared(ready)
    with pytest.raises(CodeTaken):
        prepared(ready, code="spring10")
    assert Promotion.objects.count() == 1


def test_the_database_refuses_shares_that_are_not_all_of_it(ready):
    given = prepared(ready)
    with pytest.raises(IntegrityError, match="shares_of_a_promotion_are_all_of_it"):
        _bear_one_more(given)


@transaction.atomic
def _bear_one_more(promotion):
    PromotionBearer.objects.create(promotion=promotion, party="county", share_bp=1)
    connection.check_constraints()


def test_each_need_is_of_those_who_can_do_something_about_it(ready):
    manager, officer = county_manager_of(ready.station.county), finance_officer()
    own = prepared(ready, code="OWN1", by=officer)
    other = prepared(ready, code="OTHER1", by=manager, county=ready.station.county)
    needs = {need.name: need for need in CONSOLE.needs}

    def waiting(name, user):
        return set(needs[name].rows(user=User.objects.get(pk=user.pk), at=now()))

    assert waiting("promotions.approve", officer) == {other}
    assert waiting("promotions.approve", manager) == set()
    low = running(ready, code="LOW1", value=1_000, county=ready.station.county, budget_minor=11_00)
    assert waiting("promotions.low", manager) == set()
    begun(ready)
    assert (waiting("promotions.low", manager), waiting("promotions.low", officer)) == ({low}, {low})
    assert own.status == "prepared"
