"""Facts of stations, their days, the monthly score and early warnings."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from core.events.services import publish
from core.models import Event, Job, Notice
from stations.inspections.services import finish_support_visit
from stations.models import EarlyWarning, KpiScore, StationDay, StationFact, SupportVisit
from stations.network.services import heartbeat, set_hours
from stations.scores import handlers, services
from stations.scores.formula import Figures, exact_score, grade_of, parts_of, rounded
from stations.scores.queries import in_words, why
from tests.factories.stations import StationFactory, api_client, county, county_manager_of, partner_of

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)  # 10:00 on the station's wall
TODAY = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)

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
    made = StationFactory()
    week = {weekday: [(dt.time(8), dt.time(18))] for weekday in range(1, 8)}
    set_hours(station=made, week=week, from_date=dt.date(2026, 1, 1), actor=None)
    return made


def day(station, back, **figures):
    """A day of the past with ten published hours."""
    figures = {"open_minutes": 600, "seen_minutes": 600, "services": 5, **figures}
    return StationDay.objects.create(station=station, date=TODAY - back * DAY, **figures)


def event(name, station, **more):
    publish(name, at=AT, station=station.pk, **more)
    return Event.objects.latest("pk")


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
        (handlers.keep_parcel_refused, {}),
        (handlers.keep_service, {}),
    ):
        keep(event("finance.some_event", station, **more))
    kinds = set(StationFact.objects.values_list("kind", flat=True))
    assert kinds == {"float_out", "income", "complaint", "parcel_offered", "parcel_refused", "service"}


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
        services.record_fact(event_id=one.pk, kind=kind, station=station, at=AT, **more)
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


def test_each_sign_opens_one_warning_with_a_visit_and_tells_partner_and_county(station):
    partner, manager = partner_of(station), county_manager_of(station.county)
    for back in range(1, 4):
        day(station, back, float_outs=1)
    for _night in range(2):
        services.open_warnings(stations=[station], at=AT)
    warning = EarlyWarning.objects.get()
    assert (warning.kind, warning.figures) == ("float_out", {"days": 3, "of": 7})
    assert warning.visit.due_date == TODAY + 7 * DAY
    assert set(Notice.objects.values_list("user", flat=True)) == {partner.pk, manager.pk}


def signs(station):
    return {warning.kind for warning in services.open_warnings(stations=[station], at=AT)}


def test_two_days_without_float_are_no_sign_yet(station):
    for back in range(1, 3):
        day(station, back, float_outs=1)
    assert signs(station) == set()


@pytest.mark.parametrize(("active", "warned"), [(6, True), (7, False)])
def test_fewer_than_seven_active_days_in_fourteen_are_a_sign(station, active, warned):
    for back in range(1, 15):
        day(station, back, services=int(back <= active))
    assert ("inactive" in signs(station)) == warned


def weekdays(station, *, closed, active):
    """Fourteen days, closed on some weekdays; a service on the last so many published ones."""
    for back in range(1, 15):
        is_open = (TODAY - back * DAY).isoweekday() not in closed
        day(station, back, open_minutes=600 * is_open, services=int(is_open and active > 0))
        active -= is_open


@pytest.mark.parametrize(("active", "warned"), [(6, True), (7, False)])
def test_a_station_that_is_closed_on_sundays_is_warned_of_below_seven_days_as_well(station, active, warned):
    weekdays(station, closed={7}, active=active)
    assert ("inactive" in signs(station)) == warned
    if warned:
        assert EarlyWarning.objects.get().figures == {"active": 6, "of": 12}


@pytest.mark.parametrize(("active", "warned"), [(2, True), (3, False)])
def test_of_a_station_that_opens_on_three_days_a_week_half_of_them_are_asked(station, active, warned):
    weekdays(station, closed={4, 5, 6, 7}, active=active)
    assert ("inactive" in signs(station)) == warned


def test_a_station_that_is_known_for_thirteen_days_only_is_not_judged_yet(station):
    for back in range(1, 14):
        day(station, back, services=0)
    assert "inactive" not in signs(station)


@pytest.mark.parametrize(("hours", "warned"), [(71, False), (72, True)])
def test_three_days_without_a_sign_of_life_are_a_sign(station, hours, warned):
    type(station).objects.filter(pk=station.pk).update(last_seen_at=AT - dt.timedelta(hours=hours))
    station.refresh_from_db()
    assert ("silent" in signs(station)) == warned


def unheard(station, hours):
    type(station).objects.filter(pk=station.pk).update(last_seen_at=AT - dt.timedelta(hours=hours))
    station.refresh_from_db()
    return station


def test_a_station_that_was_never_heard_of_is_silent_since_it_opened(station):
    type(station).objects.filter(pk=station.pk).update(last_seen_at=None, opened_date=TODAY - 3 * DAY)
    station.refresh_from_db()
    assert "silent" in signs(station)
    station.opened_date = TODAY - 2 * DAY
    assert "silent" not in signs(station)


@pytest.mark.parametrize(("hours", "jobs"), [(71, 0), (72, 1)])
def test_every_hour_a_silent_station_gets_its_job_once_a_day(station, hours, jobs):
    unheard(station, hours)
    for _hour in range(2):
        services.plan_silent_warnings(at=AT)
    rows = Job.objects.filter(kind="scores.warn_silent_station")
    assert rows.count() == jobs
    assert set(rows.values_list("dedupe_key", "use_by")) <= {(f"silent:{station.code}:{TODAY}", AT + DAY)}


def test_the_job_warns_partner_and_county_once(station):
    partner, manager = partner_of(station), county_manager_of(station.county)
    unheard(station, 80)
    for _turn in range(2):
        services.warn_silent_station(station=station, at=AT)
    assert EarlyWarning.objects.get().figures == {"days": 3}
    assert set(Notice.objects.values_list("user", flat=True)) == {partner.pk, manager.pk}
    services.plan_silent_warnings(at=AT + DAY)
    assert not Job.objects.filter(kind="scores.warn_silent_station").exists()


def test_a_station_that_spoke_meanwhile_is_not_warned_of(station):
    unheard(station, 71)
    assert services.warn_silent_station(station=station, at=AT) is None
    assert not EarlyWarning.objects.exists()


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        ("income_falling", {"income_minor": 59_99, "usual_minor": 100_00}),
        ("inactive", {"active": 5, "of": 14}),
        ("float_out", {"days": 3, "of": 7}),
        ("silent", {"days": 4}),
        ("complaints", {"complaints": 3, "days": 30}),
        ("refusals", {"refused": 11, "offered": 100}),
        ("fraud", {"event": 7}),
    ],
)
def test_a_warning_says_what_was_counted_and_by_which_rule(station, kind, figures):
    with translation.override("en"):
        sign = in_words(services.open_warning(station=station, kind=kind, figures=figures, at=AT))
        rule = str(sign.rule)
    assert "%" not in sign.counted
    assert all(str(value) in sign.counted for name, value in figures.items() if name in {"active", "days", "refused"})
    assert rule.startswith("Opens")


@pytest.mark.parametrize(("income", "warned"), [(59_99, True), (60_00, False)])
def test_income_below_six_tenths_of_what_was_usual_is_a_sign(station, income, warned):
    for back in (40, 70, 100):
        day(station, back, income_minor=100_00)
    day(station, 120, income_minor=0)
    day(station, 5, income_minor=income)
    assert ("income_falling" in signs(station)) == warned


def test_a_little_income_is_no_measure(station):
    for back in (40, 70, 100):
        day(station, back, income_minor=99_99)
    day(station, 120)
    day(station, 5, income_minor=0)
    assert "income_falling" not in signs(station)


@pytest.mark.parametrize(("usual", "warned"), [(3_999, False), (4_000, True)])
def test_what_is_little_income_is_measured_in_the_money_of_the_country(usual, warned):
    station = StationFactory(county=county(country="KW"), currency="KWD")
    for back in (40, 70, 100):
        day(station, back, income_minor=usual)
    day(station, 120)
    assert ("income_falling" in signs(station)) == warned


@pytest.mark.parametrize(("complaints", "warned"), [(2, False), (3, True)])
def test_three_upheld_complaints_in_thirty_days_are_a_sign(station, complaints, warned):
    day(station, 30, upheld_complaints=complaints)
    assert ("complaints" in signs(station)) == warned


@pytest.mark.parametrize(("refused", "warned"), [(10, False), (11, True)])
def test_refusing_more_than_a_tenth_of_the_parcels_is_a_sign(station, refused, warned):
    day(station, 3, offered_parcels=100, refused_parcels=refused)
    assert ("refusals" in signs(station)) == warned


def test_a_false_declaration_warns_at_once_and_once(station):
    found = event("finance.false_declaration_found", station)
    for _delivery in range(2):
        handlers.warn_of_fraud(found)
    assert EarlyWarning.objects.get().kind == "fraud"


def test_the_visit_ends_its_warning_and_a_sign_that_stays_opens_a_new_one(station):
    for back in range(1, 4):
        day(station, back, float_outs=1)
    [warning] = services.open_warnings(stations=[station], at=AT)
    manager = county_manager_of(station.county)
    visit = SupportVisit.objects.get(pk=warning.visit_id)
    finish_support_visit(visit=visit, seen="上午就用完", agreed="晚上充值", actor=manager, at=AT)
    handlers.close_warning(Event.objects.get(name="stations.support_visit_done"))
    warning.refresh_from_db()
    assert warning.closed_at == AT
    assert len(services.open_warnings(stations=[station], at=AT + DAY)) == 1


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
