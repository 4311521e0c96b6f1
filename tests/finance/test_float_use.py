"""What a station used of its float on the days behind, and which of them were open."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.money import Money
from finance.floats.services import record_days, send_float
from finance.models import FloatDay
from tests.factories.days import today
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.forecasts import open_every_day


@pytest.fixture
def ready(db):
    found = desk(float_minor=380_00, till_open=False)
    open_every_day(found.station)
    return found


def sold(ready, of, amount, says="succeeded"):
    payment = pay(ready, found_bill(ready, of, amount=amount))
    if says:
        provider_says(payment, says)
    return payment


def test_what_left_the_float_for_services_is_the_use_of_a_day(db):
    flat_plan()
    ready, of = desk(float_minor=2_000_00), biller()
    open_every_day(ready.station)
    sold(ready, of, 100_00)
    sold(ready, of, 50_00)
    sold(ready, of, 70_00, "failed")
    sold(ready, of, 60_00, "")
    record_days(stations=[ready.station.pk], first=today() - dt.timedelta(days=1), last=today(), at=now())
    days = FloatDay.objects.filter(station=ready.station).order_by("date")
    assert [(day.used_minor, day.is_open) for day in days] == [(0, True), (150_00, True)]


def test_what_was_lent_or_paid_from_the_till_is_no_use_of_the_float(db):
    flat_plan()
    ready, other, of = desk(float_minor=2_000_00), desk(mode="postpaid"), biller()
    sold(other, of, 100_00)
    send_float(station=ready.station, to=other.station, amount=Money(150_00, "CNY"), by=ready.partner, at=now())
    record_days(stations=[ready.station.pk, other.station.pk], first=today(), last=today(), at=now())
    assert set(FloatDay.objects.values_list("used_minor", flat=True)) == {0}


def test_a_sale_decided_later_is_counted_by_the_next_evening(db):
    flat_plan()
    ready, of = desk(float_minor=2_000_00), biller()
    payment = sold(ready, of, 100_00, "")
    record_days(stations=[ready.station.pk], first=today(), last=today(), at=now())
    assert FloatDay.objects.get().used_minor == 0
    provider_says(payment, "succeeded")
    record_days(stations=[ready.station.pk], first=today(), last=today(), at=now())
    assert FloatDay.objects.get().used_minor == 100_00


def test_a_day_is_open_by_its_hours_unless_the_station_was_shut(db):
    week, shut = desk(till_open=False).station, desk(till_open=False, status="suspended").station
    weekday = today().isoweekday()
    open_every_day(week, weekday)
    open_every_day(shut)
    yesterday = today() - dt.timedelta(days=1)
    record_days(stations=[week.pk, shut.pk], first=yesterday, last=today(), at=now())
    by_day = {(day.station_id, day.date): day.is_open for day in FloatDay.objects.all()}
    assert by_day == {
        (week.pk, yesterday): False,
        (week.pk, today()): True,
        (shut.pk, yesterday): True,
        (shut.pk, today()): False,
    }
