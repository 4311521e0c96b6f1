"""Periodic work of the ledger, and the months it makes."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core.jobs import runner
from core.models import Event, Job
from ledger import audit, queries, tasks
from ledger.hooks import AUDIT_CHECKS
from ledger.models import AuditRun, QueuedEntry, Transfer
from ledger.services import Leg, hold, make_partitions, post_hold
from tests.factories.ledger import BookFactory, account, cause, funded, post, yuan
from tests.hooks import replace
from tests.jobs import run_jobs, try_jobs


def held_until(ends, of, **given):
    neighbour = account("float", "neighbour")
    return hold(debit=of, credit=neighbour, amount=yuan("1"), reason="sent", expires_at=ends, **cause(**given))


@pytest.mark.django_db
def test_holds_whose_time_has_run_out_expire_and_their_makers_are_told():
    float_ = funded("float", "10")
    past, future = timezone.now() - dt.timedelta(seconds=1), timezone.now() + dt.timedelta(hours=24)
    over = held_until(past, float_, event_type="test.sent", event_id="1")
    held_until(future, float_)
    post_hold(pending_id=held_until(future, float_), reason="accepted", **cause())
    tasks.expire_holds({}, timezone.now())
    tasks.expire_holds({}, timezone.now())
    assert Transfer.objects.get(kind="expire").pending_id == over
    assert queries.balance(float_).available == yuan("8")
    told = Event.objects.get(name="ledger.hold_expired").payload
    assert (told["hold"], told["event_type"], told["event_id"]) == (str(over), "test.sent", "1")


@pytest.mark.django_db
def test_the_sweep_rolls_up_every_account_that_waits():
    till = account("till")
    for kind in ("clearing", "biller"):
        post(Leg(till, account(kind), yuan("1"), "in"))
    tasks.roll_up_accounts({}, timezone.now())
    assert not QueuedEntry.objects.exists()


@pytest.mark.django_db
def test_every_book_is_audited_once_an_hour_and_not_again_before_the_last_audit_has_ended():
    book, at = BookFactory(), timezone.now()
    planned = Job.objects.filter(kind="ledger.audit_recent")
    for later in (dt.timedelta(), dt.timedelta(), dt.timedelta(hours=1)):
        tasks.audit_books({}, at + later)
    assert planned.count() == 1
    run_jobs(at)
    assert AuditRun.objects.get().book == book
    tasks.audit_books({}, at + dt.timedelta(hours=1))
    assert planned.count() == 2


@pytest.mark.django_db
def test_the_hours_go_on_while_the_whole_audit_of_a_book_dies(monkeypatch):
    book, at = BookFactory(), timezone.now()
    AuditRun.objects.create(book=book, started_at=at, finished_at=at, checks=1, findings=0)

    def dies(book, at):
        raise DatabaseError

    replace(monkeypatch, AUDIT_CHECKS, audit.Check("test.dies", dies))
    at += audit.WHOLE_AGAIN + dt.timedelta(hours=1)
    for later in (dt.timedelta(), dt.timedelta(hours=1)):
        tasks.audit_books({}, at + later)
        try_jobs(at + later)
    assert AuditRun.objects.exclude(since=None).count() == 2
    (whole,) = Job.objects.filter(kind="ledger.audit_book")
    assert whole.last_error.startswith("DatabaseError")


@pytest.mark.parametrize("kind", ["ledger.audit_recent", "ledger.audit_book"])
def test_one_check_of_a_large_book_may_take_hours_before_another_worker_takes_the_audit_over(monkeypatch, kind):
    clock = [0.0]
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    with runner._held(Job(pk=7, fence=1, kind=kind)):
        clock[0] = tasks.LONGEST_CHECK
        assert len(runner.running_jobs()) == 1
        clock[0] += 0.1
        assert runner.running_jobs() == []


@pytest.mark.django_db
def test_months_are_made_twelve_ahead_and_made_again_make_nothing():
    today = timezone.now().date()
    tasks.make_partitions({}, timezone.now())
    assert queries.months_ahead(today) >= 12
    assert make_partitions(from_month=today, to_month=today) == 0


@pytest.mark.django_db
def test_months_are_not_made_without_end():
    with pytest.raises(DatabaseError, match="ten years back and two ahead"):
        make_partitions(from_month=timezone.now().date(), to_month=dt.date(2100, 1, 1))


def test_a_posting_to_a_month_that_is_missing_is_refused_whole(as_owner):
    till, funds = account("till"), account("customer_funds")
    BookFactory()
    long_ago = timezone.now() - dt.timedelta(days=800)
    with as_owner(), pytest.raises(DatabaseError, match="no partition of relation"):
        post(Leg(till, funds, yuan("1"), "history"), at=long_ago)
    assert not Transfer.objects.exists()
    with as_owner():
        assert make_partitions(from_month=long_ago.date(), to_month=long_ago.date()) == 1
        post(Leg(till, funds, yuan("1"), "history"), at=long_ago)
    assert Transfer.objects.get().recorded_at == long_ago
