"""Processes of `./dev`: remembered across sudden deaths, ended without harming outsiders."""

import json
import os
import signal
import subprocess
import sys

import pytest

from devtools.processes import Child, PidFile, born

SLEEPER = [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def child(folder, command=SLEEPER, **more):
    made = Child("sleeper", command, folder, **more)
    made.start()
    while "up" not in made.log.read_text():
        os.sched_yield()
    return made


@pytest.fixture
def sleeper(tmp_path):
    running = child(tmp_path)
    yield running
    running.stop()


def test_a_later_call_finds_what_an_earlier_one_has_started(sleeper, tmp_path):
    assert Child("sleeper", SLEEPER, tmp_path).pid() == sleeper.pid()


def test_a_child_stands_in_a_session_of_its_own_so_that_ctrl_c_does_not_reach_it(sleeper):
    assert os.getsid(sleeper.pid()) == sleeper.pid() != os.getsid(0)


def test_starting_again_ends_what_was_left_over(sleeper, tmp_path):
    left = sleeper.pid()
    again = child(tmp_path)
    assert again.pid() not in {None, left}
    assert born(left) == ""


def test_a_killed_child_is_known_to_be_dead_even_before_anybody_has_buried_it(sleeper):
    os.kill(sleeper.pid(), signal.SIGKILL)
    while sleeper.pid():
        os.sched_yield()
    assert sleeper.pid() is None


def test_a_stubborn_child_is_ended_by_force(tmp_path):
    stubborn = child(tmp_path, STUBBORN, patience=0.1)
    pid = stubborn.pid()
    stubborn.stop()
    assert born(pid) == ""


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path):
    stranger = subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL)  # noqa: S603
    file = PidFile(tmp_path / "old.pid")
    file.path.write_text(json.dumps({"pid": stranger.pid, "born": "long ago"}))
    file.end(patience=0.1)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("written", ["", "{}", "[]", '{"pid": "x", "born": "1"}'])
def test_a_torn_pid_file_remembers_nobody(tmp_path, written):
    file = PidFile(tmp_path / "torn.pid")
    file.path.write_text(written)
    assert file.pid() is None
