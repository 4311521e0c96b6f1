"""Orders that travel: packed, sent, handed over for cash, not taken, settled."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import CodeWrong, WrongState
from core.models import Event, StatusChange
from core.money import Money
from finance import chart
from finance.credit.handlers import keep_purchase
from finance.models import CommissionLine, CreditFact, PayableLine, Payment, Refund
from finance.payments.services import Tender
from finance.payments.services.charges import CashTooLittle
from logistics.parcels.services import AlreadyCollected, BelongsToAnOrder, collect_parcel, refuse_parcel
from orders.models import CodRefusal, CodStanding
from orders.purchases import handlers, tasks
from orders.purchases.services import hand_over_purchase, shut_windows, take_back
from tests.factories.finance import helper_at
from tests.factories.parcels import code_of as pickup_code_of
from tests.factories.parcels import wrong_code
from tests.factories.purchases import at_station, handed_over, packed, paid_in_advance, parcel_of, placed, shop

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture
def ready():
    return shop()


def stock(ready):
    ready.level.refresh_from_db()
    return ready.level.on_hand, ready.level.allocated


def test_example_a_is_shared_to_the_cent_when_a_helper_took_the_order(ready):
    helper = helper_at(ready)
    order = placed(ready, by=helper)
    handed_over(ready, at_station(ready, order))
    order.refresh_from_db()
    assert (order.payment_status, order.fulfilment_status, stock(ready)) == ("paid", "delivered", (9, 0))
    held = {
        "till": ready.holds(ready.till_key),
        "funds": ready.holds(ready.funds_key),
        "supplier": ready.holds(ready.supplier_key()),
        "partner": ready.holds(ready.own_key),
        "helper": ready.holds(chart.commission_of_user(helper.pk)),
        "county": ready.holds(chart.commission_of_county(ready.station.county)),
        "revenue": ready.holds(chart.platform("revenue")),
    }
    assert held == {
        "till": 1_200_00,
        "funds": 0,
        "supplier": 1_128_00,
        "partner": 34_56,
        "helper": 8_64,
        "county": 10_80,
        "revenue": 18_00,
    }
    assert CodStanding.objects.get(villager=ready.buyer).outstanding_minor == 0


def test_the_window_ends_with_the_seventh_day_after_the_hand_over_and_money_is_due_by_then(ready):
    third_of_june = dt.datetime(2026, 6, 3, 15, 59, tzinfo=dt.UTC)  # 23:59 in China
    eleventh = dt.datetime(2026, 6, 10, 16, tzinfo=dt.UTC)  # 11 June 00:00 in China
    ready.washer.product.supplier.terms_days = 14
    ready.washer.product.supplier.save()
    order = placed(ready, at=third_of_june)
    handed_over(ready, at_station(ready, order, at=third_of_june), at=third_of_june)
    assert order.lines.get().window_ends_at == eleventh
    assert {line.eligible_at for line in CommissionLine.objects.all()} == {eleventh}
    assert PayableLine.objects.get().eligible_at == eleventh + 14 * DAY


def test_a_wrong_code_uses_up_a_try_and_moves_nothing(ready):
    part = at_station(ready, placed(ready))
    with pytest.raises(CodeWrong):
        handed_over(ready, part, code=wrong_code(parcel_of(part)))
    with pytest.raises(CashTooLittle):
        handed_over(ready, part, tender=Tender(cash_given=Money(1_199_99, "CNY")))
    part.refresh_from_db()
    assert (part.status, Payment.objects.count(), parcel_of(part).codes.get().tries) == ("dispatched", 0, 1)


def test_a_parcel_is_handed_over_once_and_never_beside_its_order(ready):
    part = at_station(ready, placed(ready))
    code = pickup_code_of(parcel_of(part))
    with pytest.raises(BelongsToAnOrder):
        collect_parcel(parcel=parcel_of(part), code=code, by=ready.partner, at=now())
    handed_over(ready, part)
    with pytest.raises(AlreadyCollected):
        handed_over(ready, part, code=code)
    assert (Payment.objects.count(), ready.holds(ready.till_key)) == (1, 1_200_00)


def test_what_was_paid_in_advance_is_handed_over_without_cash(ready):
    order = paid_in_advance(ready, placed(ready, pay_method="station_cash"))
    part = handed_over(ready, at_station(ready, order))
    assert (part.cash_due_minor, ready.holds(ready.funds_key), ready.holds(ready.supplier_key())) == (0, 0, 1_128_00)
    assert Payment.objects.count() == 1


def test_what_is_not_here_yet_is_not_handed_over(ready):
    part = packed(ready, placed(ready))
    with pytest.raises(WrongState):
        hand_over_purchase(
            fulfilment=part.order.fulfilments.get(), code="123456", tender=Tender(), by=ready.partner, at=now(), key="k"
        )


def test_a_refused_parcel_gives_a_point_and_its_goods_come_back(ready):
    order = placed(ready)
    part = at_station(ready, order)
    refuse_parcel(parcel=parcel_of(part), reason="change_of_mind", by=ready.partner, at=now())
    event = Event.objects.get(name="logistics.parcel_refused")
    for _ in range(2):
        handlers.note_refused(event)
    assert CodRefusal.objects.get().points == 1
    part.refresh_from_db()
    for _ in range(2):
        part = take_back(fulfilment=part, at=now())
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.fulfilment_status) == ("cancelled", "voided", "cancelled")
    assert (stock(ready), CodStanding.objects.get().outstanding_minor) == ((10, 0), 0)
    assert list(ready.level.movements.order_by("-pk").values_list("kind", flat=True)[:1]) == ["return"]
    assert (Payment.objects.count(), CommissionLine.objects.count()) == (0, 0)


def test_what_was_paid_for_a_parcel_that_came_damaged_is_owed_back_without_a_point(ready):
    order = paid_in_advance(ready, placed(ready, pay_method="station_cash"))
    part = at_station(ready, order)
    refuse_parcel(parcel=parcel_of(part), reason="damaged", by=ready.partner, at=now())
    handlers.note_refused(Event.objects.get(name="logistics.parcel_refused"))
    part.refresh_from_db()
    take_back(fulfilment=part, at=now())
    assert (CodRefusal.objects.count(), Refund.objects.get().amount_minor) == (0, 1_200_00)


def test_an_order_is_complete_when_nothing_can_be_returned_and_then_speaks_for_its_buyer(ready):
    order = placed(ready)
    handed_over(ready, at_station(ready, order))
    ends_at = order.lines.get().window_ends_at
    county = ready.station.county.code
    assert shut_windows(county=county, at=ends_at - SECOND) == []
    tasks.shut_windows({"place": county}, ends_at)
    order.refresh_from_db()
    assert order.status == "completed"
    assert shut_windows(county=county, at=ends_at + DAY) == []
    assert StatusChange.objects.filter(object_id=str(order.pk), new="completed").count() == 1
    for _ in range(2):
        keep_purchase(Event.objects.get(name="orders.purchase_settled"))
    fact = CreditFact.objects.get()
    assert (fact.person, fact.kind, fact.value, fact.currency) == (ready.buyer, "settled_purchase", 1_200_00, "CNY")
