"""What I earned: this month beside the last, by service, and by day with what was sold to whom."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finance.fees.own_earnings import month_earned
from health.appointments.services import record_served
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.health import clinic, registered
from tests.factories.stations import partner_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
#: Noon in Shanghai of the 3rd of a month, and of the 30th of the month before.
THIRD = dt.datetime(2026, 12, 3, 4, tzinfo=dt.UTC)
BEFORE = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)


@pytest.fixture
def power():
    flat_plan()
    return biller()


def sold(ready, power, at):
    with time_machine.travel(at):
        paid = pay(ready, found_bill(ready, power), key=f"{at:%d%H%M%S%f}")
        provider_says(paid, "succeeded")
        return paid


def page_of(client, ready, at):
    with time_machine.travel(at):
        client.force_login(ready.partner)
        return client.get("/finance/fees/")


def test_the_month_is_told_beside_the_last_and_each_day_with_its_sales(client, power):
    ready = desk(float_minor=5_000_00)
    for at in (BEFORE, THIRD - dt.timedelta(days=1), THIRD, THIRD + dt.timedelta(hours=1)):
        sold(ready, power, at)
    month = month_earned(ready.partner, station=ready.station, at=THIRD + dt.timedelta(hours=2))
    page = page_of(client, ready, THIRD + dt.timedelta(hours=2))
    assert (month.count, month.this.minor) == (3, 3 * month.last.minor)
    assert month.last_so_far.minor == 0  # the last month had earned nothing in its first three days
    days = [(day.date.day, day.count, len(day.lines)) for day in page.context["days"]]
    assert days == [(3, 2, 2), (2, 1, 1), (30, 1, 1)]
    assert all(line.sale for day in page.context["days"] for line in day.lines)
    assert [row[1] for row in page.context["services"].rows] == ["3"]


def test_the_page_of_many_lines_asks_as_often_as_that_of_few(client, power):
    ready = desk(float_minor=5_000_00)
    counts = []
    for hour in range(4):
        sold(ready, power, THIRD + dt.timedelta(hours=hour))
        with CaptureQueriesContext(connection) as queries:
            page_of(client, ready, THIRD + dt.timedelta(hours=4))
        counts.append(len(queries))
    assert len(page_of(client, ready, THIRD + dt.timedelta(hours=4)).context["days"][0].lines) == 4
    assert counts[-1] <= counts[1]


def test_nobody_sees_what_another_earned(client, power):
    ready = desk(float_minor=5_000_00)
    sold(ready, power, THIRD)
    client.force_login(partner_of(ready.station))
    with time_machine.travel(THIRD):
        assert client.get("/finance/fees/").context["days"] == []


def test_what_a_trade_paid_is_called_by_its_name_in_the_language_of_the_reader(client):
    flat_plan(service="hospital_registration")
    there = clinic()
    ready = there.ready
    served = registered(there)
    at = there.session.starts_at
    record_served(appointment=served, by=ready.partner, at=at)
    run_jobs(at)
    type(ready.partner).objects.filter(pk=ready.partner.pk).update(language="zh-hans")
    page = page_of(client, ready, at + dt.timedelta(hours=1))
    (line,) = page.context["days"][0].lines
    assert line.service == "医院挂号"
    assert "hospital_registration" not in page.content.decode()
    with time_machine.travel(at):
        told = client.get(f"/finance/fees/{line.line.pk}/").content.decode()
    assert "医院挂号" in told
    assert "hospital_registration" not in told
