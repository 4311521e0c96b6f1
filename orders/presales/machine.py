"""The states of a presale and of an order in it, and the verbs that move them."""

from core.state_machines import Machine
from orders.presales.models import PresaleCycle, PresaleOrder

_P, _O = PresaleCycle.Status, PresaleOrder.Status

PRESALE = Machine(
    name="presale of a harvest",
    states=_P,
    arrows={
        "place_presale_order": frozenset({_P.OPEN}),
        "close_presale": frozenset({_P.OPEN}),
        "allot_presale": frozenset({_P.CLOSED}),
        "settle_presale": frozenset({_P.ALLOTTED, _P.CANCELLED}),
        "deliver_presale": frozenset({_P.ALLOTTED}),
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
    },
)
