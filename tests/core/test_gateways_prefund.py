"""What we hold with a company: asked for, told when it runs low, and nothing sold on credit that is not there."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import ProviderDown
from core.gateways.client import Answer
from core.gateways.models import Provider
from core.gateways.services import ensure_answering, ensure_up, record_balance, record_result
from core.gateways.services.prefund import plan_balances, read_balance
from core.hooks import LOW_PREFUND
from core.jobs.models import Job
from core.models import Event
from core.money import Money
from tests.factories.gateways import ProviderFactory
from tests.gateways import pay, said
from tests.hooks import replace
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def hear_low(*, provider, balance, at):
    Event.objects.create(name="test.low", payload={"provider": provider.code, "balance": str(balance)})


@pytest.fixture
def heard(listeners, monkeypatch):
    """How often somebody was told."""
    replace(monkeypatch, LOW_PREFUND, "tests.core.test_gateways_prefund.hear_low")
    return lambda: Event.objects.filter(name="test.low").count()


def company(**values):
    return ProviderFactory(code="JS-POWER", **{"prefund_alarm_minor": 500_00, "prefund_min_minor": 100_00, **values})


def holds(provider, minor):
    return record_balance(provider=provider, balance=Money(minor, "CNY"), at=now())


def is_up(provider):
    try:
        ensure_up(provider, now())
    except ProviderDown:
        return False
    return True


@pytest.mark.parametrize(("minor", "is_well"), [(99_99, False), (100_00, True), (100_01, True), (-1, False)])
def test_below_the_least_balance_that_company_alone_is_down(heard, minor, is_well):
    provider, other = company(), ProviderFactory(code="JS-WATER")
    holds(provider, minor)
    assert (is_up(provider), is_up(other)) == (is_well, True)


def test_a_low_prefund_says_when_to_come_again_and_hinders_no_question(heard):
    provider = holds(company(), 0)
    with pytest.raises(ProviderDown) as refusal:
        ensure_up(provider, now())
    assert (refusal.value.code, refusal.value.status, refusal.value.retry_after) == ("provider_down", 503, 900)
    ensure_answering(provider, now())


def test_a_balance_that_nobody_knows_stops_nothing(heard):
    assert is_up(company())


def test_a_company_without_limits_is_never_low(heard):
    provider = company(prefund_alarm_minor=None, prefund_min_minor=None)
    holds(provider, -100)
    assert (is_up(provider), heard()) == (True, 0)


@pytest.mark.parametrize(("minor", "times"), [(499_99, 1), (500_00, 0), (500_01, 0)])
def test_finance_is_told_below_the_alarm(heard, minor, times):
    holds(company(), minor)
    assert heard() == times


def test_finance_is_told_once_until_the_balance_has_been_well_again(heard):
    provider = company()
    for minor in (499_00, 400_00, 300_00):
        holds(provider, minor)
    assert heard() == 1
    holds(provider, 600_00)
    holds(provider, 499_00)
    assert heard() == 2


def test_an_order_refused_for_want_of_balance_stops_that_company_until_the_balance_covers_it(heard):
    provider = company(prefund_alarm_minor=None, prefund_min_minor=None)
    order = pay(amount="88.50")
    failure = said(order, "failed", code="insufficient_provider_balance")
    record_result(provider=provider, our_ref=str(order.pk), data=failure, source="answer", at=now())
    assert not is_up(provider)
    assert is_up(ProviderFactory(code="JS-WATER"))
    assert Job.objects.filter(kind="gateways.check_balance").count() == 1
    holds(provider, 88_49)
    assert not is_up(provider)
    holds(provider, 88_50)
    assert is_up(provider)


def test_the_largest_order_refused_is_what_the_balance_has_to_cover(heard):
    provider = company()
    for amount in ("20.00", "50.00", "30.00"):
        order = pay(amount=amount)
        failure = said(order, "failed", code="insufficient_provider_balance")
        record_result(provider=provider, our_ref=str(order.pk), data=failure, source="answer", at=now())
    provider.refresh_from_db()
    assert provider.refused_minor == 50_00


def test_any_other_failure_stops_nothing(heard):
    provider = company()
    order = pay()
    record_result(provider=provider, our_ref=str(order.pk), data=said(order, "failed"), source="answer", at=now())
    assert is_up(provider)


def test_every_quarter_of_an_hour_each_company_with_a_limit_is_asked_once(heard):
    company()
    ProviderFactory(code="JS-WATER")
    start = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
    for minutes in (0, 0, 14, 15, 29):
        plan_balances(at=start + dt.timedelta(minutes=minutes))
    jobs = Job.objects.filter(kind="gateways.check_balance")
    assert jobs.count() == 2
    assert {job.payload["provider"] for job in jobs} == {Provider.objects.get(code="JS-POWER").pk}


@pytest.mark.parametrize(
    ("status", "body", "minor"),
    [
        (200, b'{"balance":"88.50","currency":"CNY","as_of":"2026-11-25T08:00:00Z"}', 88_50),
        (200, b'{"balance":"-88.50","currency":"CNY"}', -88_50),
        (200, b'{"balance":"88.505","currency":"CNY"}', None),
        (200, b'{"balance":88.5,"currency":"CNY"}', None),
        (200, b'{"balance":"88.50","currency":"USD"}', None),
        (200, b'{"balance":"--1","currency":"CNY"}', None),
        (200, b"[]", None),
        (404, b'{"balance":"88.50","currency":"CNY"}', None),
    ],
)
def test_a_balance_is_read_to_the_cent_or_not_at_all(status, body, minor):
    found = read_balance(Answer(status, body, "n"), company())
    assert (found.minor if found else None) == minor


def test_the_balance_is_asked_over_the_wire_and_runs_down_with_every_order(heard, sandbox):
    provider = company()
    sandbox.ask("PUT", "balance", {"provider": "JS-POWER", "balance": "600.00"})
    plan_balances(at=now())
    run_jobs()
    provider.refresh_from_db()
    assert (provider.balance_minor, provider.balance_at is not None, heard()) == (600_00, True, 0)
    pay(amount="150.00")
    run_jobs()
    plan_balances(at=now() + dt.timedelta(minutes=15))
    run_jobs(now() + dt.timedelta(minutes=15))
    provider.refresh_from_db()
    assert (provider.balance_minor, heard()) == (450_00, 1)


def test_the_alarm_is_never_below_the_least_balance():
    with pytest.raises(IntegrityError), transaction.atomic():
        company(prefund_alarm_minor=99_99)
