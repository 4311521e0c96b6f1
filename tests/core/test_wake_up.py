"""Waking workers: a broker that is unavailable or silent delays no request."""

import queue
import socket
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import transaction

from core.jobs import wake_up
from core.jobs.models import Job
from core.jobs.services import enqueue, enqueue_all
from core.jobs.wake_up import (
    FORGOTTEN_AFTER_SECONDS,
    MOST_SIGNALS,
    QUIET_SECONDS,
    WorkerSignal,
    client_of,
    listen,
)
from tests.factories.jobs import AT

#: In seconds. A connection without time-outs of its own waits for ever; how short they are is a test of its own.
IMPATIENCE = 5.0


@pytest.fixture
def signal(monkeypatch):
    """A signal that was not sent, with a list of its own: other tests that run now share the broker."""
    fresh = WorkerSignal()
    monkeypatch.setattr(wake_up, "_signal", fresh)
    monkeypatch.setattr(wake_up, "SIGNALS", f"{wake_up.SIGNALS}:{uuid4()}")
    return fresh


@contextmanager
def a_broker_that_never_answers():
    """It takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def a_port_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


@contextmanager
def at_once():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < IMPATIENCE


@pytest.mark.usefixtures("own_database", "signal")
def test_with_no_broker_work_is_written_down_at_once(settings):
    settings.REDIS_URL = a_port_where_nobody_listens()
    with at_once(), transaction.atomic():
        enqueue("test.work", dedupe_key="a", run_at=AT)
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("own_database", "signal")
def test_with_a_silent_broker_work_is_written_down_at_once(settings):
    with a_broker_that_never_answers() as settings.REDIS_URL, at_once(), transaction.atomic():
        enqueue("test.work", dedupe_key="a", run_at=AT)
    assert Job.objects.count() == 1


def test_a_connection_to_the_broker_waits_for_a_third_of_a_second_and_tries_once(signal):
    signal.send()
    options = signal.client.connection_pool.connection_kwargs
    assert options["socket_timeout"] == 0.3
    assert options["retry"].get_retries() == 0


def test_one_worker_takes_a_signal(signal):
    woken, stopping = queue.Queue(), threading.Event()
    listeners = [
        threading.Thread(target=listen, args=[lambda: woken.put(1)], kwargs={"is_stopping": stopping}, daemon=True)
        for _ in range(2)
    ]
    for listener in listeners:
        listener.start()
    for _signal in range(2):
        signal.send()
        assert woken.get(timeout=30)
    stopping.set()
    for listener in listeners:
        listener.join(timeout=30)
    assert woken.empty()


def test_signals_that_nobody_takes_are_few_and_expire(signal):
    broker = client_of(seconds=1)
    for _signal in range(MOST_SIGNALS + 5):
        signal.send()
    assert broker.llen(wake_up.SIGNALS) == MOST_SIGNALS
    assert 0 < broker.ttl(wake_up.SIGNALS) <= FORGOTTEN_AFTER_SECONDS
    broker.delete(wake_up.SIGNALS)


def test_after_a_signal_that_failed_none_is_sent_for_a_while(settings, signal, caplog):
    settings.REDIS_URL = a_port_where_nobody_listens()
    for _time in range(3):
        signal.send()
    assert caplog.text.count("broker_unavailable") == 1
    assert signal.quiet_until == pytest.approx(time.monotonic() + QUIET_SECONDS, abs=1)


@pytest.mark.django_db
def test_however_much_is_written_one_signal_is_sent(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as sent:
        for number in range(5):
            enqueue("test.work", dedupe_key=str(number), run_at=AT)
        enqueue_all([Job(kind="test.work", dedupe_key=f"many {number}", run_at=AT) for number in range(5)])
    assert sent == [wake_up.wake_workers]


@transaction.atomic
def write_and_break():
    enqueue("test.work", dedupe_key="a", run_at=AT)
    raise ZeroDivisionError


@pytest.mark.django_db
def test_what_is_rolled_back_sends_no_signal(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as sent:
        with pytest.raises(ZeroDivisionError):
            write_and_break()
        assert not Job.objects.exists()
    assert sent == []
