"""What one proposed is decided by two others at once: by one of them."""

from functools import partial

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Event
from stations.duplicates.services import merge_persons, propose_merge
from stations.network.services import ask_closing, close_station
from tests.factories.people import resident
from tests.factories.stations import StationFactory, county_manager_of
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def managers(station):
    return [county_manager_of(station.county) for _ in range(3)]


def test_two_who_close_at_once_close_it_once(station, managers):
    first, *others = managers
    closing = ask_closing(station=station, actor=first, at=now(), reason="整村搬迁")
    told = together(*(partial(close_station, closing=closing, actor=actor, at=now()) for actor in others))
    assert told.count(WrongState.code) == 1
    assert Event.objects.filter(name="stations.station_closed").count() == 1


def test_two_who_decide_at_once_merge_once(station, managers):
    first, *others = managers
    kept, gone = resident("王秀英", station), resident("王秀英", station, phone="13800005678")
    row = propose_merge(keep=kept, merge=gone, actor=first, at=now(), reason="x")
    told = together(*(partial(merge_persons, merge=row, actor=actor, at=now()) for actor in others))
    assert told.count(WrongState.code) == 1
    assert Event.objects.filter(name="stations.person_merged").count() == 1
