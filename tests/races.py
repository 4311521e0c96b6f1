"""Two at once, in a known order: the test goes on when another connection stands before a lock."""

import time

from django.db import connection

PATIENCE_SECONDS = 60
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def wait_until_somebody_waits() -> None:
    """Another connection stands before a lock of ours."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
