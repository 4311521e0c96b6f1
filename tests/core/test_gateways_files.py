"""Daily files: fetched until they are there, stored raw once, handed over once, asked for again when refused."""

import datetime as dt
import hashlib
import io
import threading
import tracemalloc
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from core.gateways import client
from core.gateways.client import NoAnswer
from core.gateways.models import DailyFile
from core.gateways.sandbox.countries import CHINA
from core.gateways.services import ask_for_file, read_pieces, refuse_file, store_file
from core.gateways.services.files import due_at, plan_files
from core.gateways.signing import signed_headers
from core.models import Event, Job
from tests.gateways import js_power, pay
from tests.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "listeners")]

HALF_AN_HOUR, HOUR = dt.timedelta(minutes=30), dt.timedelta(hours=1)


def today():
    """Asked anew each time: the companies of the sandbox live by the clock of their country."""
    return dt.datetime.now(CHINA.zone).date()


def close_day(sandbox, **how):
    return sandbox.ask("POST", "close-day", {"seconds": 0, **how})


def fetched(at=None):
    ask_for_file(provider=js_power(), file_date=today(), at=at or now())
    run_jobs(at)
    return DailyFile.objects.filter(file_date=today()).order_by("pk").last()


def content(daily_file):
    return b"".join(read_pieces(daily_file=daily_file))


def lines(daily_file):
    return [line.split(",") for line in content(daily_file).decode().splitlines()]


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
    call_command("fetch_daily_files", date=today())
    run_jobs()
    assert DailyFile.objects.get().file_date == today()


def test_a_file_is_stored_raw_and_handed_over_once(sandbox):
    paid = pay()
    run_jobs()
    close_day(sandbox)
    daily_file = fetched()
    header, line, trailer = lines(daily_file)
    assert header[:5] == ["H", "1", "JS-POWER", str(today()), "CNY"]
    assert line[:2] + line[3:8] == ["D", "1", str(paid.our_ref), "bill", "succeeded", "88.50", "0.00"]
    assert trailer == ["T", "1", "88.50", "0.00"]
    fetched()
    run_jobs()
    assert DailyFile.objects.count() == 1
    assert Event.objects.get(name="test.file").payload == {"sha256": daily_file.sha256}


def test_a_file_that_is_not_there_is_asked_for_every_half_hour_and_after_six_hours_somebody_is_told(sandbox):
    start = due_at(js_power(), today())
    ask_for_file(provider=js_power(), file_date=today(), at=start)
    at = start
    while at < start + 6 * HOUR:
        run_jobs(at)
        assert run_jobs(at + HALF_AN_HOUR - dt.timedelta(seconds=1)) == 0
        at += HALF_AN_HOUR
    assert not Event.objects.exists()
    run_jobs(at)
    assert Event.objects.get().payload == {"provider": "JS-POWER", "date": str(today())}
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
    assert content(broken)[:2] == b"H,"
    assert b"\nT," not in content(broken)
    refuse_file(daily_file=broken, reason="no trailer", at=at)
    assert run_jobs(at + HALF_AN_HOUR - dt.timedelta(seconds=1)) == 0
    run_jobs(at + HALF_AN_HOUR)
    assert DailyFile.objects.count() == 2
    assert DailyFile.objects.filter(refusal="").count() == 1
    assert run_jobs(at + 3 * HOUR) == 0


def test_a_file_that_is_another_days_again_is_harmless_and_the_right_one_is_fetched_later(sandbox):
    yesterday = today() - dt.timedelta(days=1)
    close_day(sandbox, date=str(yesterday))
    at = now()
    ask_for_file(provider=js_power(), file_date=yesterday, at=at)
    run_jobs(at)
    close_day(sandbox)
    sandbox.wish("repeat_file")
    assert fetched(at) is None
    run_jobs(at + HALF_AN_HOUR)
    assert DailyFile.objects.filter(file_date=today()).count() == 1


def test_the_same_bytes_twice_are_one_file():
    provider, at = js_power(), now()
    assert store_file(provider=provider, file_date=today(), content=b"H", at=at)
    assert store_file(provider=provider, file_date=today(), content=b"H", at=at) is None
    assert DailyFile.objects.count() == 1


def test_a_file_lies_in_pieces_of_a_megabyte_and_is_read_piece_by_piece():
    whole = b"".join(b"%09d\n" % number for number in range(250_000))
    stored = store_file(provider=js_power(), file_date=today(), content=io.BytesIO(whole), at=now())
    pieces = list(read_pieces(daily_file=stored))
    assert [len(piece) for piece in pieces] == [1_048_576, 1_048_576, 402_848]
    assert (b"".join(pieces), stored.size) == (whole, len(whole))
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()


def test_an_empty_file_is_one_of_no_pieces():
    stored = store_file(provider=js_power(), file_date=today(), content=b"", at=now())
    assert (list(read_pieces(daily_file=stored)), stored.size) == ([], 0)


def test_bytes_that_were_changed_on_their_way_are_no_file(monkeypatch):
    with company_of(b"H,1", says=b"H,2") as url:
        monkeypatch.setenv("ECOMNET_PROVIDER_JS_POWER_URL", url)
        with pytest.raises(NoAnswer, match="bad_signature"), client.download(js_power(), "/v1/daily-files/x.csv"):
            pass


@pytest.mark.slow
def test_a_file_of_eighty_megabytes_is_fetched_stored_and_read_in_ten(monkeypatch):
    """Longer than any answer that is held whole; Python's own memory is counted."""
    line = b"D,1,P1,0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001,bill,succeeded,88.50,0.00,2026-11-24T05:00:00Z\n"
    body = line * (80 * 1024 * 1024 // len(line))
    with company_of(body) as url:
        monkeypatch.setenv("ECOMNET_PROVIDER_JS_POWER_URL", url)
        provider = js_power()
        tracemalloc.start()
        try:
            with client.download(provider, "/v1/daily-files/x.csv") as answer:
                stored = store_file(provider=provider, file_date=today(), content=answer.file, at=now())
            digest = hashlib.sha256()
            for piece in read_pieces(daily_file=stored):
                digest.update(piece)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (digest.hexdigest(), stored.size) == (hashlib.sha256(body).hexdigest(), len(body))
    assert most < 10 * 1024 * 1024


@contextmanager
def company_of(body, *, says=None):
    """A company that answers everything with this file, signed; `says` is what it signs instead."""
    digest = body if says is None else says

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            headers = signed_headers(
                key_id=js_power_key, secret="sandbox-secret-1", method="GET", target=self.path, body=digest, at=now()
            )
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(body), 1024 * 1024):
                self.wfile.write(memoryview(body)[start : start + 1024 * 1024])

        def log_message(self, *words):
            """Quiet."""

    js_power_key = js_power().key_id
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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
    assert b"\r\n" in content(daily_file)


def test_what_comes_after_the_cutoff_is_in_tomorrows_file(sandbox):
    close_day(sandbox)
    pay()
    run_jobs()
    assert lines(fetched())[-1][1] == "0"
    assert sandbox.ledger()[0]["file_date"] == str(today() + dt.timedelta(days=1))


def test_without_an_address_a_file_waits(monkeypatch):
    monkeypatch.delenv("ECOMNET_PROVIDER_JS_POWER_URL")
    assert fetched() is None
    assert Job.objects.get(kind="gateways.fetch_file").state == "waiting"
