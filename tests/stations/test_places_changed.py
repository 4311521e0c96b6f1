"""A newer list of divisions: names by their dates, subtrees that move, and the stations in them."""

import datetime as dt

import pytest
from django.utils import translation
from rest_framework.test import APIClient

from core.models import Job
from stations.models import Station
from stations.network.services import StationsStranded
from stations.places.queries import name_on
from stations.places.services import (
    BadFile,
    MovesAhead,
    correct_romanised,
    show_names,
)
from tests.factories.division_lists import CHAIN, ELSEWHERE, FIRST, NEXT, centre_in_another_township, loader, the
from tests.factories.stations import DivisionFactory, StationFactory


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def load(tmp_path):
    return loader(tmp_path)


@pytest.mark.django_db
def test_a_rename_keeps_the_old_name_for_old_dates(load):
    load(CHAIN)
    village = the("321324001201", "village")
    station = StationFactory(village=village)
    result = load([*CHAIN[:-1], ("321324001201", "village", "新桑园村村民委员会", "321324001000")], on=NEXT)
    village.refresh_from_db()
    assert (result.renamed, result.changed, result.created) == (1, 1, 0)
    assert name_on(village, dt.date(2025, 12, 31)) == "桑园村村民委员会"
    assert name_on(village, NEXT) == "新桑园村村民委员会"
    assert (village.name, village.short_name, village.romanised) == (
        "新桑园村村民委员会",
        "新桑园村",
        "Xinsangyuan Cun",
    )
    assert list(village.names.order_by("valid_from").values_list("valid_from", "valid_to")) == [
        (FIRST, NEXT),
        (NEXT, None),
    ]
    assert Station.objects.get(pk=station.pk).code == station.code


RENAMED = [*CHAIN[:-1], ("321324001201", "village", "新桑园村村民委员会", "321324001000")]
#: 23:59 on the evening before, on the wall of Shanghai.
AHEAD = {"at": dt.datetime(2025, 12, 31, 15, 59, tzinfo=dt.UTC), "zone": "Asia/Shanghai"}


@pytest.mark.django_db
def test_a_name_of_a_day_to_come_shows_from_its_midnight_on(load):
    load(CHAIN)
    assert load(RENAMED, on=NEXT, **AHEAD).renamed == 1
    assert load(RENAMED, on=NEXT, **AHEAD).changed == 0
    village = the("321324001201", "village")
    assert (village.short_name, name_on(village, NEXT)) == ("桑园村", "新桑园村村民委员会")
    job = Job.objects.get(kind="places.show_names")
    assert job.run_at == dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
    show_names(country="CN", date=NEXT)
    village.refresh_from_db()
    assert (village.short_name, village.romanised, village.initials) == ("新桑园村", "Xinsangyuan Cun", "xsyc")


@pytest.mark.django_db
def test_a_list_of_a_day_to_come_that_moves_divisions_is_refused(load):
    load(CHAIN)
    moved = [*CHAIN[:-1], ("321324001201", "village", "桑园村村民委员会", "321324002000")]
    with pytest.raises(MovesAhead):
        load(moved, on=NEXT, **AHEAD)
    midnight = AHEAD["at"] + dt.timedelta(minutes=1)
    assert load(moved, on=NEXT, zone="Asia/Shanghai", at=midnight).moved == 1


@pytest.mark.django_db
def test_the_list_of_a_date_shows_the_names_of_that_date(load):
    load(CHAIN)
    load(RENAMED, on=NEXT)
    shown = {}
    for date in ("2025-12-31", "2026-01-01"):
        [shown[date]] = APIClient().get("/api/v1/divisions/", {"level": "village", "at": date}).json()["results"]
    names = ("name", "short_name", "romanised")
    assert [shown["2025-12-31"][name] for name in names] == ["桑园村村民委员会", "桑园村", "Sangyuan Cun"]
    assert [shown["2026-01-01"][name] for name in names] == ["新桑园村村民委员会", "新桑园村", "Xinsangyuan Cun"]


@pytest.mark.django_db
def test_another_name_for_the_same_date_is_a_correction(load):
    load(CHAIN)
    load([*CHAIN[:-1], ("321324001201", "village", "桑圆村村民委员会", "321324001000")])
    assert [row.name for row in the("321324001201", "village").names.all()] == ["桑圆村村民委员会"]


@pytest.mark.django_db
def test_an_older_list_does_not_rename_backwards(load):
    load(CHAIN, on=NEXT)
    with pytest.raises(BadFile) as refusal:
        load([*CHAIN[:-1], ("321324001201", "village", "旧桑园村村民委员会", "321324001000")], on=FIRST)
    assert refusal.value.lines[0][0] == 7
    assert the("321324001201", "village").name == "桑园村村民委员会"


@pytest.mark.django_db
def test_a_name_corrected_by_hand_is_never_overwritten(load):
    load(CHAIN)
    village = correct_romanised(division=the("321324001201", "village"), romanised="Sang Yuan")
    load([*CHAIN[:-1], ("321324001201", "village", "新桑园村村民委员会", "321324001000")], on=NEXT)
    village.refresh_from_db()
    assert (village.short_name, village.romanised, village.is_romanised_by_hand) == ("新桑园村", "Sang Yuan", True)


@pytest.mark.django_db
def test_another_parent_rewrites_the_whole_subtree_and_the_stations_in_it(load):
    load(CHAIN)
    centre_in_another_township()
    village, old = the("321324001201", "village"), the("321324001000", "township")
    extra = DivisionFactory(level="village", parent=old, valid_from=FIRST, name="不在文件里的村")
    stations = [StationFactory(village=village), StationFactory(village=extra)]
    load(ELSEWHERE)
    StationFactory(kind="county_centre", county=the("331124000000", "county"))
    moved = [*CHAIN[:3], ("321324001000", "township", "青阳街道", "331124000000"), *CHAIN[4:]]
    result = load(moved, on=NEXT)
    songyang = the("331124000000", "county")
    old.refresh_from_db()
    assert (result.moved, result.created) == (1, 0)
    assert old.path == f"{songyang.path}{old.pk}/"
    for each in (village, extra):
        each.refresh_from_db()
        assert each.path == f"{old.path}{each.pk}/"
    for station in stations:
        station.refresh_from_db()
        assert (station.county, station.province.name) == (songyang, "浙江省")
        assert station.parent.county == songyang


@pytest.mark.django_db
def test_a_centre_is_not_moved_into_a_county_with_another(load):
    load(CHAIN)
    load(ELSEWHERE)
    centre = StationFactory(kind="county_centre", village=the("321324001201", "village"))
    StationFactory(kind="county_centre", county=the("331124000000", "county"))
    with pytest.raises(StationsStranded, match=centre.code):
        load([*CHAIN[:3], ("321324001000", "township", "青阳街道", "331124000000"), *CHAIN[4:]], on=NEXT)
    assert the("321324001000", "township").parent == the("321324000000", "county")


@pytest.mark.django_db
def test_stations_are_not_moved_into_a_county_without_a_centre(load):
    load(CHAIN)
    load(ELSEWHERE)
    centre_in_another_township()
    station = StationFactory(village=the("321324001201", "village"))
    with pytest.raises(StationsStranded, match=station.code):
        load([*CHAIN[:3], ("321324001000", "township", "青阳街道", "331124000000"), *CHAIN[4:]], on=NEXT)
    assert the("321324001000", "township").parent == the("321324000000", "county")
