"""Jobs: done once, in time, tried again or given to a person, taken over from the dead."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from core.errors import ProviderDown, Refused, WrongState
from core.jobs.models import Job
from core.jobs.registry import ATTEMPTS, job
from core.jobs.runner import run, run_due_jobs
from core.jobs.services import (
    LEASE,
    JobNeeded,
    LeaseLost,
    backoff,
    claim,
    discard_job,
    extend_leases,
    mark_done,
    retry_job,
    sweep,
)
from core.language.reasons import ReasonMissing
from core.models import Event, StatusChange
from tests.factories.jobs import AT, ask, only_job
from tests.jobs import run_jobs, try_jobs

CLERK = UUID("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001")
SECRET = "13805160001"


pytestmark = pytest.mark.usefixtures("kinds_of_this_test_only")


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_due_job_runs_once_and_is_marked_done():
    ask(payload={"n": 1})
    assert run_jobs(AT) == 1
    assert run_jobs(AT) == 0
    assert only_job().state == Job.State.DONE
    assert only_job().finished_at == AT
    assert Event.objects.get().payload == {"n": 1, "at": "2026-11-25T08:00:00Z"}


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_job_is_not_run_before_its_time():
    ask(at=AT)
    assert run_jobs(AT - dt.timedelta(microseconds=1)) == 0
    assert run_jobs(AT) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_with_a_limit_runs_so_many_and_leaves_the_next_for_others():
    for key in ("first", "second", "third"):
        ask(key=key)
    assert try_jobs(AT, limit=2) == 2
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "done", "waiting"]


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_the_same_dedupe_key_again_writes_nothing():
    ask(payload={"n": 1})
    ask(payload={"n": 2})
    assert only_job().payload == {"n": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_patient_work_lets_everything_else_go_first():
    ask(key="reminder", at=AT - dt.timedelta(hours=1), is_patient=True)
    ask(key="payment", at=AT)
    assert claim(owner="w", at=AT).dedupe_key == "payment"
    assert claim(owner="w", at=AT).dedupe_key == "reminder"


@pytest.mark.django_db
def test_a_body_that_fails_leaves_neither_effect_nor_done():
    @job("test.break")
    def break_halfway(payload, at):
        Event.objects.create(name="test.half_done", payload={})
        raise ValueError(SECRET)

    ask("test.break")
    try_jobs(AT)
    assert not Event.objects.exists()
    waiting = only_job()
    assert (waiting.state, waiting.attempts) == (Job.State.WAITING, 1)
    assert AT + dt.timedelta(seconds=2.5) <= waiting.run_at <= AT + dt.timedelta(seconds=5)


@pytest.mark.django_db
def test_what_went_wrong_is_told_without_the_message_which_may_hold_a_number(caplog):
    @job("test.break")
    def break_halfway(payload, at):
        raise ValueError(SECRET)

    ask("test.break", payload={"phone": SECRET})
    try_jobs(AT)
    assert only_job().last_error.startswith("ValueError at test_jobs.py:")
    assert "job_failed" in caplog.text
    assert SECRET not in caplog.text + only_job().last_error


@pytest.mark.django_db
def test_an_error_of_the_database_is_told_by_its_code_alone():
    @job("test.break")
    def write_a_second_trace(payload, at):
        Job.objects.create(kind="x", dedupe_key="once", run_at=at)

    failures = []
    ask("test.break")
    try_jobs(AT, on_failure=lambda job, error: failures.append(error))
    assert isinstance(failures[0], IntegrityError)
    assert only_job().last_error.startswith("IntegrityError (23505) at test_jobs.py:")


@pytest.mark.django_db
def test_after_the_last_attempt_a_person_has_to_look():
    @job("test.break", attempts=3)
    def break_always(payload, at):
        raise ValueError

    ask("test.break")
    at = AT
    for attempt in (1, 2, 3):
        assert only_job().state == Job.State.WAITING
        try_jobs(at)
        assert only_job().attempts == attempt
        at += dt.timedelta(hours=1)
    assert only_job().state == Job.State.DEAD
    assert try_jobs(at + dt.timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_job_without_a_body_ends_with_a_person_too():
    ask("test.nobody_knows_this")
    try_jobs(AT)
    assert only_job().last_error.startswith("UnknownKind")


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (12, 3600), (60, 3600)]
)
def test_waits_double_up_to_an_hour_with_jitter(attempt, longest):
    waits = {backoff(attempt).total_seconds() for _ in range(50)}
    assert longest / 2 <= min(waits) < max(waits) <= longest


@pytest.mark.django_db
def test_a_refusal_of_a_rule_counts_as_a_failure():
    @job("test.refuse")
    def refuse(payload, at):
        raise Refused

    ask("test.refuse")
    try_jobs(AT)
    assert only_job().last_error.startswith("Refused (refused) at test_jobs.py:")
    assert only_job().attempts == 1


@pytest.mark.django_db
def test_a_provider_that_is_down_wears_no_job_out():
    @job("test.call")
    def call(payload, at):
        raise ProviderDown(provider="JS-POWER")

    ask("test.call")
    for tick in range(ATTEMPTS + 2):
        assert try_jobs(AT + tick * dt.timedelta(seconds=30)) == 1
    assert (only_job().state, only_job().attempts) == (Job.State.WAITING, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_reminder_is_still_sent_at_the_last_instant():
    ask(use_by=AT)
    assert run_jobs(AT) == 1
    assert only_job().state == Job.State.DONE


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_silent_workers_job_is_taken_over_after_its_lease():
    ask()
    claim(owner="silent", at=AT)
    sweep(at=AT + LEASE)
    assert only_job().state == Job.State.RUNNING
    sweep(at=AT + LEASE + dt.timedelta(microseconds=1))
    assert (only_job().state, only_job().last_error) == (Job.State.WAITING, "the worker fell silent")
    assert run_jobs(AT + dt.timedelta(minutes=5)) == 1
    assert Event.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_thought_dead_cannot_finish_what_another_has_taken():
    ask()
    first = claim(owner="first", at=AT)
    later = AT + dt.timedelta(minutes=5)
    sweep(at=AT + dt.timedelta(minutes=2))
    second = claim(owner="second", at=later)
    run(first, clock=lambda: later)
    assert not Event.objects.exists()
    assert (only_job().state, only_job().owner) == (Job.State.RUNNING, "second")
    run(second, clock=lambda: later)
    assert (only_job().state, Event.objects.count()) == (Job.State.DONE, 1)
    with pytest.raises(LeaseLost):
        mark_done(job=second, at=later)


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_that_says_it_lives_keeps_its_job():
    ask()
    running = claim(owner="slow", at=AT)
    extend_leases(jobs=[running], at=AT + LEASE)
    sweep(at=AT + LEASE + LEASE)
    assert only_job().state == Job.State.RUNNING


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_worker_whose_job_was_taken_over_does_not_lengthen_anothers_lease():
    ask()
    first = claim(owner="silent", at=AT)
    later = AT + LEASE + dt.timedelta(hours=1)
    sweep(at=later)
    second = claim(owner="another", at=later + dt.timedelta(hours=1))
    assert (second.pk, second.fence > first.fence) == (first.pk, True)
    until = only_job().lease_until
    extend_leases(jobs=[first], at=later + dt.timedelta(hours=2))
    assert only_job().lease_until == until


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_job_that_kills_its_workers_ends_with_a_person():
    ask()
    at = AT
    for _ in range(ATTEMPTS):
        assert claim(owner="doomed", at=at)
        sweep(at=at + dt.timedelta(minutes=2))
        at += dt.timedelta(hours=2)
    assert only_job().state == Job.State.DEAD


@pytest.mark.django_db
def test_a_person_retries_a_dead_job_and_the_history_says_who():
    @job("test.mend", attempts=1)
    def mend(payload, at):
        if at == AT:
            raise ValueError

    ask("test.mend")
    try_jobs(AT)
    retry_job(job=only_job(), actor=CLERK, at=AT + dt.timedelta(days=1))
    assert only_job().attempts == 0
    assert run_jobs(AT + dt.timedelta(days=1)) == 1
    assert only_job().state == Job.State.DONE
    change = StatusChange.objects.get()
    assert (change.old, change.new, change.actor) == ("dead", "waiting", CLERK)


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_person_discards_a_job_only_with_a_reason():
    ask()
    with pytest.raises(ReasonMissing):
        discard_job(job=only_job(), actor=CLERK, reason=" ", at=AT)
    assert (only_job().state, StatusChange.objects.count()) == (Job.State.WAITING, 0)
    discard_job(job=only_job(), actor=CLERK, reason="The biller withdrew it.", at=AT)
    assert run_jobs(AT) == 0
    assert StatusChange.objects.get().reason == "The biller withdrew it."


@pytest.mark.django_db
def test_work_that_money_waits_for_is_tried_again_but_never_given_up():
    job("test.leave_trace", is_needed=True)(lambda payload, at: None)
    ask()
    with pytest.raises(JobNeeded):
        discard_job(job=only_job(), actor=CLERK, reason="It never answers.", at=AT)
    assert (only_job().state, StatusChange.objects.count()) == (Job.State.WAITING, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
@pytest.mark.parametrize("verb", [retry_job, partial(discard_job, reason="no")])
def test_work_that_is_done_is_neither_retried_nor_discarded(verb):
    ask()
    run_jobs(AT)
    with pytest.raises(WrongState):
        verb(job=only_job(), actor=CLERK, at=AT)
    assert only_job().state == Job.State.DONE
    assert not StatusChange.objects.exists()


def in_threads(count, call):
    barrier = Barrier(count)

    def start(number):
        barrier.wait()
        try:
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


@pytest.mark.usefixtures("own_database", "trace")
def test_eight_workers_at_once_run_each_job_once():
    for number in range(40):
        ask(key=f"job {number}", payload={"n": number})
    counts = in_threads(8, lambda _: run_due_jobs(clock=lambda: AT))
    assert sum(counts) == 40
    assert sorted(Event.objects.values_list("payload__n", flat=True)) == list(range(40))
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


@pytest.mark.usefixtures("own_database", "trace")
def test_eight_writers_at_once_write_one_job():
    in_threads(8, lambda number: ask(payload={"n": number}))
    assert Job.objects.count() == 1
