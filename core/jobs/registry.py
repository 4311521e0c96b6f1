"""The kinds of jobs and their functions.

The function of a job is in `<app>/<slice>/tasks.py` and has one of two forms:

    @job("settlement.settle_day")
    def settle_day(payload, at): ...

runs in one transaction with the status `done`: effect and status commit together or not at all.

    @calling_job("payments.submit_payment")
    def submit_payment(job):
        answer = call_the_provider(job.payload)
        with job.finishing() as at:
            record_answer(answer, at=at)

runs outside a transaction, because it waits for an external system, and ends with `finishing()`, which opens the one
transaction of effect and status. `job.retry_in(seconds)` reschedules it without counting a failure.

A person retries a dead job of a kind that `is_needed` and cannot give it up: other work depends on it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from core.web.discovery import discover

if TYPE_CHECKING:
    from core.jobs.runner import RunningJob

logger = structlog.get_logger(__name__)

#: After so many failures a person has to look.
ATTEMPTS = 10
#: A job that runs longer than this, or than this since it last came further, is taken over; in seconds.
LONGEST_RUN_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work: how its body is run, how often it may fail, and whether money or an answer waits for it.

    `longest`: for how many seconds it may run without coming further.
    """

    name: str
    body: Callable[..., None]
    run: Callable[["RunningJob"], None]
    attempts: int
    is_needed: bool
    longest: float = LONGEST_RUN_SECONDS


KINDS: dict[str, Kind] = {}


def job(
    kind: str, *, attempts: int = ATTEMPTS, is_needed: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `body(payload, at)`, run in one transaction together with the mark done."""

    def decorate(body: Callable[[dict[str, Any], Any], None]) -> Callable[..., None]:
        def run(running: "RunningJob") -> None:
            with running.finishing() as at:
                body(running.payload, at)

        return _register(Kind(kind, body, run, attempts, is_needed))

    return decorate


def calling_job(
    kind: str, *, attempts: int = ATTEMPTS, is_needed: bool = False, longest: float = LONGEST_RUN_SECONDS
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `body(job)`, run outside a transaction; it ends with `job.finishing()` or `job.retry_in()`.

    `longest`: for how many seconds one step of it may take, such as a single statement.
    """

    def decorate(body: Callable[["RunningJob"], None]) -> Callable[..., None]:
        return _register(Kind(kind, body, body, attempts, is_needed, longest))

    return decorate


def _register(kind: Kind) -> Callable[..., None]:
    known = KINDS.setdefault(kind.name, kind)
    if (known.body.__module__, known.body.__qualname__) != (kind.body.__module__, kind.body.__qualname__):
        raise RuntimeError(f"two bodies for the job {kind.name}: {known.body.__module__} and {kind.body.__module__}")
    return kind.body


def register_all() -> None:
    """Import the `tasks.py` of every slice."""
    for module in discover("tasks"):
        logger.debug("tasks_found", module=module.__name__)
