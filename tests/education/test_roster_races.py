"""Rosters that are taken in together, and one resident who is named for two pupils at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.utils.timezone import now

from education.models import RosterRecord
from education.rosters.services import apply_roster, match_pupil
from tests.factories.rosters import School
from tests.races import together, wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def test_clerks_who_take_in_the_same_file_at_once_do_it_once():
    school = School()
    rosters = [school.checked(), school.checked()]
    at = now()
    answers = together(*[lambda each=each: apply_roster(roster=each, by=school.clerk, at=at).pk for each in rosters])
    assert answers.count("roster_changed") == 1
    assert RosterRecord.objects.count() == 10


def test_two_clerks_who_name_one_resident_for_two_pupils_at_once_do_it_once():
    school = School()
    school.applied()

    def name(key):
        return match_pupil(record=school.entry("user", key), learner=school.first, by=school.clerk, at=now()).pk

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            name("U1")
            late = pool.submit(together, lambda: name("U3"))
            wait_until_somebody_waits()
        assert late.result() == ["resident_named_twice"]
    assert school.entry("user", "U1").learner == school.first
    assert school.entry("user", "U3").learner is None
