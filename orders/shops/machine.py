"""The states of a shop, of its orders and of claims about them, and the verbs that move them."""

from core.state_machines import Machine
from orders.shops.models import Shop, ShopClaim, ShopOrder

_S, _O, _C = Shop.Status, ShopOrder.Status, ShopClaim.Status

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
SHOP_CLAIM = Machine(
    name="claim about a shop order",
    states=_C,
    arrows={
        "concede_claim": frozenset({_C.RAISED}),
        "accept_claim": frozenset({_C.RAISED, _C.APPEALED}),
        "refuse_claim": frozenset({_C.RAISED, _C.APPEALED}),
        "appeal_claim": frozenset({_C.REFUSED}),
    },
)
