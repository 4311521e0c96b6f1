"""What a forecast says: its reasons in words, at the till, in a chart, neighbours who could help, over the API."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from finance import chart
from finance.floats.display import advice, cover_chart, lasts, low_at, reasons
from finance.floats.queries import float_state, latest_forecast, neighbours_who_could_help
from finance.floats.services import forecast_need
from stations.models import Contract, OpeningException, Station
from tests.factories.days import today
from tests.factories.finance import desk, fill
from tests.factories.forecasts import EVENING, FRIDAY, MONDAY, TUESDAY, foreseen, open_every_day, used
from tests.factories.stations import StationFactory, api_client, finance_officer

#: The example of docs/money.md.
EXAMPLE = (310, 280, 450, 390, 500, 420, 360, 405)


@pytest.fixture
def ready(db):
    found = desk(float_minor=380_00, till_open=False)
    open_every_day(found.station)
    return found


# --- what it says


def test_the_reasons_say_in_words_where_the_number_is_from(ready):
    used(ready.station, EXAMPLE, last=TUESDAY - dt.timedelta(days=7))
    row = foreseen(ready)
    with translation.override("en"):
        assert reasons(row) == [
            "Tue 24 Nov: ¥450.00. This covered 4 in 5 of the last 8 Tuesdays.",
            "Total ¥450.00; the station’s minimum float is higher: ¥500.00.",
        ]
        assert advice(row) == "¥500.00 is needed until Tue 24 Nov. Top up ¥200.00."
    with translation.override("zh-hans"):
        assert advice(row) == "到11月24日 周二大约需要 ¥500.00，建议补 ¥200.00。"


def test_the_other_reasons_have_words_too(ready):
    OpeningException.objects.create(station=ready.station, date=dt.date(2026, 11, 28), reason="集市")
    used(ready.station, (700, 700), last=FRIDAY - dt.timedelta(days=20))
    with translation.override("en"):
        assert reasons(foreseen(ready, date=FRIDAY)) == [
            "Sat 28 Nov: the station is closed.",
            "Sun 29 Nov: ¥840.00. The average of the last 2 open days plus 20%.",
            "Mon 30 Nov: ¥840.00. The average of the last 2 open days plus 20%.",
            "Total ¥1,680.00.",
        ]


def test_the_state_of_a_float_knows_how_long_it_lasts(ready):
    with translation.override("en"):
        before = float_state(ready.station, at=now())
        assert (before.is_low, before.days_of_cover, lasts(before)) == (True, None, "")
        forecast_need(stations=[ready.station.pk], date=today(), at=now())
        assert lasts(float_state(ready.station, at=now())) == "will not last a day"
        fill(ready, ready.float_key, 20_000_00)
        state = float_state(ready.station, at=now())
        days = latest_forecast(ready.station, at=now()).days
        assert (state.is_low, lasts(state)) == (
            False,
            f"lasts about {round(Decimal(20_380_00 * days) / state.need.minor)} days",
        )


def test_at_the_till_a_low_float_is_told_in_words(ready, client):
    client.force_login(ready.partner)
    assert "备付金还有" not in client.get(reverse("tills:till")).content.decode()
    forecast_need(stations=[ready.station.pk], date=today(), at=now())
    assert "备付金还有¥380.00，不够用一天。" in client.get(reverse("tills:till")).content.decode()
    with translation.override("en"):
        [sentence] = low_at(ready.station, now())
        assert sentence.startswith("The float has ¥380.00 and will not last a day. ")
    fill(ready, ready.float_key, 5_000_00)
    assert low_at(ready.station, now()) == []


def test_a_chart_of_cover_needs_two_days_and_says_what_it_shows(ready):
    assert cover_chart([foreseen(ready)]) is None
    rows = [foreseen(ready), foreseen(ready, date=TUESDAY)]
    with translation.override("en"):
        drawn = cover_chart(rows)
    assert drawn.finding == "On 2 of 2 evenings the float was below the forecast need."
    assert drawn.series[0].values == [0.7, 0.7]


# --- neighbours


def test_the_three_nearest_of_the_county_that_have_more_than_they_need_could_help(ready):
    Station.objects.filter(pk=ready.station.pk).update(latitude="33.400000", longitude="118.200000")
    ready.station.refresh_from_db()
    places = [
        desk(
            float_minor=minor,
            till_open=False,
            county=ready.station.county,
            latitude=f"33.{400 + far:03}",
            longitude="118.2",
        )
        for minor, far in ((900_00, 30), (400_00, 5), (700_00, 10), (2_000_00, 20), (3_000_00, 40))
    ]
    desk(float_minor=9_000_00, till_open=False)  # another county
    forecast_need(stations=list(Station.objects.values_list("pk", flat=True)), date=MONDAY, at=EVENING)
    Contract.objects.filter(station=places[3].station).update(status="suspended")
    found = neighbours_who_could_help(ready.station, at=EVENING)
    need = latest_forecast(ready.station, at=EVENING).need.minor
    assert [each.station for each in found] == [
        place.station
        for place, minor in ((places[2], 700_00), (places[0], 900_00), (places[4], 3_000_00))
        if minor > need
    ]
    assert [each.spare.minor for each in found][-1] == 3_000_00 - need
    assert found[-1].kilometres == Decimal("4.4")


# --- over the API


def test_over_the_api_a_partner_sees_the_own_forecast_with_its_reasons(ready):
    used(ready.station, EXAMPLE, last=TUESDAY - dt.timedelta(days=7))
    foreseen(ready)
    stranger = desk(till_open=False)
    client = api_client(ready.partner)
    [row] = client.get(f"/api/v1/float-forecasts/?station={ready.station.code}").json()["results"]
    assert (row["need"], row["available"], row["level"], row["days_of_cover"]) == ("500.00", "380.00", "low", "0.7")
    assert row["days_ahead"] == [{"date": "2026-11-24", "how": "usual", "amount": "450.00", "days": 8}]
    assert len(row["reasons"]) == 2
    assert client.get("/api/v1/float-forecasts/?level=ok").json()["results"] == []
    assert api_client(stranger.partner).get("/api/v1/float-forecasts/").json()["results"] == []
    path = f"/api/v1/float-forecasts/{ready.station.code}/neighbours/"
    assert client.get(path).json() == {"results": []}
    assert api_client(stranger.partner).get(path).status_code == 404


def test_a_station_without_a_float_has_none(db):
    place = StationFactory()
    assert float_state(place, at=now()) is None
    assert chart.float_of(place, finance_officer().pk).code.startswith("float:")
