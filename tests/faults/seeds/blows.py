"""The harm itself: each blow of a schedule at its moment, and its end."""

import contextlib
import threading
from collections.abc import Iterator

from ecomnet.simulation.company import Company
from ecomnet.simulation.faults import Fault
from tests.faults.seeds.house import House
from tests.faults.seeds.schedule import EVERYTHING, Blow, Schedule


@contextlib.contextmanager
def falling(house: House, company: Company, schedule: Schedule) -> Iterator[None]:
    """All blows of the schedule fall while the block lasts; it ends no sooner than they."""
    threads = [threading.Thread(target=_fall, args=(house, company, blow)) for blow in schedule.blows]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def _fall(house: House, company: Company, blow: Blow) -> None:
    clock = threading.Event()
    clock.wait(blow.at)
    with BLOWS[blow.do](house, company, blow):
        clock.wait(blow.seconds)


@contextlib.contextmanager
def _kill(house: House, company: Company, blow: Blow) -> Iterator[None]:
    names = house.running if blow.target == EVERYTHING else (blow.target,)
    for name in names:
        house.kill(name)
    yield
    for name in names:
        house.let_live(name)


@contextlib.contextmanager
def _pause(house: House, company: Company, blow: Blow) -> Iterator[None]:
    pids = house.pause(blow.target)
    yield
    house.go_on(pids)


@contextlib.contextmanager
def _cut(house: House, company: Company, blow: Blow) -> Iterator[None]:
    house.wires.cut(blow.target, blow.how)
    yield
    house.wires.mend(blow.target)


@contextlib.contextmanager
def _fill(house: House, company: Company, blow: Blow) -> Iterator[None]:
    writers = house.writers()
    house.disk.fill(writers)
    yield
    house.disk.empty(writers)


@contextlib.contextmanager
def _step(house: House, company: Company, blow: Blow) -> Iterator[None]:
    """The next who comes to this moment dies at this step, or cuts the database off."""
    with contextlib.suppress(OSError):  # the disk may be full
        house.lay(moment=blow.target, step=blow.step, do=blow.how)
    yield


@contextlib.contextmanager
def _aside(house: House, company: Company, blow: Blow) -> Iterator[None]:
    """A company does something amiss that no act has wished for."""
    do, seconds, code = blow.how.split(":")
    match = {} if blow.target == "file" else {"kind": blow.target}
    company.wish(Fault(do, float(seconds), code or None).wish(**match))
    yield


@contextlib.contextmanager
def _nothing(house: House, company: Company, blow: Blow) -> Iterator[None]:
    """A client's clock is wrong from the beginning (`story`)."""
    yield


BLOWS = {
    "kill": _kill,
    "pause": _pause,
    "cut": _cut,
    "fill": _fill,
    "step": _step,
    "aside": _aside,
    "clock": _nothing,
}
