"""Campaigns and days: who opens them, who is on the list, who has come, and what the county pays."""

import datetime as dt
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.days import instant_of, months_later
from core.errors import SamePerson, WrongState
from core.models import Notice, StatusChange
from core.money import Money
from finance import chart
from finance.models import CommissionLine, PayableLine
from health.checkups.models import Campaign, CheckupOrder, CheckupPackage, CheckupReport, ItemRange
from health.checkups.queries import missing_items, numbers_of
from health.checkups.services import (
    AlreadyListed,
    BudgetTooSmall,
    BudgetUsedUp,
    CampaignPeriodWrong,
    DayBegun,
    DayOutsideCampaign,
    DayOver,
    DayToCome,
    DayTooShort,
    FirstRevision,
    ItemsMissing,
    Limits,
    NoPlaceLeft,
    NotEligible,
    NothingExamined,
    PackageNotApproved,
    RangeWrong,
    approve_checkup_package,
    discard_checkup_draft,
    finish_order,
    move_checkup_day,
    open_campaign,
    open_checkup_day,
    propose_range,
    record_arrival,
    release_no_shows,
    revoke_order,
    roster_eligible,
    roster_resident,
)
from health.records.services import ResidentNotFound
from scheduling.calendars.services import ResourceTaken
from stations.network.services import ServiceNotOpen
from stations.people.identity import unseal
from stations.people.models import Person
from stations.people.services import record_death
from stations.people.services.consents import ConsentMissing
from tests.factories.checkups import DAYS, ELDER, checkup_place, package_in_use
from tests.factories.finance import desk, helper_at, plan_of, switch_on
from tests.factories.people import resident
from tests.factories.stations import PostFactory, UserFactory, api_client
from tests.health.test_merged_cases import merged
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_package_is_used_after_another_person_has_approved_it_and_never_changes_then():
    draft, maker = CheckupPackage.objects.get(), UserFactory()
    assert (draft.status, draft.items.count()) == ("draft", 45)
    found = package_in_use()
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemRange.objects.filter(item__package=found).update(high=99)
    about = {"item": "glucose", "by": maker, "at": now()}
    for limits in (Limits(), Limits(low=7, high=6), Limits(high=6, critical_high=5)):
        with pytest.raises(RangeWrong):
            propose_range(package=found, limits=limits, **about)
    changed = propose_range(package=found, limits=Limits(low=4, high=7), laboratory="LAB1", **about)
    assert (changed.revision, changed.status, changed.items.count()) == (2, "draft", 45)
    with pytest.raises(RangeWrong):
        propose_range(package=changed, limits=Limits(high=8), laboratory="LAB1", from_age=60, **about)
    with pytest.raises(WrongState):
        propose_range(package=found, limits=Limits(high=8), item="hba1c", by=UserFactory(), at=now())
    with pytest.raises(SamePerson):
        approve_checkup_package(package=changed, by=maker, at=now())
    approve_checkup_package(package=changed, by=UserFactory(), at=now())
    found.refresh_from_db()
    assert (changed.status, found.status) == ("active", "retired")
    assert (
        ItemRange.objects.filter(item__package=found).count() + 1
        == ItemRange.objects.filter(item__package=changed).count()
    )


def test_a_draft_is_discarded_the_revision_in_use_stays_and_what_came_with_the_system_is_approved_only():
    with pytest.raises(FirstRevision):
        discard_checkup_draft(package=CheckupPackage.objects.get(), reason="不用", by=UserFactory(), at=now())
    found, about = package_in_use(), {"item": "glucose", "limits": Limits(low=4, high=7), "at": now()}
    draft = propose_range(package=found, by=UserFactory(), **about)
    dropped = discard_checkup_draft(package=draft, reason="实验室更正", by=UserFactory(), at=now())
    found.refresh_from_db()
    assert (dropped.status, dropped.approved_by, found.status) == ("discarded", None, "active")
    with pytest.raises(WrongState):
        approve_checkup_package(package=dropped, by=UserFactory(), at=now())
    assert propose_range(package=found, by=UserFactory(), **about).revision == 3


def test_who_has_not_come_within_a_week_frees_the_budget_and_who_was_received_stays():
    there = checkup_place(budget=240_00)
    came, absent = (there.listed() for _ in range(2))
    day, campaign = there.day.local_date, there.day.campaign
    record_arrival(order=came, by=there.nurse, at=there.noon)
    about = {"zone": there.clinic.zone, "at": now()}
    assert release_no_shows(on_date=day + 7 * DAYS, **about) == 0
    assert release_no_shows(on_date=day + 8 * DAYS, **about) == 1
    assert release_no_shows(on_date=day + 9 * DAYS, **about) == 0
    for order in (came, absent):
        order.refresh_from_db()
    campaign.refresh_from_db()
    assert (came.status, absent.status, campaign.ordered) == ("active", "revoked", 1)


def test_a_result_that_comes_after_the_week_puts_its_resident_on_the_list_again_while_the_budget_pays():
    there = checkup_place(budget=240_00)
    late, beyond = (there.listed() for _ in range(2))
    day, campaign = there.day.local_date, there.day.campaign
    release_no_shows(zone=there.clinic.zone, on_date=day + 8 * DAYS, at=now())
    first = there.send(there.reading(late, "temperature", 36.6))
    late.refresh_from_db()
    assert ([each.outcome for each in first], late.status, late.day) == (["accepted"], "active", there.day)
    Campaign.objects.filter(pk=campaign.pk).update(budget_minor=120_00)
    [refused] = there.send(there.reading(beyond, "temperature", 36.6))
    beyond.refresh_from_db()
    assert (refused.refusal.code, beyond.status) == ("budget_used_up", "revoked")
    campaign.refresh_from_db()
    assert campaign.ordered == 1
    changes = StatusChange.objects.filter(object_id=str(late.pk)).order_by("pk")
    assert [each.reason for each in changes][-2:] == ["no_show", "late_result"]


def test_a_campaign_needs_an_approved_package_of_the_country_and_money_for_one_checkup():
    there = checkup_place()
    day, clinic = there.day.local_date, there.clinic
    about = {"clinic": clinic, "name": "体检", "from_date": day, "to_date": day + 9 * DAYS, "by": UserFactory()}
    money = {"price": Money(120_00, "CNY"), "budget": Money(120_00, "CNY")}
    package = package_in_use()
    with pytest.raises(BudgetTooSmall):
        open_campaign(package=package, **about, **{**money, "budget": Money(119_99, "CNY")}, at=now())
    with pytest.raises(CampaignPeriodWrong):
        open_campaign(package=package, **{**about, "to_date": day - DAYS}, **money, at=now())
    draft = propose_range(package=package, item="hba1c", limits=Limits(high=6), by=UserFactory(), at=now())
    with pytest.raises(PackageNotApproved):
        open_campaign(package=draft, **about, **money, at=now())
    made = open_campaign(package=package, **about, **money, at=now())
    assert (len(made.number), made.ordered) == (6, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=made.pk).update(ordered=2)


def test_a_day_lies_in_its_campaign_is_cut_into_half_hours_and_has_the_team_alone():
    there = checkup_place()
    day = there.day.local_date + 3 * DAYS
    about = {"campaign": there.day.campaign, "station": there.ready.station, "per_slot": 4, "by": there.nurse}
    hours = {"starts": dt.time(8), "ends": dt.time(10)}
    for wrong in (there.day.local_date, there.day.campaign.to_date + DAYS):
        with pytest.raises(DayOutsideCampaign):
            open_checkup_day(**about, **hours, day=wrong, at=now())
    with pytest.raises(DayTooShort):
        open_checkup_day(**about, day=day, starts=dt.time(8), ends=dt.time(8, 29), at=now())
    made = open_checkup_day(**about, **hours, day=day, at=now())
    assert list(made.session.slots.order_by("starts_at").values_list("capacity", flat=True)) == [4, 4, 4, 4]
    with pytest.raises(ResourceTaken):
        open_checkup_day(**about, day=day, starts=dt.time(9), ends=dt.time(11), at=now())


def test_all_who_may_come_are_listed_in_a_few_statements_by_half_hours_and_again_adds_nobody():
    there = checkup_place(per_slot=2)
    for number in range(5):
        there.elder(f"李{'一二三四五'[number]}梅")
    there.elder("不同意", agrees=False)
    there.elder("年轻人", birth_date=months_later(there.day.local_date, -65 * 12) + DAYS)
    away = there.elder("搬走了")
    Person.objects.filter(pk=away.pk).update(residence="moved_out")
    resident("外村人", by=None, **ELDER)
    with CaptureQueriesContext(connection) as asked:
        made = roster_eligible(day=there.day, by=there.nurse, at=there.before)
    assert (made.listed, made.without_place, made.not_agreed) == (5, 0, 1)
    assert len(asked) < 25
    rows = CheckupOrder.objects.order_by("serial")
    assert [row.place for row in rows.order_by("slot", "place")] == [1, 2, 1, 2, 1]
    assert rows[0].serial == f"{there.day.campaign.number}-0001"
    assert {row.due_date for row in CheckupReport.objects.all()} == {there.day.local_date + 14 * DAYS}
    again = roster_eligible(day=there.day, by=there.nurse, at=there.before)
    assert (again.listed, CheckupOrder.objects.count()) == (0, 5)
    old_enough = there.elder("刚满岁", birth_date=months_later(there.day.local_date, -65 * 12))
    there.elder("没位子")
    assert roster_eligible(day=there.day, by=there.nurse, at=there.before).without_place == 1
    assert there.order_of(old_enough).status == "active"
    with pytest.raises(NoPlaceLeft):
        roster_eligible(day=there.day, by=there.nurse, at=there.before)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckupOrder.objects.filter(pk=rows[0].pk).update(place=3)


def test_one_resident_is_listed_with_consent_once_and_as_far_as_the_budget_pays():
    there = checkup_place(price=100_00, budget=199_99)
    person, number = there.resident(**ELDER)
    about = {"day": there.day, "by": there.nurse, "at": there.before}
    with pytest.raises(ConsentMissing):
        roster_resident(**about, id_number=number)
    with pytest.raises(ResidentNotFound):
        roster_resident(**about, id_number="110105194912310020")
    with pytest.raises(NotEligible):
        roster_resident(**about, id_number=there.resident()[1])
    for put in (roster_eligible, partial(roster_resident, id_number=number, manner="signature")):
        with pytest.raises(DayOver):
            put(**{**about, "at": there.noon + DAYS})
    made = roster_resident(**about, id_number=number, manner="signature")
    with pytest.raises(BudgetUsedUp):
        roster_resident(**about, id_number=there.resident(**ELDER)[1], manner="signature")
    revoke_order(order=made, reason="在外地", by=there.nurse, at=there.before)
    again = roster_resident(**about, id_number=number)
    assert (made.serial[-4:], again.serial[-4:], again.place) == ("0001", "0002", 1)
    rich = checkup_place(there.ready)
    roster_resident(**{**about, "day": rich.day}, id_number=number)
    with pytest.raises(AlreadyListed):
        roster_resident(**{**about, "day": rich.day}, id_number=number)
    assert person.pk == again.resident_id


def test_who_comes_is_received_once_by_a_station_that_offers_it_and_not_before_the_day():
    there = checkup_place()
    order, partner = there.listed(), there.ready.partner
    with pytest.raises(DayToCome):
        record_arrival(order=order, by=there.nurse, at=there.noon - DAYS)
    with pytest.raises(ServiceNotOpen):
        record_arrival(order=order, by=partner, at=there.noon)
    switch_on(there.ready.station, "checkup")
    came = record_arrival(order=order, by=partner, at=there.noon)
    assert record_arrival(order=order, by=there.nurse, at=there.noon).arrived_by == came.arrived_by == partner


def test_the_county_pays_the_clinic_and_the_station_that_received_the_resident_once():
    plan_of({"service": "checkup", "total_kind": "flat", "total_value": 3_00, "shares": [("partner", "flat", 2_00)]})
    there = checkup_place(desk())
    switch_on(there.ready.station, "checkup")
    order, other = there.listed(), there.listed("赵春梅")
    record_arrival(order=order, by=there.ready.partner, at=there.noon)
    with pytest.raises(ItemsMissing):
        finish_order(order=order, by=there.nurse, at=there.noon)
    there.fill(order)
    own = UserFactory(person=order.resident)
    with pytest.raises(SamePerson):
        finish_order(order=order, by=own, at=there.noon)
    earned = there.ready.holds(there.ready.own_key)
    for _press in range(2):
        done = finish_order(order=order, by=there.nurse, at=there.noon)
    there.completed(other)
    clinic = chart.hospital(there.clinic.code)
    county = chart.subsidy(there.ready.station.county, f"checkup-{there.day.campaign.number}")
    assert (done.status, done.report.status) == ("completed", "preliminary")
    assert there.ready.holds(clinic) == 240_00
    assert there.ready.holds(there.ready.own_key) - earned == 2_00
    assert there.ready.holds(county) == -(240_00 + 3_00)
    assert PayableLine.objects.filter(event_type="checkup").count() == 2
    assert {line.event_id for line in CommissionLine.objects.filter(service="checkup")} == {str(order.pk)}


def test_who_works_in_a_clinic_earns_nothing_for_receiving_with_whichever_login_and_who_did_once_earns():
    plan_of({"service": "checkup", "total_kind": "flat", "total_value": 3_00, "shares": [("partner", "flat", 2_00)]})
    there = checkup_place(desk())
    switch_on(there.ready.station, "checkup")
    partner, helper, nurse = there.ready.partner, helper_at(there.ready), there.nurse
    PostFactory(user=partner, role="nurse", division=there.clinic.division, to_at=there.before)
    # One person with two logins: of a record, and of one that became part of it.
    nurse.person, helper.person = (resident("孙玉兰", there.ready.station, by=partner) for _login in range(2))
    nurse.save()
    helper.save()
    merged(nurse.person, helper.person)
    by_partner, by_nurse = there.listed(), there.listed("赵春梅")
    record_arrival(order=by_partner, by=partner, at=there.noon)
    record_arrival(order=by_nurse, by=helper, at=there.noon)
    for order in (by_partner, by_nurse):
        there.completed(order)
    assert {line.event_id for line in CommissionLine.objects.filter(service="checkup")} == {str(by_partner.pk)}


def test_a_clinic_with_another_currency_is_paid_in_it_without_decimals():
    there = checkup_place(desk(currency="JPY"), price=3_000, budget=3_000)
    there.completed(there.listed())
    line = PayableLine.objects.get(event_type="checkup")
    assert (line.currency, line.amount_minor, str(there.day.campaign.price)) == ("JPY", 3_000, "3000")
    with pytest.raises(BudgetUsedUp):
        there.listed("赵春梅")


def test_who_dies_is_expected_no_more_and_the_money_is_free_again():
    there = checkup_place()
    order, critical = there.listed(), there.listed("赵春梅")
    there.send(there.reading(critical, "glucose", 18))
    for each in (order, critical):
        record_death(person=each.resident, died_date=there.day.local_date, by=there.ready.partner, at=there.noon)
    run_jobs()
    for each in (order, critical):
        each.refresh_from_db()
        assert each.status == "revoked"
    assert (critical.tasks.get().status, Campaign.objects.get().ordered) == ("cancelled", 0)


def test_nobody_pays_for_a_checkup_in_which_nothing_was_examined_and_it_is_taken_from_the_list():
    there = checkup_place()
    order = there.listed()
    reasons = [there.reading(order, each.code, absent_because="refused") for each in missing_items(order)]
    there.send(*reasons)
    with pytest.raises(NothingExamined):
        finish_order(order=order, by=there.nurse, at=there.noon)
    assert not PayableLine.objects.filter(event_type="checkup").exists()
    assert revoke_order(order=order, reason="没有来", by=there.nurse, at=there.noon).status == "revoked"
    # Filling the list again takes nobody back who was taken from it.
    assert roster_eligible(day=there.day, by=there.nurse, at=there.before).listed == 0
    other = there.listed("赵春梅")
    there.send(there.reading(other, "pulse", 70))
    with pytest.raises(WrongState):
        revoke_order(order=other, reason="没有来", by=there.nurse, at=there.noon)


def test_two_records_of_one_person_are_one_checkup_which_goes_on_after_they_became_one():
    there = checkup_place()
    partner = there.ready.partner
    order, other = there.listed(), there.listed("赵春梅")
    kept, second = (resident(name, there.ready.station, by=partner, **ELDER) for name in ("张桂兰", "赵春梅"))
    for record, each in ((kept, order), (second, other)):
        merged(record, each.resident)
        record.refresh_from_db()
    assert roster_eligible(day=there.day, by=there.nurse, at=there.before).listed == 0
    with pytest.raises(AlreadyListed):
        roster_resident(day=there.day, id_number=unseal(kept), by=there.nurse, at=there.before)
    assert there.completed(order).status == "completed"
    record_death(person=second, died_date=there.day.local_date, by=partner, at=there.noon)
    run_jobs()
    other.refresh_from_db()
    assert other.status == "revoked"


def test_small_numbers_of_campaigns_are_hidden_from_the_county():
    there = checkup_place()
    manager = UserFactory()
    PostFactory(user=manager, role="county_manager", division=there.ready.station.county)
    for number in range(4):
        there.listed(f"李{'一二三四'[number]}梅")
    row = numbers_of(manager, at=now())[0]
    assert (row.ordered, row.completed) == (None, None)
    # Nor do list and API of the campaigns tell it.
    [campaign] = api_client(manager).get("/api/v1/checkup-campaigns/").json()["results"]
    assert campaign["ordered"] is None
    there.listed("李五梅")
    row = numbers_of(manager, at=now())[0]
    assert (row.ordered, row.completed, row.told) == (5, None, None)


def test_a_number_of_told_residents_from_which_a_few_untold_ones_follow_is_hidden_from_the_county(client):
    there = checkup_place()
    manager = UserFactory()
    PostFactory(user=manager, role="county_manager", division=there.ready.station.county)
    for number in range(7):
        there.listed(f"李{'一二三四五六七'[number]}梅")
    CheckupOrder.objects.update(status="completed", completed_at=there.noon, completed_by=there.nurse)
    told = {"told_how": "phone", "told_by": there.nurse, "told_at": there.noon}
    release = {"status": "final", "released_by": there.doctor, "released_at": there.noon}
    reports = CheckupReport.objects.order_by("pk")
    for count, expected in ((5, None), (7, 7)):
        reports.filter(pk__in=reports.values("pk")[:count]).update(**release, **told)
        assert {(row.completed, row.told) for row in numbers_of(manager, at=now())} == {(7, expected)}
    # The page draws what it may tell, and the file has the same: what seven cost, and no name.
    campaign = there.day.campaign
    cost = Money(7 * campaign.price_minor, campaign.currency)
    client.force_login(manager)
    page = client.get("/health/checkup-figures/")
    assert (page.context["chart"].values, "李一梅" in page.content.decode()) == ([7.0], False)
    lines = client.get("/health/checkup-figures/file/").content.decode().splitlines()
    assert [line.endswith(f",7,7,7,{cost.display()}") for line in lines[1:]] == [True, True]
    assert campaign.name in lines[1]
    CheckupOrder.objects.filter(report__in=reports[:3]).update(status="active", completed_at=None, completed_by=None)
    row = numbers_of(manager, at=now())[0]
    assert (row.completed, row.cost) == (None, None)
    assert client.get("/health/checkup-figures/").context["chart"] is None


def test_a_day_moves_with_its_list_and_its_hours_and_everybody_is_told_but_who_would_be_too_young():
    there = checkup_place()
    about = {"starts": dt.time(8), "ends": dt.time(9, 30), "per_slot": 8, "by": there.nurse, "at": now()}
    campaign, today = there.day.campaign, there.day.local_date + DAYS
    where = {"campaign": campaign, "station": there.day.station}
    day = open_checkup_day(**where, day=today + 4 * DAYS, **about)
    elder = there.elder(phone="13805160031")
    birthday = months_later(today + 4 * DAYS, -12 * 65)
    just_old_enough = there.elder("李秀兰", birth_date=birthday)
    roster_eligible(day=day, by=there.nurse, at=now())
    order, young = there.order_of(elder), there.order_of(just_old_enough)
    clock = order.slot.starts_at - instant_of(there.clinic.zone, day.local_date, dt.time())
    taken = open_checkup_day(**where, day=today + 5 * DAYS, **about)
    with pytest.raises(ResourceTaken):
        move_checkup_day(day=day, to_date=taken.local_date, by=there.nurse, at=now())
    with pytest.raises(DayOutsideCampaign):
        move_checkup_day(day=day, to_date=today, by=there.nurse, at=now())
    for _press in range(2):
        moved = move_checkup_day(day=day, to_date=today + 2 * DAYS, by=there.nurse, at=now())
    for row in (order, young, campaign):
        row.refresh_from_db()
    assert (moved.local_date, moved.session.local_date) == (today + 2 * DAYS, today + 2 * DAYS)
    assert order.slot.starts_at - instant_of(there.clinic.zone, moved.local_date, dt.time()) == clock
    assert (order.status, young.status, campaign.ordered) == ("active", "revoked", 1)
    assert order.report.due_date == moved.local_date + dt.timedelta(days=campaign.package.report_days)
    notice = Notice.objects.get(template="checkup_day_moved")
    assert set(notice.params) == {"place", "date", "time"}
    record_arrival(order=order, by=there.nurse, at=moved.session.starts_at)
    with pytest.raises(DayBegun):
        move_checkup_day(day=day, to_date=today + 6 * DAYS, by=there.nurse, at=now())
