"""The counter of parcels, and what parcels show on the pages of others."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.models import Notice
from logistics.models import Parcel
from logistics.parcels.barcodes import code_128
from logistics.parcels.services import collect_parcel, forget_person, forget_receivers
from logistics.person_page import badges, obligations, parcels
from logistics.person_page import waiting as waits
from tests.factories.parcels import code_of, parcel, waiting, wrong_code
from tests.factories.people import resident
from tests.factories.stations import StationFactory, helper_of, partner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def partner(station, client):
    user = partner_of(station)
    client.force_login(user)
    return user


def press(client, path, **typed):
    """Open the page, type and press; the page that follows."""
    key = client.get(path).context["form"]["key"].value()
    return client.post(path, {"key": key, **typed}, follow=True)


def test_a_parcel_is_handed_over_on_one_page_by_number_and_code(client, station, partner):
    made = waiting(station)
    path = reverse("parcels:hand_over")
    refused = press(client, path, number=made.number, code=wrong_code(made))
    assert (refused.status_code, made.codes.get().tries) == (422, 1)
    unknown = press(client, path, number="P261125-AAAAAAA", code="123456")
    assert unknown.status_code == 404
    numbered = press(client, path, number=made.number, code=code_of(made), proxy_name="11010519491231002X")
    assert (numbered.status_code, Parcel.objects.get().status) == (422, "available_for_pickup")
    done = press(client, path, number=made.number.lower(), code=code_of(made), proxy_name="李四")
    assert made.number in done.content.decode()
    made.refresh_from_db()
    assert (made.status, made.collected_by) == ("collected", partner)
    assert "李四" in client.get(reverse("parcels:parcel", args=[made.pk])).content.decode()
    assert Notice.objects.get(template="parcel_collected_by").params["name"] == "李四"


def test_a_van_is_unloaded_scan_by_scan_and_a_registered_parcel_gets_its_label(client, station, partner):
    made = parcel(station)
    press(client, reverse("parcels:scan"), kind="receive", number=made.number)
    made.refresh_from_db()
    assert made.status == "available_for_pickup"
    goal = StationFactory(county=station.county, parent=station.parent)
    page = press(
        client,
        reverse("parcels:register"),
        to_station=goal.code,
        receiver_name="赵铁柱",
        receiver_phone="138 0013 8001",
        weight_g="",
    )
    sent = Parcel.objects.get(to_station=goal)
    assert (sent.from_station, str(sent.receiver_phone)) == (station, "+8613800138001")
    assert page.redirect_chain[-1][0] == reverse("parcels:label", args=[sent.pk])
    for mark in ("label_qr", "label_bars"):
        assert client.get(reverse(f"parcels:{mark}", args=[sent.pk]))["Content-Type"] == "image/svg+xml"


def test_the_camera_scans_one_parcel_after_the_other_and_finds_one_and_is_permitted_there_alone(client, partner):
    scans, listed = client.get(reverse("parcels:scan")), client.get(reverse("parcels:parcels"))
    assert 'data-scan="each"' in scans.content.decode()
    for page in (scans, listed):
        assert 'data-do="camera"' in page.content.decode()
        assert "camera=(self)" in page["Permissions-Policy"]
    registers = client.get(reverse("parcels:register"))
    assert 'data-do="camera"' not in registers.content.decode()
    assert "camera=()" in registers["Permissions-Policy"]


def test_the_bars_of_a_label_stand_between_quiet_zones():
    # Start, nine characters, check symbol: eleven symbols of 11 modules, a stop of 13, and ten on each side.
    label = code_128("Wikipedia")
    assert 'viewBox="0 0 154 ' in label
    assert 'd="M10 0h2' in label


def test_the_page_of_a_parcel_offers_what_its_state_permits(client, station, partner):
    made = waiting(station)
    page = client.get(reverse("parcels:parcel", args=[made.pk]))
    names = ("collect", "refuse", "extend", "reissue_code", "receive", "load", "receive_back")
    offered = {name for name in names if page.context[name] is not None}
    assert offered == {"collect", "refuse", "extend", "reissue_code"}
    client.post(reverse("parcels:parcel-refuse", args=[made.pk]), {"key": "k" * 20, "reason": "damaged"})
    made.refresh_from_db()
    assert made.status == "refused"
    order = waiting(station, cash=5_00)
    assert client.get(reverse("parcels:parcel", args=[order.pk])).context["collect"] is None
    listed = client.get(reverse("parcels:parcels"), {"state": "late"}).content.decode()
    assert made.number in listed
    assert order.number not in listed


def test_a_person_sees_what_waits_and_is_not_forgotten_before_it_has_ended(station, partner):
    person = resident(station=station)
    made = waiting(station, receiver=person)
    [shown] = waits(person=person, user=partner, at=now())
    assert made.number in str(shown.detail)
    assert set(badges(people=[person.pk], user=partner, at=now())) == {person.pk}
    assert waits(person=person, user=helper_of(StationFactory()), at=now()) == []
    assert len(obligations(person)) == 1
    collect_parcel(parcel=made, code=code_of(made), by=partner, at=now())
    assert (obligations(person), parcels(person)[0]["status"]) == ([], "collected")
    assert forget_person(person=person.pk, at=now()) == 1
    made.refresh_from_db()
    assert (made.receiver_name, made.receiver_phone, made.number != "") == ("", "", True)


def test_names_and_phones_are_forgotten_half_a_year_after_the_end(station, partner):
    at = now()
    made = waiting(station, at=at)
    collect_parcel(parcel=made, code=code_of(made), proxy_name="李四", by=partner, at=at)
    days = dt.timedelta(days=180)
    assert [forget_receivers(at=at + days), forget_receivers(at=at + days + dt.timedelta(seconds=1))] == [0, 1]
    assert made.codes.get().proxy_name == ""
