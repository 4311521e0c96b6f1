"""Every page of the console, with somebody who may open it: walked by the browser, completed by an architecture test.

`PAGES` names the addresses of the URLconf; each function gets the demonstration and returns its variants, so that
empty states, refusals and every state of an object are looked at as well.
"""

from django.utils.timezone import now

from stations.accounts.models import Device, DevicePin
from tests.browser.every_page import (
    accounts,
    books,
    cash,
    counter,
    earnings,
    goods,
    health,
    insurance,
    learning,
    loans,
    people,
    stations,
)
from tests.browser.every_page.page import ENDS, Pages

PARTS = (accounts, books, cash, counter, earnings, goods, health, insurance, learning, loans, people, stations)

PAGES: Pages = {name: variants for part in PARTS for name, variants in part.PAGES.items()}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {name for part in PARTS for name in part.NOT_PAGES}


class House(
    accounts.Accounts,
    books.Books,
    cash.Cash,
    counter.Counter,
    earnings.Earnings,
    goods.Goods,
    health.Health,
    learning.Learning,
    insurance.Insurance,
    loans.Loans,
    people.Register,
    stations.Network,
):
    """The demonstration as the browser tests use it."""


def make_ready() -> None:
    """What the demonstration lacks for these pages: a PIN on a device, a day counted wrong, ends of bills asked for."""
    house = House()
    device = Device.objects.create(label="柜台电脑", registered_by=house.partner, registered_at=now())
    DevicePin.objects.create(device=device, user=house.partner, pin_hash="none")
    assert house.open_day
    for status in ENDS:
        house.make_fetch(status)
    house.make_adjustment()
    house.certificate()
    for make in (house.closing, house.emergency, house.device, house.guardianship, house.holder, house.report):
        make()
