"""Produce from the scale to the farmer's statement: weights, grades, lots, sales, everybody's part."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import CodeWrong, SamePerson, WrongState
from core.models import Event, Notice
from core.money import Money, parts_of
from finance import chart
from finance.models import PayableLine, PayeeAccount
from finance.settlement.services import enrol_payees
from orders.models import (
    BuyerClaim,
    DeductionRow,
    FarmerStatement,
    HarvestNotice,
    IntakeGrade,
    Lot,
    LotGrade,
    LotSource,
)
from orders.produce import services
from orders.produce.queries import farmers_above, lots_below, sales_below
from tests.factories.people import second_login_of
from tests.factories.produce import (
    accepted,
    another_farmer,
    buyer_called,
    closed,
    code_of,
    delivered,
    example_b,
    graded,
    opened,
    orchard,
    sold,
    weighed,
)
from tests.factories.stations import UserFactory, county_manager_of, helper_of
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture
def ready():
    return orchard()


def held_by(ready, **keys):
    return {name: ready.holds(key) for name, key in keys.items()}


def test_example_b_is_shared_to_the_cent_and_the_reserve_comes_back_after_seven_days(ready):
    at = now()
    lot = example_b(ready, at=at)
    keys = {
        "county": chart.commission_of_county(ready.station.county),
        "carrier": chart.carrier("route-3"),
        "partner": ready.own_key,
        "revenue": chart.platform("revenue"),
        "reserve": ready.reserve_key,
        "farmer": ready.farmer_key,
        "passed on": chart.sold_produce(),
        "buyer": chart.buyer("nanjing"),
    }
    assert held_by(ready, **keys) == {
        "county": 57_00,
        "carrier": 66_50,
        "partner": 19_00,
        "revenue": 34_29,
        "reserve": 22_86,
        "farmer": 943_35,
        "passed on": 0,
        "buyer": -1_143_00,
    }
    assert findings() == []
    statement = FarmerStatement.objects.get()
    assert statement.deductions.count() == 5
    assert (statement.gross_minor, statement.net_minor, statement.grams) == (1_143_00, 943_35, 190_000)
    ends_at = lot.sales.first().claim_until_at
    first_day_after = day_in(ready.centre.zone, at) + 8 * DAY
    assert ends_at == instant_of(ready.centre.zone, first_day_after, dt.time())
    county = ready.station.county.code
    assert services.settle_lots(county=county, at=ends_at - SECOND) == []
    assert [each.pk for each in services.settle_lots(county=county, at=ends_at)] == [lot.pk]
    assert services.settle_lots(county=county, at=ends_at) == []
    statement.refresh_from_db()
    assert (statement.paid.minor, statement.share_bp, statement.per_kg.minor) == (966_21, 8_453, 5_09)
    assert held_by(ready, farmer=ready.farmer_key, reserve=ready.reserve_key) == {"farmer": 966_21, "reserve": 0}
    lines = PayableLine.objects.filter(account__code=ready.farmer_key.code)
    assert sorted(lines.values_list("amount_minor", flat=True)) == [22_86, 943_35]
    event = Event.objects.get(name="orders.produce_settled").payload
    assert (event["station"], event["farmer"], event["gross_minor"]) == (
        ready.station.pk, str(ready.farmer.pk), 1_143_00)  # fmt: skip


def test_a_county_that_earns_by_packing_alone_is_told_as_a_county_and_pays_no_partners_tax(ready):
    example_b(ready)
    assert enrol_payees(country="CN", at=now()) == 4
    found = dict(PayeeAccount.objects.values_list("account__code", "kind"))
    county, partner = chart.commission_of_county(ready.station.county), ready.own_key
    assert (found[county.code], found[partner.code]) == ("county", "partner")


def test_another_currency_has_the_same_arithmetic_and_its_own_accounts():
    ready = orchard(currency="JPY")
    example_b(ready)
    statement = FarmerStatement.objects.get()
    assert (statement.currency, statement.net_minor, str(statement.net)) == ("JPY", 943_35, "94335")
    assert ready.holds(ready.farmer_key) == 943_35


def test_a_claim_takes_the_reserve_and_the_rest_is_the_platforms(ready):
    at = now()
    lot = example_b(ready, at=at)
    first, second = lot.sales.order_by("pk")
    with pytest.raises(services.ClaimTooLarge):
        services.raise_claim(sale=second, amount=Money(168_01, "CNY"), reason="坏果", by=ready.clerk, at=at)
    claim = services.raise_claim(sale=first, amount=Money(30_00, "CNY"), reason="坏果", by=ready.clerk, at=at)
    ends_at = first.claim_until_at
    assert services.settle_lots(county=ready.station.county.code, at=ends_at) == []
    both = county_manager_of(ready.station.county, ready.clerk)
    with pytest.raises(SamePerson):
        services.accept_claim(claim=claim, by=both, at=at)
    services.accept_claim(claim=claim, by=ready.manager, at=at)
    # The reserve of this sale is 19.50 of 22.86.
    assert held_by(ready, reserve=ready.reserve_key, buyer=chart.buyer("nanjing"), loss=chart.platform("expense")) == {
        "reserve": 3_36, "buyer": -1_113_00, "loss": 10_50}  # fmt: skip
    with pytest.raises(WrongState):
        services.reject_claim(claim=claim, decision="no", by=ready.manager, at=at)
    late = {"sale": second, "amount": Money(1_00, "CNY"), "reason": "坏果", "by": ready.clerk}
    with pytest.raises(services.ClaimTooLate):
        services.raise_claim(**late, at=ends_at)
    services.settle_lots(county=ready.station.county.code, at=ends_at)
    statement = FarmerStatement.objects.get()
    assert (statement.lost_minor, statement.released_minor, statement.paid.minor) == (19_50, 3_36, 946_71)
    assert BuyerClaim.objects.get().status == "accepted"


def test_proceeds_go_to_intakes_by_weight_with_the_largest_remainder():
    assert parts_of(641_00, [33_400, 33_300, 33_300]) == [214_10, 213_45, 213_45]
    assert parts_of(2, [1, 1, 1]) == [1, 1, 0]


def test_a_lot_of_two_farmers_is_split_in_three_and_its_recall_finds_everybody(ready):
    other = another_farmer(ready, phone="+8613900000321")
    accepted(ready, 60_000, 0, 0)
    accepted(ready, 40_000, 0, 0, farmer=other)
    lot = closed(ready)
    grams = {ready.first: 30_000}
    children = [services.split_lot(lot=lot, grams=grams, by=ready.clerk, at=now(), key=f"split{n}") for n in range(3)]
    market = buyer_called("shanghai", phone="+8613800000888")
    sold(ready, children[0], ready.first, 30_000, 6_50)
    sold(ready, children[1], ready.first, 30_000, 6_50, buyer=market)
    delivered(ready, children[0])
    parts = FarmerStatement.objects.order_by("-gross_minor").values_list("farmer", "grams", "gross_minor")
    assert list(parts) == [(ready.farmer.pk, 18_000, 117_00), (other.pk, 12_000, 78_00)]
    with pytest.raises(WrongState):
        services.release_lot(lot=lot, reason="x", by=ready.clerk, at=now())
    services.hold_lot(lot=lot, reason="待查", by=ready.clerk, at=now())
    assert set(Lot.objects.values_list("status", flat=True)) == {"on_hold"}
    services.release_lot(lot=lot, reason="没事", by=ready.clerk, at=now())
    assert sorted(Lot.objects.values_list("status", flat=True)) == ["allocated", "closed", "closed", "delivered"]
    services.recall_lot(lot=lot, reason="农药残留", by=ready.manager, at=now())
    assert set(Lot.objects.values_list("status", flat=True)) == {"recalled"}
    assert set(lots_below(lot)) == {lot.pk, *(child.pk for child in children)}
    assert {sale.buyer.code for sale in sales_below(lot)} == {"nanjing", "shanghai"}
    assert {person.pk for person in farmers_above(children[2])} == {ready.farmer.pk, other.pk}
    told = Notice.objects.filter(template__in=["produce_recalled", "lot_recalled"])
    assert told.count() == 4
    with pytest.raises(WrongState):
        sold(ready, children[2], ready.first, 1_000, 6_50)


def test_what_was_made_from_a_lot_is_stopped_and_recalled_where_nothing_is_left_in_the_lot_itself(ready):
    accepted(ready, 60_000, 0, 0)
    lot = closed(ready)
    grams = {ready.first: 30_000}
    children = [services.split_lot(lot=lot, grams=grams, by=ready.clerk, at=now(), key=f"half{n}") for n in range(2)]
    lot.refresh_from_db()
    assert lot.status == "moved"
    services.hold_lot(lot=lot, reason="待查", by=ready.clerk, at=now())
    assert set(Lot.objects.values_list("status", flat=True)) == {"on_hold"}
    services.release_lot(lot=lot, reason="没事", by=ready.clerk, at=now())
    assert [each.status for each in Lot.objects.order_by("pk")] == ["moved", "closed", "closed"]
    at = now()
    sold(ready, children[0], ready.first, 30_000, 6_50, at=at)
    delivered(ready, children[0], at=at)
    services.settle_lots(county=ready.station.county.code, at=at + 9 * DAY)
    services.recall_lot(lot=children[0], reason="农药残留", by=ready.manager, at=at + 9 * DAY)
    services.recall_lot(lot=lot, reason="农药残留", by=ready.manager, at=at + 9 * DAY)
    assert set(Lot.objects.values_list("status", flat=True)) == {"recalled"}


def test_a_lot_that_two_holds_stop_goes_on_when_both_are_released(ready):
    accepted(ready, 60_000, 0, 0)
    lot = closed(ready)
    child = services.split_lot(lot=lot, grams={ready.first: 30_000}, by=ready.clerk, at=now(), key="one half")
    services.hold_lot(lot=child, reason="箱子破了", by=ready.clerk, at=now())
    services.hold_lot(lot=lot, reason="待查农残", by=ready.clerk, at=now())

    def states_after(released):
        services.release_lot(lot=released, reason="没事", by=ready.clerk, at=now())
        return [each.status for each in Lot.objects.order_by("pk")]

    assert states_after(lot) == ["closed", "on_hold"]
    assert states_after(child) == ["closed", "closed"]
    services.hold_lot(lot=child, reason="箱子破了", by=ready.clerk, at=now())
    services.hold_lot(lot=lot, reason="待查农残", by=ready.clerk, at=now())
    assert states_after(child) == ["on_hold", "on_hold"]
    assert states_after(lot) == ["closed", "on_hold"]
    assert states_after(child) == ["closed", "closed"]


def test_every_cent_is_shared_out_where_a_farmer_has_less_than_a_gram_of_what_is_sold(ready):
    accepted(ready, 300, 0, 0)
    accepted(ready, 999_700, 0, 0, farmer=another_farmer(ready))
    lot = closed(ready)
    sample = services.split_lot(lot=lot, grams={ready.first: 1_000}, by=ready.clerk, at=now(), key="sample")
    sold(ready, sample, ready.first, 1_000, 20_00)
    delivered(ready, sample)
    assert sum(FarmerStatement.objects.values_list("gross_minor", flat=True)) == 20_00
    assert held_by(ready, buyer=chart.buyer("nanjing"), rest=chart.sold_produce()) == {"buyer": -20_00, "rest": 0}


def test_deductions_that_are_rounded_up_leave_a_farmer_of_a_few_grams_no_less_than_nothing(ready):
    accepted(ready, 17, 0, 0)
    accepted(ready, 999_983, 0, 0, farmer=another_farmer(ready))
    lot = closed(ready)
    sold(ready, lot, ready.first, 1_000_000, 81)
    delivered(ready, lot)
    few = FarmerStatement.objects.get(farmer=ready.farmer)
    assert (few.grams, few.gross_minor, few.deducted_minor, few.net_minor) == (17, 1, 1, 0)
    assert sum(FarmerStatement.objects.values_list("gross_minor", flat=True)) == 810_00


def test_a_lot_is_not_delivered_while_the_deductions_of_the_day_leave_nothing(ready):
    accepted(ready, 10_000, 0, 0)
    lot = closed(ready)
    sold(ready, lot, ready.first, 10_000, 6_50)
    DeductionRow.objects.filter(code="packing").update(value=6_50)
    with pytest.raises(services.PriceBelowDeductions):
        delivered(ready, lot)
    assert not FarmerStatement.objects.exists()


def test_two_people_may_press_with_the_same_key(ready):
    lots = [opened(ready, by=by, key="1" * 16) for by in (ready.clerk, ready.clerk, ready.manager)]
    assert lots[0] == lots[1] != lots[2]


def test_two_lots_are_merged_and_the_older_ones_are_empty(ready):
    accepted(ready, 60_000, 0, 0)
    first = closed(ready)
    accepted(ready, 40_000, 0, 0, farmer=another_farmer(ready))
    second = closed(ready)
    merged = opened(ready)
    services.fill_lot(lot=merged, lots=[first, second], by=ready.clerk, at=now())
    assert set(Lot.objects.exclude(pk=merged.pk).values_list("status", flat=True)) == {"moved"}
    assert merged.grades.get().grams == 100_000
    with pytest.raises(WrongState):
        services.fill_lot(lot=opened(ready), lots=[first], by=ready.clerk, at=now())
    with pytest.raises(services.LotEmpty):
        services.close_lot(lot=opened(ready), by=ready.clerk, at=now())


def test_the_farmer_agrees_by_a_code_and_a_wrong_one_uses_up_a_try(ready):
    intake = services.ask_farmer(intake=graded(ready), by=ready.partner, at=now())
    code = code_of(intake)
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(CodeWrong):
        services.accept_by_code(intake=intake, code=wrong, by=ready.partner, at=now())
    intake = services.accept_by_code(intake=intake, code=code, by=ready.partner, at=now())
    assert (intake.status, intake.tries) == ("accepted", 1)


def test_a_disputed_grade_is_graded_by_another_person_whose_grades_stand(ready):
    intake = services.dispute_intake(intake=graded(ready), reason="二级太多", by=ready.partner, at=now())
    grams = {ready.first: 180_000, ready.second: 15_000}
    with pytest.raises(services.SameGrader):
        services.regrade_intake(intake=intake, grams=grams, rejected_g=5_000, by=ready.partner, at=now())
    with pytest.raises(services.SameGrader):
        services.regrade_intake(
            intake=intake, grams=grams, rejected_g=5_000, by=second_login_of(ready.partner), at=now()
        )
    with pytest.raises(services.GradesDoNotAddUp):
        services.regrade_intake(intake=intake, grams=grams, rejected_g=5_001, by=ready.clerk, at=now())
    intake = services.regrade_intake(intake=intake, grams=grams, rejected_g=5_000, by=ready.clerk, at=now())
    services.accept_signed(intake=intake, witness=another_farmer(ready), by=ready.partner, at=now())
    closed(ready)
    assert sorted(LotGrade.objects.values_list("grams", flat=True)) == [15_000, 180_000]
    with pytest.raises(WrongState):
        services.dispute_intake(intake=intake, reason="x", by=ready.partner, at=now())


def test_nobody_weighs_grades_or_witnesses_their_own_harvest(ready):
    farmer = UserFactory(person=ready.farmer)
    with pytest.raises(SamePerson):
        weighed(ready, by=farmer)
    intake = weighed(ready)
    with pytest.raises(SamePerson):
        services.grade_intake(
            intake=intake, grams={ready.first: 200_000}, rejected_g=0, by=helper_of(ready.station, farmer), at=now()
        )
    intake = services.grade_intake(
        intake=intake, grams={ready.first: 200_000}, rejected_g=0, by=ready.partner, at=now()
    )
    with pytest.raises(SamePerson):
        services.accept_signed(intake=intake, witness=ready.farmer, by=ready.partner, at=now())
    with pytest.raises(services.SlipWitnessMissing):
        services.accept_signed(intake=intake, witness=None, by=ready.partner, at=now())


def refused_by_the_database(change):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        change()
    return refused.value.__cause__.diag.constraint_name


def test_the_database_refuses_what_must_never_be_true(ready):
    intake = accepted(ready)
    lot = closed(ready)
    part = intake.grades.order_by("pk").first()
    farmer = UserFactory(person=ready.farmer)
    source = {"lot": lot, "grade": part.grade}

    def grades_that_do_not_add_up():
        IntakeGrade.objects.filter(pk=part.pk).model(intake=weighed(ready), round=1, grade=part.grade, grams=1).save()
        other = weighed(ready)
        type(other).objects.filter(pk=other.pk).update(grader=ready.partner, round=1, status="graded")
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    tried = [
        (lambda: type(intake).objects.filter(pk=intake.pk).update(grader=farmer), "nobody_grades_their_own_harvest"),
        (
            lambda: type(intake).objects.filter(pk=intake.pk).update(second_grader=ready.partner, round=2),
            "second_grader_is_another_person",
        ),
        (
            lambda: LotSource.objects.create(**source, intake_grade=part, grams=1),
            "source_grams_never_exceed_what_was_taken_in",
        ),
        (lambda: LotSource.objects.create(**source, parent_lot=lot, grams=1), "parent_lots_are_older"),
        (lambda: LotGrade.objects.filter(lot=lot).update(grams=10**9), "lot_grams_follow_sources_and_sales"),
        (grades_that_do_not_add_up, "grades_add_up_to_net"),
    ]
    assert [refused_by_the_database(change) for change, _name in tried] == [name for _change, name in tried]


def test_harvests_end_with_their_last_day_as_brought_or_short(ready):
    at = now()
    today = day_in(ready.station.zone, at)

    def notice(expected=200_000, **values):
        return services.announce_harvest(
            station=ready.station,
            farmer=ready.farmer,
            crop=ready.crop,
            from_date=today,
            to_date=today + DAY,
            expected_g=expected,
            by=ready.partner,
            at=at,
            **values,
        )

    brought, short, unconfirmed = notice(), notice(), notice()
    for each in (brought, short):
        services.confirm_harvest(notice=each, confirmed_g=200_000, by=ready.clerk, at=at)
    accepted(ready, 150_000, 40_000, 10_000, notice=brought)
    accepted(ready, 150_000, 39_999, 0, notice=short)
    with pytest.raises(services.NoticeUnfit):
        weighed(ready, farmer=another_farmer(ready), notice=brought)
    county = ready.station.county.code
    assert services.close_harvests(county=county, at=at) == 0
    assert services.close_harvests(county=county, at=at + 2 * DAY) == 3
    found = dict(HarvestNotice.objects.values_list("pk", "status"))
    assert found == {brought.pk: "fulfilled", short.pk: "short", unconfirmed.pk: "cancelled"}


def test_what_city_buyers_last_paid_is_the_farmers_estimate(ready):
    assert graded(ready).expected is None
    example_b(ready)
    assert graded(ready).expected == Money(1_143_00, "CNY")


def test_a_price_that_leaves_nothing_and_a_buyer_from_elsewhere_are_refused(ready):
    accepted(ready)
    lot = closed(ready)
    with pytest.raises(services.PriceBelowDeductions):
        sold(ready, lot, ready.first, 150_000, 78)
    with pytest.raises(services.BuyerUnfit):
        sold(ready, lot, ready.first, 1_000, 6_50, buyer=buyer_called("osaka", country="JP", currency="JPY"))
    with pytest.raises(services.LotTooSmall):
        sold(ready, lot, ready.first, 150_001, 6_50)
