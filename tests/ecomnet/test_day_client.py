"""A client of the played day sends the same request again where that helps, and takes every other answer as it is."""

import httpx
import pytest
from django.utils.timezone import now

from core.gateways.models import Provider
from core.gateways.services.breaker import REST
from ecomnet.simulation.client import LONGEST_WAIT_SECONDS, Client
from ecomnet.simulation.diary import Diary
from ecomnet.wsgi import application
from finance.bills.models import BillFetch
from tests.factories.finance import biller, desk, flat_plan
from tests.factories.stations import token_for

KEY = "0123456789abcdef"


@pytest.fixture
def ready(own_database):
    flat_plan()
    return desk(float_minor=500_00)


@pytest.fixture
def power(ready):
    return biller()


def ask_for_a_bill(ready, power) -> tuple[Client, str]:
    line = httpx.Client(transport=httpx.WSGITransport(app=application), base_url="http://testserver")
    client = Client(line, Diary(), token=token_for(ready.partner))
    body = {"biller": power.code, "parameters": {"customer_no": "3213240012345"}, "station": ready.station.code}
    return client, client.post("fetch a bill", "bill-fetches/", body, key=KEY).code


def rest(power, *, seconds: float) -> None:
    """The company has fallen silent, and rests for so much longer."""
    opened = now() - REST + (REST * seconds / REST.total_seconds())
    Provider.objects.filter(pk=power.provider_id).update(breaker=Provider.Breaker.OPEN, breaker_opened_at=opened)


def test_a_company_that_is_soon_back_is_waited_for_with_the_same_key(ready, power):
    rest(power, seconds=1)
    client, code = ask_for_a_bill(ready, power)
    assert code == ""
    assert client.diary.failures[503] >= 1
    assert BillFetch.objects.count() == 1


def test_a_company_that_is_away_for_longer_is_an_answer(ready, power):
    rest(power, seconds=LONGEST_WAIT_SECONDS + 5)
    assert ask_for_a_bill(ready, power)[1] == "provider_down"
    assert not BillFetch.objects.exists()
