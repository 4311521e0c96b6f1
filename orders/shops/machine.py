"""The states of a shop and of its orders, and the verbs that move them."""

from core.state_machines import Machine
from orders.shops.models import Shop, ShopOrder

_S, _O = Shop.Status, ShopOrder.Status

SHOP = Machine(
    name="farmer's shop",
    states=_S,
    arrows={
        "ask_shop_owner": frozenset({_S.DRAFT, _S.REJECTED}),
        "submit_shop": frozenset({_S.DRAFT, _S.REJECTED}),
        "approve_shop": frozenset({_S.READY_FOR_REVIEW}),
        "reject_shop": frozenset({_S.READY_FOR_REVIEW}),
        "pause_shop": frozenset({_S.APPROVED}),
        "reopen_shop": frozenset({_S.ON_BREAK}),
        "suspend_shop": frozenset({_S.APPROVED, _S.ON_BREAK}),
        "reinstate_shop": frozenset({_S.SUSPENDED}),
        "terminate_shop": frozenset(set(_S) - {_S.TERMINATED}),
        "edit_article": frozenset(set(_S) - {_S.TERMINATED}),
        "check_out": frozenset({_S.APPROVED}),
    },
)
SHOP_ORDER = Machine(
    name="order of a shop",
    states=_O,
    arrows={
        "pack_shop_order": frozenset({_O.PAID}),
        "send_shop_order": frozenset({_O.PACKED}),
        "deliver_shop_order": frozenset({_O.SENT}),
        "cancel_shop_order": frozenset({_O.PAID, _O.PACKED, _O.SENT}),
    },
)
