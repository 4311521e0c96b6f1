"""Many buyers and lots at once: no gram is sold or packed twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.models import Job
from orders.models import FarmerStatement, Lot, LotGrade, LotSale, LotSource
from orders.produce import services
from orders.produce.queries import waiting_for_a_lot
from orders.produce.services import settling
from tests.factories.produce import accepted, another_farmer, closed, example_b, opened, orchard, sold
from tests.finance.auditing import findings
from tests.races import wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def at_once(count, act):
    def one(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


def test_the_last_kilograms_of_a_lot_are_sold_once():
    ready = orchard()
    accepted(ready, 10_000, 0, 0)
    lot = closed(ready)

    def sell(_number):
        try:
            return sold(ready, lot, ready.first, 3_000, 6_50).grams
        except services.LotTooSmall as refusal:
            return refusal.code

    answers = at_once(12, sell)
    assert sorted(answers, key=str) == [3_000] * 3 + ["lot_too_small"] * 9
    assert LotGrade.objects.get().grams_sold == 9_000

    def insert(number):
        """What a service that forgets the lock would do."""
        sale = LotSale.objects.order_by("pk")[0]
        sale.pk, sale.key, sale.grams = None, f"beside {number}", 600
        sale.pk = LotSale._meta.pk.get_default()
        try:
            sale.save(force_insert=True)
        except IntegrityError as refused:
            return refused.__cause__.diag.constraint_name
        return "sold"

    answers = at_once(6, insert)
    assert sorted(answers) == ["sold", *["sold_and_moved_grams_never_exceed_the_lot"] * 5]
    assert LotGrade.objects.get().grams_sold == 9_600


def test_fruit_of_one_intake_gets_into_one_lot_and_none_whose_weight_is_being_corrected():
    ready = orchard()
    accepted(ready, 10_000, 0, 0)
    lots = [opened(ready) for _ in range(6)]
    chosen = list(waiting_for_a_lot(lots[0]))

    def fill(number):
        try:
            services.fill_lot(lot=lots[number], intake_grades=chosen, by=ready.clerk, at=now())
        except services.NothingToAdd as refusal:
            return refusal.code
        return "filled"

    assert sorted(at_once(6, fill)) == ["filled", *["nothing_to_add"] * 5]
    assert [source.grams for source in LotSource.objects.all()] == [10_000]
    wrong = accepted(ready, 90_000, 0, 0)
    about = {"gross_g": 15_000, "tare_g": 6_000, "reason": "多打了一个零", "by": ready.clerk, "at": now()}
    chosen[:] = wrong.grades.all()
    lots[0] = opened(ready)
    assert waits_for(lambda: fill(0), lambda: services.correct_intake(intake=wrong, **about)) == "nothing_to_add"


def waits_for(act, so_that):
    """What `act` answers when it had to wait until another transaction had done `so_that`."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            so_that()
            answer = pool.submit(at_once, 1, lambda _number: act())
            wait_until_somebody_waits()
        return answer.result()[0]


def test_a_lot_that_is_stopped_while_it_waits_to_be_settled_stays_stopped():
    ready = orchard()
    at = now()
    lot = example_b(ready, at=at)
    later = lot.sales.first().claim_until_at
    settled = waits_for(
        lambda: services.settle_lots(county=ready.station.county.code, at=later),
        lambda: services.hold_lot(lot=lot, reason="待查", by=ready.clerk, at=at),
    )
    assert settled == []
    assert Lot.objects.get().status == "on_hold"
    assert not FarmerStatement.objects.exclude(settled_at=None).exists()


def test_a_recall_reaches_the_lot_that_was_being_split_off():
    ready = orchard()
    accepted(ready, 10_000, 0, 0)
    lot = closed(ready)
    waits_for(
        lambda: services.recall_lot(lot=lot, reason="农药残留", by=ready.manager, at=now()),
        lambda: services.split_lot(lot=lot, grams={ready.first: 4_000}, by=ready.clerk, at=now(), key="half"),
    )
    assert [each.status for each in Lot.objects.all()] == ["recalled"] * 2


def delivered(ready, farmers, *, at):
    """Of a lot in which each of these farmers has a part: from when on nobody can claim anything of it."""
    for farmer in farmers:
        accepted(ready, 10_000, 0, 0, farmer=farmer, at=at)
    lot = closed(ready, at=at)
    sold(ready, lot, ready.first, 10_000 * len(farmers), 6_50, at=at)
    services.deliver_lot(lot=services.dispatch_lot(lot=lot, by=ready.clerk, at=at), by=ready.clerk, at=at)
    return lot.sales.get().claim_until_at


def test_workers_share_the_lots_of_a_county_also_where_farmers_have_a_part_in_several(monkeypatch):
    ready, at = orchard(), now()
    farmers = [another_farmer(ready, phone="+8613900000321") for _ in range(3)]
    later = max(delivered(ready, farmers, at=at) for _ in range(4))
    county = ready.station.county.code
    monkeypatch.setattr(settling, "LOTS_TOGETHER", 2)
    for _ in range(2):
        services.schedule_settlements(county=county, night="night", at=later)
    assert Job.objects.filter(kind="produce.settle_due_lots", payload={"county": county}).count() == 2

    def work(_number):
        count = 0
        while lots := services.settle_lots(county=county, at=later, most=1):
            count += len(lots)
        return count

    assert sum(at_once(2, work)) == 4
    assert FarmerStatement.objects.filter(settled_at=later, released_minor__gt=0).count() == 12
    assert findings() == []
