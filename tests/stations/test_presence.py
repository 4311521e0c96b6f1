"""A station is seen when its devices report, and when its people open or send anything in the browser."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from core.forms import new_key
from stations.accounts.services.secrets import device_secret_hash
from stations.models import Device, DevicePin, SeenSpan, Station
from stations.network.services import mark_seen, set_hours
from tests.factories.stations import (
    DeviceFactory,
    StationFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    token_for,
)

pytestmark = pytest.mark.django_db
SECRET = "the secret in the cookie of this browser"
AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def station():
    made = StationFactory()
    week = {weekday: [(dt.time(0), dt.time(23, 59, 59))] for weekday in range(1, 8)}
    set_hours(station=made, week=week, from_date=dt.date(2026, 1, 1), actor=None)
    return made


def seen_at(row):
    return type(row).objects.get(pk=row.pk).last_seen_at


def on_device(client, user, device):
    client.force_login(user)
    session = client.session
    session["device"] = str(device.pk)
    session.save()
    return client


def at_work_on(station, **values):
    """A device with a PIN of a helper of the station, as a browser without a session."""
    helper = helper_of(station)
    device = DeviceFactory(station=station, registered_by=helper, secret_hash=device_secret_hash(SECRET), **values)
    DevicePin.objects.create(device=device, user=helper, pin_hash="x")
    browser = Client()
    browser.cookies[settings.ECOMNET_DEVICE_COOKIE_NAME] = SECRET
    return browser, device, helper


def test_whoever_opens_a_page_shows_that_the_station_is_open(client, station):
    device, began = DeviceFactory(station=station), now()
    assert on_device(client, helper_of(station), device).get("/station/").status_code == 200
    assert seen_at(station) >= began
    assert seen_at(device) >= began
    assert Client().get(f"/s/{station.code}").context["state"].code == "open_now"


def test_whoever_sends_something_shows_it_too(client, station):
    began = now()
    client.force_login(partner_of(station))
    answer = client.post("/station/closing/", {"key": new_key(), "reason": ""})
    assert answer.status_code == 422
    assert seen_at(station) >= began


def test_a_mobile_client_that_only_reads_shows_it_and_its_device(station):
    device, began = DeviceFactory(station=station), now()
    assert api_client(helper_of(station), device).get("/api/v1/me/").status_code == 200
    assert seen_at(station) >= began
    assert seen_at(device) >= began


def test_the_county_and_a_stranger_show_nothing(client, station):
    client.force_login(county_manager_of(station.county))
    assert client.get(f"/county/stations/{station.code}/").status_code == 200
    assert Client().get(f"/s/{station.code}").status_code == 200
    assert seen_at(station) is None


def test_a_page_that_stays_open_names_the_address_that_it_asks_again(client, station):
    client.force_login(helper_of(station))
    assert 'data-heartbeat="/station/seen/"' in client.get("/station/").content.decode()
    client.force_login(county_manager_of(station.county))
    assert "data-heartbeat" not in client.get("/county/stations/").content.decode()


def test_an_open_page_shows_it_after_its_session_ended(station):
    browser, device, _helper = at_work_on(station)
    began = now()
    assert browser.get("/station/seen/").status_code == 204
    assert seen_at(station) >= began
    assert seen_at(device) >= began


def test_a_device_shows_nothing_once_it_is_revoked_or_nobody_on_it_works_there(station):
    browser, device, helper = at_work_on(station, state=Device.State.REVOKED)
    assert browser.get("/station/seen/").status_code == 204
    Device.objects.filter(pk=device.pk).update(state=Device.State.ACTIVE)
    helper.posts.update(to_at=now())
    assert browser.get("/station/seen/").status_code == 204
    assert Client().get("/station/seen/").status_code == 204
    assert seen_at(station) is None


def test_a_heartbeat_of_the_page_is_no_press_and_keeps_no_session(client, station):
    client.force_login(helper_of(station))
    session = client.session
    left_alone = (now() - dt.timedelta(minutes=61)).isoformat()
    session["seen_at"] = left_alone
    session.save()
    assert client.get("/station/seen/").status_code == 204
    assert client.session["seen_at"] == left_alone
    assert client.get("/station/").status_code == 302


def test_most_requests_ask_the_database_nothing_for_it(station):
    device = DeviceFactory(station=station)
    mobile = api_client(helper_of(station), device)
    mobile.get("/api/v1/me/")
    Station.objects.filter(pk=station.pk).update(last_seen_at=None)
    mobile.get("/api/v1/me/")
    assert seen_at(station) is None


def test_each_station_is_written_at_most_once_a_minute_all_in_one_statement(station, django_assert_num_queries):
    other = StationFactory(last_seen_at=AT - MINUTE)
    late = StationFactory(last_seen_at=AT - MINUTE + dt.timedelta(microseconds=1))
    with django_assert_num_queries(1):
        assert mark_seen(stations=[station.pk, other.pk, late.pk], at=AT) == 2
    assert (seen_at(station), seen_at(other)) == (AT, AT)
    assert seen_at(late) < AT


def test_a_silence_of_half_an_hour_begins_a_new_span(station):
    for minutes in (0, 10, 39, 69, 70):  # the last but one after exactly half an hour
        mark_seen(stations=[station.pk], at=AT + minutes * MINUTE)
    span = SeenSpan.objects.get()
    station.refresh_from_db()
    assert (span.from_at, span.to_at) == (AT, AT + 39 * MINUTE)
    assert (station.seen_since, station.last_seen_at) == (AT + 69 * MINUTE, AT + 70 * MINUTE)


def test_a_token_of_a_suspended_device_shows_nothing(station):
    device = DeviceFactory(station=station, state=Device.State.QUARANTINED)
    mobile = Client()
    answer = mobile.get("/api/v1/me/", headers={"Authorization": f"Token {token_for(helper_of(station), device)}"})
    assert answer.status_code == 401
    assert seen_at(station) is None
