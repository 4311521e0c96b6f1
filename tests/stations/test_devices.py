"""Devices held up, let go on, given up when lost: over the API, on pages, and for the one who holds their tokens."""

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.forms import new_key
from core.history import changes_of
from core.models import Notice
from stations.accounts.models import Device, DevicePin
from stations.accounts.services import quarantine_device, release_device, revoke_device
from tests.factories.stations import (
    DeviceFactory,
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def device(station):
    user = helper_of(station)
    made = DeviceFactory(station=station, registered_by=user)
    DevicePin.objects.create(device=made, user=user, pin_hash="none")
    return made


def test_a_device_is_held_up_and_let_go_on_with_its_tokens(station, device):
    manager, mobile = county_manager_of(station.county), api_client(device.registered_by, device)
    assert mobile.get("/api/v1/me/").status_code == 200
    quarantine_device(device=device, actor=None, at=now(), reason="同一队列从两处发来")
    held = mobile.get("/api/v1/me/")
    assert (held.status_code, held.json()["code"]) == (401, "device_quarantined")
    release_device(device=device, actor=manager, at=now(), reason="只有一部手机")
    assert mobile.get("/api/v1/me/").status_code == 200
    assert [change.new for change in changes_of(device)] == ["quarantined", "active"]
    assert Notice.objects.get().template == "device_quarantined"


def test_whoever_holds_the_token_of_a_lost_device_is_told_to_wipe_it(station, device):
    mobile = api_client(device.registered_by, device)
    revoke_device(device=device, actor=partner_of(station), at=now(), reason="手机丢失")
    gone = mobile.get("/api/v1/me/")
    assert (gone.status_code, gone.json()["code"]) == (401, "device_revoked")
    assert Notice.objects.get(user=device.registered_by.pk).template == "device_revoked"
    mobile.credentials(HTTP_AUTHORIZATION=f"Token {'a' * 64}")
    assert mobile.get("/api/v1/me/").json()["code"] == "authentication_failed"


def test_the_machine_refuses_what_it_has_no_arrow_for(station, device):
    manager = county_manager_of(station.county)
    with pytest.raises(WrongState):
        release_device(device=device, actor=manager, at=now(), reason="没有停用")
    revoke_device(device=device, actor=manager, at=now(), reason="手机丢失")
    with pytest.raises(WrongState):
        quarantine_device(device=device, actor=manager, at=now(), reason="再停")
    assert Device.objects.get().state == "revoked"


def test_the_county_holds_up_and_releases_a_partner_only_gives_up(station, device):
    path = f"/api/v1/devices/{device.pk}"
    partner, manager = api_client(partner_of(station)), api_client(county_manager_of(station.county))
    stranger = api_client(partner_of(StationFactory()))
    assert send(partner, f"{path}/quarantine/", reason="x").status_code == 403
    assert send(stranger, f"{path}/revoke/", reason="x").status_code == 404
    assert send(manager, f"{path}/quarantine/", reason="复制品").json()["state"] == "quarantined"
    assert send(manager, f"{path}/release/", reason="没事").json()["state"] == "active"
    assert send(partner, f"{path}/revoke/", reason="卖掉了").json()["state"] == "revoked"
    assert send(partner, f"{path}/revoke/", reason="又一次").status_code == 409


def test_pages_show_who_signs_in_and_take_each_arrow_once(client, station, device):
    client.force_login(county_manager_of(station.county))
    page = client.get(f"/devices/{device.pk}/")
    assert device.registered_by.username in page.content.decode()
    typed = {"key": new_key(), "reason": "复制品"}
    first = client.post(f"/devices/{device.pk}/quarantine/", typed)
    again = client.post(f"/devices/{device.pk}/quarantine/", typed)
    assert (first.status_code, again["Location"]) == (303, first["Location"])
    assert Device.objects.get().state == "quarantined"
    assert changes_of(device).count() == 1
    assert client.get(f"/devices/{device.pk}/no-such-verb/").status_code == 404


def test_the_post_of_somebody_who_lost_a_phone_shows_their_devices(client, station, device):
    client.force_login(county_manager_of(station.county))
    page = client.get(f"/county/posts/{device.registered_by.posts.get().pk}/")
    assert f"/devices/{device.pk}/" in page.content.decode()


def test_a_stranger_sees_no_device(client, device):
    client.force_login(county_manager_of(StationFactory().county))
    assert client.get(f"/devices/{device.pk}/").status_code == 404
    client.force_login(UserFactory())
    assert client.get(f"/devices/{device.pk}/").status_code == 404
