"""A company in trouble is left alone for half a minute, and one call tries it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import ProviderDown
from core.gateways.services import ensure_up
from core.gateways.services.breaker import admit, note_health, note_trouble
from tests.factories.instructions import run_and_look
from tests.gateways import heard, js_power, pay
from tests.jobs import run_jobs

pytestmark = pytest.mark.usefixtures("sandbox", "listeners")
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def nobody_there(sandbox, monkeypatch):
    """An address at which nobody listens."""
    monkeypatch.setenv("ECOMNET_PROVIDER_JS_POWER_URL", "http://127.0.0.1:1")


def _trouble(provider, at, times):
    for number in range(times):
        note_trouble(provider=provider, at=at + number * SECOND)
    provider.refresh_from_db()


@pytest.mark.django_db
def test_four_failures_leave_the_breaker_closed_and_the_fifth_within_a_minute_opens_it():
    provider, at = js_power(), now()
    _trouble(provider, at, 4)
    ensure_up(provider, at + 4 * SECOND)
    note_trouble(provider=provider, at=at + 60 * SECOND)
    with pytest.raises(ProviderDown) as refusal:
        ensure_up(provider, at + 61 * SECOND)
    assert refusal.value.retry_after == 29


@pytest.mark.django_db
def test_failures_spread_over_more_than_a_minute_do_not_open_it():
    provider, at = js_power(), now()
    _trouble(provider, at, 4)
    note_trouble(provider=provider, at=at + 61 * SECOND)
    ensure_up(provider, at + 62 * SECOND)
    note_trouble(provider=provider, at=at + 62 * SECOND)
    ensure_up(provider, at + 62 * SECOND)


@pytest.mark.django_db
def test_after_half_a_minute_one_call_tries_it_and_decides():
    provider, at = js_power(), now()
    _trouble(provider, at, 5)
    opened = provider.breaker_opened_at
    assert not admit(provider=provider, at=opened + 29 * SECOND)
    ensure_up(provider, opened + 30 * SECOND)
    assert [admit(provider=provider, at=opened + 30 * SECOND) for _each in range(3)] == [True, False, False]
    note_trouble(provider=provider, at=opened + 31 * SECOND)
    assert not admit(provider=provider, at=opened + 60 * SECOND)
    assert admit(provider=provider, at=opened + 61 * SECOND)
    note_health(provider=provider)
    provider.refresh_from_db()
    assert (provider.breaker, provider.breaker_opened_at) == ("closed", None)


@pytest.mark.usefixtures("own_database")
def test_of_many_that_ask_at_once_one_tries_it():
    provider, at = js_power(), now()
    _trouble(provider, at, 5)
    start = Barrier(8)

    def ask(_number):
        start.wait()
        try:
            return admit(provider=provider, at=at + MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("nobody_there")
def test_calls_that_fail_open_the_breaker_and_then_nothing_is_called():
    at = now()
    for _payment in range(5):
        pay(at=at)
    run_jobs(at)
    with pytest.raises(ProviderDown):
        ensure_up(js_power(), at)
    late = pay(at=at)
    for seconds in (0, 2, 7):
        run_jobs(at + seconds * SECOND)
    assert heard(late) == [("answer", "failed", "provider_unreachable")]


@pytest.mark.django_db
def test_an_enquiry_waits_while_the_provider_rests_and_is_the_call_that_tries_it(sandbox):
    sandbox.wish("lose_answer")
    at = now()
    paid = run_and_look(pay(at=at), at)
    _trouble(js_power(), at, 5)
    paid = run_and_look(paid, at + 20 * SECOND)
    assert (paid.enquiries, paid.state) == (0, "unknown")
    paid = run_and_look(paid, at + MINUTE)
    assert paid.outcome == "succeeded"
    assert js_power().breaker == "closed"


@pytest.mark.django_db
def test_a_healthy_call_asks_and_writes_nothing_about_the_breaker(django_assert_num_queries):
    provider = js_power()
    with django_assert_num_queries(0):
        assert admit(provider=provider, at=now())
        note_health(provider=provider)
    with django_assert_num_queries(1):
        ensure_up(provider, now())
