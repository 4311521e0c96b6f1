"""How often a payment goes to the database: every trade copies it, so a query too many is paid for by all of them."""

from uuid import uuid4

import pytest

from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    """A desk that has paid a bill before, so that every account is open."""
    ready = desk(float_minor=9_000_00)
    flat_plan()
    ready.company = biller()
    provider_says(pay(ready, found_bill(ready, ready.company, bill_ref="B-0")), "succeeded")
    return ready


def test_paying_over_the_api_takes_no_more_than_thirty_three_statements(client, ready, django_assert_max_num_queries):
    fetch = found_bill(ready, ready.company, bill_ref="B-1")
    client.force_login(ready.partner)
    with django_assert_max_num_queries(33):
        answer = client.post(
            "/api/v1/bill-payments/",
            {"fetch_id": str(fetch.pk), "station": ready.station.code},
            content_type="application/json",
            headers={"Idempotency-Key": uuid4().hex},
        )
    assert answer.status_code == 202


def test_applying_a_success_takes_no_more_than_thirty_three_statements(ready, django_assert_max_num_queries):
    payment = pay(ready, found_bill(ready, ready.company, bill_ref="B-1"))
    payment.bill.biller.provider  # noqa: B018 - read by the factory, not by the answer
    with django_assert_max_num_queries(33):  # six of them are savepoints
        assert provider_says(payment, "succeeded") == "applied"
    payment.refresh_from_db()
    assert payment.status == "succeeded"
