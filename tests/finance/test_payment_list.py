"""The list of payments over the API: read as rows, told like one payment."""

import pytest

from tests.factories.finance import biller, desk, flat_plan, found_bill, pay

pytestmark = pytest.mark.django_db


def test_a_payment_in_a_list_is_told_like_the_payment_alone(client):
    ready = desk(float_minor=500_00)
    flat_plan()
    payment = pay(ready, found_bill(ready, biller()))
    client.force_login(ready.partner)
    listed = client.get("/api/v1/payments/").json()["results"]
    alone = client.get(f"/api/v1/payments/{payment.pk}/").json()
    for only_alone in ("history", "pay_url"):
        alone.pop(only_alone)
    assert listed == [alone]
    assert (alone["our_ref"], alone["total"], alone["status"]) == (str(payment.pk), "186.40", "held")


def test_a_list_of_many_payments_is_one_query_beside_who_asks(client, django_assert_num_queries):
    ready = desk(float_minor=9_000_00)
    flat_plan()
    company = biller()
    client.force_login(ready.partner)
    client.get("/api/v1/payments/")

    def asked() -> int:
        with django_assert_num_queries(4):  # the session, the person with the posts, their station, the list
            return len(client.get("/api/v1/payments/").json()["results"])

    assert asked() == 0
    for number in range(3):
        pay(ready, found_bill(ready, company, bill_ref=f"B-{number}"))
    assert asked() == 3
