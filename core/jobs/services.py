"""Jobs: written with their cause, claimed under a lease, finished under a fencing token."""

import datetime as dt
import secrets
from functools import cache
from typing import Any, cast
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import insert_row, lock
from core.database.many_rows import insert_unknown
from core.database.prepared_statements import fetch_prepared
from core.database.reference import VERSION
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.jobs.models import Job
from core.jobs.registry import ATTEMPTS, KINDS
from core.jobs.wake_up import wake_workers
from core.language.reasons import needs_words
from core.state_machines import Machine

#: How long a worker may be silent before another takes its work over.
LEASE = dt.timedelta(seconds=60)
FIRST_WAIT, LONGEST_WAIT = 5, 3600
#: So long after their time to run most jobs are written at the latest; the others are found a little later.
WRITTEN_LATE = dt.timedelta(minutes=2)
LONGEST_ERROR = 500

MACHINE = Machine(
    "job",
    Job.State,
    {
        "retry_job": frozenset({Job.State.DEAD, Job.State.DISCARDED, Job.State.MISSED}),
        "discard_job": frozenset({Job.State.DEAD, Job.State.WAITING}),
    },
)

# `since`: jobs due before that instant are not looked at. A long snapshot keeps the index entries of jobs that were
# done, and each claim would read all of them (`worker_pool.WorkerPool`).
NEXT = """
next AS MATERIALIZED (
    SELECT id FROM core_job
    WHERE state = 'waiting' AND run_at <= %(at)s AND run_at >= %(since)s AND (use_by IS NULL OR use_by >= %(at)s)
    ORDER BY is_patient, run_at, id
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
)
"""
TAKE = """
UPDATE core_job SET state = 'running', attempts = attempts + 1, fence = fence + 1, lease_until = %(lease_until)s,
    owner = %(owner)s, updated_at = %(at)s
FROM next WHERE core_job.id = next.id
RETURNING {columns}, {version} AS reference_version
"""
CLAIM = f"WITH {NEXT} {TAKE}"
# One statement and one commit: the job is done, and the worker has the next one.
DONE = """
UPDATE core_job SET state = 'done', lease_until = NULL, finished_at = %(at)s, last_error = '', owner = ''
WHERE id = %(job)s AND state = 'running' AND fence = %(fence)s
RETURNING id
"""
DONE_AND_CLAIM = f"""
WITH done AS ({DONE}), {NEXT}, taken AS ({TAKE})
SELECT (SELECT count(*) FROM done), {{taken}}, taken.reference_version FROM (SELECT) AS one LEFT JOIN taken ON true
"""  # noqa: S608 - our own words
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class JobNeeded(Refused):
    """Money that is held, or an answer that came, waits for this work."""

    code = "job_needed"
    message = _("Something depends on this job, such as reserved money: it can be retried, not discarded.")


class LeaseLost(Exception):
    """This worker was thought dead, and another has taken its job over: nothing of its work may stay."""


def enqueue(
    kind: str,
    *,
    dedupe_key: str,
    run_at: dt.datetime,
    payload: dict[str, Any] | None = None,
    use_by: dt.datetime | None = None,
    is_patient: bool = False,
) -> None:
    """Write a job in the caller's transaction; the same dedupe key again writes nothing.

    `payload` holds ids, codes and instants. `is_patient` work lets everything else go first.
    """
    insert_row(
        Job,
        if_known="DO NOTHING",
        kind=kind,
        dedupe_key=dedupe_key,
        payload=payload or {},
        run_at=run_at,
        use_by=use_by,
        is_patient=is_patient,
    )
    _wake_once()


def enqueue_all(jobs: list[Job]) -> None:
    """Write many jobs in a few statements; those whose dedupe key is known are left out."""
    insert_unknown(jobs, back="dedupe_key")
    _wake_once()


def _wake_once() -> None:
    if not any(hook[1] is wake_workers for hook in connection.run_on_commit):
        transaction.on_commit(wake_workers)


def claim(*, owner: str, at: dt.datetime, since: dt.datetime = LONG_AGO) -> Job | None:
    """The next job that is due, leased to this owner, or None. Two callers never get the same one."""
    params = {"at": at, "since": since, "lease_until": at + LEASE, "owner": owner}
    rows = fetch_prepared(_statement(CLAIM), params)
    return _job_of(rows[0]) if rows else None


@cache
def _statement(text: str) -> str:
    """Its columns by name: a prepared statement with a star fails when an upgrade adds a column meanwhile."""
    columns, taken = (", ".join(f"{table}.{name}" for name in _columns()) for table in ("core_job", "taken"))
    return text.format(columns=columns, taken=taken, version=VERSION)


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.column for field in Job._meta.concrete_fields)


def _job_of(row: tuple[Any, ...]) -> Job:
    job = Job.from_db(connection.alias, _columns(), row[:-1])
    job.reference_version = row[-1]
    job.payload = orjson.loads(cast(str, job.payload))
    return job


def mark_done(*, job: Job, at: dt.datetime) -> None:
    """Finish in the transaction of the effect. Raises `LeaseLost`, which takes the effect back."""
    if not fetch_prepared(DONE, {"job": job.pk, "fence": job.fence, "at": at}):
        raise LeaseLost(f"job {job.pk} was taken over")


def mark_done_and_claim(*, job: Job, at: dt.datetime, since: dt.datetime = LONG_AGO) -> Job | None:
    """The same, and the next job that is due, leased to the same owner with the commit; raises `LeaseLost`."""
    params = {"at": at, "since": since, "lease_until": at + LEASE, "owner": job.owner}
    params |= {"job": job.pk, "fence": job.fence}
    ((is_done, *row),) = fetch_prepared(_statement(DONE_AND_CLAIM), params)
    if not is_done:
        raise LeaseLost(f"job {job.pk} was taken over")
    return None if row[0] is None else _job_of(tuple(row))


def mark_waiting(*, job: Job, run_at: dt.datetime) -> None:
    """Put it back until `run_at` without counting a failure. Raises `LeaseLost`."""
    _finish(job, state=Job.State.WAITING, lease_until=None, run_at=run_at, attempts=job.attempts - 1, owner="")


def mark_failed(*, job: Job, error: str, at: dt.datetime) -> None:
    """Try again after a growing wait, or leave it for a person after the last attempt. Raises `LeaseLost`."""
    kind = KINDS.get(job.kind)
    if job.attempts >= (kind.attempts if kind else ATTEMPTS):
        change: dict[str, Any] = {"state": Job.State.DEAD}
    else:
        change = {"state": Job.State.WAITING, "run_at": at + backoff(job.attempts)}
    _finish(job, lease_until=None, last_error=error[:LONGEST_ERROR], owner="", **change)


def _finish(job: Job, **change: Any) -> None:
    columns = ", ".join(f"{name} = %s" for name in change)
    mine = f"UPDATE core_job SET {columns} WHERE id = %s AND state = 'running' AND fence = %s"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(mine, [*change.values(), job.pk, job.fence])
        is_mine = cursor.rowcount == 1
    if not is_mine:
        raise LeaseLost(f"job {job.pk} was taken over")


def backoff(attempts: int) -> dt.timedelta:
    """5 s doubled with each attempt up to an hour, with jitter, so that a crowd does not come back at once."""
    longest = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return dt.timedelta(seconds=secrets.SystemRandom().uniform(longest / 2, longest))


def oldest_waiting(*, at: dt.datetime) -> dt.datetime:
    """From when on a worker has to look for jobs: before the first that waits, and some minutes before now.

    A job that is written with an earlier time to run is found when this is asked again.
    """
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("run_at").values_list("run_at", flat=True)
    first = [run_at for is_patient in (False, True) for run_at in waiting.filter(is_patient=is_patient)[:1]]
    return min([*first, at - WRITTEN_LATE])


def extend_leases(*, jobs: list[Job], at: dt.datetime) -> None:
    """Tell that these jobs are still being worked on."""
    for job in jobs:
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, fence=job.fence).update(lease_until=at + LEASE)


@transaction.atomic
def sweep(*, at: dt.datetime) -> None:
    """Take back the jobs of silent workers, and mark what came too late as missed."""
    silent = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at).select_for_update(
        skip_locked=True, no_key=True
    )
    for job in silent:
        mark_failed(job=job, error="the worker fell silent", at=at)
    late = Job.objects.filter(state=Job.State.WAITING, use_by__lt=at).select_for_update(skip_locked=True, no_key=True)
    Job.objects.filter(pk__in=[job.pk for job in late]).update(state=Job.State.MISSED, finished_at=at)


@refuses(WrongState)
@transaction.atomic
def retry_job(*, job: Job, actor: UUID, at: dt.datetime, reason: str = "") -> None:
    """Give a dead, missed or discarded job a new life: due now, attempts counted from nought, use-by lifted."""
    job = lock(job)
    MACHINE.check("retry_job", job.state)
    record_change(job, old=job.state, new=Job.State.WAITING, at=at, actor=actor, reason=reason)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.WAITING, run_at=at, attempts=0, use_by=None, finished_at=None, last_error=""
    )
    _wake_once()


@refuses(JobNeeded, WrongState)
@needs_words("reason")
@transaction.atomic
def discard_job(*, job: Job, actor: UUID, reason: str, at: dt.datetime) -> None:
    """Give a job up for good. Raises `ReasonMissing` (400), `JobNeeded` (409)."""
    if job.kind in KINDS and KINDS[job.kind].is_needed:
        raise JobNeeded
    job = lock(job)
    MACHINE.check("discard_job", job.state)
    record_change(job, old=job.state, new=Job.State.DISCARDED, at=at, actor=actor, reason=reason)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DISCARDED, finished_at=at)
