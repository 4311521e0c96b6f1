"""Goods of a supplier that their buyer does not get leave the county centre, and somebody says who has them."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Notice
from orders.models import Fulfilment, StockMovement
from orders.purchases.console import CONSOLE
from orders.purchases.services import (
    GivenBackAlready,
    InWarehouse,
    NotHere,
    SignatureMissing,
    WereHere,
    cancel_fulfilment,
    give_back_fulfilment,
    receive_fulfilment,
    ship_fulfilment,
    take_back,
)
from tests.factories.claims import picture
from tests.factories.goods import supplier
from tests.factories.purchases import Item, shop
from tests.factories.supplies import confirmed, fridge, ordered, sent_on


@pytest.fixture
def ready(db):
    return shop()


def waiting(user):
    need = next(each for each in CONSOLE.needs if each.name == "purchases.back")
    return list(need.rows(user=user, at=now()))


def given_back(ready, part, how="sent", **values):
    values = {"words": "顺丰 SF1234567890123", "by": ready.clerk, "at": now()} | values
    return give_back_fulfilment(fulfilment=part, how=how, **values)


def test_goods_that_came_back_are_fetched_against_a_signature_on_the_page(ready, client):
    _order, part = ordered(ready, fridge())
    with pytest.raises(WrongState):
        given_back(ready, part)
    part = take_back(fulfilment=sent_on(ready, confirmed(ready, part)), at=now())
    assert (waiting(ready.clerk), StockMovement.objects.filter(kind="return").count()) == ([part], 0)
    with pytest.raises(WereHere):
        given_back(ready, part, "never_came")
    with pytest.raises(SignatureMissing):
        given_back(ready, part, "fetched")
    client.force_login(ready.clerk)
    page = reverse("purchases:part", args=[part.pk])
    assert page in client.get(reverse("purchases:warehouse") + "?state=back").content.decode()
    shown = client.get(page).content.decode()
    assert ("never_came" in shown, f"{page}give-back/" in shown) == (False, True)
    photo = SimpleUploadedFile("paper.jpg", picture(ready.clerk).content.read(), "image/jpeg")
    typed = {"key": "g" * 16, "how": "fetched", "words": "冷柜厂 王师傅", "photo": photo}
    assert client.post(f"{page}give-back/", typed).status_code == 303
    part.refresh_from_db()
    assert (part.given_back_how, part.given_back_by, waiting(ready.clerk)) == ("fetched", ready.clerk, [])
    assert "王师傅" in client.get(page).content.decode()
    with pytest.raises(GivenBackAlready):
        given_back(ready, part)


def test_goods_that_were_cancelled_on_their_way_or_at_the_centre_wait_and_the_supplier_is_asked_to_take_them(ready):
    keeper = supplier("cold", name="Cold works", name_zh="冷柜厂", contact_phone="+8613900139001")
    parts = []
    here, by_system = partial(receive_fulfilment, by=ready.clerk), partial(receive_fulfilment, by=None)
    for send in (by_system, here, partial(ship_fulfilment, by=ready.clerk)):
        _order, part = ordered(ready, fridge(by=keeper))
        part = send(fulfilment=confirmed(ready, part), at=now())
        parts.append(cancel_fulfilment(fulfilment=part, reason="买家不要了", by=ready.clerk, at=now()))
    assert Notice.objects.filter(template="supplier_goods_to_fetch").count() == 3
    assert set(waiting(ready.clerk)) == set(parts)
    never = given_back(ready, parts[0], "never_came", words="厂家说车已掉头")
    with pytest.raises(WereHere):  # it was received
        given_back(ready, parts[1], "never_came")
    sent = given_back(ready, parts[1])
    given_back(ready, parts[2], "never_came", words="车上没有这批货")
    assert [(each.given_back_how, each.supplier_told_by) for each in (never, sent)] == [
        ("never_came", ready.clerk),
        ("sent", ready.clerk),
    ]
    order, unsent = ordered(ready, fridge(by=keeper), 1, Item(ready.washer, 1))
    unsent = cancel_fulfilment(fulfilment=unsent, reason="买家不要了", by=ready.clerk, at=now())
    with pytest.raises(NotHere):
        given_back(ready, unsent)
    stocked = cancel_fulfilment(
        fulfilment=order.fulfilments.get(supplier=None), reason="货架上的都是坏的", by=ready.clerk, at=now()
    )
    with pytest.raises(InWarehouse):
        given_back(ready, stocked)
    assert (waiting(ready.clerk), Fulfilment.objects.filter(given_back_at__isnull=False).count()) == ([], 3)
