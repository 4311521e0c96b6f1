"""Who bears a promotion has agreed to it, nothing is decided about one that is over, and cuts of a line are exact."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SamePerson, WrongState
from core.money import parts_of
from orders.models import Promotion, PromotionAgreement, WarehouseRoute
from orders.promotions.console import CONSOLE
from orders.promotions.savings import borne_by_cuts
from orders.promotions.services import (
    NoShareToAgreeTo,
    PromotionOver,
    ShareNotAgreed,
    agree_to_promotion,
    approve_promotion,
    end_promotion,
    record_supplier_agreement,
)
from tests.factories.goods import stocked, warehouse_for
from tests.factories.people import second_login_of
from tests.factories.promotions import prepared, running
from tests.factories.purchases import placed, shop
from tests.factories.stations import StationFactory, county_manager_of, finance_officer
from tests.finance.auditing import findings
from tests.races import together

ALL = {"platform": 5_000, "supplier": 3_000, "county": 2_000}


@pytest.fixture
def ready(db):
    return shop()


def borne_by_all(ready, **values):
    """A promotion of the county's own goods that all three bear."""
    supplier = ready.washer.product.supplier
    return prepared(ready, county=ready.station.county, supplier=supplier, shares=ALL, **values)


def waiting(code, user):
    need = next(each for each in CONSOLE.needs if each.name == code)
    return set(need.rows(user=user, at=now()))


def is_offered(client, promotion, *, to):
    """Whether the page of a promotion has the button that approves it."""
    client.force_login(to)
    page, approve = (reverse(f"promotions:{name}", args=[promotion.pk]) for name in ("promotion", "promotion-approve"))
    return approve in client.get(page).content.decode()


def test_a_promotion_is_approved_once_county_and_supplier_have_agreed(client, ready):
    manager, officer, other = county_manager_of(ready.station.county), finance_officer(), finance_officer()
    promotion = borne_by_all(ready)
    assert (waiting("promotions.agree", manager), is_offered(client, promotion, to=other)) == ({promotion}, False)
    with pytest.raises(ShareNotAgreed):
        approve_promotion(promotion=promotion, by=officer, at=now())
    agree_to_promotion(promotion=promotion, by=manager, at=now())
    with pytest.raises(ShareNotAgreed):
        approve_promotion(promotion=promotion, by=officer, at=now())
    assert (waiting("promotions.supplier", officer), waiting("promotions.approve", other)) == ({promotion}, set())
    with pytest.raises(IntegrityError, match="who_bears_a_promotion_has_agreed"), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(status="approved", decided_by=officer, decided_at=now())
    record_supplier_agreement(promotion=promotion, evidence="确认函 2026-11-03", by=officer, at=now())
    assert (waiting("promotions.approve", officer), is_offered(client, promotion, to=officer)) == (set(), False)
    for one in (officer, second_login_of(officer)):
        with pytest.raises(SamePerson):
            approve_promotion(promotion=promotion, by=one, at=now())
    assert (waiting("promotions.approve", other), is_offered(client, promotion, to=other)) == ({promotion}, True)
    assert approve_promotion(promotion=promotion, by=other, at=now()).status == "approved"
    with pytest.raises(WrongState):
        agree_to_promotion(promotion=promotion, by=manager, at=now())


def test_only_who_bears_some_of_it_agrees_and_once(ready):
    promotion = prepared(ready)
    with pytest.raises(NoShareToAgreeTo):
        agree_to_promotion(promotion=promotion, by=county_manager_of(ready.station.county), at=now())
    with pytest.raises(NoShareToAgreeTo):
        record_supplier_agreement(promotion=promotion, evidence="确认函", by=finance_officer(), at=now())
    assert approve_promotion(promotion=promotion, by=finance_officer(), at=now()).status == "approved"


def test_two_who_agree_at_once_agree_once(own_database):
    ready = shop()
    promotion, manager = borne_by_all(ready), county_manager_of(ready.station.county)
    answers = together(*[lambda: agree_to_promotion(promotion=promotion, by=manager, at=now())] * 2)
    assert [answer for answer in answers if isinstance(answer, str)] == ["no_share_to_agree_to"]
    assert PromotionAgreement.objects.count() == 1


def test_what_was_agreed_is_not_taken_back_by_hand(ready):
    running(ready, county=ready.station.county, shares={"county": 10_000})
    for change in (PromotionAgreement.objects.all().delete, lambda: PromotionAgreement.objects.update(evidence="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_no_promotion_begins_as_one_that_was_approved(ready):
    found = prepared(ready, shares={"county": 10_000}, county=ready.station.county)
    columns = {field.attname: getattr(found, field.attname) for field in Promotion._meta.concrete_fields}
    another = {"id": uuid4(), "key": "another", "code": "ANOTHER", "status": "approved"}
    approved = Promotion(**{**columns, **another, "decided_by_id": finance_officer().pk, "decided_at": now()})
    with pytest.raises(IntegrityError, match="who_bears_a_promotion_has_agreed"), transaction.atomic():
        approved.save(force_insert=True)


def test_nothing_is_decided_about_a_promotion_whose_last_day_is_over(ready):
    given, left = running(ready), borne_by_all(ready, code="LATE10")
    manager = county_manager_of(ready.station.county)
    last = dt.datetime.combine(given.to_date, dt.time(), tzinfo=dt.UTC) + dt.timedelta(days=2)
    for act in (
        lambda: agree_to_promotion(promotion=left, by=manager, at=last),
        lambda: record_supplier_agreement(promotion=left, evidence="确认函", by=finance_officer(), at=last),
        lambda: approve_promotion(promotion=left, by=finance_officer(), at=last),
        lambda: end_promotion(promotion=given, reason="提前结束", by=finance_officer(), at=last),
    ):
        with pytest.raises(PromotionOver):
            act()
    assert end_promotion(promotion=given, reason="提前结束", by=finance_officer(), at=now()).status == "ended"


def test_goods_of_some_cents_in_two_warehouses_get_two_promotions_of_three_bearers(db):
    ready = shop(stock=1, minor=49)
    WarehouseRoute.objects.update(may_split=True)
    place = ready.station
    hub = StationFactory(kind="township_hub", county=place.county, parent=place.parent)
    stocked(ready.washer, warehouse_for(place, priority=2, may_split=True, at=hub), 1)
    shares = {"platform": 3_334, "supplier": 3_333, "county": 3_333}
    about = {"value": 9_000, "county": place.county, "supplier": ready.washer.product.supplier, "shares": shares}
    running(ready, **about)
    running(ready, **about, code="MORE90", needs_coupon=True)
    order = placed(ready, 2, coupon="MORE90")
    parts = order.fulfilments.order_by("pk")
    assert (order.total_minor, order.discount_minor, sum(part.cash_due_minor for part in parts)) == (1, 97, 1)
    assert all(0 <= part.discount_minor <= part.goods_minor for part in parts)
    assert findings() == []


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_cuts_of_a_line_are_all_of_what_is_taken_off_and_never_more_than_their_goods(data):
    goods = data.draw(st.lists(st.integers(0, 500), min_size=1, max_size=6).filter(any))
    amounts = data.draw(
        st.lists(st.integers(1, 200), min_size=1, max_size=6).filter(lambda each: sum(each) <= sum(goods))
    )
    cuts = parts_of(sum(amounts), goods)
    assert sum(cuts) == sum(amounts)
    assert all(0 <= cut <= cost for cut, cost in zip(cuts, goods, strict=True))
    by_cut = borne_by_cuts(amounts, cuts)
    assert [sum(found) for found in by_cut] == cuts
    assert [sum(found) for found in zip(*by_cut, strict=True)] == amounts
    assert all(part >= 0 for found in by_cut for part in found)
