"""Where the system's own processes come from: `python -m tests.faults.seeds.nursery`.

It has read and checked all code once and forks web, workers and beats on demand, each with the entry point that a
container starts, so that a death costs a few hundredths of a second. A line in: the process's name, its words and its
places; a line out: its pid.
"""

import gc
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.urls import get_resolver
from django.utils import translation

#: How often a worker looks by itself: less often than traps want, because two of them look for many seeds.
ROUND_SECONDS = 1.0
#: Little is collected in lives as short as these.
COLLECT_AFTER = 20_000
#: The last one lays the traps.
READ = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.bin.celery",
    "celery.concurrency.thread",
    "celery.contrib.django.task",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.loops",
    "celery.worker.pidbox",
    "gunicorn.app.wsgiapp",
    "gunicorn.ctl.server",
    "gunicorn.glogging",
    "gunicorn.workers.sync",
    "kombu.transport.redis",
    "ecomnet.worker",
    "tests.faults.web",
)


def main() -> None:
    """Read lines until there are none."""
    django.setup()
    _read_everything()
    _check_everything()
    gc.freeze()  # children collect what they make, not what was read here
    gc.set_threshold(COLLECT_AFTER)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the one who dies is buried at once
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while line := sys.stdin.readline():
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(**wanted)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _read_everything() -> None:
    """What every child would read first: code, and in each language the words and the addresses."""
    for name in READ:
        import_module(name)
    import_module("core.jobs.worker_pool").ROUND_SECONDS = ROUND_SECONDS
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            get_resolver().reverse_dict  # noqa: B018 - reads every edge


def _check_everything() -> None:
    """What every child would check first, and find well: the models, and that the tables are migrated."""
    run_checks()
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    if missing := import_module("core.observability.probes").missing():
        sys.exit(f"the tables are not ready: {missing}")
    connection.close()


def _become(*, words: list[str], places: dict[str, str], log: str) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _write_to(log)
    _go_to(places)
    sys.argv = words
    try:
        sys.exit(_entry_point(words[0])())
    finally:
        os._exit(1)


def _write_to(log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((0, nothing), (1, file), (2, file)):
        os.dup2(target, number)


def _go_to(places: dict[str, str]) -> None:
    """This process's own wires: to the database, to the broker, to the companies."""
    from celery import current_app  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    connections.settings["default"]["HOST"] = places["database"]
    settings.CELERY_BROKER_URL = current_app.conf.broker_url = f"redis+socket://{places['broker']}"
    for name in [name for name in os.environ if name.startswith("ECOMNET_PROVIDER_") and name.endswith("_URL")]:
        os.environ[name] = places["companies"]


def _entry_point(program: str) -> Any:
    if Path(program).name == "celery":
        from celery.__main__ import main as celery  # noqa: PLC0415

        return celery
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415

    return run


if __name__ == "__main__":
    main()
