"""What became of divisions: loaded as a list, applied on its day, everybody taken along; and working days."""

import datetime as dt
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from core.fields import uuid7
from core.forms import new_key
from core.models import Job, Notice
from stations.models import BusinessDay, Division, DivisionSuccession, Household, Person, Service, Station
from stations.network.services import follow_divisions, pause_service
from stations.places.queries import (
    business_day,
    division_today,
    divisions_matching,
    name_on,
    working_day_after,
    working_day_from,
)
from stations.places.services import Applied, apply_successions, successions
from tests.factories.people import household_of, resident
from tests.factories.stations import (
    DivisionFactory,
    StationFactory,
    api_client,
    county_manager_of,
    division_below,
    partner_of,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)


@pytest.fixture
def station():
    return StationFactory()


def load(tmp_path, *lines, header="old_code,new_code,level,kind,effective_date", command="import_division_changes"):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    call_command(command, path, country="CN", source="mca-2026", verbosity=0)


def successor(old, **values):
    return DivisionFactory(level=old.level, parent=old.parent, **values)


def apply(day=DAY):
    return apply_successions(country="CN", date=day, at=now(), follow=follow_divisions)


def line(old, new, kind="recoded", day=DAY):
    return f"{old.code},{new.code},{old.level},{kind},{day}"


def test_a_recoded_village_takes_everybody_along(tmp_path, station):
    person = resident("王秀英", station)
    home = household_of(person)
    old, new = station.village, successor(station.village)
    load(tmp_path, line(old, new))
    job = Job.objects.get(kind="places.apply_successions")
    assert job.run_at == dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)
    assert apply().moved == 4  # the station, the centre in the same village, the person and the household
    for row in (Station.objects.get(pk=station.pk), Household.objects.get(), Person.objects.get()):
        assert row.village == new
    old.refresh_from_db()
    assert (old.valid_to, home.number) == (DAY, Household.objects.get().number)
    assert division_today(old, DAY) == [new]
    assert apply() == Applied(moved=0)


def test_old_papers_keep_the_old_name_and_a_search_finds_by_both_codes(tmp_path, station):
    old, new = station.village, successor(station.village)
    load(tmp_path, line(old, new))
    apply()
    assert set(divisions_matching(Division.objects.at(DAY), old.code)) == {new}
    assert set(divisions_matching(Division.objects.at(DAY), new.code)) == {new}
    assert name_on(old, DAY - dt.timedelta(days=1)) == old.name
    assert Station.objects.get(pk=station.pk).code == station.code


def test_a_search_finds_by_the_code_of_two_changes_ago(tmp_path, station):
    first, second = station.village, successor(station.village)
    load(tmp_path, line(first, second))
    apply()
    third = successor(second)
    later = DAY + dt.timedelta(days=31)
    load(tmp_path, line(second, third, day=later))
    apply(later)
    assert set(divisions_matching(Division.objects.at(later), first.code)) == {third}


def test_a_recoded_county_ends_with_its_township_and_village_in_one_run(tmp_path):
    village = division_below(None)
    township, county = village.parent, village.parent.parent
    new_county = successor(county)
    new_township = DivisionFactory(level="township", parent=new_county)
    new_village = DivisionFactory(level="village", parent=new_township)
    load(tmp_path, line(county, new_county), line(township, new_township), line(village, new_village))
    assert apply() == Applied(moved=0, ended=3)
    assert set(Division.objects.filter(valid_to=DAY)) == {village, township, county}


@pytest.fixture
def three_households(station, monkeypatch):
    monkeypatch.setattr(successions, "BATCH", 2)
    for number in range(3):
        household_of(resident(f"王秀英{number}", station))
    return station


def moved_to(village):
    return Household.objects.filter(village=village).count() + Person.objects.filter(village=village).count()


def test_residents_move_in_batches_and_the_old_code_stands_until_the_last_of_them(tmp_path, three_households):
    old, new = three_households.village, successor(three_households.village)
    load(tmp_path, line(old, new))
    for moved in (2, 4, 6):
        assert not apply().is_done
        old.refresh_from_db()
        assert (moved_to(new), old.valid_to) == (moved, None)
    assert apply() == Applied(moved=0, ended=1)


def test_each_batch_is_a_job_of_its_own(tmp_path, three_households):
    old, new = three_households.village, successor(three_households.village)
    load(tmp_path, line(old, new))
    run_jobs(at=dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC))
    old.refresh_from_db()
    assert (moved_to(new), old.valid_to) == (6, DAY)
    assert Job.objects.filter(kind="places.apply_successions", state="done").count() == 4


def test_a_pause_of_a_recoded_county_still_stops_its_service(tmp_path, station):
    pause = pause_service(
        service=Service.objects.get(code="recharge"), division=station.county, reason="检修", at=now(), actor=None
    )
    new = successor(station.county)
    load(tmp_path, line(station.county, new))
    apply()
    pause.refresh_from_db()
    assert pause.division == new


def test_a_split_is_for_people_to_choose(tmp_path, client, station):
    manager = county_manager_of(station.county)
    person = resident("王秀英", station)
    home = household_of(person)
    old, east, west = station.village, successor(station.village), successor(station.village)
    load(tmp_path, line(old, east, "split"), line(old, west, "split"))
    assert apply() == Applied(moved=0, ended=1, split=1)
    assert Household.objects.get().village == old
    assert Notice.objects.get(template="division_split").user == manager.pk
    client.force_login(partner_of(station))
    page = f"/people/{person.pk}/household/village/"
    assert f'value="{west.pk}"' in client.get(page).content.decode()
    assert client.post(page, {"key": new_key(), "village": str(west.pk)}).status_code == 303
    assert (Household.objects.get().village, Person.objects.get().village) == (west, west)
    mobile = api_client(partner_of(station))
    path, headers = f"/api/v1/households/{home.pk}/settle/", {"Idempotency-Key": uuid7().hex}
    elsewhere = StationFactory().village
    refused = mobile.post(path, {"village_code": elsewhere.code}, format="json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "village_elsewhere")
    stranger = api_client(partner_of(StationFactory()))
    assert stranger.post(path, {"village_code": east.code}, format="json", headers=headers).status_code == 404


def test_a_merger_takes_several_to_one(tmp_path, station):
    other = StationFactory(county=station.county)
    new = successor(station.village)
    load(tmp_path, line(station.village, new, "merged"), line(other.village, new, "merged"))
    assert apply().moved == 3
    assert set(Station.objects.filter(village=new)) == {station, other, station.parent}


def test_a_bad_line_names_itself_and_nothing_is_written(tmp_path, station):
    new = successor(station.village)
    with pytest.raises(CommandError, match="line 3") as refusal:
        load(tmp_path, line(station.village, new), f"{station.village.code},999999999999,village,recoded,{DAY}")
    assert "999999999999" in str(refusal.value)
    with pytest.raises(CommandError, match="unknown kind"):
        load(tmp_path, line(station.village, new, "vanished"))
    with pytest.raises(CommandError, match="no date"):
        load(tmp_path, f"{station.village.code},{new.code},village,recoded,soon")
    assert not DivisionSuccession.objects.exists()
    assert not Job.objects.filter(kind="places.apply_successions").exists()


def test_a_way_that_leads_back_is_refused(tmp_path, station):
    new = successor(station.village)
    with pytest.raises(CommandError, match="lead back"):
        load(tmp_path, line(station.village, new), line(new, station.village, "recoded", DAY))
    assert not DivisionSuccession.objects.exists()


def test_a_second_run_of_the_file_loads_nothing(tmp_path, station):
    new = successor(station.village)
    for _run in range(2):
        load(tmp_path, line(station.village, new))
    assert DivisionSuccession.objects.count() == 1
    assert Job.objects.filter(kind="places.apply_successions").count() == 1


def days(tmp_path, *lines):
    load(tmp_path, *lines, header="date,is_working,name", command="import_business_days")


def test_the_official_calendar_beats_the_week(tmp_path):
    days(tmp_path, "2026-10-01,no,国庆节", "2026-10-02,no,国庆节", "2026-10-10,yes,国庆节调休")
    assert working_day_from("CN", dt.date(2026, 10, 1)) == dt.date(2026, 10, 5)
    assert working_day_from("CN", dt.date(2026, 10, 10)) == dt.date(2026, 10, 10)  # a Saturday
    assert BusinessDay.objects.filter(official=True).count() == 3


def test_a_calendar_is_loaded_again_without_change_and_refused_as_a_whole(tmp_path):
    for _run in range(2):
        days(tmp_path, "2026-10-01,no,国庆节")
    assert BusinessDay.objects.count() == 1
    with pytest.raises(CommandError, match="line 3"):
        days(tmp_path, "2026-10-02,no,国庆节", "2026-10-03,perhaps,国庆节")
    with pytest.raises(CommandError, match="twice"):
        days(tmp_path, "2026-10-02,no,国庆节", "2026-10-02,no,国庆节")
    assert BusinessDay.objects.count() == 1


def test_a_year_is_official_as_a_whole_and_the_next_is_answered_by_the_week(tmp_path):
    days(tmp_path, "2026-10-01,no,国庆节")
    answers = [business_day("CN", date) for date in (dt.date(2026, 10, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1))]
    assert [(day.is_working, day.official) for day in answers] == [(False, True), (True, True), (True, False)]


def test_the_calendar_that_comes_with_the_house_is_the_announced_one(tmp_path):
    path = settings.BASE_DIR / "data/calendars/cn_working_days.csv"
    call_command("import_business_days", str(path), country="CN", source="gov-2026", stdout=StringIO())
    assert BusinessDay.objects.filter(date__year=2026, is_working=False).count() == 33
    assert BusinessDay.objects.filter(date__year=2026, is_working=True).count() == 6
    assert working_day_from("CN", dt.date(2026, 10, 1)) == dt.date(2026, 10, 8)
    assert working_day_after("CN", dt.date(2026, 9, 30), 3) == dt.date(
        2026, 10, 10
    )  # a Saturday worked for the holiday


@pytest.mark.parametrize(("country", "friday", "sunday"), [("CN", True, False), ("KW", False, True)])
def test_the_weekend_is_that_of_the_country(country, friday, sunday):
    thursday, day = dt.date(2026, 11, 26), dt.timedelta(days=1)
    assert business_day(country, thursday + day).is_working is friday
    assert business_day(country, thursday + 3 * day).is_working is sunday
    assert working_day_after(country, thursday, 1) == thursday + (1 if friday else 3) * day
