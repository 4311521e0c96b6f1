"""Two decide about a package at once, and it is blocked while a child plays."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.utils.timezone import now

from education.packages.services import (
    approve_package,
    block_package,
    offer_package,
    return_package,
    save_scorm_state,
    start_package,
)
from tests.factories.education import class_at, learner_of
from tests.factories.packages import brought, said
from tests.factories.stations import StationFactory, county_manager_of, helper_of
from tests.races import together, wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def test_of_two_decisions_one_stands_and_a_block_that_comes_while_it_is_approved_is_not_lost():
    learner = learner_of(class_at(StationFactory()))
    package, county = brought(learner, offered=False), learner.run.station.county
    first, second = county_manager_of(county), county_manager_of(county)
    offer_package(package=package, by=package.author, at=now())

    def approve():
        return approve_package(package=package, by=first, at=now()).status

    def give_back():
        return return_package(package=package, reason="图片太模糊", by=second, at=now()).status

    def block():
        return block_package(package=package, reason="有不适合儿童的图片", by=second, at=now()).status

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            give_back()
            late = pool.submit(together, approve)
            wait_until_somebody_waits()
        assert late.result() == ["wrong_state"]
        offer_package(package=package, by=package.author, at=now())
        with transaction.atomic():
            approve()
            blocking = pool.submit(together, block)
            wait_until_somebody_waits()
        assert blocking.result() == ["blocked"]
    package.refresh_from_db()
    assert (package.status, package.approved_by, package.blocked_by) == ("blocked", None, second)


def test_what_is_saved_while_a_package_is_blocked_is_kept_whole_or_refused_and_nobody_begins_any_more():
    learner = learner_of(class_at(StationFactory()))
    package, helper = brought(learner), helper_of(learner.run.station)
    manager = county_manager_of(learner.run.station.county)
    state = start_package(enrolment=learner, package=package, by=helper, at=now())

    def begin():
        return start_package(enrolment=learner, package=package, by=helper, at=now()).revision

    def save():
        return save_scorm_state(state=state, revision=0, cmi=said("passed", "80"), by=helper, at=now()).revision

    def block():
        return block_package(package=package, reason="有不适合儿童的图片", by=manager, at=now()).status

    saved, blocked, twice = together(save, block, save)
    state.refresh_from_db()
    assert blocked == "blocked"
    assert {saved, twice} <= {1, "wrong_state", "state_outdated"}
    assert [saved, twice].count(1) == state.revision == state.outcomes.count()
    assert state.cmi == (said("passed", "80") if state.revision else {})
    assert together(save, begin) == ["wrong_state", "wrong_state"]
