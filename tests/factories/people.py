"""Residents, households and what belongs to them, made by the services that make them in the field."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from stations.accounts.models import User
from stations.duplicates.models import PersonMerge
from stations.duplicates.services import merge_persons, propose_merge
from stations.network.models import Station
from stations.people.models import Guardianship, Household, Person
from stations.people.services import record_guardianship, register_household, register_person
from tests.factories.stations import StationFactory, UserFactory, county_manager_of, helper_of

LONG_AGO = dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)


def resident(
    full_name: str = "王秀英", station: Station | None = None, *, by: User | None = None, **values: Any
) -> Person:
    """A registered resident of this station, with name keys."""
    station = station or StationFactory()
    values.setdefault("at", LONG_AGO)
    return register_person(
        station=station, full_name=full_name, by=by or helper_of(station), confirmed_new=True, **values
    )


def household_of(head: Person, *, by: User | None = None, at: dt.datetime = LONG_AGO, **values: Any) -> Household:
    """A household in the person's village with this person as its head."""
    return register_household(
        station=head.home_station,
        village=head.village,
        head=head,
        by=by or helper_of(head.home_station),
        at=at,
        **values,
    )


def guardian_of(child: Person, guardian: Person, *, kind: str = "grandparent", **values: Any) -> Guardianship:
    """A guardianship that somebody confirmed."""
    values.setdefault("confirmed_by", helper_of(child.home_station))
    values.setdefault("from_date", dt.date(2026, 1, 5))
    return record_guardianship(child=child, guardian=guardian, kind=kind, at=LONG_AGO, **values)


def second_login_of(user: User) -> User:
    """Another login of the same person, who becomes known now at the latest; the first one signs in no more."""
    person = user.person or resident(user.shown_name)
    User.objects.filter(pk=user.pk).update(person=person, is_active=False)
    user.person, user.is_active = person, False
    return UserFactory(person=person)


def merged(kept: Person, gone: Person) -> PersonMerge:
    """The second record becomes part of the first, as two people of the county decide."""
    county = kept.home_station.county
    row = propose_merge(keep=kept, merge=gone, actor=county_manager_of(county), at=now(), reason="同一个人")
    return merge_persons(merge=row, actor=county_manager_of(county), at=now())
