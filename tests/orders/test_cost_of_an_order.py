"""What an order of three articles costs the database: statements of each of its three presses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from orders.purchases.services import Item, request_consent, sign_consent
from tests.factories.goods import price, price_list, product, stocked, variant
from tests.factories.people import resident
from tests.factories.promotions import running
from tests.factories.purchases import begun, shop

MOST_STATEMENTS = 12


@pytest.fixture
def counter(own_database):
    """A counter that has taken an order of each kind, so that every statement is compiled; a promotion holds."""
    ready = shop()
    listed = price_list()
    goods = [variant(product(f"货{number}")) for number in range(3)]
    for each in goods:
        price(each, 10_00, listed)
        stocked(each, ready.level.warehouse, 100)
    running(ready, value=1_000)
    counter = Counter(ready, goods)
    counter.order("cash_on_delivery")
    counter.order("station_cash")
    return counter


class Counter:
    """Somebody who begins orders, asks for a signature, and places them."""

    def __init__(self, ready, goods):
        self.ready, self.goods = ready, goods
        self.witness = resident(station=ready.station, by=ready.partner)

    def order(self, pay_method):
        """The order, and how many statements each press took."""
        items = [Item(each, 1) for each in self.goods]
        order, begin = counted(lambda: begun(self.ready, items=items, pay_method=pay_method))
        by, at = self.ready.partner, now()
        order, ask = counted(lambda: request_consent(order=order, kind="printed_slip", by=by, at=at))
        order, sign = counted(lambda: sign_consent(order=order, witness=self.witness, by=by, at=at))
        return order, (begin, ask, sign)


def counted(act):
    with CaptureQueriesContext(connection) as queries:
        made = act()
    return made, len([query for query in queries if query["sql"] not in ("BEGIN", "COMMIT")])


def test_an_order_of_three_articles_with_a_promotion_takes_at_most_12_statements_a_press(counter):
    order, counts = counter.order("station_cash")
    assert (order.status, order.discount_minor, order.total_minor) == ("placed", 3_00, 27_00)
    assert (order.payment_status, order.fulfilment_status) == ("none", "unfulfilled")
    assert max(counts) <= MOST_STATEMENTS, counts
    order, counts = counter.order("cash_on_delivery")
    assert order.payment_status == "cash_due"
    assert max(counts) <= MOST_STATEMENTS, counts
