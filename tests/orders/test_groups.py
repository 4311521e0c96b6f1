"""Group orders: pledges with their money, the cut-off, the price that is reached, and everybody's money back."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import QuoteChanged, WrongState
from core.keys.services import KeyReused
from core.language import formatting
from core.models import Notice
from core.money import Money
from core.notices.services import words_of
from finance.models import Payment, Receipt, Refund
from finance.payments.services import Back, RefundExceedsPayment, refund_payments
from orders.groups.closing_checks import groups_left
from orders.groups.console import CONSOLE
from orders.groups.queries import bought_by_month
from orders.groups.services import (
    AlreadyPledged,
    CutoffNotPossible,
    CutoffPassed,
    GroupFull,
    MaximumTooSmall,
    NoGroupPrice,
    NotFullYet,
    PickupNotPossible,
    cancel_group_order,
    close_group_order,
    decide_group_order,
    finish_group_orders,
    pledging,
    remind_group,
    settle_pledges,
    settling,
    withdraw_pledge,
)
from orders.models import GroupOrder, GroupPledge, GroupTier, Order
from orders.purchases.services import cancel_purchase
from orders.purchases.services.starting import AmountImpossible, BuyerUnknown
from orders.stock.services import QuantityStep
from stations.models import Person
from stations.network.services import ServiceNotOpen
from stations.network.services.closing import binding_of
from stations.people.services import record_death
from tests.factories.finance import pause_at
from tests.factories.goods import price, price_list, stocked, variant
from tests.factories.groups import DAY, decided, opened, pledged, resident, village
from tests.factories.purchases import at_station, handed_over
from tests.finance.auditing import findings
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def ready():
    """A village that buys together; after each test the auditor finds nothing."""
    there = village()
    yield there
    assert findings() == []


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def money_of(ready):
    """What lies in the drawer, and what of it is the villagers'."""
    return ready.holds(ready.till_key), ready.holds(ready.funds_key)


def owed():
    return sum(Refund.objects.values_list("amount_minor", flat=True))


@transaction.atomic
def dearer_tier(group):
    """A price that is higher for more; constraints are looked at now."""
    GroupTier.objects.create(group=group, min_quantity=30, price_minor=46_00)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def waiting(ready, name, *, at):
    (rows,) = (need.rows for need in CONSOLE.needs if need.name == name)
    return list(rows(user=ready.partner, at=at))


@pytest.mark.parametrize(
    ("sizes", "price_minor"), [((5, 4), None), ((5, 5), 48_00), ((15, 4), 48_00), ((15, 5), 45_00)]
)
def test_nine_fail_ten_pay_48_and_twenty_pay_45_and_the_difference_is_given_back_exactly(ready, sizes, price_minor):
    group = opened(ready)
    for size in sizes:
        pledged(ready, group, size)
    put_in = sum(sizes) * 48_00
    assert money_of(ready) == (put_in, put_in)
    assert Order.objects.count() == 0
    group = decided(group)
    statuses = set(group.pledges.values_list("status", flat=True))
    if price_minor is None:
        assert (group.status, group.failure, statuses, owed()) == ("failed", "below_minimum", {"returned"}, put_in)
        assert Notice.objects.filter(template="group_not_ordered").count() == 2
        return
    assert (group.status, group.reached_price_minor, statuses) == ("confirmed", price_minor, {"ordered"})
    assert owed() == sum(sizes) * (48_00 - price_minor)
    assert sorted(Order.objects.values_list("total_minor", "payment_status")) == sorted(
        (size * price_minor, "paid") for size in sizes
    )
    ready.level.refresh_from_db()
    assert (ready.level.allocated, group.settled_at, money_of(ready)) == (sum(sizes), group.cutoff_at, (put_in, put_in))
    assert Notice.objects.filter(template="group_confirmed").count() == 2


def test_an_order_of_a_group_goes_its_way_like_any_other_and_its_pledge_is_the_agreement(ready):
    group = opened(ready)
    pledge = pledged(ready, group, 20)
    group = decided(group)
    order = Order.objects.get()
    assert (order.consent.kind, order.consent.giver, order.consent.given_at) == (
        "pledge",
        pledge.villager,
        pledge.pledged_at,
    )
    assert (order.lines.get().pk, order.due.minor, order.advance_due.minor) == (pledge.pk, 0, 0)
    handed_over(ready, at_station(ready, order))
    # 6 % of 900.00 are 54.00: partner 60 %, county 15 %, the rest to the platform.
    assert (ready.holds(ready.supplier_key()), ready.holds(ready.own_key)) == (846_00, 32_40)
    assert (ready.holds(ready.funds_key), owed()) == (60_00, 60_00)
    county = ready.station.county.code
    assert (finish_group_orders(county=county, at=now()), finish_group_orders(county=county, at=now())) == (1, 0)
    assert (fresh(group).status, groups_left(ready.station)) == ("fulfilled", [])


def test_a_station_with_a_group_order_that_has_not_ended_is_not_closed(ready):
    going, failing = opened(ready), opened(ready)
    assert groups_left(ready.station)[0] in binding_of(ready.station)
    decide_group_order(group=failing, at=failing.cutoff_at)
    assert len(GroupOrder.objects.filter(settled_at=None)) == 2
    decided(failing)
    pledged(ready, going, 10)
    decided(going)
    assert "1" in groups_left(ready.station)[0]


def test_an_order_of_a_group_that_is_cancelled_gives_back_what_was_left_after_the_difference(ready):
    group = opened(ready)
    pledged(ready, group, 20)
    group = decided(group)
    cancel_purchase(order=Order.objects.get(), reason="不要了", by=ready.partner, at=now())
    assert (owed(), Payment.objects.get().status, Order.objects.get().payment_status) == (
        960_00,
        "refunded",
        "refunded",
    )
    assert finish_group_orders(county=ready.station.county.code, at=now()) == 1


def test_a_pledge_that_reaches_the_server_at_the_cutoff_is_refused_whatever_the_phone_says(ready):
    at = now()
    group = opened(ready, at=at - 3 * DAY + SECOND)
    first = pledged(ready, group, at=group.cutoff_at - SECOND)
    for late in (group.cutoff_at, group.cutoff_at + SECOND):
        with pytest.raises(CutoffPassed):
            pledged(ready, group, at=late)
        with pytest.raises(CutoffPassed):
            withdraw_pledge(pledge=first, by=ready.partner, at=late)
    assert (fresh(group).pledged_quantity, money_of(ready)) == (1, (48_00, 48_00))


def test_who_leaves_before_the_cutoff_gets_everything_back_and_may_come_again(ready):
    group = opened(ready)
    pledge = pledged(ready, group, 3)
    withdraw_pledge(pledge=pledge, by=ready.partner, at=now())
    assert (fresh(pledge).status, fresh(group).pledged_quantity, owed()) == ("withdrawn", 0, 144_00)
    with pytest.raises(WrongState):
        withdraw_pledge(pledge=pledge, by=ready.partner, at=now())
    again = pledged(ready, group, 12, villager=pledge.villager)
    group = decided(group)
    assert (fresh(pledge).status, fresh(again).status, owed()) == ("withdrawn", "ordered", 144_00)


def test_what_is_refused_takes_no_money(ready):
    group = opened(ready, max_quantity=10)
    key = "a"
    first = pledged(ready, group, 4, key=key)
    assert pledged(ready, group, 4, key=key, villager=first.villager).pk == first.pk
    with pytest.raises(AlreadyPledged):
        pledged(ready, group, villager=first.villager)
    with pytest.raises(GroupFull, match="最多还能参6件"):
        pledged(ready, group, 7)
    with pytest.raises(QuantityStep):
        pledged(ready, group, 0)
    with pytest.raises(QuoteChanged):
        pledged(ready, group, 1, expected=Money(47_00, "CNY"))
    with pytest.raises(NotFullYet):
        close_group_order(group=group, by=ready.partner, at=now())
    pause_at(ready.station, "goods_order")
    with pytest.raises(ServiceNotOpen):
        pledged(ready, group)
    assert (GroupPledge.objects.count(), Payment.objects.count(), money_of(ready)) == (1, 1, (192_00, 192_00))


def test_so_many_residents_take_part_and_nobody_more(ready, monkeypatch):
    monkeypatch.setattr(pledging, "MOST_PLEDGES", 2)
    group = opened(ready)
    for _number in range(2):
        pledged(ready, group)
    with pytest.raises(GroupFull, match="最多还能参0件"):
        pledged(ready, group)
    assert (fresh(group).pledge_count, money_of(ready)) == (2, (96_00, 96_00))


def test_nobody_pledges_twice_by_two_records_nor_after_death(ready):
    group = opened(ready)
    once = pledged(ready, group).villager
    kept, dead = resident(ready), resident(ready)
    Person.objects.filter(pk=once.pk).update(merged_into=kept)
    with pytest.raises(AlreadyPledged):
        pledged(ready, group, villager=kept)
    record_death(person=dead, died_date=day_in(ready.station.zone, now()), by=ready.partner, at=now())
    for gone in (fresh(dead), fresh(once)):
        with pytest.raises(BuyerUnknown):
            pledged(ready, group, villager=gone)
    assert (fresh(group).pledged_quantity, money_of(ready)) == (1, (48_00, 48_00))


def test_a_group_order_is_opened_only_with_a_price_for_groups_and_dates_that_can_be_kept(ready):
    at = now()
    for cutoff in (dt.timedelta(minutes=59), 30 * DAY + SECOND):
        with pytest.raises(CutoffNotPossible):
            opened(ready, at=at, cutoff=cutoff)
    zone = ready.station.zone
    group = opened(ready, at=at, key="same")
    assert opened(ready, at=at, key="same").pk == group.pk
    for late in (group.cutoff_date, group.cutoff_date + 31 * DAY):
        with pytest.raises(PickupNotPossible):
            opened(ready, at=at, pickup_date=late)
    assert instant_of(zone, group.cutoff_date, dt.time()) <= group.cutoff_at
    with pytest.raises(MaximumTooSmall, match="满10件"):
        opened(ready, at=at, max_quantity=9)
    with pytest.raises(NoGroupPrice):
        opened(ready, at=at, variant=variant())
    assert (group.min_quantity, group.held_price_minor, GroupOrder.objects.count()) == (10, 48_00, 1)


def test_a_full_group_order_is_closed_before_its_time_and_ordered_by_the_jobs(ready, monkeypatch):
    monkeypatch.setattr(settling, "TOGETHER", 2)
    at = now()
    group = opened(ready, at=at, max_quantity=20)
    for _number in range(5):
        pledged(ready, group, 4, at=at)
    assert waiting(ready, "groups.full", at=at) == [group]
    close_group_order(group=group, by=ready.partner, at=at)
    with pytest.raises(WrongState):
        pledged(ready, group, at=at)
    run_jobs(at)
    group = fresh(group)
    assert (group.status, group.reached_price_minor, group.settled_at) == ("confirmed", 45_00, at)
    assert (Order.objects.filter(status="placed").count(), owed()) == (5, 20 * 3_00)
    run_jobs(group.cutoff_at)
    assert (Order.objects.count(), owed()) == (5, 20 * 3_00)


def test_a_worker_that_dies_at_any_statement_of_the_close_loses_nothing_and_doubles_nothing(ready):
    group = opened(ready)
    for _number in range(5):
        pledged(ready, group, 4)

    class Died(Exception):
        pass

    def until(step, act):
        """The worker's session ends after so many statements: its transaction is rolled back."""
        count = 0

        def watch(execute, sql, params, many, context):
            nonlocal count
            count += 1
            if count > step:
                raise Died
            return execute(sql, params, many, context)

        try:
            with transaction.atomic(), connection.execute_wrapper(watch):
                act()
        except Died:
            return False
        return True

    deaths = 0
    for act in (
        lambda: decide_group_order(group=group, at=group.cutoff_at),
        *[lambda: settle_pledges(group=group, at=group.cutoff_at, most=2)] * 3,
    ):
        before, step = Order.objects.count(), 1
        while not until(step, act):
            assert Order.objects.count() == before
            deaths, step = deaths + 1, step + 4
    assert deaths > 10
    assert settle_pledges(group=group, at=group.cutoff_at, most=2) == 0
    assert (Order.objects.count(), Refund.objects.count(), owed()) == (5, 5, 60_00)
    assert (fresh(group).status, fresh(group).settled_at) == ("confirmed", group.cutoff_at)


def test_a_group_order_that_the_warehouse_cannot_supply_fails_whole_and_reserves_nothing(ready):
    group = opened(ready)
    pledged(ready, group, 60)
    pledged(ready, group, 41)
    group = decided(group)
    ready.level.refresh_from_db()
    assert (group.failure, ready.level.allocated, Order.objects.count(), owed()) == ("no_stock", 0, 0, 101 * 48_00)


def test_a_group_order_is_stopped_until_it_is_decided_and_everybody_gets_all_back(ready):
    group, other = opened(ready), opened(ready)
    for quantity in (10, 2):
        pledged(ready, group, quantity)
    cancel_group_order(group=group, reason="供货商停产", by=ready.manager, at=now())
    run_jobs(now() + SECOND)
    assert (fresh(group).status, set(group.pledges.values_list("status", flat=True)), owed()) == (
        "cancelled",
        {"returned"},
        12 * 48_00,
    )
    decided(other)
    for ended in (group, other):
        with pytest.raises(WrongState):
            cancel_group_order(group=ended, reason="供货商停产", by=ready.manager, at=now())


def test_a_day_before_the_cutoff_the_partner_hears_what_is_missing_and_sees_it_at_home(ready):
    at = now()
    group, soon = opened(ready, at=at), opened(ready, at=at, cutoff=3 * DAY + SECOND)
    pledged(ready, soon, 10, at=at)
    assert waiting(ready, "groups.short", at=group.cutoff_at - DAY - SECOND) == []
    assert waiting(ready, "groups.short", at=group.cutoff_at - DAY + SECOND) == [group]
    for moment in (group.cutoff_at - DAY, group.cutoff_at - DAY, group.cutoff_at):
        remind_group(group=group, at=moment)
    notice = Notice.objects.get(template="group_reminder")
    assert (notice.user, notice.params["least"]) == (ready.partner.pk, {"en": "10 pieces", "zh-hans": "10件"})


def test_what_is_weighed_is_pledged_in_steps_of_grams_and_every_rounding_is_given_back_exactly(ready):
    beans = variant(unit="gram", quantity_step=50)
    listed = price_list(audience="group", priority=1)
    for quantity, minor in ((1_000, 13_33), (2_000, 11_11), (3_000, 12_00)):
        price(beans, minor, listed, min_quantity=quantity)
    stocked(beans, ready.level.warehouse, 10_000)
    group = opened(ready, variant=beans)
    # The third price is no lower than the second and does not count.
    assert list(group.tiers.order_by("min_quantity").values_list("price_minor", flat=True)) == [13_33, 11_11]
    with pytest.raises(QuantityStep):
        pledged(ready, group, 120)
    with pytest.raises(MaximumTooSmall, match="满1公斤"):
        opened(ready, variant=beans, max_quantity=950)
    for quantity in (1_050, 950):
        pledged(ready, group, quantity)
    decided(group)
    assert Notice.objects.filter(template="group_confirmed")[0].params["price"]["en"] == "¥11.11 per kg"
    rows = sorted(GroupPledge.objects.values_list("held_minor", "returned_minor", "order__total_minor"))
    # 1,050 g at 13.33 are 14.00 (13.9965), at 11.11 they are 11.67 (11.6655); 950 g: 12.66 and 10.55.
    assert rows == [(12_66, 2_11, 10_55), (14_00, 2_33, 11_67)]
    assert owed() == 4_44


def test_what_goes_back_together_goes_back_once_by_its_key_and_never_more_than_was_paid(ready):
    group = opened(ready)
    pledges = [pledged(ready, group, 1), pledged(ready, group, 2)]
    parts = [Back(pledge.payment, Money(3_00, "CNY"), f"test:{pledge.pk}") for pledge in pledges]
    told = {"reason": Refund.Reason.CANCELLED, "at": now()}
    for _turn in range(2):
        refund_payments(parts=parts, **told)
    assert sorted(Payment.objects.values_list("refunded_minor", "status")) == [(3_00, "partially_refunded")] * 2
    assert (Refund.objects.count(), owed()) == (2, 6_00)
    with pytest.raises(KeyReused):
        refund_payments(parts=[Back(pledges[0].payment, Money(4_00, "CNY"), parts[0].key)], **told)
    too_much = [Back(pledges[1].payment, Money(1_00, "CNY"), "one"), Back(pledges[0].payment, pledges[0].held, "two")]
    with pytest.raises(RefundExceedsPayment):
        refund_payments(parts=too_much, **told)
    twice = [Back(pledges[1].payment, Money(50_00, "CNY"), key) for key in ("three", "four")]
    with pytest.raises(RefundExceedsPayment):
        refund_payments(parts=twice, **told)
    one_key = [Back(pledge.payment, Money(1_00, "CNY"), "five") for pledge in pledges]
    with pytest.raises(KeyReused):
        refund_payments(parts=one_key, **told)
    assert owed() == 6_00
    halves = [Back(pledges[1].payment, Money(minor, "CNY"), str(minor)) for minor in (40_00, 53_00)]
    refund_payments(parts=halves, **told)
    assert (fresh(pledges[1].payment).status, owed()) == ("refunded", 99_00)


def test_the_slip_says_what_was_put_in_and_the_resident_gets_a_message(ready):
    group = opened(ready)
    pledge = pledged(ready, group, 2)
    assert group.number in str(Receipt.objects.get(payment=pledge.payment).lines)
    notice = Notice.objects.get(template="group_pledged")
    assert notice.params["amount"] == "¥96.00"
    with translation.override("zh-hans"):
        assert formatting.full_day(group.pickup_date) in words_of(notice, language="zh-hans")


def test_the_database_adds_up_pledges_keeps_prices_in_order_and_one_pledge_for_each(ready):
    group = opened(ready, max_quantity=10)
    pledge = pledged(ready, group, 9)
    with pytest.raises(IntegrityError, match="pledged_is_the_sum_of_its_pledges"), transaction.atomic():
        GroupOrder.objects.filter(pk=group.pk).update(pledged_quantity=1)
    copied = {
        field.name: getattr(pledge, field.name)
        for field in GroupPledge._meta.concrete_fields
        if field.name not in ("id", "key", "payment")
    }
    other = Payment.objects.get(pk=pledged(ready, opened(ready)).payment_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupPledge.objects.create(**copied, key="b", payment=other)
    with pytest.raises(IntegrityError, match="price_falls_as_quantity_rises"):
        dearer_tier(group)
    assert fresh(group).pledged_quantity == 9


def test_another_currency_has_its_own_prices_and_gives_the_difference_back_in_it():
    there = village(currency="KWD")
    group = opened(there)
    pledged(there, group, 20)
    group = decided(group)
    refund = Refund.objects.get()
    assert (str(group.reached_price), group.currency, refund.amount) == ("4.500", "KWD", Money(60_00, "KWD"))
    assert findings() == []


def test_what_was_bought_together_is_added_up_by_month_with_what_it_saved(ready):
    at = now()
    group = opened(ready, at=at - 4 * DAY)
    for quantity in (15, 5):
        pledged(ready, group, quantity, at=at - 4 * DAY)
    decided(group)
    failing = opened(ready, at=at - 4 * DAY)
    pledged(ready, failing, at=at - 4 * DAY)
    decided(failing)
    (row,) = bought_by_month(GroupOrder.objects.all(), at=at, months=12)
    assert (row["groups"], row["people"], row["minor"], row["back"]) == (1, 2, 20 * 45_00, 20 * 3_00)


def test_what_would_cost_nothing_at_the_lowest_price_is_refused_before_it_stops_the_close(ready):
    tea = variant(unit="gram")
    listed = price_list(audience="group", priority=1)
    for quantity, minor in ((1_000, 5_80), (2_000, 4_50)):
        price(tea, minor, listed, min_quantity=quantity)
    stocked(tea, ready.level.warehouse, 10_000)
    group = opened(ready, variant=tea)
    # One gram at 5.80 for a kilogram is 0.01, at 4.50 it is nothing.
    with pytest.raises(AmountImpossible):
        pledged(ready, group, 1)
    for quantity in (2, 2_000):
        pledged(ready, group, quantity)
    group = decided(group)
    assert (group.status, set(group.pledges.values_list("status", flat=True))) == ("confirmed", {"ordered"})
