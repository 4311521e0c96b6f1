"""What the apps above tell the floors below: what binds a station, who may see a proof, who was served."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import override
from PIL import Image

from core.files.services import store_photo
from core.models import Event
from finance.models import FloatTopUp, Refund
from stations.models import Contract, Person, StationClosing
from stations.network.services import ClearanceOpen, ask_closing, close_station
from stations.people.handlers import mark_payer_served
from stations.people.models import Consent, ConsentText
from tests.factories.finance import biller, desk, fill, flat_plan, found_bill, pay, provider_says
from tests.factories.people import resident
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    auditor,
    county_manager_of,
    finance_officer,
    helper_of,
    partner_of,
    platform_admin,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def close(station):
    closing = StationClosing.objects.filter(station=station, status="asked").first() or ask_closing(
        station=station, actor=UserFactory(), at=now(), reason="搬迁"
    )
    return close_station(closing=closing, actor=UserFactory(), at=now())


def what_binds(station):
    with translation.override("en"):
        with pytest.raises(ClearanceOpen) as refused:
            close(station)
        station.refresh_from_db()
        assert station.status == "active"
        return str(refused.value)


@pytest.fixture
def power():
    flat_plan()
    return biller()


def test_a_station_with_a_cent_in_its_till_is_not_closed(power):
    ready = desk(till_open=False)
    Contract.objects.update(status="ended")
    fill(ready, ready.till_key, 1)
    assert "0.01 CNY" in what_binds(ready.station)


def test_a_float_of_an_earlier_partner_binds_a_station_too(power):
    ready = desk(float_minor=50_00, till_open=False)
    Contract.objects.update(status="ended")
    assert "50.00 CNY" in what_binds(ready.station)


def test_a_day_a_payment_and_a_topup_that_have_not_ended_bind_a_station(power):
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, power))
    FloatTopUp.objects.create(
        station=ready.station,
        via="bank",
        amount_minor=100_00,
        currency="CNY",
        reference="T1",
        requested_by=ready.partner,
        requested_at=now(),
        status="requested",
    )
    Contract.objects.update(status="ended")
    with override("en"):
        before = what_binds(ready.station)
        provider_says(payment, "failed")
        afterwards = what_binds(ready.station)
    assert before == (
        "Settle this first: float 500.00 CNY; the cash day is open; 1 payment without an answer; 1 top-up in progress."
    )
    assert afterwards == ("Settle this first: float 313.60 CNY; the cash day is open; 1 top-up in progress.")
    assert Refund.objects.count() == 1


def test_a_station_that_holds_nothing_is_closed(power):
    ready = desk(till_open=False)
    Contract.objects.update(status="ended")
    assert close(ready.station).station.status == "closed"


# --- files


def photo_of(by):
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "JPEG")
    return store_photo(upload=BytesIO(drawn.getvalue()), by=by.pk, at=now())


def sees(client, user, file):
    client.force_login(user)
    return client.get(reverse("core:file", args=[file.pk])).status_code == 200


def test_the_photo_of_a_refund_is_seen_by_whoever_reads_the_refund(client, power):
    ready = desk(float_minor=500_00)
    proof = photo_of(ready.partner)
    assert not sees(client, ready.partner, proof)
    provider_says(pay(ready, found_bill(ready, power)), "failed")
    Refund.objects.update(photo=proof)
    for reader in (ready.partner, helper_of(ready.station), finance_officer(), auditor()):
        assert sees(client, reader, proof)
    for other in (partner_of(StationFactory()), platform_admin(), UserFactory(is_superuser=True)):
        assert not sees(client, other, proof)


def test_what_proves_a_consent_is_seen_at_the_persons_station_and_by_those_above(client):
    station = StationFactory()
    helper, person = helper_of(station), resident("王秀英", station)
    proof = photo_of(helper)
    Consent.objects.create(
        person=person,
        purpose="sms_notice",
        text_version=ConsentText.objects.filter(purpose="sms_notice").first(),
        given_at=now(),
        given_by=person,
        manner="signature",
        evidence=proof,
        recorded_by=helper,
        station=station,
    )
    neighbour = helper_of(StationFactory(county=station.county))
    assert sees(client, helper, proof)
    assert sees(client, county_manager_of(station.county), proof)
    for other in (neighbour, helper_of(StationFactory()), platform_admin()):
        assert not sees(client, other, proof)


# --- people


def test_whoever_paid_comes_first_in_the_next_search(power):
    ready = desk(float_minor=500_00)
    payer = resident("王秀英", ready.station)
    before = payer.last_served_at
    provider_says(pay(ready, found_bill(ready, power), payer=payer), "succeeded")
    run_jobs()
    payer.refresh_from_db()
    assert payer.last_served_at > before
    event = Event.objects.get(name="finance.payment_succeeded")
    served = payer.last_served_at
    mark_payer_served(event)
    assert Person.objects.get(pk=payer.pk).last_served_at == served
    assert served == dt.datetime.fromisoformat(event.payload["at"])
