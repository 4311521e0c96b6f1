"""The running system of a checkout: its port, and sudden deaths on purpose."""

import os
import sys
import time

import pytest

from devtools import fault_injection
from devtools.processes import Child, born
from devtools.servers import Servers
from devtools.stack import Stack, _open_socket

PARENT = [
    sys.executable,
    "-c",
    "import subprocess; child = subprocess.Popen(['sleep', '600']); print(child.pid, 'up', flush=True); child.wait()",
]


def test_the_port_is_taken_before_anything_is_set_up_so_that_two_systems_never_share_one():
    with _open_socket() as first, _open_socket() as second:
        assert first.getsockname()[1] != second.getsockname()[1]


def test_a_killed_process_takes_its_children_along_and_is_started_again(tmp_path):
    web = Child("web", PARENT, tmp_path)
    house = Stack(Servers({}), [web], "http://localhost:1")
    web.start()
    first, grandchild = web.pid(), int(_first_word_of(web))
    house.kill("web")
    _until(lambda: web.pid() is None and not born(grandchild))
    house.mend()
    try:
        assert web.pid() not in {None, first}
    finally:
        house.stop()


def test_killing_one_leaves_the_others_alone(tmp_path):
    web, worker = Child("web", PARENT, tmp_path), Child("worker", PARENT, tmp_path)
    house = Stack(Servers({}), [web, worker], "http://localhost:1")
    web.start()
    worker.start()
    try:
        house.kill("worker")
        _until(lambda: worker.pid() is None)
        assert web.pid() is not None
    finally:
        house.stop()


@pytest.mark.parametrize(
    ("words", "seconds"),
    [(["--faults"], 180), (["--minutes", "1", "--faults"], 60), (["--faults", "--minutes=0.5"], 30)],
)
def test_deaths_are_spread_over_the_minutes_that_the_day_takes(words, seconds):
    assert fault_injection._seconds_in(words) == seconds


def _first_word_of(child: Child) -> str:
    _until(lambda: "up" in child.log.read_text())
    return child.log.read_text().split()[0]


def _until(holds) -> None:
    last = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < last, "this never came true"
        os.sched_yield()
