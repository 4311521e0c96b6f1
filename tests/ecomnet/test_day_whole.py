"""A small day, whole: real HTTP, a worker, the sandbox provider, and the judge at the end."""

import contextlib
import io
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from core.countries import country_of
from core.jobs.worker_pool import WorkerPool
from ecomnet.demo_data.country_files import demonstration_of
from ecomnet.simulation import play
from ecomnet.simulation.land import land_of
from education.libraries.models import Loan
from finance.models import BankStatementLine, Payment, PayoutLine
from health.appointments.models import Appointment
from orders.models import Fulfilment


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
    for country, first, operator in (("CN", "JS", "CN-MOBILE"), ("KW", "KW", "KW-NORTH"), ("JP", "JP", "JP-EAST")):
        told = demonstration_of(country)["day"]
        monkeypatch.setitem(told, "billers", {f"{first}-POWER": 60, f"{first}-WATER": 40})
        monkeypatch.setitem(told, "operators", {operator: 1})
    land_of.cache_clear()
    monkeypatch.setattr(play, "CUTOFF_SECONDS", 2.0)
    monkeypatch.setenv("ECOMNET_SANDBOX_PORT", str(urlsplit(sandbox.url).port))
    sandbox.ask("PUT", "callbacks", {"url": web})
    call_command("load_demonstration", residents=600, bills=2, stdout=io.StringIO())
    yield sandbox
    land_of.cache_clear()


def played(**chosen) -> str:
    """What a day has told, also one that ends with status 1."""
    said = io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command("play_day", **chosen, stdout=said)
    return said.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("country", ["KW", "JP"])
def test_a_day_in_another_country_ends_with_its_books_and_those_of_china_balanced(demonstration, worker, country):
    said = played(country=country, stations=3, hours=4.0, minutes=0.3, seed=5)
    assert said.splitlines()[-1] == "books balanced: yes, lost: 0, doubled: 0, open: 0", said
    assert "served 36 of 36" in said
    there = Payment.objects.filter(station__county__country=country)
    currency = country_of(country).currency
    assert set(there.values_list("currency", flat=True)) == {currency}
    assert there.filter(status="succeeded", receipts__kind="final").exists()
    assert BankStatementLine.objects.filter(country=country, currency=currency).exists()
    paid = PayoutLine.objects.filter(batch__country=country, status="paid", currency=currency)
    assert paid.exclude(statement=None).exists()


@pytest.mark.slow
def test_a_small_day_of_all_trades_ends_with_books_that_balance(demonstration, worker):
    began = now()
    said = played(stations=5, hours=4.0, minutes=0.4, seed=1159)
    assert said.splitlines()[-1] == "books balanced: yes, lost: 0, doubled: 0, open: 0", said
    assert "served 60 of 60" in said
    assert Fulfilment.objects.filter(status="delivered", order__created_at__gte=began).exists()
    assert Appointment.objects.filter(created_at__gte=began).exists()
    assert Loan.objects.filter(lent_at__gte=began, status="returned").exists()


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
