"""Jobs that are worked off by several processes, as they come."""

import datetime as dt
import multiprocessing
import os
import time
from typing import NamedTuple

from django.db import connection

from benchmarks import sites
from benchmarks.logs import set_up
from benchmarks.settlement import peak_memory
from core.jobs.garbage import look_less_often
from core.jobs.registry import register_all
from core.jobs.runner import run_due_jobs


class Worked(NamedTuple):
    """From the first worker's start to the last one's end; what all used of processors, and the most memory of one."""

    seconds: float
    cpu: float
    megabytes: float


class _Ran(NamedTuple):
    begin: float
    end: float
    cpu: float
    kilobytes: int


def worked_off(name: str, at: dt.datetime, *, workers: int) -> Worked:
    """So many workers each do one of the jobs that are due in a database."""
    start = time.monotonic() + 5  # by then all of them stand ready
    connection.close()
    with multiprocessing.get_context("spawn").Pool(workers, initializer=set_up) as pool:
        told = pool.starmap(work, [(name, at, start)] * workers)
    seconds = max(each.end for each in told) - min(each.begin for each in told)
    return Worked(seconds, sum(each.cpu for each in told), max(each.kilobytes for each in told) / 1024)


def work(name: str, at: dt.datetime, start: float) -> _Ran:
    """One worker, which looks for garbage as seldom as one that runs jobs, in a session of its own, as services are.

    Linux shares a busy machine's processors out between sessions: two workers of one have together what one has alone.
    """
    os.setsid()
    connection.settings_dict["NAME"] = name
    register_all()
    look_less_often()
    time.sleep(max(0.0, start - time.monotonic()))
    begin = time.monotonic()
    with sites.stopwatch() as watch:
        run_due_jobs(clock=lambda: at, limit=1)
    return _Ran(begin, time.monotonic(), watch.cpu, peak_memory())
