"""A look at what is masked: with a reason, for a minute, and written down for ever."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from core.models import Notice
from stations.people import services
from stations.people.models import AccessRead, Reveal
from stations.people.queries import scope_of
from stations.people.services.reveals import NoLongerShown, NothingToShow, ReasonRequired, value_of
from tests.factories.people import resident
from tests.factories.stations import StationFactory, county_manager_of, helper_of, partner_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


@pytest.fixture
def partner(station):
    return partner_of(station)


def reveal(person, partner, *, at=NOW, field="phone", reason="customer_present", note=""):
    return services.reveal_person(
        person=person, field=field, reason=reason, note=note, user=partner, post=partner.posts.get(), at=at
    )


@pytest.mark.parametrize(("reason", "note"), [("", ""), ("because", ""), ("other", ""), ("other", "  ")])
def test_a_look_needs_a_reason(station, partner, reason, note):
    person = resident("王秀英", station, phone="13800005678")
    with pytest.raises(ReasonRequired):
        reveal(person, partner, reason=reason, note=note)
    assert not Reveal.objects.exists()


def test_an_empty_field_is_not_revealed(station, partner):
    with pytest.raises(NothingToShow):
        reveal(resident("王秀英", station), partner)
    assert not Reveal.objects.exists()


@pytest.mark.parametrize(("seconds", "is_shown"), [(0, True), (59, True), (60, False), (61, False)])
def test_a_value_is_shown_for_sixty_seconds(station, partner, seconds, is_shown):
    opened = reveal(resident("王秀英", station, phone="13800005678"), partner)
    at = NOW + dt.timedelta(seconds=seconds)
    if is_shown:
        assert value_of(opened, at=at) == "+8613800005678"
    else:
        with pytest.raises(NoLongerShown):
            value_of(opened, at=at)


def test_scenario_7_the_21st_reveal_of_a_station_day_tells_the_county_once(station, partner):
    manager = county_manager_of(station.county)
    person = resident("王秀英", station, phone="13800005678")
    yesterday = NOW - dt.timedelta(days=1)
    reveal(person, partner, at=yesterday)
    for _ in range(20):
        reveal(person, partner)
    assert not Notice.objects.filter(template="many_reveals").exists()
    reveal(person, partner)
    reveal(person, partner)
    notice = Notice.objects.get(template="many_reveals")
    assert (notice.user, notice.params["count"]) == (manager.pk, 21)
    assert "王秀英" not in str(notice.params)
    assert Reveal.objects.count() == 23


def test_looks_can_be_added_but_never_changed(station, partner, helper):
    reveal(resident("王秀英", station, phone="13800005678"), partner)
    services.log_search(user=helper, reach=scope_of(helper, scope="county"), at=NOW)
    for model in (Reveal, AccessRead):
        for change in (lambda rows: rows.update(at=NOW), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(model.objects.all())
        assert model.objects.count() == 1
