"""The verbs of group orders."""

from orders.groups.services.closing import (
    NotFullYet,
    cancel_group_order,
    close_group_order,
    decide_group_order,
    finish_group_orders,
    remind_group,
)
from orders.groups.services.opening import (
    CutoffNotPossible,
    MaximumTooSmall,
    NoGroupPrice,
    OnDemandGoods,
    PickupNotPossible,
    open_group_order,
)
from orders.groups.services.pledging import (
    AlreadyPledged,
    CutoffPassed,
    GroupFull,
    add_pledge,
    price_of,
    withdraw_pledge,
)
from orders.groups.services.settling import settle_pledges, tell_pledgers
