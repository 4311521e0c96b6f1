"""The states of a presale, of an order in it and of a claim about its boxes, and the verbs that move them."""

from core.state_machines import Machine
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder

_P, _O, _C = PresaleCycle.Status, PresaleOrder.Status, PresaleClaim.Status

PRESALE = Machine(
    name="presale of a harvest",
    states=_P,
    arrows={
        "place_presale_order": frozenset({_P.OPEN}),
        "close_presale": frozenset({_P.OPEN}),
        "allot_presale": frozenset({_P.CLOSED}),
        "settle_presale": frozenset({_P.ALLOTTED, _P.CANCELLED}),
        "deliver_presale": frozenset({_P.ALLOTTED}),
        "refund_recalled": frozenset({_P.DELIVERED}),
        "cancel_presale": frozenset({_P.OPEN, _P.CLOSED, _P.ALLOTTED}),
    },
)
PRESALE_ORDER = Machine(
    name="order of a presale",
    states=_O,
    arrows={
        "cancel_presale_order": frozenset({_O.PAID, _O.ALLOTTED}),
        "settle_presale": frozenset({_O.PAID, _O.ALLOTTED}),
        "hand_over_presale_order": frozenset({_O.ALLOTTED}),
        "raise_presale_claim": frozenset({_O.HANDED_OVER}),
        "accept_presale_claim": frozenset({_O.HANDED_OVER}),
        "refuse_presale_claim": frozenset({_O.HANDED_OVER}),
        "refund_recalled": frozenset({_O.ALLOTTED, _O.HANDED_OVER}),
    },
)
PRESALE_CLAIM = Machine(
    name="claim about boxes",
    states=_C,
    arrows={
        "accept_presale_claim": frozenset({_C.RAISED}),
        "refuse_presale_claim": frozenset({_C.RAISED}),
        "refund_recalled": frozenset({_C.RAISED}),
    },
)
