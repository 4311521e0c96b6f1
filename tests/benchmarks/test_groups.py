"""Every group of `./dev bench` runs to its end, with tiny tables: the numbers mean nothing here."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from benchmarks.__main__ import groups

#: Of how many goals each group tells.
GOALS = {
    "audit": 2,
    "core": 7,
    "education": 4,
    "finance": 12,
    "floats": 2,
    "health": 4,
    "insurance": 4,
    "jobs": 2,
    "ledger": 8,
    "loans": 6,
    "logistics": 3,
    "orders": 7,
    "recon": 4,
    "scheduling": 5,
    "settlement": 4,
    "stations": 6,
}
#: One process runs several, as `./dev bench` runs all: to load the system takes as long as a group.
TOGETHER = [sorted(GOALS)[place::3] for place in range(3)]
ENDINGS = ("met", "not met", "information")


def test_every_group_is_tried_here():
    assert set(groups()) == set(GOALS)


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_groups_of_benchmarks_run_to_their_end_and_print_goals_alone(names, furnished_template):
    words = [sys.executable, "-m", "benchmarks", *names, "--tiny", "--demonstration", furnished_template]
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr == ""
    header, *lines, summary = done.stdout.splitlines()
    assert header.startswith("name")
    assert [line for line in lines if not line.endswith(ENDINGS)] == []
    goals = sum(GOALS[name] for name in names)
    assert len(lines) == goals
    assert summary.startswith(f"{goals} goals, ")


def _environment() -> dict[str, str]:
    """As `./dev bench` sets it, on the server of the tests."""
    known = connection.get_connection_params()
    address = f"postgresql://{known['user']}@/{known['dbname']}?host={known['host']}"
    if known.get("password"):
        address = os.environ["DATABASE_URL"]
    return os.environ | {"DJANGO_SETTINGS_MODULE": "ecomnet.settings.local", "DATABASE_URL": address}
