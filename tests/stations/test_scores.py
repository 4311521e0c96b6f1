"""Facts of stations, their days, and the monthly score."""

import datetime as dt
from decimal import Decimal

import pytest

from core.events.services import publish
from core.models import Event
from stations.models import KpiScore, StationDay, StationFact
from stations.network.services import heartbeat, set_hours
from stations.scores import handlers, services
from stations.scores.formula import Figures, exact_score, grade_of, parts_of, rounded
from stations.scores.queries import why
from tests.factories.scores import AT, DAY, TODAY, day, event, open_station
from tests.factories.stations import StationFactory, api_client, county_manager_of, partner_of

pytestmark = pytest.mark.django_db

#: The example of docs/stations.md.
EXAMPLE = Figures(
    active_days=22,
    planned_days=26,
    services=520,
    median_services=Decimal(650),
    seen_minutes=171 * 60,
    open_minutes=190 * 60,
    float_out_days=3,
    open_days=24,
    complaints=2,
    offered=80,
    refused=4,
)
NOTHING = Figures(0, 0, 0, Decimal(0), 0, 0, 0, 0, 0, 0, 0)


@pytest.fixture
def station():
    return open_station()


def test_the_example_gives_85_and_good():
    exact = exact_score(parts_of(EXAMPLE))
    assert exact.quantize(Decimal("0.001")) == Decimal("85.125")
    assert (rounded(exact), grade_of(rounded(exact))) == (85, "good")


def test_what_could_not_happen_punishes_nobody():
    assert rounded(exact_score(parts_of(NOTHING))) == 100


@pytest.mark.parametrize(
    ("score", "grade"), [(80, "good"), (79, "watch"), (60, "watch"), (59, "support"), (0, "support")]
)
def test_grades_begin_at_their_numbers(score, grade):
    assert grade_of(score) == grade


def test_more_than_planned_counts_as_all_and_less_than_nothing_as_nothing():
    parts = parts_of(
        Figures(
            active_days=30,
            planned_days=26,
            services=10,
            median_services=Decimal(5),
            seen_minutes=700,
            open_minutes=600,
            float_out_days=0,
            open_days=30,
            complaints=1,
            offered=4,
            refused=4,
        )
    )
    assert [parts[letter].value for letter in "AVOR"] == [1, 1, 1, 0]
    assert parts["C"].value == 0


def test_half_a_point_rounds_up_once():
    assert (rounded(Decimal("79.5")), rounded(Decimal("79.499999"))) == (80, 79)


def test_an_event_becomes_a_fact_once_on_the_stations_own_day(station):
    late = dt.datetime(2026, 11, 25, 17, tzinfo=dt.UTC)  # 01:00 of the 26th there
    publish("finance.payment_succeeded", at=late, station=station.pk, amount_minor=100_00, currency="CNY")
    for _delivery in range(2):
        handlers.keep_payment(Event.objects.get())
    fact = StationFact.objects.get()
    assert (fact.kind, fact.local_date, fact.amount_minor) == ("money_service", dt.date(2026, 11, 26), 100_00)


def test_each_kind_of_event_is_kept_as_its_fact(station):
    money = {"amount_minor": 1_00, "currency": "CNY"}
    for keep, more in (
        (handlers.keep_float_out, {}),
        (handlers.keep_income, money),
        (handlers.keep_complaint, {}),
        (handlers.keep_parcel_offered, {}),
        (handlers.keep_parcel_refused, {"is_justified": False}),
        (handlers.keep_service, {}),
    ):
        keep(event("finance.some_event", station, **more))
    kinds = set(StationFact.objects.values_list("kind", flat=True))
    assert kinds == {"float_out", "income", "complaint", "parcel_offered", "parcel_refused", "service"}


def test_a_parcel_that_itself_gave_cause_for_its_refusal_does_not_count_against_the_station(station):
    handlers.keep_parcel_refused(event("logistics.parcel_refused", station, is_justified=True))
    assert not StationFact.objects.exists()


def test_an_event_of_no_station_of_ours_is_no_fact():
    publish("orders.purchase_placed", at=AT, station=2**40)
    handlers.keep_service(Event.objects.get())
    assert not StationFact.objects.exists()


def test_a_day_is_rolled_up_from_its_facts_and_again_gives_the_same(station):
    quiet = StationFactory(county=station.county)
    for kind, more in (
        ("money_service", {}),
        ("service", {"quantity": 2}),
        ("float_out", {}),
        ("income", {"amount_minor": 3_50, "currency": "CNY"}),
        ("complaint", {}),
        ("parcel_offered", {"quantity": 4}),
        ("parcel_refused", {}),
    ):
        one = event("tests.something", station)
        services.record_fact(event_id=one.pk, kind=kind, station=station.pk, at=AT, **more)
    for minutes in range(0, 78, 11):
        heartbeat(station=station, at=AT + dt.timedelta(minutes=minutes))
    for _night in range(2):
        assert services.roll_station_day(stations=[station, quiet], date=TODAY) == 2
    row = StationDay.objects.get(station=station)
    assert (row.services, row.money_services, row.float_outs, row.upheld_complaints) == (3, 1, 1, 1)
    assert (row.offered_parcels, row.refused_parcels, row.income_minor) == (4, 1, 3_50)
    assert (row.open_minutes, row.seen_minutes) == (600, 77)
    assert StationDay.objects.get(station=quiet).services == 0


def test_minutes_seen_are_those_inside_published_hours(station):
    for minute in (0, 10, 25, 60):  # 07:50, 08:00, 08:15, then a silence of 35 minutes
        at = dt.datetime(2026, 11, 24, 23, 50, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
        heartbeat(station=station, at=at)
    services.roll_station_day(stations=[station], date=TODAY)
    assert StationDay.objects.get().seen_minutes == 15


@pytest.mark.parametrize("every", [59.9, 60, 75, 90, 119.9])
def test_four_hours_of_heartbeats_are_four_hours_however_often_they_come(every):
    station = StationFactory()
    set_hours(station=station, week={3: [(dt.time(8), dt.time(12))]}, from_date=dt.date(2026, 1, 1), actor=None)
    opens = dt.datetime(2026, 11, 25, 0, tzinfo=dt.UTC)
    for number in range(int(4 * 3600 / every) + 3):
        heartbeat(station=station, at=opens + dt.timedelta(seconds=every * number))
    services.roll_station_day(stations=[station], date=TODAY)
    day = StationDay.objects.get()
    assert (day.open_minutes, day.seen_minutes) == (240, 240)


@pytest.mark.parametrize(
    ("date", "minutes"),
    [
        (dt.date(2026, 3, 28), 150),
        (dt.date(2026, 3, 29), 90),  # 02:00 is followed by 03:00
        (dt.date(2026, 10, 25), 150),  # from 02:00 to 03:00 comes twice
    ],
)
def test_an_hour_that_the_clock_skips_is_not_planned_and_one_that_it_repeats_counts_once(date, minutes):
    station = StationFactory(zone="Europe/Berlin")
    week = {weekday: [(dt.time(1, 30), dt.time(4))] for weekday in (6, 7)}
    set_hours(station=station, week=week, from_date=dt.date(2026, 1, 1), actor=None)
    night = dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC) - dt.timedelta(hours=2)
    for beat in range(0, 8 * 60, 10):
        heartbeat(station=station, at=night + dt.timedelta(minutes=beat))
    services.roll_station_day(stations=[station], date=date)
    day = StationDay.objects.get()
    assert (day.open_minutes, day.seen_minutes) == (minutes, minutes)


def test_a_station_that_is_on_for_days_is_seen_on_each_of_them(station):
    for beat in range(3 * 24 * 3):
        heartbeat(station=station, at=AT - 2 * DAY + dt.timedelta(minutes=20 * beat))
    for date in (TODAY - DAY, TODAY):
        services.roll_station_day(stations=[station], date=date)
    assert set(StationDay.objects.values_list("seen_minutes", flat=True)) == {600}


def test_a_month_is_scored_once_with_its_reasons(station):
    other = StationFactory(county=station.county)
    for back in range(1, 11):
        day(station, back + 30, services=4, float_outs=int(back == 1))
        day(other, back + 30, services=6)
    month = (TODAY - 31 * DAY).replace(day=1)
    services.score_month(stations=[station, other], month=month)
    again = services.score_month(stations=[station, other], month=month)
    assert KpiScore.objects.count() == 2
    assert len(again) == 2
    score = KpiScore.objects.get(station=station)
    assert score.parts["V"]["counted"] == "40"
    assert score.parts["V"]["of"] == "50.0"
    names = [str(row.name) for row in why(score)]
    assert len(names) == 6


def test_partner_and_county_see_why_and_strangers_nothing(station, client):
    day(station, 31)
    month = (TODAY - 31 * DAY).replace(day=1)
    services.score_month(stations=[station], month=month)
    client.force_login(partner_of(station))
    assert client.get("/score/").status_code == 200
    client.force_login(county_manager_of(station.county))
    assert client.get(f"/county/stations/{station.code}/score/").status_code == 200
    assert station.name in client.get("/county/warnings/").content.decode()
    client.force_login(county_manager_of(StationFactory().county))
    assert client.get(f"/county/stations/{station.code}/score/").status_code == 404
    assert station.name not in client.get("/county/warnings/").content.decode()
    mine = api_client(partner_of(station)).get("/api/v1/station-scores/").json()["results"]
    assert [row["month"] for row in mine] == [month.isoformat()]
    assert api_client(partner_of(StationFactory())).get("/api/v1/station-scores/").json()["results"] == []
