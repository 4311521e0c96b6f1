"""Bills paid by many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from finance.bills.services import BillInProgress
from finance.floats.services import FloatTooSmall
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay


@pytest.mark.usefixtures("own_database")
def test_two_counters_pay_one_bill_at_once_and_one_is_refused():
    flat_plan()
    power = biller()
    desks = [desk(float_minor=1_500_00) for _ in range(4)]
    fetches = [found_bill(ready, power, bill_ref="B1") for ready in desks]

    def attempt(pair):
        try:
            pay(*pair)
        except BillInProgress:
            return "refused"
        finally:
            connection.close()
        return "held"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(attempt, zip(desks, fetches, strict=True)))
    assert answers == ["held", "refused", "refused", "refused"]
    assert sum(ready.can_use(ready.float_key) for ready in desks) == 4 * 1_500_00 - 186_40


@pytest.mark.usefixtures("own_database")
def test_fifty_payments_at_once_use_exactly_what_the_float_allows():
    flat_plan()
    power = biller()
    ready = desk(float_minor=350_00)
    fetches = [found_bill(ready, power, amount=100_00) for _ in range(50)]

    def attempt(fetch):
        try:
            pay(ready, fetch)
        except FloatTooSmall:
            return "refused"
        finally:
            connection.close()
        return "held"

    with ThreadPoolExecutor(50) as pool:
        answers = sorted(pool.map(attempt, fetches))
    assert answers == ["held"] * 3 + ["refused"] * 47
    assert ready.can_use(ready.float_key) == 50_00
