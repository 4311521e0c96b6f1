"""Accounts in the administration: the user table for superusers, the rest by post; nothing is deleted."""

import pytest
from django.core.management import CommandError, call_command

from core.history import changes_of
from stations.accounts.models import Device, LoginCode, User
from stations.accounts.services.second_factor import totp_of
from tests.factories.accounts import app_of, code_for
from tests.factories.stations import (
    DeviceFactory,
    StationFactory,
    UserFactory,
    api_client,
    auditor,
    county_manager_of,
    helper_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db
TABLES = {"user": User, "post": None, "device": Device, "logincode": LoginCode}


def staff(**values):
    return UserFactory(is_staff=True, **values)


def act(client, table, action, *rows, reason="手机丢失"):
    body = {"action": action, "_selected_action": [row.pk for row in rows], "reason": reason}
    return client.post(f"/admin/stations/{table}/", body, follow=True)


def status(client, table, page=""):
    return client.get(f"/admin/stations/{table}/{page}").status_code


def test_a_superuser_opens_the_user_table_and_nothing_else(client):
    client.force_login(staff(is_superuser=True))
    assert {table: status(client, table) for table in TABLES} == {
        "user": 200,
        "post": 403,
        "device": 403,
        "logincode": 403,
    }


def test_an_auditor_reads_everything_but_the_user_table(client):
    client.force_login(auditor(user=staff()))
    device, station = DeviceFactory(), StationFactory()
    post = helper_of(station).posts.get()
    assert {table: status(client, table) for table in TABLES} == {
        "user": 403,
        "post": 200,
        "device": 200,
        "logincode": 200,
    }
    assert status(client, "post", f"{post.pk}/change/") == 200
    assert status(client, "device", f"{device.pk}/change/") == 200
    act(client, "post", "end", post)
    act(client, "device", "revoke", device)
    post.refresh_from_db()
    device.refresh_from_db()
    assert (post.to_at, device.state) == (None, "active")


def test_nothing_is_added_or_deleted(client):
    client.force_login(platform_admin(user=staff(is_superuser=True)))
    user, device = UserFactory(), DeviceFactory()
    for table, row in (("user", user), ("device", device), ("post", helper_of(StationFactory()).posts.get())):
        assert status(client, table, f"{row.pk}/delete/") == 403
    for table in ("post", "device", "logincode"):
        assert status(client, table, "add/") == 403


def test_a_post_is_ended_with_a_reason_only(client):
    client.force_login(platform_admin(user=staff()))
    post = helper_of(StationFactory()).posts.get()
    act(client, "post", "end", post, reason="")
    post.refresh_from_db()
    assert post.to_at is None
    act(client, "post", "end", post)
    post.refresh_from_db()
    assert post.to_at is not None
    assert "手机丢失" in client.get(f"/admin/stations/post/{post.pk}/change/").content.decode()


def test_a_manager_revokes_devices_of_the_own_county(client):
    station = StationFactory()
    here, there = DeviceFactory(station=station), DeviceFactory(station=StationFactory())
    client.force_login(county_manager_of(station.county, staff()))
    act(client, "device", "revoke", here, there)
    assert set(Device.objects.values_list("pk", "state")) == {(here.pk, "revoked"), (there.pk, "active")}


def test_a_superuser_removes_the_app_of_a_lost_phone(client):
    user = UserFactory()
    app_of(user)
    client.force_login(staff(is_superuser=True))
    act(client, "user", "remove_app", user)
    assert totp_of(user) is None
    assert User.objects.get(pk=user.pk).session_epoch == 1


def test_a_code_is_never_shown(client):
    user = UserFactory()
    code = code_for(user)
    client.force_login(auditor(user=staff()))
    row = LoginCode.objects.get()
    page = client.get(f"/admin/stations/logincode/{row.pk}/change/").content.decode()
    assert code not in page
    assert row.code_hash not in page


def test_the_demonstration_shows_codes_and_no_other_house_does(settings, capsys):
    user = UserFactory()
    with pytest.raises(CommandError):
        call_command("demo_totp", user.username)
    assert totp_of(user) is None
    settings.ECOMNET_DEMONSTRATION = True
    call_command("demo_totp", user.username)
    assert len(capsys.readouterr().out.strip()) == 6
    call_command("login_code", user.username)
    assert len(capsys.readouterr().out.strip()) == 6


def test_a_password_set_in_the_user_table_ends_every_token_and_session_of_before(client):
    client.force_login(staff(is_superuser=True))
    partner = UserFactory()
    phone = api_client(partner)
    assert phone.get("/api/v1/me/").status_code == 200
    path = f"/admin/stations/user/{partner.pk}/password/"
    refused = client.post(path, {"usable_password": "true", "password1": "korrekt pferd 47", "password2": "anders"})
    assert refused.status_code == 200
    assert phone.get("/api/v1/me/").status_code == 200
    words = {"usable_password": "true", "password1": "korrekt pferd 47", "password2": "korrekt pferd 47"}
    assert client.post(path, words).status_code == 302
    assert phone.get("/api/v1/me/").status_code == 401
    partner.refresh_from_db()
    assert (partner.session_epoch, partner.must_change_password) == (1, True)


def test_a_code_from_the_command_line_leaves_a_line_in_the_history():
    user = UserFactory()
    call_command("login_code", user.username)
    assert [(c.new, c.actor_kind) for c in changes_of(LoginCode.objects.get())] == [("issued", "staff")]


def test_a_first_password_opens_nothing_but_the_choice_of_another(client):
    client.force_login(staff(is_superuser=True))
    typed = {"username": "neu", "last_name": "王", "first_name": "小燕", "phone": "", "usable_password": "true"}
    words = {"password1": "korrekt pferd 47", "password2": "korrekt pferd 47"}
    assert client.post("/admin/stations/user/add/", typed | words).status_code == 302
    assert User.objects.get(username="neu").must_change_password
