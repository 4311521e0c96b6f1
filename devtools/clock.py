"""A clock of the tests' own: the suite runs as of another instant, and nothing of the machine is changed.

Every process of the run, PostgreSQL and the sandbox among them, loads a library first (libfaketime) that adds the same
seconds to what the system's clock says. That clock keeps running, and stopwatches (the monotonic clock) are untouched.
"""

import datetime as dt
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from devtools import environment, folders
from devtools.console import Stop

ZONE = "Asia/Shanghai"
NOON = "T12:00"
#: Days on which code and tests go wrong; times are in `ZONE` unless they name their own offset.
AWKWARD = {
    "2026-11-28": "a Saturday",
    "2026-11-29": "a Sunday",
    "2026-11-30": "the last day of a month",
    "2027-02-28T23:55": "the last minutes of February in Shanghai",
    "2028-02-29": "29 February",
    "2027-12-31T23:50": "the year ends in Shanghai",
    "2027-12-31T23:50Z": "the year ends in UTC",
    "2027-06-09T23:55": "midnight in Shanghai",
    "2027-06-09T23:55Z": "midnight in UTC",
    "2027-03-28T00:55Z": "European clocks go forward",
    "2027-10-31T00:55Z": "European clocks go back",
    "2027-10-01": "a long public holiday begins",
}
#: A clock that is this many seconds off is not ours.
TOLERANCE = 60
LIBRARY = Path("libfaketime", "vendor", "libfaketime", "src", "libfaketime.so.1")


def instant(word: str) -> dt.datetime:
    """The instant that a `DATE[THH:MM[Z]]` names; a date alone means noon."""
    try:
        read = dt.datetime.fromisoformat(word if "T" in word else word + NOON)
    except ValueError:
        raise Stop(
            "Which instant? `--on 2028-02-29`, `--on 2027-12-31T23:50` or, in UTC, `--on 2027-12-31T23:50Z`."
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(ZONE))


def variables(at: dt.datetime) -> dict[str, str]:
    """What the environment of a process says whose clock shows this instant now; it refuses a clock that does not."""
    settings = {
        "LD_PRELOAD": str(_library()),
        "FAKETIME": f"{at.timestamp() - time.time():+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Files keep their true times, so that Python believes what it has compiled.
        "NO_FAKE_STAT": "1",
    }
    if abs(_time_under(settings) - at.timestamp()) > TOLERANCE:
        raise Stop("The tests' own clock does not work on this machine; it needs Linux on x86-64 with glibc.")
    return settings


def _library() -> Path:
    """The library, where the servers' user can read it."""
    source = environment.packages_beside("requirements-clock.txt") / LIBRARY
    copy = folders.programs() / f"{environment.name_of('requirements-clock.txt')}.so"
    if not copy.exists():
        unfinished = copy.with_suffix(f".{os.getpid()}")
        shutil.copyfile(source, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy


def _time_under(settings: Mapping[str, str]) -> float:
    command = [environment.python(), "-c", "import time; print(time.time())"]
    told = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    try:
        return float(told.stdout)
    except ValueError:
        return 0.0
