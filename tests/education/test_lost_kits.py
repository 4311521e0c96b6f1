"""A kit that was lost is found again or written off, on the word of two people; the sheet adds up to the last one."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.fields import uuid7
from education.models import Kit, KitSettlement
from education.supplies import services
from education.supplies.console import CONSOLE
from education.supplies.queries import sheet_of
from tests.factories.kits import campaign_of, kits_at
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_clerk_of,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.races import together


@pytest.fixture
def station(db):
    return StationFactory()


def lost_crate(station, kits=3):
    """A crate that never came: everything in it is lost, with a protocol."""
    campaign, partner = campaign_of(station, kits=kits + 1), partner_of(station)
    packed = [kit.serial for kit in kits_at(station, campaign, kits)]
    crate = services.send_crate(campaign=campaign, station=station, serials=packed, by=partner, at=now())
    services.close_crate(crate=crate, protocol="货车翻车，整箱遗失", by=county_clerk_of(station.county), at=now())
    return campaign


def said(kit, outcome, by):
    return services.propose_kit_settlement(kit=kit, outcome=outcome, reason="仓库清点", by=by, at=now())


def test_of_a_crate_that_was_lost_kits_are_found_or_written_off_by_two_and_the_sheet_adds_up(station, client):
    campaign = lost_crate(station)
    clerk, manager = county_clerk_of(station.county), county_manager_of(station.county)
    assert (sheet_of(campaign).lost, sheet_of(campaign).differs) == (3, False)
    first, second, third = Kit.objects.filter(state="lost").order_by("pk")
    client.force_login(clerk)
    body = {"serial": first.serial, "outcome": "found", "reason": "在镇仓库找到", "key": uuid7().hex}
    path = reverse("supplies:campaign-settle", args=[campaign.pk])
    settled = client.post(path, body)
    found = KitSettlement.objects.get()
    assert settled.headers["Location"] == reverse("supplies:settlement", args=[found.pk])
    with pytest.raises(services.SettlementWaits), transaction.atomic():
        said(first, "written_off", manager)
    with pytest.raises(SamePerson), transaction.atomic():
        services.confirm_kit_settlement(settlement=found, by=clerk, at=now())
    with pytest.raises(DatabaseError, match="decided_by_another_person"), transaction.atomic():
        KitSettlement.objects.update(status="confirmed", decided_by=clerk, decided_at=now())
    need = next(each for each in CONSOLE.needs if each.name == "supplies.settlements")
    assert [list(need.rows(user=each, at=now())) for each in (manager, clerk)] == [[found], []]
    confirmed = send(api_client(manager), f"/api/v1/kit-settlements/{found.pk}/confirm/")
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    gone = send(api_client(clerk), f"/api/v1/kits/{second.serial}/settlements/", outcome="written_off", reason="压坏")
    settlement = KitSettlement.objects.get(pk=gone.json()["id"])
    services.confirm_kit_settlement(settlement=settlement, by=manager, at=now())
    refused = services.refuse_kit_settlement(
        settlement=said(third, "found", clerk), reason="编号不对", by=manager, at=now()
    )
    sheet = sheet_of(campaign)
    assert (sheet.at_county, sheet.written_off, sheet.lost, sheet.arrived, sheet.differs) == (2, 1, 1, 4, False)
    first.refresh_from_db()
    assert (first.state, first.station) == ("at_county", None)
    for kit in (first, second):
        kit.refresh_from_db()
        with pytest.raises(WrongState), transaction.atomic():
            said(kit, "found", clerk)
    with pytest.raises(WrongState), transaction.atomic():
        services.confirm_kit_settlement(settlement=refused, by=manager, at=now())
    client.force_login(manager)
    page = reverse("supplies:settlement", args=[refused.pk])
    assert third.serial in client.get(page).content.decode()
    assert client.get(reverse("supplies:settlements")).status_code == 200
    client.force_login(county_manager_of(StationFactory().county))
    assert client.get(page).status_code == 404
    client.force_login(helper_of(station))
    assert client.get(page).status_code == 404
    services.send_kits(campaign=campaign, station=station, count=2, by=clerk, at=now())


@pytest.mark.usefixtures("own_database")
def test_two_who_decide_at_once_decide_once():
    station = StationFactory()
    lost_crate(station, kits=1)
    found = said(Kit.objects.get(state="lost"), "found", county_clerk_of(station.county))
    deciders = [county_manager_of(station.county) for _number in range(2)]

    def confirm(by):
        return lambda: services.confirm_kit_settlement(settlement=found, by=by, at=now()).status

    assert sorted(together(*(confirm(by) for by in deciders))) == ["confirmed", "wrong_state"]
    assert Kit.objects.filter(state="at_county").count() == 2
