"""A small day, whole: real HTTP, a worker, the sandbox provider, and the judge at the end."""

import io
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from core.jobs.worker_pool import WorkerPool
from ecomnet.simulation import plan, play


@pytest.fixture
def worker():
    pool = WorkerPool()
    pool.start()
    yield pool
    pool.stop()
    assert pool.join(20)


@pytest.fixture
def demonstration(web, sandbox, settings, monkeypatch):
    """The demonstration, small and in a hurry, with the companies that this sandbox plays."""
    settings.ECOMNET_DEMONSTRATION = True
    settings.ECOMNET_PUBLIC_URL = web
    settings.ECOMNET_ENQUIRY_SCHEDULE = [1, 2, 4, 8]
    settings.ECOMNET_NOT_FOUND_GAP = 1
    settings.ECOMNET_CUTOFF_AFTER = 2
    settings.ECOMNET_PROVIDER_READ_SECONDS = 2.0
    settings.ECOMNET_WAIT_FOR_ANSWERS = True
    monkeypatch.setattr(plan, "BILLERS", {"JS-POWER": 60, "JS-WATER": 40})
    monkeypatch.setattr(plan, "OPERATORS", {"CN-MOBILE": 1})
    monkeypatch.setattr(play, "CUTOFF_SECONDS", 2.0)
    monkeypatch.setenv("ECOMNET_SANDBOX_PORT", str(urlsplit(sandbox.url).port))
    sandbox.ask("PUT", "callbacks", {"url": web})
    call_command("load_demonstration", residents=600, bills=2, stdout=io.StringIO())
    return sandbox


@pytest.mark.slow
def test_a_small_day_ends_with_books_that_balance(demonstration, worker):
    said = io.StringIO()
    call_command("play_day", stations=3, hours=4.0, minutes=0.3, seed=5, stdout=said)
    assert said.getvalue().splitlines()[-1] == "books balanced: yes, lost: 0, doubled: 0, open: 0"
    assert "served 36 of 36" in said.getvalue()


def is_paid(day, press):
    """Whether its slip is a final one: of what failed or came back no sum would miss it, whoever was served last."""
    day.counters[press.counter].look(press)
    return press.status == "succeeded"


@pytest.mark.slow
def test_a_day_in_which_money_went_astray_ends_with_status_1(demonstration, worker, monkeypatch):
    judged = play.Day.settle

    def settle_and_lose(day, **more):
        judged(day, **more)
        day.diary.presses.remove(next(press for press in reversed(day.diary.presses) if is_paid(day, press)))

    monkeypatch.setattr(play.Day, "settle", settle_and_lose)
    said = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("play_day", stations=2, hours=2.0, minutes=0.1, seed=5, stdout=said)
    assert ended.value.code == 1
    assert said.getvalue().splitlines()[-1] == "books balanced: no, lost: 1, doubled: 0, open: 0", said.getvalue()
