"""Pages of the console and lists of the API as somebody who is signed in reads them, past the network."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from benchmarks import sites
from benchmarks.core import PLAIN_FILES
from stations.models import User


@dataclass(frozen=True, slots=True)
class Looks:
    """Of many looks: the 95th percentile in milliseconds on the clock and of processors, and the most statements."""

    wall: float
    processor: float
    statements: int


@contextlib.contextmanager
def read_by(username: str) -> Iterator[Client]:
    """A browser in which this person is signed in with both steps; files have plain names."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=username))
    session = client.session
    session["second_factor_at"] = timezone.now().isoformat()
    session.save()
    with override_settings(STORAGES={**settings.STORAGES, **PLAIN_FILES}):
        yield client


def looked_at(client: Client, paths: Sequence[str], *, times: int) -> Looks:
    """These pages in turn, so many times in all, after each was read once."""
    for path in paths:
        _get(client, path)  # templates are read once in the life of a process
    walls, spent, statements = [], [], 0
    for number in range(times):
        path = paths[number % len(paths)]
        with sites.stopwatch() as watch:
            statements = max(statements, statements_of(lambda path=path: _get(client, path)))
        walls.append(1000 * watch.seconds)
        spent.append(1000 * watch.cpu)
    return Looks(p95(walls), p95(spent), statements)


def statements_of(act: Callable[[], Any]) -> int:
    """How many statements an act sends to the database."""
    count = 0

    def counting(execute: Any, *what: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*what)

    with connection.execute_wrapper(counting):
        act()
    return count


def p95(values: Sequence[float]) -> float:
    """The value that 95 of a hundred do not exceed."""
    return sorted(values)[int(0.95 * len(values))]


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
