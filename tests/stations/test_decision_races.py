"""What one proposed is decided by two others at once: by one of them."""

from functools import partial

import pytest
from django.db import DatabaseError
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Event
from stations.duplicates.services import merge_persons, propose_merge
from stations.models import Person
from stations.network.services import ask_closing, close_station
from stations.people.queries import records_of
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


def test_three_merges_in_a_ring_at_once_leave_one_record_that_stands(station, managers):
    proposer, approver, _third = managers
    first, second, last = (resident("王秀英", station) for _record in range(3))
    rows = [
        propose_merge(keep=kept, merge=gone, actor=proposer, at=now(), reason="同一个人")
        for gone, kept in ((first, second), (second, last), (last, first))
    ]
    told = together(*(partial(merge_persons, merge=row, actor=approver, at=now()) for row in rows))
    assert told.count(WrongState.code) == 1
    standing = Person.objects.living().get()
    assert {person.pk for person in records_of(standing)} == {first.pk, second.pk, last.pk}


def test_by_sql_alone_no_ring_is_closed_at_once(station):
    first, second = resident("王秀英", station), resident("王秀英", station)

    def point(gone, kept):
        try:
            return Person.objects.filter(pk=gone.pk).update(merged_into=kept)
        except DatabaseError:
            return "refused"

    told = together(partial(point, first, second), partial(point, second, first))
    assert sorted(map(str, told)) == ["1", "refused"]
    assert Person.objects.living().count() == 1
