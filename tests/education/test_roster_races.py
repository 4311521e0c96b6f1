"""Rosters that are taken in together."""

import pytest
from django.utils.timezone import now

from education.models import RosterRecord
from education.rosters.services import apply_roster
from tests.factories.rosters import School
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_clerks_who_take_in_the_same_file_at_once_do_it_once():
    school = School()
    rosters = [school.checked(), school.checked()]
    at = now()
    answers = together(*[lambda each=each: apply_roster(roster=each, by=school.clerk, at=at).pk for each in rosters])
    assert answers.count("roster_changed") == 1
    assert RosterRecord.objects.count() == 10
