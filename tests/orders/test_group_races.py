"""At once: the last piece is pledged once, leaving and the close exclude each other, each pledge is settled once."""

import pytest
from django.utils.timezone import now

from finance.models import Payment, Refund
from orders.groups.services import decide_group_order, settle_pledges, withdraw_pledge
from orders.models import GroupPledge, Order
from tests.factories.groups import DAY, opened, pledged, resident, village
from tests.finance.auditing import findings
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_the_last_piece_is_pledged_by_one_of_eight_and_one_press_pledges_once():
    ready = village()
    group = opened(ready, max_quantity=10)
    pledged(ready, group, 8)
    key_holder = resident(ready)
    people = [resident(ready) for _number in range(6)]

    def pledge(villager, **values):
        return lambda: pledged(ready, group, 1, villager=villager, **values).status

    assert together(*[pledge(key_holder, key="one press")] * 2) == ["held", "held"]
    answers = together(*[pledge(villager) for villager in people])
    assert sorted(answers) == ["group_full"] * 5 + ["held"]
    group.refresh_from_db()
    assert (group.pledged_quantity, Payment.objects.count(), ready.holds(ready.till_key)) == (10, 3, 480_00)
    assert findings() == []


def test_who_leaves_while_the_group_closes_has_left_or_has_ordered_and_two_workers_settle_each_pledge_once():
    ready = village()
    at = now()
    # It closes now: whoever leaves says so a moment before.
    group = opened(ready, at=at - 3 * DAY)
    before = at - DAY
    pledges = [pledged(ready, group, 5, at=before) for _number in range(6)]
    answers = together(
        *[
            *(
                (lambda pledge=pledge: withdraw_pledge(pledge=pledge, by=ready.partner, at=before).status)
                for pledge in pledges[:3]
            ),
            *[lambda: decide_group_order(group=group, at=at).status] * 3,
        ]
    )
    assert set(answers[:3]) <= {"withdrawn", "wrong_state"}
    assert set(answers[3:]) <= {"confirmed"}

    def settle():
        count = 0
        while done := settle_pledges(group=group, at=at, most=2):
            count += done
        return count

    left = answers[:3].count("withdrawn")
    assert sum(together(*[settle] * 4)) == 6 - left
    group.refresh_from_db()
    price = group.reached_price_minor
    assert (GroupPledge.objects.filter(status="ordered").count(), Order.objects.count()) == (6 - left, 6 - left)
    owed = sum(Refund.objects.values_list("amount_minor", flat=True))
    assert owed == left * 5 * 48_00 + (6 - left) * 5 * (48_00 - price)
    assert findings() == []
