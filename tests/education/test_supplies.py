"""School kits: one for each child whatever the village, every kit accounted for, and a donor who sees no child."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.errors import Refused, WrongState
from core.fields import uuid7
from education.models import Handover, Kit, KitEntitlement
from education.safeguarding.services import ConsentMissing, record_child_file
from education.supplies import services
from education.supplies.queries import child_key_of, sheet_of, suspects_of
from stations.models import AccessRead, Person
from stations.network.services.offering import ServiceNotOpen
from stations.people.queries import confirmed_guardians
from stations.people.services import record_death
from stations.people.services.registration import PersonGone
from tests.factories.education import agreed, child_of
from tests.factories.finance import switch_on
from tests.factories.kits import campaign_of, entitled, given, kits_at, proposed
from tests.factories.people import resident
from tests.factories.stations import (
    StationFactory,
    api_client,
    county,
    county_clerk_of,
    helper_of,
    partner_of,
    send,
)

DAY = dt.timedelta(days=1)
SUPPLIES = "school_supplies"


@pytest.fixture
def station(db):
    return StationFactory()


def agreeing(station, **values):
    child = child_of(station, **values)
    agreed(child, SUPPLIES)
    agreed(child)
    return child


def number_of(child, index):
    """A document of this child whose number nobody needs to know here."""
    type(child).objects.filter(pk=child.pk).update(id_cipher=b"x", id_key_no=1, id_index=index, id_kind="resident_id")


def test_every_kit_that_arrived_is_handed_over_returned_damaged_or_in_stock(station):
    campaign, clerk, helper = campaign_of(station, kits=6), county_clerk_of(station.county), helper_of(station)
    first, second, third = kits_at(station, campaign, 3)
    handover = given(first, agreeing(station))
    given(second, agreeing(station))
    services.return_kit(handover=handover, reason="尺码不合适", by=partner_of(station), at=now())
    services.report_kit_damaged(kit=third, reason="淋雨", by=helper, at=now())
    services.send_kits(campaign=campaign, station=station, count=1, by=clerk, at=now())
    sheet = sheet_of(campaign)
    counted = (sheet.at_county, sheet.in_transit, sheet.at_station, sheet.handed_over, sheet.returned, sheet.damaged)
    assert (sheet.arrived, counted, sheet.in_stock, sheet.differs) == (6, (2, 1, 0, 1, 1, 1), 3, False)
    with pytest.raises(services.NotEnoughKits):
        services.send_kits(campaign=campaign, station=station, count=3, by=clerk, at=now())
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
        Kit.objects.filter(state="damaged").delete()
    Kit.objects.filter(pk=second.pk).update(state="at_station")
    assert sheet_of(campaign).differs


def test_a_child_gets_one_kit_of_a_campaign_in_whatever_village_and_under_whatever_record(station):
    other = StationFactory(county=station.county)
    campaign = campaign_of(station)
    [kit], [elsewhere] = kits_at(station, campaign), kits_at(other, campaign)
    child = agreeing(station, name="李小花")
    handover = given(kit, child)
    twin = child_of(other, name="李小花")
    type(twin).objects.filter(pk=twin.pk).update(birth_date=child.birth_date)
    twin.refresh_from_db()
    agreed(twin, SUPPLIES)
    with pytest.raises(services.AlreadyEntitled):
        given(elsewhere, child)
    held = proposed(campaign, twin)
    assert (held.status, suspects_of(campaign, twin, at=now())) == ("held", [handover.entitlement])
    with pytest.raises(services.NotEntitled):
        given(elsewhere, twin)
    row = dict.fromkeys(("campaign", "consent", "proof", "station", "received_by", "handed_by", "at"))
    row = {name: getattr(handover, name) for name in row} | {"kit": elsewhere, "child": twin, "entitlement": held}
    with pytest.raises(IntegrityError, match="kit_is_handed_over_to_an_entitled_child"), transaction.atomic():
        Handover.objects.create(**row, child_key=child_key_of(twin))
    KitEntitlement.objects.filter(pk=held.pk).update(
        status="approved", reason="另一个", decided_by=county_clerk_of(station.county), decided_at=now()
    )
    with pytest.raises(IntegrityError, match="name_and_birth_date_have_one_kit"), transaction.atomic():
        Handover.objects.create(**row, child_key=child_key_of(twin))
    services.cancel_entitlement(entitlement=held, reason="同一个孩子", by=county_clerk_of(station.county), at=now())
    services.return_kit(handover=handover, reason="拉链坏了", by=partner_of(station), at=now())
    second = given(elsewhere, child)
    assert (second.kit, second.is_replacement) == (elsewhere, True)
    with pytest.raises(WrongState):
        services.return_kit(handover=handover, reason="再退", by=partner_of(station), at=now())
    services.return_kit(handover=second, reason="又坏了", by=partner_of(other), at=now())
    with pytest.raises(services.ReplacedAlready):
        given(kits_at(station, campaign)[0], child)


def test_two_children_of_one_name_and_birth_date_are_told_apart_by_their_documents(station):
    campaign = campaign_of(station)
    kits = kits_at(station, campaign, 2)
    child, other = agreeing(station, name="王浩"), agreeing(station, name="王浩")
    given(kits[0], child)
    number_of(child, b"one")
    held = proposed(campaign, other)
    assert held.status == "held"
    services.refuse_entitlement(entitlement=held, reason="先补身份证号", by=county_clerk_of(station.county), at=now())
    number_of(other, b"other")
    assert given(kits[1], other).child == other
    kept = agreeing(station, name="王浩浩")
    Person.objects.filter(pk=other.pk).update(merged_into=kept)
    services.forget_child(child=kept)
    assert Handover.objects.get(child=other).child_key.startswith("forgotten:")


def test_the_rule_of_the_campaign_the_consent_and_the_guardian_decide(station):
    campaign = campaign_of(station, left_behind_only=True, age_from=9, age_to=9)
    [kit] = kits_at(station, campaign)
    child, young = agreeing(station, age=9), agreeing(station, age=8)
    with pytest.raises(services.NotEligible):
        given(kit, child)
    file = {"left_behind": "both_parents", "carer": None, "by": partner_of(station), "at": now()}
    for each in (child, young):
        record_child_file(child=each, parents_place="苏州", school="", grade=None, **file)
    with pytest.raises(services.NotEligible):
        given(kit, young)
    stranger = resident("路人", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    with pytest.raises(services.NotGuardian):
        given(kit, child, guardian=stranger)
    without = child_of(station, age=9, name="未同意")
    agreed(without)
    record_child_file(child=without, parents_place="苏州", school="", grade=None, **file)
    with pytest.raises(ConsentMissing):
        given(kit, without)
    elsewhere = StationFactory()
    with pytest.raises(ServiceNotOpen):
        given(kit, child, station=elsewhere)
    switch_on(elsewhere, "school_supplies")
    with pytest.raises(services.KitNotHere):
        given(kit, child, station=elsewhere)
    with pytest.raises(services.CampaignNotRunning):
        given(kit, child, at=now() + 11 * DAY)
    with pytest.raises(services.CampaignDates):
        campaign_of(station, ends_date=day_in(station.zone, now()) - 20 * DAY)
    assert given(kit, child).proof == "signature"


def test_a_second_record_that_knows_the_year_of_birth_alone_gets_no_second_kit(station):
    campaign = campaign_of(station)
    kits = kits_at(station, campaign, 3)
    child, other = agreeing(station, name="李小花"), agreeing(station, name="李小花", age=10)
    roughly = agreeing(station, name="李小花")
    year = dt.date(child.birth_date.year, 1, 1)
    Person.objects.filter(pk=roughly.pk).update(birth_date=year, birth_precision="year")
    roughly.refresh_from_db()
    given(kits[0], child)
    held = proposed(campaign, roughly)
    assert held.status == "held"
    services.refuse_entitlement(entitlement=held, reason="先补身份证号", by=county_clerk_of(station.county), at=now())
    assert given(kits[1], other).child == other
    number_of(child, b"one")
    number_of(roughly, b"other")
    number_of(other, b"third")
    assert given(kits[2], roughly).child == roughly


def test_kits_go_to_open_village_stations_of_the_county_of_the_campaign_alone(station):
    campaign, clerk = campaign_of(station), county_clerk_of(station.county)
    closed = StationFactory(county=station.county, status="suspended")
    far = StationFactory()
    for wrong in (closed, far):
        with pytest.raises(services.StationTakesNoKits):
            services.send_kits(campaign=campaign, station=wrong, count=1, by=clerk, at=now())
    assert sheet_of(campaign).at_county == 5
    shipped = send(api_client(clerk), f"/api/v1/kit-campaigns/{campaign.pk}/shipments/", station=closed.code, count=1)
    assert shipped.json()["code"] == "station_takes_no_kits"


def test_a_campaign_is_of_a_county_and_its_children_are_of_the_age_of_its_country(station):
    with pytest.raises(services.AdultsGetNoKits):
        campaign_of(station, age_to=18)
    abroad = StationFactory(county=county(country="KW"), zone="Asia/Kuwait")
    assert campaign_of(abroad, age_to=20).age_to == 20
    clerk = api_client(county_clerk_of(station.county))
    plan = {"name": "书包", "donor": "学会", "contents": "笔", "starts_date": "2026-09-01", "ends_date": "2027-01-31"}
    plan |= {"age_from": 6, "age_to": 15}
    assert send(clerk, "/api/v1/kit-campaign-plans/", county=station.village.code, **plan).status_code == 404
    assert send(clerk, "/api/v1/kit-campaign-plans/", county=station.county.code, **plan).status_code == 201


def test_a_kit_that_is_scanned_where_it_is_not_is_said_beside_the_field(station):
    campaign, next_door = campaign_of(station), StationFactory(county=station.county)
    services.send_kits(campaign=campaign, station=next_door, count=1, by=county_clerk_of(station.county), at=now())
    kit, browser = Kit.objects.get(station=next_door), Client()
    browser.force_login(helper_of(station))
    page = reverse("supplies:campaign-receive", args=[campaign.pk])
    answer = browser.post(page, {"serial": kit.serial, "key": uuid7().hex})
    assert (answer.status_code, list(answer.context["refused"].errors)) == (422, ["serial"])
    browser.force_login(helper_of(next_door))
    assert browser.post(page, {"serial": kit.serial, "key": uuid7().hex}).status_code == 303


def test_a_kit_that_is_handed_over_while_the_sheet_is_counted_is_counted_once(station, django_assert_num_queries):
    campaign = campaign_of(station)
    with django_assert_num_queries(1):
        assert sheet_of(campaign).arrived == 5


def test_the_page_of_a_child_shows_kits_under_merged_records_and_opens_those_of_this_station(station):
    next_door = StationFactory(county=station.county)
    campaign = campaign_of(station)
    [kit], stands, twice = kits_at(next_door, campaign), agreeing(station), agreeing(next_door)
    handover = given(kit, twice)
    Person.objects.filter(pk=twice.pk).update(merged_into=stands)
    browser = Client()
    browser.force_login(helper_of(station))
    page = browser.get(reverse("supplies:child", args=[stands.pk]))
    assert [(each, href) for each, href, _colour, _words in page.context["handovers"]] == [(handover, "")]


def test_no_kit_is_handed_over_for_a_child_who_has_died_nor_under_a_record_that_was_merged(station):
    campaign = campaign_of(station)
    [kit] = kits_at(station, campaign)
    child, twice, stands = (agreeing(station) for _number in range(3))
    record_death(person=child, died_date=day_in(station.zone, now()), by=helper_of(station), at=now())
    with pytest.raises(PersonGone):
        given(kit, child)
    Person.objects.filter(pk=twice.pk).update(merged_into=stands)
    with pytest.raises(WrongState):
        given(kit, twice)
    assert given(kit, stands).child == stands


def test_a_helper_scans_a_kit_for_a_child_over_the_api_and_a_code_that_was_not_sent_is_refused(station):
    campaign = campaign_of(station)
    switch_on(station, "school_supplies")
    services.send_kits(campaign=campaign, station=station, count=1, by=county_clerk_of(station.county), at=now())
    kit, child, helper = Kit.objects.get(station=station), agreeing(station), api_client(helper_of(station))
    entitled(campaign, child)
    path = f"/api/v1/kits/{kit.serial}"
    guardian = confirmed_guardians(child, day_in(station.zone, now())).first()
    body = {"child": str(child.pk), "guardian": str(guardian.pk), "proof": "signature"}
    assert send(helper, f"{path}/handover/", **body).json()["code"] == "kit_not_here"
    assert send(api_client(helper_of(StationFactory())), f"{path}/receive/").status_code == 404
    assert send(helper, f"{path}/receive/").json()["state"] == "at_station"
    by_code = body | {"proof": "code", "code": "123456"}
    assert send(helper, f"{path}/handover/", **by_code).json()["code"] == "code_expired"
    Person.objects.filter(pk=guardian.pk).update(phone="+8613812345678")
    assert send(helper, f"/api/v1/children/{child.pk}/kit-codes/", guardian=str(guardian.pk)).status_code == 201
    assert send(helper, f"{path}/handover/", **by_code).json()["code"] == "code_wrong"
    made = send(helper, f"{path}/handover/", **body)
    assert (made.status_code, made.json()["serial"]) == (201, kit.serial)
    assert send(helper, f"/api/v1/kit-handovers/{made.json()['id']}/return/", reason="坏了").status_code == 403
    reads = AccessRead.objects.filter(person=child, what="school_kits")
    before = reads.count()
    assert helper.get("/api/v1/kit-handovers/").json()["results"][0]["child"] == str(child.pk)
    assert reads.count() == before + 1


def test_who_asks_for_a_child_out_of_reach_stands_in_the_log_of_the_child(station, client):
    campaign = campaign_of(station)
    [kit] = kits_at(station, campaign)
    child, elsewhere = agreeing(station), StationFactory()
    handover = given(kit, child)
    [other] = kits_at(elsewhere, campaign_of(elsewhere))
    for place in (station, elsewhere):
        switch_on(place, "school_supplies")
    stranger = helper_of(elsewhere)
    guardian = confirmed_guardians(child, day_in(station.zone, now())).first()
    body = {"child": str(child.pk), "guardian": str(guardian.pk), "proof": "signature"}
    asks = api_client(stranger)
    assert send(asks, f"/api/v1/kits/{other.serial}/handover/", **body).status_code == 404
    assert send(asks, f"/api/v1/children/{child.pk}/kit-codes/", guardian=str(guardian.pk)).status_code == 404
    manager = api_client(county_clerk_of(elsewhere.county))
    returned = send(manager, f"/api/v1/kit-handovers/{handover.pk}/return/", reason="坏了")
    client.force_login(stranger)
    pages = [reverse("supplies:child", args=[child.pk]), reverse("supplies:handover", args=[handover.pk])]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    refused = AccessRead.objects.filter(person=child, what="refused")
    assert refused.filter(user=stranger).count() == 4
    assert refused.count() == 4 + (returned.status_code == 404)


def test_a_donor_reads_numbers_and_the_county_and_never_a_child(station):
    campaign = campaign_of(station)
    [kit] = kits_at(station, campaign)
    child = agreeing(station, name="欧阳小米")
    handover = given(kit, child)
    page = Client().get(f"/gifts/{campaign.follow_code}/")
    shown = page.content.decode()
    assert (page.status_code, page.context["sheet"].handed_over) == (200, 1)
    hidden = [child.full_name, "欧阳", station.name, station.village.name, kit.serial, str(child.pk)]
    assert [each for each in hidden if each in shown] == []
    assert Client().get("/gifts/AAAAAAAAAA/").status_code == 404
    assert Client().get("/gifts/x/").status_code == 404
    clerk = api_client(county_clerk_of(station.county))
    assert clerk.get("/api/v1/kit-handovers/").status_code == 403
    assert clerk.get("/api/v1/kit-campaigns/").json()["results"][0]["sheet"]["handed_over"] == 1
    browser = Client()
    browser.force_login(helper_of(station))
    before = AccessRead.objects.count()
    for name, pk in (("handover", handover.pk), ("child", child.pk)):
        assert child.full_name in browser.get(reverse(f"supplies:{name}", args=[pk])).content.decode()
    assert AccessRead.objects.count() == before + 2


@pytest.mark.usefixtures("own_database")
def test_two_villages_at_once_hand_one_kit_to_one_child():
    station = StationFactory()
    campaign = campaign_of(station)
    kits = kits_at(station, campaign, 3)
    child = agreeing(station)
    entitled(campaign, child)

    def give(kit):
        try:
            return str(given(kit, child).proof)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(give, kits)) == ["already_entitled"] * 2 + ["signature"]
    assert not sheet_of(campaign).differs
