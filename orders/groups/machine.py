"""The states of a group order and of a pledge, and the verbs that move them."""

from core.state_machines import Machine
from orders.groups.models import GroupOrder, GroupPledge

_G, _P = GroupOrder.Status, GroupPledge.Status

GROUP = Machine(
    name="group order",
    states=_G,
    arrows={
        "add_pledge": frozenset({_G.OPEN}),
        "withdraw_pledge": frozenset({_G.OPEN}),
        "close_group_order": frozenset({_G.OPEN}),
        "decide_group_order": frozenset({_G.CLOSED}),
        "cancel_group_order": frozenset({_G.OPEN, _G.CLOSED}),
        "settle_pledges": frozenset({_G.CONFIRMED, _G.FAILED, _G.CANCELLED}),
        "finish_group_order": frozenset({_G.CONFIRMED}),
    },
)
PLEDGE = Machine(
    name="pledge to a group order",
    states=_P,
    arrows={
        "withdraw_pledge": frozenset({_P.HELD}),
        "settle_pledges": frozenset({_P.HELD}),
    },
)
