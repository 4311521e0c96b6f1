"""Which job is next: found with the end of the one before, and at a cost that a long snapshot does not raise."""

import datetime as dt
import json

import psycopg2
import pytest
from django.db import connection

from core.jobs.models import Job
from core.jobs.runner import run_due_jobs
from core.jobs.services import (
    CLAIM,
    LEASE,
    LONG_AGO,
    WRITTEN_LATE,
    LeaseLost,
    _statement,
    claim,
    mark_done_and_claim,
    oldest_waiting,
    sweep,
)
from tests.factories.jobs import AT, ask

pytestmark = pytest.mark.usefixtures("kinds_of_this_test_only")


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_that_ends_a_job_has_the_next_one_with_the_same_statement(django_assert_max_num_queries):
    for number in range(3):
        ask(key=f"job {number}", at=AT + dt.timedelta(seconds=number))
    first = claim(owner="w", at=AT)
    with django_assert_max_num_queries(1):
        assert mark_done_and_claim(job=first, at=AT) is None  # the others are not due
    later = AT + dt.timedelta(seconds=5)
    second = claim(owner="w", at=later)
    with django_assert_max_num_queries(1):
        third = mark_done_and_claim(job=second, at=later)
    assert (third.dedupe_key, third.state, third.owner, third.attempts) == ("job 2", "running", "w", 1)
    assert third.payload == {}
    assert Job.objects.get(pk=third.pk).lease_until == later + LEASE
    assert list(Job.objects.filter(state="done").values_list("dedupe_key", flat=True)) == ["job 0", "job 1"]


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_that_lost_its_lease_gets_no_other_job_for_it():
    ask(key="slow")
    slow = claim(owner="silent", at=AT)
    later = AT + LEASE * 2
    sweep(at=later)
    ask(key="next", at=AT)
    with pytest.raises(LeaseLost):
        mark_done_and_claim(job=slow, at=AT)


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_that_is_asked_to_stop_claims_nothing_more():
    for number in range(3):
        ask(key=f"job {number}")
    answers = iter([False, True])
    assert run_due_jobs(clock=lambda: AT, is_stopping=lambda: next(answers, True)) == 1
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "waiting", "waiting"]


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_workers_look_from_the_first_job_that_waits_and_from_two_minutes_ago_at_the_latest():
    assert oldest_waiting(at=AT) == AT - WRITTEN_LATE
    ask(key="late", at=AT - dt.timedelta(days=2), is_patient=True)
    assert oldest_waiting(at=AT) == AT - dt.timedelta(days=2)
    assert claim(owner="w", at=AT, since=AT - WRITTEN_LATE) is None
    assert claim(owner="w", at=AT, since=oldest_waiting(at=AT)).dedupe_key == "late"


@pytest.mark.usefixtures("trace")
def test_jobs_that_were_done_under_a_long_snapshot_do_not_make_claims_dearer(own_database):
    with psycopg2.connect(**connection.get_connection_params()) as reader:
        reader.set_session(isolation_level="REPEATABLE READ")
        reader.cursor().execute("SELECT count(*) FROM core_job")
        Job.objects.bulk_create(Job(kind="x", dedupe_key=f"{n}", run_at=AT) for n in range(3000))
        Job.objects.update(state=Job.State.DONE, finished_at=AT)
        now = AT + dt.timedelta(minutes=5)
        ask(key="next", at=now)
        assert pages_read(at=now, since=LONG_AGO) > 20
        assert pages_read(at=now, since=oldest_waiting(at=now)) < 20
    reader.close()


def pages_read(*, at: dt.datetime, since: dt.datetime) -> int:
    """Pages that the choice of the next job reads."""
    values = {"at": at, "since": since, "lease_until": at, "owner": "w"}
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {_statement(CLAIM)}", values)
        told = cursor.fetchone()[0]
    (plan,) = json.loads(told) if isinstance(told, str) else told
    (choice,) = [each for each in plan["Plan"]["Plans"] if each.get("Subplan Name") == "CTE next"]
    Job.objects.filter(dedupe_key="next").update(state="waiting", lease_until=None)
    return choice["Shared Hit Blocks"] + choice["Shared Read Blocks"]
