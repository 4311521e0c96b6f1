"""The auditor's word about posts: the one who looks after money is not the one who handles it."""

import pytest
from django.utils.timezone import now

from stations.accounts.audit import CHECKS
from stations.accounts.services.posts import CONFLICTS
from tests.factories.finance import book
from tests.factories.stations import (
    StationFactory,
    auditor,
    county_clerk_of,
    county_manager_of,
    finance_officer,
    helper_of,
    partner_of,
)

pytestmark = pytest.mark.django_db


def found():
    """Role, other role, and whom the finding concerns."""
    house = book()
    return [
        (wrong.row["role"], wrong.row["other"], wrong.scope, wrong.scope_key)
        for check in CHECKS
        for wrong in check.find(house, now())
    ]


def test_posts_that_go_together_are_no_finding():
    station = StationFactory()
    user = partner_of(station)
    county_clerk_of(station.county, user)
    partner_of(StationFactory(), user)
    finance_officer()
    assert found() == []


def test_a_partner_who_is_made_finance_officer_past_the_service_is_found():
    station = StationFactory()
    finance_officer(user=partner_of(station))
    assert found() == [("finance_officer", "partner", "county", station.code[:6])]


def test_an_auditor_who_does_anything_else_is_found():
    auditor(user=finance_officer())
    assert found() == [("auditor", "finance_officer", "book", "CN")]


def test_it_knows_the_pairs_of_the_service():
    station = StationFactory()
    holders = {
        "partner": lambda user: partner_of(station, user),
        "helper": lambda user: helper_of(station, user),
        "county_manager": lambda user: county_manager_of(station.county, user),
        "county_clerk": lambda user: county_clerk_of(station.county, user),
    }
    for hold in holders.values():
        hold(finance_officer())
        hold(auditor())
    wanted = {frozenset(pair) for pair in CONFLICTS if pair & set(holders)}
    assert {frozenset(row[:2]) for row in found()} == wanted
