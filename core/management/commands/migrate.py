"""`manage.py migrate` beside people at work: a change of a table hardly waits for its lock.

Anyone who waits for a lock makes everybody wait who comes after: a change behind one long transaction would close the
system. So it gives up after less than a second, lets the others pass, and comes again. It gives up sooner than the
server looks for those who wait for each other (`deadlock_timeout`, a second): otherwise somebody at work might be the
one whose transaction is ended. Only what works beside the others by its nature (`atomic = False`: an index that is
built concurrently) waits as long as it must.
"""

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg2.errors import DeadlockDetected, LockNotAvailable

from core.database.migration_states import Executor

LOCK_TIMEOUT = "800ms"
#: Seconds between two tries: many, because each is a matter of luck where much is done, and together some minutes, in
#: which the one who holds a table is found and ended.
PAUSES = (*[1] * 10, *[3] * 10, *[5] * 10, *[10] * 10)

# Django's command takes no other executor.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """As Django's, with a short wait for locks and several tries. What was migrated before a try failed stays."""

    def handle(self, *args: Any, **options: Any) -> None:
        for pause in (*PAUSES, None):
            try:
                return self._with_short_waits(*args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                if pause is None:
                    raise CommandError("A table is in use all the time: see docs/operation.md, Releases.") from error
                self.stderr.write(f"A table is in use; once more in {pause} s", style_func=str)
                time.sleep(pause)
        return None

    def _with_short_waits(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        self._wait_for_locks(connection, LOCK_TIMEOUT)
        try:
            super().handle(*args, **options)
        finally:
            # Django leaves the transaction open when what it put off to the end of a migration fails: without a new
            # connection nobody would hear the error, and the next try would fail by itself.
            connection.close()
            del connections[connection.alias]

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Before each migration: how long it may wait."""
        if action in {"apply_start", "unapply_start"}:
            self._wait_for_locks(self.at_work, LOCK_TIMEOUT if migration.atomic else "0")
        super().migration_progress_callback(action, migration, fake)

    def _wait_for_locks(self, connection: Any, patience: str) -> None:
        self.at_work = connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
