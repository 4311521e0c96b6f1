"""The tests' own clock: one instant for Python, the database and every process that tests start."""

import datetime as dt
import subprocess
import sys

import pytest
from django.db import connection
from django.utils.timezone import now

from devtools import clock
from devtools.console import Stop
from tests.clock import BARE

SOON = dt.timedelta(seconds=20)


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("2028-02-29", "2028-02-29T04:00:00+00:00"),
        ("2027-12-31T23:50", "2027-12-31T15:50:00+00:00"),
        ("2027-12-31T23:50Z", "2027-12-31T23:50:00+00:00"),
        ("2027-03-28T01:55+01:00", "2027-03-28T00:55:00+00:00"),
    ],
)
def test_an_instant_is_a_time_in_shanghai_unless_it_names_its_offset(word, means):
    assert clock.instant(word) == dt.datetime.fromisoformat(means)


@pytest.mark.parametrize("word", ["", "tomorrow", "2027-02-29", "2027-02-28T25:00", "--all"])
def test_what_is_no_instant_is_asked_for(word):
    with pytest.raises(Stop, match="Which instant"):
        clock.instant(word)


def test_twelve_awkward_days_are_instants():
    assert len({clock.instant(word) for word in clock.AWKWARD}) == 12


@pytest.mark.django_db
def test_the_database_lives_on_the_day_of_the_tests():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    assert abs(theirs - now()) < SOON


def test_a_process_that_gets_no_environment_of_ours_lives_on_the_day_of_the_tests():
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"], env=BARE, capture_output=True, text=True, check=True
    )
    assert abs(float(told.stdout) - now().timestamp()) < SOON.total_seconds()
