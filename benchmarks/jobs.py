"""The queue of jobs under a long snapshot, and what has outlived its use."""

import contextlib
import datetime as dt
import statistics
import time
from collections.abc import Iterator

import psycopg2
from django.db import connection
from django.utils.timezone import now

from benchmarks import databases, sites
from benchmarks.filling import fill
from benchmarks.lines import Line, Scale, rate
from core.jobs.models import Job
from core.jobs.services import claim, mark_done, oldest_waiting
from core.retention.services import forget_old_rows

#: Jobs that were done while somebody reads; claims after that.
DONE, CLAIMS = 50_000, 200
MOST_MS = 0.4
#: Of each payment three jobs, two keys of requests and three events are forgotten (docs/scale.md).
PAYMENTS_A_DAY, ROWS_OF_A_PAYMENT = 5_000_000, 8
ROWS_A_SECOND = PAYMENTS_A_DAY * ROWS_OF_A_PAYMENT / 86_400


def measure(scale: Scale) -> Iterator[Line]:
    """A claim after many jobs that a reader still sees waiting, and the rows that are forgotten a second."""
    with databases.of_ecomnet("jobs") as name:
        yield _claims(scale)
        yield _forgotten(scale, name)


def _claims(scale: Scale) -> Line:
    done, claims = (scale.of(tiny=20, quick=most, full=most) for most in (DONE, CLAIMS))
    with _long_snapshot():
        _write("done", done, due=now() - dt.timedelta(minutes=30))
        Job.objects.update(state=Job.State.DONE, finished_at=now())
        _write("due", claims, due=now() - dt.timedelta(minutes=1))
        since = oldest_waiting(at=now())
        taken = [_milliseconds_of_a_claim(since) for _ in range(claims)]
    middle = statistics.median(taken)
    told = f"a claim, {done:,} jobs done under a snapshot"
    return Line(told, f"{middle:.2f} ms", f"<= {MOST_MS} ms", middle <= MOST_MS)


@contextlib.contextmanager
def _long_snapshot() -> Iterator[None]:
    """Somebody reads the jobs as they were, so that no index entry of one that was done goes away."""
    with contextlib.closing(psycopg2.connect(**connection.get_connection_params())) as reader:
        reader.set_session(isolation_level="REPEATABLE READ")
        reader.cursor().execute("SELECT count(*) FROM core_job")
        yield


def _write(kind: str, count: int, *, due: dt.datetime) -> None:
    Job.objects.bulk_create(
        [Job(kind=kind, dedupe_key=f"{kind}:{number}", run_at=due) for number in range(count)], batch_size=5_000
    )


def _milliseconds_of_a_claim(since: dt.datetime) -> float:
    start = time.perf_counter()
    job = claim(owner="bench", at=now(), since=since)
    taken = (time.perf_counter() - start) * 1000
    if job is None:
        raise RuntimeError("no job was due")
    mark_done(job=job, at=now())
    return taken


def _forgotten(scale: Scale, name: str) -> Line:
    payments = scale.of(tiny=10, quick=50_000, full=200_000)
    fill(OLD_ROWS, database=name, payments=payments)
    with sites.stopwatch() as watch:
        count = sum(forget_old_rows(at=now()).values())
    if count < payments * ROWS_OF_A_PAYMENT:
        raise RuntimeError(f"{count} rows were forgotten of {payments} payments")
    return Line(
        "rows forgotten, one worker",
        rate(count / watch.seconds),
        f">= {rate(ROWS_A_SECOND)}",
        count / watch.seconds >= ROWS_A_SECOND,
        limit=f"{watch.cpu / count * 1e6:.0f} us cpu",
    )


OLD_ROWS = """
INSERT INTO core_job (created_at, updated_at, kind, dedupe_key, payload, is_patient, run_at, state, attempts, fence,
                      owner, last_error, finished_at)
SELECT old.at, old.at, 'payments.submit_payment', 'old:' || n, '{"payment": "0193"}', false, old.at, 'done', 1, 1,
       '', '', old.at
  FROM generate_series(1, 3 * %(payments)s) AS n,
       LATERAL (SELECT now() - interval '8 days' - n * interval '1 millisecond' AS at) AS old;
INSERT INTO core_requestkey (created_at, updated_at, person, operation, key, fingerprint, status, answer)
SELECT old.at, old.at, 'person', 'finance.pay_bill', 'old-key-of-a-request-' || n, repeat('f', 64), 202,
       jsonb_build_object('our_ref', gen_random_uuid(), 'status', 'held', 'words', repeat('w', 400))
  FROM generate_series(1, 2 * %(payments)s) AS n,
       LATERAL (SELECT now() - interval '91 days' - n * interval '1 millisecond' AS at) AS old;
INSERT INTO core_event (created_at, updated_at, name, payload)
SELECT old.at, old.at, 'finance.payment_succeeded', jsonb_build_object('payment', gen_random_uuid())
  FROM generate_series(1, 3 * %(payments)s) AS n,
       LATERAL (SELECT now() - interval '401 days' - n * interval '1 millisecond' AS at) AS old;
ANALYZE core_job;
ANALYZE core_requestkey;
ANALYZE core_event;
"""
