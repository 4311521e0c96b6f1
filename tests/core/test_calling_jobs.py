"""Jobs that call somebody outside finish effect and mark together, or come back later."""

import datetime as dt
from types import SimpleNamespace

import pytest

from core.jobs import runner
from core.jobs.models import Job
from core.jobs.registry import calling_job
from core.jobs.runner import RunningJob, running_jobs
from core.models import Event
from tests.factories.jobs import AT, ask, only_job
from tests.jobs import run_jobs, try_jobs

pytestmark = pytest.mark.usefixtures("kinds_of_this_test_only")


@pytest.mark.django_db
def test_a_calling_job_finishes_effect_and_mark_together():
    @calling_job("test.call")
    def call(running):
        with running.finishing() as at:
            Event.objects.create(name="test.answered", payload={"at": at})

    ask("test.call")
    assert run_jobs(AT) == 1
    assert only_job().state == Job.State.DONE
    assert Event.objects.get().payload == {"at": "2026-11-25T08:00:00Z"}


@pytest.mark.django_db
def test_a_calling_job_that_breaks_while_finishing_leaves_nothing():
    @calling_job("test.call")
    def call(running):
        with running.finishing():
            Event.objects.create(name="test.answered", payload={})
            raise ValueError

    ask("test.call")
    try_jobs(AT)
    assert not Event.objects.exists()
    assert only_job().state == Job.State.WAITING


@pytest.mark.django_db
def test_a_calling_job_may_come_back_later_without_counting_a_failure():
    @calling_job("test.call")
    def call(running):
        if running.at < AT + dt.timedelta(seconds=7):
            running.retry_in(7)
            return
        with running.finishing():
            Event.objects.create(name="test.answered", payload={})

    ask("test.call")
    run_jobs(AT)
    assert (only_job().state, only_job().attempts) == (Job.State.WAITING, 0)
    assert only_job().run_at == AT + dt.timedelta(seconds=7)
    run_jobs(AT + dt.timedelta(seconds=7))
    assert (only_job().state, Event.objects.count()) == (Job.State.DONE, 1)


@pytest.mark.django_db
def test_coming_back_later_keeps_the_failures_that_were_counted_before():
    @calling_job("test.call")
    def call(running):
        if running.attempt == 1:
            raise ValueError
        running.retry_in(7)

    ask("test.call")
    try_jobs(AT)
    try_jobs(AT + dt.timedelta(minutes=1))
    assert (only_job().state, only_job().attempts) == (Job.State.WAITING, 1)


@pytest.mark.django_db
def test_a_calling_job_may_write_something_and_come_back():
    @calling_job("test.call")
    def call(running):
        with running.finishing():
            Event.objects.create(name="test.asked", payload={})
            running.retry_in(3)

    ask("test.call")
    run_jobs(AT)
    assert only_job().run_at == AT + dt.timedelta(seconds=3)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_a_calling_job_that_says_nothing_has_failed():
    @calling_job("test.call")
    def call(running):
        pass

    ask("test.call")
    try_jobs(AT)
    assert only_job().last_error.startswith("NotFinished")


@pytest.mark.django_db
@pytest.mark.usefixtures("trace")
def test_a_reminder_that_comes_too_late_is_missed_and_not_sent():
    ask(use_by=AT + dt.timedelta(hours=3))
    ask(key="in time", use_by=AT + dt.timedelta(hours=3, microseconds=1))
    assert run_jobs(AT + dt.timedelta(hours=3, microseconds=1)) == 1
    assert Job.objects.get(dedupe_key="once").state == Job.State.MISSED
    assert Job.objects.get(dedupe_key="in time").state == Job.State.DONE
    assert Event.objects.count() == 1


def test_a_long_job_keeps_its_lease_as_long_as_it_comes_further(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    calling_job("test.call", longest=100)(lambda running: None)
    first, second = (Job(pk=7, fence=fence, kind="test.call") for fence in (1, 2))
    with runner._held(second):
        with runner._held(first):
            clock[0] = 100.0
            assert {job.fence for job in running_jobs()} == {1, 2}
            clock[0] = 101.0
            assert running_jobs() == []
            RunningJob(second, lambda: AT).still_working()
            assert [job.fence for job in running_jobs()] == [2]
        # The thread that did not know that its job was taken over has ended.
        assert [job.fence for job in running_jobs()] == [2]
    assert running_jobs() == []
