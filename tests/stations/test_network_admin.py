"""The administration of places and stations: to read by post, to edit reference data, to act with a reason."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from stations.models import Division, Service, ServicePause, Station
from stations.network import services
from tests.factories.stations import (
    StationFactory,
    county_manager_of,
    division_below,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client):
    """Sign in to the administration with the second factor done."""

    def run(user):
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        client.force_login(user)
        session = client.session
        session["second_factor_at"] = now().isoformat()
        session.save()
        return client

    return run


def table(name):
    return reverse(f"admin:stations_{name}_changelist")


@pytest.mark.parametrize(
    "name", ["division", "service", "nameending", "businessday", "divisionsuccession", "station", "openinghours"]
)
def test_reference_data_is_read_by_the_platform_and_not_by_partners(enter, name):
    division_below(None, "village")
    assert enter(platform_admin()).get(table(name)).status_code == 200
    assert enter(partner_of(StationFactory())).get(table("division")).status_code == 403


@pytest.mark.parametrize(
    "name", ["station", "servicepause", "stationservice", "openingexception", "contract", "certificate", "registermiss"]
)
def test_the_tables_of_a_county_are_read_by_its_manager(enter, name):
    station = StationFactory()
    assert enter(county_manager_of(station.county)).get(table(name)).status_code == 200


def test_only_the_romanised_name_of_a_division_is_edited(enter):
    village = division_below(None, "village", name="重庆村", romanised="Zhongqing Cun", initials="zqc")
    path = reverse("admin:stations_division_change", args=[village.pk])
    posted = {
        "romanised": "Chongqing Cun",
        "name": "别的",
        "code": "1",
        "names-TOTAL_FORMS": 0,
        "names-INITIAL_FORMS": 0,
    }
    assert enter(platform_admin()).post(path, posted).status_code == 302
    village.refresh_from_db()
    assert (village.romanised, village.initials, village.is_romanised_by_hand) == ("Chongqing Cun", "cqc", True)
    assert village.name == "重庆村"
    assert Division.objects.count() == 5


def test_a_division_is_found_in_the_administration_by_pinyin(enter):
    division_below(None, "village", name="桑园村", romanised="Sangyuan Cun", initials="syc")
    page = enter(platform_admin()).get(table("division"), {"q": "sangyuan"}).content.decode()
    assert "桑园村" in page


def test_an_arrow_of_a_station_is_an_action_with_a_reason(enter):
    station = StationFactory()
    client = enter(county_manager_of(station.county))
    press = {"action": "suspend", "_selected_action": [station.pk], "reason": ""}
    client.post(table("station"), press)
    station.refresh_from_db()
    assert station.status == "active"
    client.post(table("station"), {**press, "reason": "投诉属实"})
    station.refresh_from_db()
    assert station.status == "suspended"


def test_nothing_of_a_station_is_edited_or_deleted_by_form(enter):
    station = StationFactory()
    client = enter(county_manager_of(station.county))
    path = reverse("admin:stations_station_change", args=[station.pk])
    assert client.get(path).status_code == 200
    assert client.post(path, {"name": "别的"}).status_code == 403
    assert client.post(reverse("admin:stations_station_delete", args=[station.pk]), {"post": "yes"}).status_code == 403
    assert Station.objects.get(pk=station.pk).name == station.name


def test_a_pause_of_another_county_is_not_seen(enter):
    here, there = StationFactory(), division_below(None, "county")
    service = Service.objects.get(code="recharge")
    services.pause_service(service=service, division=there, actor=None, at=now(), reason="别处")
    page = enter(county_manager_of(here.county)).get(table("servicepause")).content.decode()
    assert "别处" not in page
    assert ServicePause.objects.count() == 1
