"""Windows of parametric cover are agreed by two people, and no policy is paid twice for a day."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.errors import SamePerson, WrongState
from finance.insurance.services import (
    OtherIndex,
    ReadingsRefused,
    WindowBegun,
    WindowOverlap,
    approve_index_window,
    ask_to_cancel_index_window,
    cancel_index_window,
    keep_index_window,
    load_index_readings,
    withdraw_index_window,
)
from finance.models import IndexPayout, IndexReading, IndexWindow
from stations.models import Station
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, insured, villager
from tests.factories.people import second_login_of
from tests.factories.premiums import (
    AFTER,
    FIRST,
    LAST,
    drought,
    measured,
    payout_of,
    proposed_window,
    settle,
    weather_station,
    window,
)
from tests.factories.stations import StationFactory, UserFactory, county, finance_officer
from tests.races import together


@pytest.fixture
def ready(db):
    return desk()


def test_a_window_binds_once_another_person_approves_it_before_it_begins(ready):
    policy = insured(ready, version=drought())
    source, officer = weather_station(ready), finance_officer()
    proposed = proposed_window(source, policy.version, by=officer)
    measured(source, 300)
    assert settle() == 0
    with pytest.raises(SamePerson):
        approve_index_window(window=proposed, by=second_login_of(officer), at=NOON)
    eve = dt.datetime.combine(FIRST, dt.time(), tzinfo=NOON.tzinfo) - dt.timedelta(seconds=1)
    with pytest.raises(WindowBegun):
        approve_index_window(window=proposed, by=finance_officer(), at=eve + dt.timedelta(seconds=1))
    with pytest.raises(IntegrityError, match="window_is_approved_by_somebody"), transaction.atomic():
        IndexWindow.objects.filter(pk=proposed.pk).update(status="open")
    with pytest.raises(IntegrityError, match="window_is_approved_by_another_person"), transaction.atomic():
        IndexWindow.objects.filter(pk=proposed.pk).update(status="open", checker=officer, checked_at=NOON)
    assert approve_index_window(window=proposed, by=finance_officer(), at=eve).status == "open"
    with pytest.raises(WrongState):
        approve_index_window(window=proposed, by=finance_officer(), at=eve)
    settle()
    assert payout_of(policy).amount_minor == 20_000_00


def test_what_a_window_measures_is_what_its_benefit_pays_by(ready):
    rain, river = weather_station(ready), weather_station(ready, "river", kind="water_level")
    version = drought()
    with pytest.raises(OtherIndex):
        proposed_window(river, version)
    with pytest.raises(IntegrityError, match="window_measures_the_index_of_its_benefit"), transaction.atomic():
        IndexWindow.objects.create(
            benefit=version.benefits.get(),
            source=river,
            start_date=FIRST,
            end_date=LAST,
            stand_in_date=LAST + DAY,
            wait_until_date=LAST + DAY,
            maker=UserFactory(),
            made_at=NOON,
        )
    assert proposed_window(rain, version).status == "proposed"


def test_a_window_that_does_not_pay_yet_is_cancelled_by_two_people(ready):
    version = drought()
    insured(ready, version=version)
    source, asker = weather_station(ready), finance_officer()
    opened = window(source, version)
    ask_to_cancel_index_window(window=opened, reason="气象站迁址", by=asker, at=NOON)
    measured(source, 0)
    assert settle() == 0
    with pytest.raises(SamePerson):
        cancel_index_window(window=opened, by=second_login_of(asker), at=NOON)
    cancelled = cancel_index_window(window=opened, by=finance_officer(), at=NOON)
    assert (cancelled.status, settle(), IndexPayout.objects.exists()) == ("cancelled", 0, False)
    assert window(source, version).status == "open"


def test_a_window_that_is_kept_pays_as_agreed_and_one_that_pays_is_not_cancelled(ready):
    policy = insured(ready, version=drought())
    opened = window(weather_station(ready), policy.version)
    ask_to_cancel_index_window(window=opened, reason="气象站迁址", by=finance_officer(), at=NOON)
    kept = keep_index_window(window=opened, reason="仍在测量", by=finance_officer(), at=NOON)
    assert (kept.status, kept.asked_by, kept.reason) == ("open", None, "")
    measured(opened.source, 300)
    settle()
    with pytest.raises(WrongState):
        ask_to_cancel_index_window(window=opened, reason="气象站迁址", by=finance_officer(), at=AFTER)
    assert payout_of(policy).amount_minor == 20_000_00


def test_a_proposal_is_withdrawn_and_its_days_are_free_again(ready):
    source, version = weather_station(ready), drought()
    proposed = proposed_window(source, version)
    with pytest.raises(WindowOverlap):
        proposed_window(source, version, first=LAST, last=LAST + DAY)
    assert (
        withdraw_index_window(window=proposed, reason="日期写错", by=finance_officer(), at=NOON).status == "withdrawn"
    )
    with pytest.raises(WrongState):
        approve_index_window(window=proposed, by=finance_officer(), at=NOON)
    assert proposed_window(source, version).status == "proposed"


def test_two_weather_stations_do_not_share_the_days_of_a_region(ready):
    version, here = drought(), weather_station(ready)
    window(here, version)
    province = ready.station.county.parent
    for source in (weather_station(ready, "guiren"), weather_station(ready, "wide", region=province)):
        with pytest.raises(WindowOverlap):
            proposed_window(source, version, first=LAST, last=LAST + DAY)
    elsewhere = weather_station(ready, "far", region=county())
    assert proposed_window(elsewhere, version).status == "proposed"
    assert proposed_window(weather_station(ready, "next"), version, first=LAST + DAY, last=LAST + 9 * DAY)


def test_two_who_propose_windows_of_the_same_days_at_once_get_one(own_database):
    ready = desk()
    version, first, second = drought(), weather_station(ready), weather_station(ready, "guiren")
    by = finance_officer()
    answers = together(*(lambda source=source: proposed_window(source, version, by=by) for source in (first, second)))
    assert [answer for answer in answers if isinstance(answer, str)] == ["window_overlap"]
    assert IndexWindow.objects.count() == 1


def test_a_policy_that_moved_to_another_region_is_not_paid_again_for_the_same_days(ready):
    version = drought()
    moved, stayed = (insured(ready, version=version, person=villager(ready, full_name=n)) for n in ("李四", "张三"))
    other = StationFactory()
    Station.objects.filter(pk=other.pk).update(zone=ready.station.zone)
    windows = [window(weather_station(ready), version)]
    windows.append(
        window(weather_station(ready, "far", region=other.county), version, first=FIRST + DAY, last=LAST + DAY)
    )
    measured(windows[0].source, 300)
    settle()
    type(moved).objects.filter(pk=moved.pk).update(station=other)
    measured(windows[1].source, 300, date=LAST + DAY)
    settle(AFTER + 2 * DAY)
    assert IndexPayout.objects.filter(policy=moved).count() == 1
    assert payout_of(stayed).amount_minor == 20_000_00
    with pytest.raises(IntegrityError, match="policy_is_paid_once_for_a_day"), transaction.atomic():
        IndexPayout.objects.create(
            policy=moved, window=windows[1], gross_minor=1, amount_minor=1, currency="CNY", made_at=NOON
        )


def test_a_day_that_is_not_over_there_has_no_reading(ready):
    weather_station(ready)
    midnight = dt.datetime(2026, 11, 26, tzinfo=NOON.tzinfo)
    content = "source,date,value\nqinglong,2026-11-25,1\n"
    with pytest.raises(ReadingsRefused):
        load_index_readings(content=content, by=UserFactory(), at=midnight - dt.timedelta(seconds=1))
    assert load_index_readings(content=content, by=UserFactory(), at=midnight).rows == 1


def test_only_temperatures_are_measured_below_zero(ready):
    weather_station(ready)
    frost = weather_station(ready, "frost", kind="lowest_temperature")
    with pytest.raises(ReadingsRefused):
        load_index_readings(content="source,date,value\nqinglong,2026-11-24,-1\n", by=UserFactory(), at=NOON)
    load_index_readings(content="source,date,value\nfrost,2026-11-24,-7.5\n", by=UserFactory(), at=NOON)
    assert IndexReading.objects.get(source=frost).value < 0
