"""The drawers of a day: handed over, half of them brought to the county, closed with what was lost."""

import httpx
import pytest

from core.countries import country_of
from core.gateways.sandbox.countries import CHINA, COUNTRIES
from ecomnet.simulation.acts.tills import hand_over
from ecomnet.simulation.cast import Stage
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import Diary
from ecomnet.simulation.plan import Arrival
from ecomnet.simulation.tills import bring_to_county, close_drawer, open_drawer
from ecomnet.wsgi import application
from finance.models import CashDay, OverShort, Remittance, TillCustody
from tests.factories.finance import desk, fill, helper_at
from tests.factories.stations import county_clerk_of, token_for
from tests.factories.tills import CashDesk, open_centre


def test_what_companies_bill_can_be_paid_in_the_coins_of_each_country():
    for code, country in {"CN": CHINA, **COUNTRIES}.items():
        coin = min(note.minor for note in country_of(code).denominations)
        for tariff in country.tariffs.values():
            bills = [country.rounded(tariff.fixed + used * tariff.price) for used in (tariff.least, tariff.least + 1)]
            assert [country.minor(str(bill)) % coin for bill in bills] == [0, 0], (code, tariff)


@pytest.fixture
def counter(own_database):
    ready = desk(mode="postpaid", till_open=False)
    fill(ready, ready.till_key, 300_00)
    clerk, helper = county_clerk_of(ready.station.county), helper_at(ready)
    diary = Diary()
    line = httpx.Client(transport=httpx.WSGITransport(app=application), base_url="http://testserver")

    def client_of(user):
        return Client(line, diary, token=token_for(user), name=user.username)

    stage = Stage(ready.station.code, "postpaid", ready.partner.username, helper.username, clerk.username, "", ())
    day = CounterOfDay(0, stage, client_of(ready.partner), client_of(helper), diary, None, "9001")
    open_drawer(day)
    open_centre(CashDesk(ready.station, ready.partner, clerk, clerk, clerk, clerk))
    return day, client_of(clerk)


def test_a_day_of_one_drawer(counter):
    day, clerk = counter
    villager = {"number": 1, "at": 0.5, "counter": 0, "act": "hand the till over", "fault": None, "luck": 7}
    arrival = Arrival(**villager, biller="JS-POWER", operator="CN-MOBILE")
    hand_over(day, arrival)
    held = TillCustody.objects.filter(cash_day__station__code=day.stage.code).count()
    assert (day.is_with_second, held) == (True, 2)
    assert bring_to_county([day], clerk=clerk) == 1
    assert (Remittance.objects.get().amount_minor, day.drawer) == (150_00, 150_00)
    close_drawer(day)
    closed = CashDay.objects.get(station__code=day.stage.code)
    assert (closed.status, closed.over_short_minor, day.drawer) == ("closed", -4_40, 145_60)
    short = OverShort.objects.get()
    assert (short.status, short.holder.username) == ("explained", day.stage.second)
    assert day.diary.troubles == []
