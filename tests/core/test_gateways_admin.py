"""The administration of the gateways: read by whom a post allows, changed by no form, acted on by verb."""

import orjson
import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.gateways.models import Callback, DailyFile, Instruction, Provider
from core.gateways.services import store_callback, store_file
from core.models import Job
from tests.factories.days import today
from tests.factories.stations import StationFactory, UserFactory, auditor, finance_officer, helper_of, platform_admin
from tests.gateways import event, js_power, pay, said
from tests.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "listeners")]

REGISTERS = ("instruction", "callback", "dailyfile")


@pytest.fixture
def rows(sandbox):
    """One row of each, the instruction waiting for an enquiry."""
    sandbox.wish("lose_answer")
    paid = pay()
    run_jobs()
    store_callback(provider=js_power(), headers={}, body=orjson.dumps(event(said(paid))), at=now())
    store_file(provider=js_power(), file_date=today(), content=b"H,1,JS-POWER", at=now())
    return {"instruction": paid, "callback": Callback.objects.get(), "dailyfile": DailyFile.objects.get()}


def listed(name):
    return reverse(f"admin:core_{name}_changelist")


def opened(name, row):
    return reverse(f"admin:core_{name}_change", args=[row.pk])


def staff(user):
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


def act(client, name, action, row):
    return client.post(listed(name), {"action": action, "_selected_action": [str(row.pk)]})


@pytest.mark.parametrize("name", [*REGISTERS, "provider"])
def test_a_finance_officer_and_an_auditor_read_every_register(client, rows, name):
    for user in (staff(finance_officer()), staff(auditor())):
        client.force_login(user)
        assert client.get(listed(name)).status_code == 200
        row = rows.get(name) or js_power()
        assert client.get(opened(name, row)).status_code == 200


@pytest.mark.parametrize("name", [*REGISTERS, "provider"])
def test_without_the_verb_nobody_sees_them_not_even_a_superuser(client, rows, name):
    for user in (staff(helper_of(StationFactory())), UserFactory(is_superuser=True, is_staff=True)):
        client.force_login(user)
        assert client.get(listed(name)).status_code == 403


@pytest.mark.parametrize("name", REGISTERS)
def test_no_form_changes_or_deletes_them(client, rows, name):
    client.force_login(staff(finance_officer()))
    assert client.post(opened(name, rows[name]), {"state": "settled"}).status_code == 403
    assert client.post(reverse(f"admin:core_{name}_delete", args=[rows[name].pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse(f"admin:core_{name}_add"), {}).status_code == 403
    assert Instruction.objects.get().state == "unknown"


def test_a_finance_officer_has_the_company_asked_now(client, rows):
    client.force_login(staff(finance_officer()))
    act(client, "instruction", "ask_now", rows["instruction"])
    run_jobs()
    assert Instruction.objects.get().outcome == "succeeded"


def test_an_auditor_reads_and_does_nothing(client, rows):
    client.force_login(staff(auditor()))
    count = Job.objects.count()
    act(client, "instruction", "ask_now", rows["instruction"])
    act(client, "callback", "apply_once_more", rows["callback"])
    act(client, "dailyfile", "read_once_more", rows["dailyfile"])
    assert Job.objects.count() == count


@pytest.mark.parametrize(
    ("name", "action", "kind"),
    [
        ("callback", "apply_once_more", "gateways.apply_callback"),
        ("dailyfile", "read_once_more", "gateways.import_file"),
    ],
)
def test_a_callback_is_applied_and_a_file_read_once_more(client, rows, name, action, kind):
    client.force_login(staff(finance_officer()))
    run_jobs()
    act(client, name, action, rows[name])
    assert Job.objects.filter(kind=kind, state="waiting").count() == 1


def test_a_platform_administrator_edits_a_provider_and_sees_no_secret(client, monkeypatch):
    provider = js_power()
    client.force_login(staff(platform_admin()))
    page = client.get(opened("provider", provider)).content.decode()
    assert "sandbox-secret-1" not in page
    form = {
        "name": "Jiangsu Power",
        "name_zh": "江苏电力",
        "key_id": "JS-POWER-2",
        "secret_name": "ECOMNET_PROVIDER_JS_POWER_SECRET",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "file_time": "06:30",
        "code": "CHANGED",
    }
    assert client.post(opened("provider", provider), form).status_code == 302
    provider.refresh_from_db()
    assert (provider.name_zh, provider.key_id, provider.code) == ("江苏电力", "JS-POWER-2", "JS-POWER")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("secret_name", "SECRET_KEY"),
        ("secret_name", "ECOMNET_PROVIDER_JS_POWER_URL"),
        ("time_zone", "Mars/Olympus"),
        ("key_id", "a b"),
        ("name", "two\nlines"),
    ],
)
def test_a_provider_takes_no_foreign_variable_and_no_unknown_zone(client, field, value):
    provider = js_power()
    client.force_login(staff(platform_admin()))
    form = {
        "name": "Jiangsu Power",
        "key_id": "JS-POWER-1",
        "secret_name": "ECOMNET_PROVIDER_JS_POWER_SECRET",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "file_time": "06:30",
        field: value,
    }
    assert client.post(opened("provider", provider), form).status_code == 200
    assert Provider.objects.get().name == provider.name


def test_yesterdays_file_is_fetched_on_a_press(client):
    client.force_login(staff(platform_admin()))
    act(client, "provider", "fetch_yesterdays_file", js_power())
    assert Job.objects.filter(kind="gateways.fetch_file").count() == 1
