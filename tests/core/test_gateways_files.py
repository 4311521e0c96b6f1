"""Daily files: fetched until they are there, stored raw once, handed over once, asked for again when refused."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from core.gateways.models import DailyFile
from core.gateways.sandbox.catalogue import ZONE
from core.gateways.services import ask_for_file, refuse_file, store_file
from core.gateways.services.files import due_at, plan_files
from core.models import Event, Job
from tests.gateways import js_power, pay
from tests.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "listeners")]

TODAY = dt.datetime.now(ZONE).date()
HALF_AN_HOUR, HOUR = dt.timedelta(minutes=30), dt.timedelta(hours=1)


def close_day(sandbox, **how):
    return sandbox.ask("POST", "close-day", {"seconds": 0, **how})


def fetched(at=None):
    ask_for_file(provider=js_power(), file_date=TODAY, at=at or now())
    run_jobs(at)
    return DailyFile.objects.filter(file_date=TODAY).order_by("pk").last()


def lines(daily_file):
    return [line.split(",") for line in bytes(daily_file.content).decode().splitlines()]


AT_ONE_IN_SHANGHAI = dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)


def planned():
    return dict(Job.objects.filter(kind="gateways.fetch_file").values_list("dedupe_key", "run_at"))


def test_yesterdays_file_is_planned_once_at_the_providers_time():
    provider = js_power()
    for _two_beats in range(2):
        plan_files(at=AT_ONE_IN_SHANGHAI)
    due = dt.datetime(2026, 11, 25, 22, 0, tzinfo=dt.UTC)
    assert planned() == {"file:JS-POWER:2026-11-25": due}
    assert due_at(provider, dt.date(2026, 11, 25)) == due


def test_a_house_that_stood_still_plans_the_days_that_it_missed():
    store_file(provider=js_power(), file_date=dt.date(2026, 11, 23), content=b"H", at=AT_ONE_IN_SHANGHAI)
    plan_files(at=AT_ONE_IN_SHANGHAI)
    assert sorted(planned()) == [f"file:JS-POWER:2026-11-{day}" for day in (24, 25)]


def test_a_company_that_sends_no_file_is_not_asked_for_one():
    provider = js_power()
    provider.file_time = None
    provider.save()
    plan_files(at=AT_ONE_IN_SHANGHAI)
    assert planned() == {}


def test_the_command_has_the_files_of_a_day_fetched_now(sandbox):
    js_power()
    pay()
    run_jobs()
    close_day(sandbox)
    call_command("fetch_daily_files", date=TODAY)
    run_jobs()
    assert DailyFile.objects.get().file_date == TODAY


def test_a_file_is_stored_raw_and_handed_over_once(sandbox):
    paid = pay()
    run_jobs()
    close_day(sandbox)
    daily_file = fetched()
    header, line, trailer = lines(daily_file)
    assert header[:5] == ["H", "1", "JS-POWER", str(TODAY), "CNY"]
    assert line[:2] + line[3:8] == ["D", "1", str(paid.our_ref), "bill", "succeeded", "88.50", "0.00"]
    assert trailer == ["T", "1", "88.50", "0.00"]
    fetched()
    run_jobs()
    assert DailyFile.objects.count() == 1
    assert Event.objects.get(name="test.file").payload == {"sha256": daily_file.sha256}


def test_a_file_that_is_not_there_is_asked_for_every_half_hour_and_after_six_hours_somebody_is_told(sandbox):
    start = due_at(js_power(), TODAY)
    ask_for_file(provider=js_power(), file_date=TODAY, at=start)
    at = start
    while at < start + 6 * HOUR:
        run_jobs(at)
        assert run_jobs(at + HALF_AN_HOUR - dt.timedelta(seconds=1)) == 0
        at += HALF_AN_HOUR
    assert not Event.objects.exists()
    run_jobs(at)
    assert Event.objects.get().payload == {"provider": "JS-POWER", "date": str(TODAY)}
    close_day(sandbox)
    run_jobs(at + HALF_AN_HOUR)
    assert DailyFile.objects.count() == 1
    assert run_jobs(at + 5 * HOUR) == 0


def test_a_refused_file_is_asked_for_again_and_the_corrected_one_is_a_new_one(sandbox):
    pay()
    run_jobs()
    close_day(sandbox)
    sandbox.wish("truncate_file")
    at = now()
    broken = fetched(at)
    assert bytes(broken.content)[:2] == b"H,"
    assert b"\nT," not in bytes(broken.content)
    refuse_file(daily_file=broken, reason="no trailer", at=at)
    assert run_jobs(at + HALF_AN_HOUR - dt.timedelta(seconds=1)) == 0
    run_jobs(at + HALF_AN_HOUR)
    assert DailyFile.objects.count() == 2
    assert DailyFile.objects.filter(refusal="").count() == 1
    assert run_jobs(at + 3 * HOUR) == 0


def test_a_file_that_is_another_days_again_is_harmless_and_the_right_one_is_fetched_later(sandbox):
    yesterday = TODAY - dt.timedelta(days=1)
    close_day(sandbox, date=str(yesterday))
    at = now()
    ask_for_file(provider=js_power(), file_date=yesterday, at=at)
    run_jobs(at)
    close_day(sandbox)
    sandbox.wish("repeat_file")
    assert fetched(at) is None
    run_jobs(at + HALF_AN_HOUR)
    assert DailyFile.objects.filter(file_date=TODAY).count() == 1


def test_the_same_bytes_twice_are_one_file():
    provider, at = js_power(), now()
    assert store_file(provider=provider, file_date=TODAY, content=b"H", at=at)
    assert store_file(provider=provider, file_date=TODAY, content=b"H", at=at) is None
    assert DailyFile.objects.count() == 1


@pytest.mark.parametrize(
    ("do", "count", "total"),
    [("omit_from_file", 0, "0.00"), ("extra_in_file", 2, "177.00"), ("wrong_amount_in_file", 1, "89.50")],
)
def test_the_company_makes_the_faulty_files_that_are_asked_for(sandbox, do, count, total):
    sandbox.wish(do)
    pay()
    run_jobs()
    close_day(sandbox, encoding="gb18030", newline="crlf")
    daily_file = fetched()
    assert lines(daily_file)[-1] == ["T", str(count), total, "0.00"]
    assert b"\r\n" in bytes(daily_file.content)


def test_what_comes_after_the_cutoff_is_in_tomorrows_file(sandbox):
    close_day(sandbox)
    pay()
    run_jobs()
    assert lines(fetched())[-1][1] == "0"
    assert sandbox.ledger()[0]["file_date"] == str(TODAY + dt.timedelta(days=1))


def test_without_an_address_a_file_waits(monkeypatch):
    monkeypatch.delenv("ECOMNET_PROVIDER_JS_POWER_URL")
    assert fetched() is None
    assert Job.objects.get(kind="gateways.fetch_file").state == "waiting"
