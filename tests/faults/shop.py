"""A worker that is started again whenever it dies, as a container is: `python -m tests.faults.shop`."""

import os
import signal
import sys
from typing import Any

import django

HANDS = 2
ONE_DAY = 86_400


def main() -> None:
    """Fork workers until told to end."""
    django.setup()
    child = _fork()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(os.kill(child, signal.SIGKILL)))
    while True:
        os.waitpid(child, 0)
        child = _fork()


def _fork() -> int:
    pid = os.fork()
    if pid == 0:
        _work()
    return pid


def _work() -> Any:
    from core.jobs.worker_pool import WorkerPool  # noqa: PLC0415 - only once Django is set up
    from tests.faults import trap  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    trap.install()
    shop = WorkerPool(threads=HANDS)
    shop.start()
    shop.join(ONE_DAY)


if __name__ == "__main__":
    main()
