"""Villagers who were turned away because the float was too small: counted, told, and nothing else stays of them."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils.timezone import now

from core.events.services import publish
from core.models import Event, RequestKey
from core.money import parse
from finance.floats.queries import float_out_days
from finance.floats.services import request_topup, send_float
from finance.models import FloatDay, FloatTopUp, FloatTransfer, Payment
from tests.factories.days import today
from tests.factories.finance import biller, desk, flat_plan, found_bill
from tests.factories.stations import api_client
from tests.jobs import run_jobs


def press(ready, fetch, key):
    body = {"fetch_id": str(fetch.pk), "station": ready.station.code}
    return api_client(ready.partner).post("/api/v1/bill-payments/", body, "json", headers={"Idempotency-Key": key * 16})


@pytest.mark.django_db
def test_a_refusal_for_want_of_float_makes_a_float_out_day_and_an_event_and_nothing_else():
    flat_plan()
    ready, of = desk(float_minor=186_39), biller()
    fetch = found_bill(ready, of)
    answers = [press(ready, fetch, key) for key in ("a", "a", "b")]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "float_too_small")] * 3
    day = FloatDay.objects.get()
    assert (day.station, day.date, day.refusals, day.is_open) == (ready.station, today(), 2, True)
    events = Event.objects.filter(name="finance.float_refused")
    assert [(e.payload["station"], e.payload["amount_minor"]) for e in events] == [(ready.station.pk, 186_40)] * 2
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (0, 186_39)
    assert RequestKey.objects.filter(status=409).count() == 2
    assert float_out_days(ready.station, at=now(), days=30) == 1
    assert float_out_days(ready.station, at=now() + dt.timedelta(days=30), days=30) == 0


@pytest.mark.django_db
def test_enough_float_counts_nothing_and_neither_does_a_transfer_that_is_too_large():
    flat_plan()
    ready, of, other = desk(float_minor=186_40), biller(), desk()
    assert press(ready, found_bill(ready, of), "a").status_code == 202
    body = {"from_station": ready.station.code, "to_station": other.station.code, "amount": "1.00"}
    refused = api_client(ready.partner).post(
        "/api/v1/float-transfers/", body, "json", headers={"Idempotency-Key": "b" * 16}
    )
    assert refused.json()["code"] == "float_too_small"
    assert (FloatDay.objects.count(), Event.objects.filter(name="finance.float_refused").count()) == (0, 0)


# --- what other apps tell


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize(
    ("event", "topups"), [("stations.partner_suspended", "requested"), ("stations.partner_terminated", "rejected")]
)
def test_when_a_partner_stops_nothing_of_the_float_stays_on_its_way(db, event, topups, is_named):
    mine, theirs = desk(float_minor=500_00), desk(float_minor=500_00)
    hundred = parse("100.00", "CNY")
    send_float(station=mine.station, to=theirs.station, amount=hundred, by=mine.partner, at=now())
    send_float(station=theirs.station, to=mine.station, amount=hundred, by=theirs.partner, at=now())
    request_topup(station=mine.station, amount=hundred, by=mine.partner, at=now())
    request_topup(station=theirs.station, amount=hundred, by=theirs.partner, at=now())
    with transaction.atomic():
        named = {"partner": str(mine.partner.pk)} if is_named else {}
        publish(event, at=now(), station=mine.station.pk, county=mine.station.county_id, **named)
    run_jobs()
    assert sorted(FloatTransfer.objects.values_list("status", flat=True)) == ["declined", "recalled"]
    assert (mine.can_use(mine.float_key), theirs.can_use(theirs.float_key)) == (500_00, 500_00)
    assert FloatTopUp.objects.get(station=mine.station).status == topups
    assert FloatTopUp.objects.get(station=theirs.station).status == "requested"
