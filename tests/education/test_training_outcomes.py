"""A shop that is opened within 90 days after a training counts once, and the county reads numbers and no name."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.models import Event
from education.courses.services import end_sessions
from education.models import OutcomeFact
from education.skills.figures import completed_by_month, numbers_of
from education.skills.handlers import note_shop_opened
from education.skills.services import note_outcome
from stations.duplicates.services import merge_persons, propose_merge
from stations.models import Person
from tests.education.test_trainings import come, short_training
from tests.factories.education import begun, farmer_of
from tests.factories.finance import desk, payer_at
from tests.factories.shops import article, opened, policy, prepared
from tests.factories.stations import StationFactory, county, county_manager_of, helper_of

DAY = dt.timedelta(days=1)
SHOP = OutcomeFact.Kind.SHOP_OPENED


@pytest.fixture
def station(db):
    return StationFactory()


def trained(station, *farmers, code="FARM1"):
    """A training that these have completed; when."""
    session = begun(short_training(station, code=code))
    for farmer in farmers:
        come(session, farmer)
    end_sessions(at=session.slot.ends_at + dt.timedelta(minutes=31))
    return session.run.enrolments.get(learner=farmers[0]).ended_at


def test_the_90th_day_counts_and_a_moment_later_not_and_each_person_once(station):
    last, late, untrained = (farmer_of(station) for _ in range(3))
    ended_at = trained(station, last, late)
    assert note_outcome(person=late, kind=SHOP, at=ended_at + 90 * DAY + dt.timedelta(seconds=1)) is None
    assert note_outcome(person=untrained, kind=SHOP, at=ended_at) is None
    assert note_outcome(person=last, kind=SHOP, at=ended_at - dt.timedelta(seconds=1)) is None
    made = note_outcome(person=last, kind=SHOP, at=ended_at + 90 * DAY)
    assert made.run.course.code == "FARM1"
    assert note_outcome(person=last, kind=SHOP, at=ended_at + 90 * DAY) is None
    assert OutcomeFact.objects.count() == 1


def test_a_person_counts_once_under_whichever_record(station):
    kept, gone = farmer_of(station), farmer_of(station)
    ended_at = trained(station, kept, gone)
    assert note_outcome(person=gone, kind=SHOP, at=ended_at + DAY) is not None
    row = propose_merge(keep=kept, merge=gone, actor=county_manager_of(station.county), at=now(), reason="同一个人")
    merge_persons(merge=row, actor=county_manager_of(station.county), at=now())
    assert note_outcome(person=kept, kind=SHOP, at=ended_at + 2 * DAY) is None
    assert OutcomeFact.objects.count() == 1


@pytest.mark.django_db
def test_the_county_opens_a_shop_and_reads_numbers_and_no_name(client):
    ready = desk(mode="postpaid")
    station, farmer, other = ready.station, payer_at(ready), farmer_of(ready.station)
    policy()
    Person.objects.filter(pk=farmer.pk).update(birth_date=dt.date(1980, 5, 6), birth_precision="day")
    farmer.refresh_from_db()
    shop = prepared(ready, farmer)
    article(ready, shop)
    ended_at = trained(station, farmer, other)
    manager, today = county_manager_of(station.county), day_in(station.zone, ended_at)
    opened(ready, shop, manager, at=ended_at + 30 * DAY)
    fact = Event.objects.get(name="orders.shop_approved")
    note_shop_opened(fact), note_shop_opened(fact)
    assert OutcomeFact.objects.get().person == farmer
    [row] = numbers_of(manager, today)
    assert (row.trainings, row.learners, row.completed, row.shops) == (1, 2, 2, 1)
    assert sum(completed_by_month(manager, today).values) == 2
    assert numbers_of(county_manager_of(county()), today) == []
    client.force_login(manager)
    page = client.get(reverse("skills:figures"))
    assert page.status_code == 200
    assert not [name for name in (farmer.full_name, other.full_name) if name in page.content.decode()]
    client.force_login(helper_of(station))
    assert client.get(reverse("skills:figures")).status_code == 403
