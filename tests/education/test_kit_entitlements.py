"""Who gets a kit is decided by two people, and what nobody was handed goes back to the county to the last kit."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.fields import uuid7
from core.language.reasons import ReasonMissing
from education.hooks import end_what_rests_on
from education.models import Campaign, Kit, KitCrate, KitEntitlement
from education.supplies import services
from education.supplies.closing_checks import kits_left
from education.supplies.console import CONSOLE
from education.supplies.queries import sheet_of
from stations.models import AccessRead, Person
from tests.education.test_supplies import SUPPLIES, agreeing
from tests.factories.finance import switch_on
from tests.factories.kits import campaign_of, entitled, given, kits_at, proposed
from tests.factories.people import second_login_of
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    api_client,
    county_clerk_of,
    helper_of,
    partner_of,
    send,
)
from tests.races import together

DAY = dt.timedelta(days=1)


@pytest.fixture
def station(db):
    return StationFactory()


def waiting(name, user):
    need = next(each for each in CONSOLE.needs if each.name == name)
    return list(need.rows(user=user, at=now()))


def test_the_station_proposes_and_another_person_of_the_county_decides_once(station):
    campaign, child = campaign_of(station), agreeing(station)
    partner, clerk = partner_of(station), county_clerk_of(station.county)
    switch_on(station, "school_supplies")
    path = f"/api/v1/children/{child.pk}/kit-entitlements/"
    assert send(api_client(helper_of(station)), path, campaign=str(campaign.pk)).status_code == 403
    assert send(api_client(partner), path, campaign=str(campaign.pk)).json()["status"] == "pending"
    row = KitEntitlement.objects.get()
    assert (row.status, waiting("supplies.entitlements", clerk)) == ("pending", [row])
    with pytest.raises(services.AlreadyEntitled):
        proposed(campaign, child)
    both = second_login_of(partner)
    PostFactory(user=both, role="county_clerk", division=station.county)
    assert waiting("supplies.entitlements", both) == []
    for decide in (services.approve_entitlement, services.refuse_entitlement):
        with pytest.raises(SamePerson), transaction.atomic():
            decide(entitlement=row, reason="自己批", by=both, at=now())
    raw = KitEntitlement.objects.filter(pk=row.pk)
    with pytest.raises(IntegrityError, match="entitlement_is_decided_by_another_person"), transaction.atomic():
        raw.update(status="approved", decided_by=both, decided_at=now())
    approved = services.approve_entitlement(entitlement=row, by=clerk, at=now())
    assert (approved.status, waiting("supplies.approved", helper_of(station))) == ("approved", [row])
    with pytest.raises(WrongState):
        services.refuse_entitlement(entitlement=row, reason="改主意", by=clerk, at=now())
    [kit] = kits_at(station, campaign)
    handover = given(kit, child)
    row.refresh_from_db()
    assert (handover.entitlement, row.status) == (row, "handed_over")
    with pytest.raises(WrongState):
        services.cancel_entitlement(entitlement=row, reason="晚了", by=clerk, at=now())


def test_a_second_record_in_another_village_is_held_and_the_clerk_reads_both_on_a_recorded_page(station, client):
    campaign, other = campaign_of(station), StationFactory(county=station.county)
    first, second = agreeing(station, name="李小花"), agreeing(other, name="李小花")
    Person.objects.filter(pk=second.pk).update(birth_date=first.birth_date)
    second.refresh_from_db()
    entitled(campaign, first)
    switch_on(other, "school_supplies")
    client.force_login(partner_of(other))
    child_page = reverse("supplies:child", args=[second.pk])
    assert client.get(child_page).context["propose"] is not None
    body = {"campaign": campaign.pk, "key": uuid7().hex}
    assert client.post(f"{child_page}propose/", body).status_code == 303
    assert client.get(child_page).context["propose"] is None
    held = KitEntitlement.objects.get(child=second)
    assert held.status == "held"
    here = reverse("supplies:entitlement", args=[held.pk])
    page = client.get(here)
    assert (page.context["suspects"], station.name in page.content.decode()) == ([], False)
    assert not AccessRead.objects.filter(person=first, what="school_kits").exists()
    clerk = county_clerk_of(station.county)
    client.force_login(clerk)
    page = client.get(here)
    assert page.status_code == 200
    assert [(each.station, each.child) for each, *_more in page.context["suspects"]] == [(station, first)]
    assert "李小花" not in page.content.decode()
    assert set(AccessRead.objects.filter(user=clerk, what="school_kits").values_list("person", flat=True)) == {
        first.pk,
        second.pk,
    }
    with pytest.raises(ReasonMissing):
        services.approve_entitlement(entitlement=held, by=clerk, at=now())
    sent = {"reason": "两村都问过，不是同一个孩子", "key": uuid7().hex}
    assert client.post(f"{here}approve/", sent).status_code == 303
    [kit], [elsewhere] = kits_at(station, campaign), kits_at(other, campaign)
    assert given(elsewhere, second).child == second
    assert given(kit, first).child == first, "whoever comes first to the counter: the county has seen both"
    client.force_login(partner_of(StationFactory()))
    assert client.get(here).status_code == 404
    assert AccessRead.objects.filter(person=second, what="refused").count() == 1


def test_entitlements_end_with_the_campaign_the_consent_and_a_merge(station):
    campaign = campaign_of(station)
    kept, merged, withdrawn, left = (agreeing(station) for _number in range(4))
    rows = {child: entitled(campaign, child) for child in (kept, merged, withdrawn, left)}
    Person.objects.filter(pk=merged.pk).update(merged_into=kept)
    assert [services.end_second_entitlements(person=kept.pk, at=now()) for _again in range(2)] == [1, 0]
    assert end_what_rests_on(withdrawn, SUPPLIES, by=None, at=now()) == 1
    assert services.expire_entitlements(at=now() + 10 * DAY) == 0
    assert [services.expire_entitlements(at=now() + 13 * DAY) for _again in range(2)] == [2, 0]
    for row in rows.values():
        row.refresh_from_db()
    assert [rows[child].status for child in (kept, merged, withdrawn, left)] == [
        *("expired", "cancelled", "cancelled", "expired"),
    ]
    assert (rows[merged].reason, rows[withdrawn].reason) == ("merged", "consent-withdrawn")


def test_with_a_child_who_is_erased_entitlements_end_and_words_about_it_go(station):
    campaign, clerk = campaign_of(station), county_clerk_of(station.county)
    child, kept = agreeing(station), agreeing(station)
    refused = services.refuse_entitlement(entitlement=proposed(campaign, child), reason="住在外县", by=clerk, at=now())
    waiting_one, other = proposed(campaign, child), proposed(campaign, kept)
    assert [services.forget_entitlements(child=child, at=now()) for _again in range(2)] == [1, 0]
    for row in (refused, waiting_one, other):
        row.refresh_from_db()
    assert [(row.status, row.reason) for row in (refused, waiting_one, other)] == [
        *(("refused", "–"), ("cancelled", "person-erased"), ("pending", "")),
    ]


def test_kits_of_a_campaign_that_is_over_wait_to_be_sent_back_and_stand_in_the_way_of_a_closing(station):
    campaign, partner = campaign_of(station), partner_of(station)
    [kit] = kits_at(station, campaign)
    assert (waiting("supplies.leftover", partner), len(kits_left(station))) == ([], 1)
    Campaign.objects.filter(pk=campaign.pk).update(ends_date=campaign.starts_date)
    assert waiting("supplies.leftover", partner) == [kit]
    assert waiting("supplies.leftover", partner_of(StationFactory())) == []
    services.send_crate(campaign=campaign, station=station, serials=[kit.serial], by=partner, at=now())
    assert (waiting("supplies.leftover", partner), kits_left(station)) == ([], [])


def test_kits_that_nobody_was_handed_go_back_by_crate_and_the_sheet_adds_up_to_the_last_one(station, client):
    campaign, partner, clerk = campaign_of(station, kits=5), partner_of(station), county_clerk_of(station.county)
    kits = kits_at(station, campaign, 4)
    given(kits[0], agreeing(station))
    back = {"campaign": campaign, "station": station, "by": partner, "at": now()}
    with pytest.raises(services.KitNotHere):
        services.send_crate(**back, serials=[kits[0].serial])
    crate = services.send_crate(**back, serials=[kit.serial for kit in kits[1:]])
    with pytest.raises(services.KitNotHere):
        services.send_crate(**back, serials=[kits[1].serial])
    assert (sheet_of(campaign).going_back, waiting("supplies.crates", clerk)) == (3, [crate])
    both = second_login_of(partner)
    PostFactory(user=both, role="county_clerk", division=station.county)
    with pytest.raises(SamePerson), transaction.atomic():
        services.count_crate_kit(crate=crate, serial=kits[1].serial, by=both, at=now())
    path = f"/api/v1/kit-crates/{crate.pk}"
    counted = send(api_client(clerk), f"{path}/count/", serial=kits[1].serial)
    assert (counted.status_code, counted.json()["state"], counted.json()["station"]) == (200, "at_county", None)
    again = send(api_client(clerk), f"{path}/count/", serial=kits[1].serial)
    assert again.json()["code"] == "kit_not_in_crate"
    assert send(api_client(helper_of(station)), f"{path}/count/", serial=kits[2].serial).status_code == 403
    client.force_login(clerk)
    here = reverse("supplies:crate", args=[crate.pk])
    page = client.get(here)
    assert [kit.serial for kit in page.context["missing"]] == sorted(kit.serial for kit in kits[2:])
    assert client.post(f"{here}count/", {"serial": kits[2].serial, "key": uuid7().hex}).status_code == 303
    with pytest.raises(ReasonMissing), transaction.atomic():
        services.close_crate(crate=crate, by=clerk, at=now())
    closed = services.close_crate(crate=crate, protocol="路上箱子破损，散落一套", by=clerk, at=now())
    sheet = sheet_of(campaign)
    assert (closed.lost, sheet.lost, sheet.at_county, sheet.handed_over, sheet.going_back) == (1, 1, 3, 1, 0)
    assert (sheet.arrived, sheet.differs) == (5, False)
    with pytest.raises(WrongState):
        services.close_crate(crate=crate, protocol="再来", by=clerk, at=now())


@pytest.mark.usefixtures("own_database")
def test_one_kit_packed_into_two_crates_at_once_goes_into_one():
    station = StationFactory()
    campaign = campaign_of(station)
    [kit], partner = kits_at(station, campaign), partner_of(station)
    about = {"campaign": campaign, "station": station, "serials": [kit.serial], "by": partner, "at": now()}
    answers = together(*[lambda: services.send_crate(**about).packed] * 2)
    assert sorted(map(str, answers)) == ["1", "kit_not_here"]
    assert (KitCrate.objects.count(), Kit.objects.get(pk=kit.pk).state) == (1, "going_back")
