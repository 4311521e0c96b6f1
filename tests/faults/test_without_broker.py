"""Redis wiped, absent or dying: people sign in and sell, nobody hears 500, and work is found without a bell."""

import contextlib
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from django.db import connections
from django.utils.timezone import now

from core.jobs.ticks import SCHEDULE, write_ticks
from core.models import Job
from devtools.binaries import valkey_server
from finance.models import Payment
from tests.factories.accounts import PASSWORD, code_for
from tests.faults.house import opened
from tests.faults.test_payment_deaths import (
    Act,
    Story,
    assert_books_are_right,
    assert_nothing_lost_and_nothing_twice,
)
from tests.sandbox import until


@contextlib.contextmanager
def valkey():
    """A broker of this test's own; gives its address, its process, and a word to send to it."""
    with tempfile.TemporaryDirectory() as folder:
        door = Path(folder) / "valkey.sock"
        words = ["--port", "0", "--unixsocket", str(door), "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(  # noqa: S603
            [str(valkey_server()), *words], stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            until(door.exists)
            yield f"redis+socket://{door}", process
        finally:
            process.kill()
            process.wait()


def sold(story, number):
    """One sale without anything going wrong in the system itself."""
    act = Act(f"32132400{number:04d}7", moment="none", is_before_fetch=False, step=1, do="die", behaviour="")
    body = {"fetch_id": story.found(act), "station": story.desk.station.code}
    paid = story.house.insist("POST", "/api/v1/bill-payments/", token=story.token, key=uuid4().hex, body=body)
    assert paid.status_code == 202
    story.accepted.append(paid.json()["our_ref"])


def test_without_a_broker_people_sign_in_and_sell(own_database, sandbox, tmp_path):
    with opened(own_database, tmp_path) as house:
        story = Story(house, sandbox)
        user = story.desk.partner
        body = {"username": user.username, "password": PASSWORD, "code": code_for(user), "label": "柜台手机"}
        began = time.monotonic()
        signed_in = house.insist("POST", "/api/v1/device-tokens/", key=uuid4().hex, body=body)
        assert signed_in.status_code == 201, signed_in.text
        assert time.monotonic() - began < 10
        story.token = signed_in.json()["token"]
        sold(story, 1)
        until(lambda: Payment.objects.filter(status="succeeded").count() == 1, seconds=30)
        assert house.broken == []


@pytest.mark.slow  # seeds of every run kill the broker, too
def test_a_broker_that_is_wiped_and_dies_in_the_middle_loses_nothing(own_database, sandbox, tmp_path):
    with valkey() as (address, broker), opened(own_database, tmp_path, broker=address) as house:
        story = Story(house, sandbox)
        sold(story, 1)
        _wipe(address)
        sold(story, 2)
        broker.send_signal(signal.SIGKILL)
        broker.wait()
        sold(story, 3)
        until(lambda: Payment.objects.filter(status="succeeded").count() == 3, seconds=30)
        assert house.broken == []
        assert_nothing_lost_and_nothing_twice(story)


def _wipe(address):
    redis.Redis(unix_socket_path=address.removeprefix("redis+socket://")).flushall()


def test_two_workers_and_two_beats_do_everything_once(own_database, sandbox, tmp_path):
    with opened(own_database, tmp_path, workers=2) as house:
        story = Story(house, sandbox)
        beats = [threading.Thread(target=_beat, args=(now(),)) for _number in range(2)]
        for beat in beats:
            beat.start()
        for number in range(4):
            sandbox.wish("duplicate_callback", kind="bill")
            sandbox.ask("PUT", "callbacks", {"url": house.address})
            sold(story, number)
        for beat in beats:
            beat.join()
        until(lambda: Payment.objects.filter(status="succeeded").count() == 4, seconds=30)
        assert_nothing_lost_and_nothing_twice(story)
        assert_books_are_right(story)
        for kind in SCHEDULE:
            ticks = Job.objects.filter(kind=kind).values_list("dedupe_key", flat=True)
            assert len(ticks) == len(set(ticks))
        assert not Job.objects.filter(state="dead").exists()


def _beat(at):
    try:
        for _time in range(5):
            write_ticks(at=at)
    finally:
        connections.close_all()


@pytest.mark.slow  # seeds of every run have such a company, too
def test_a_company_that_contradicts_itself_is_believed_once(own_database, sandbox, tmp_path):
    with opened(own_database, tmp_path) as house:
        story = Story(house, sandbox)
        sandbox.ask("PUT", "callbacks", {"url": house.address})
        callbacks = Job.objects.filter(kind="gateways.apply_callback")
        sandbox.wish("contradict", kind="bill", seconds=0.5)
        sold(story, 1)
        until(lambda: len(sandbox.ask("GET", "events")) == 2, seconds=20)
        until(lambda: all(event["answered"] in {"200", "202"} for event in sandbox.ask("GET", "events")), seconds=20)
        until(lambda: not callbacks.filter(state__in=["waiting", "running"]).exists(), seconds=20)
        assert Payment.objects.get().status == "succeeded"
        assert_nothing_lost_and_nothing_twice(story)
