"""Early warnings: which signs open one, whom it tells, and how its visit ends it."""

import datetime as dt

import pytest
from django.utils import translation

from core.models import Event, Job, Notice
from stations.inspections.services import finish_support_visit
from stations.models import EarlyWarning, SupportVisit
from stations.scores import handlers, services
from stations.scores.queries import in_words
from tests.factories.scores import AT, DAY, TODAY, day, event, open_station
from tests.factories.stations import StationFactory, county, county_manager_of, partner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return open_station()


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
    assert rule.startswith("Raised")


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
