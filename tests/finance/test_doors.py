"""Who reaches what of finance, and what is typed into the addresses of its pages and lists."""

import pytest
from django.utils.timezone import now

from finance.payments.services import OnlyWhoTookIt, cancel_payment
from stations.models import Contract
from tests.factories.finance import biller, contract_of, desk, fill, flat_plan, found_bill, helper_at, pay
from tests.factories.stations import api_client, partner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    flat_plan()
    return desk(float_minor=500_00)


@pytest.mark.parametrize(
    "asked",
    [
        {"amount": "1", "currency": "XXQ"},
        {"amount": "1", "currency": "cny"},
        {"phone_tail": "1"},
        {"phone_tail": "x" * 5},
    ],
)
def test_a_search_that_cannot_be_is_refused_at_its_field(ready, asked):
    answer = api_client(ready.partner).get("/api/v1/payments/", asked)
    assert (answer.status_code, answer.data["code"]) == (400, "invalid")
    assert set(answer.data["errors"]) & set(asked)


def test_a_payment_is_found_again_by_its_amount_and_by_the_number_on_the_slip(ready):
    payment = pay(ready, found_bill(ready, biller()))
    number = payment.receipts.get().number
    for asked in ({"amount": "186.40"}, {"number": number.lower()}, {}):
        found = api_client(ready.partner).get("/api/v1/payments/", asked).data["results"]
        assert [str(row["our_ref"]) for row in found] == [str(payment.pk)]


def test_only_who_took_the_money_calls_the_payment_off(client, ready):
    payment = pay(ready, found_bill(ready, biller()))
    helper = helper_at(ready)
    with pytest.raises(OnlyWhoTookIt):
        cancel_payment(payment=payment, by=helper, at=now())
    payment.refresh_from_db()
    assert (payment.status, payment.refunds.count()) == ("held", 0)
    page = f"/finance/payments/{payment.pk}/"
    client.force_login(helper)
    assert f"{page}cancel/" not in client.get(page).content.decode()
    client.force_login(ready.partner)
    assert f"{page}cancel/" in client.get(page).content.decode()


def test_a_new_partner_reads_the_stations_till_but_not_the_float_of_the_one_before(ready):
    fill(ready, ready.till_key, 10_00)
    before = ready.float_key.code
    Contract.objects.filter(user=ready.partner).update(status="ended")
    newcomer = partner_of(ready.station)
    contract_of(newcomer, ready.station)
    client = api_client(newcomer)
    assert client.get(f"/api/v1/accounts/{ready.till_key.code}/balance/").status_code == 200
    assert client.get(f"/api/v1/accounts/{before}/balance/").status_code == 404
    assert api_client(ready.partner).get(f"/api/v1/accounts/{before}/balance/").data["posted"] == "500.00"
