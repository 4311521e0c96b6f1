"""The states of notices, intakes, lots and claims, and the verbs that move them."""

from core.state_machines import Machine
from orders.produce.models import BuyerClaim, HarvestNotice, Intake, Lot

_H, _I, _L, _C = HarvestNotice.Status, Intake.Status, Lot.Status, BuyerClaim.Status

HARVEST = Machine(
    name="harvest notice",
    states=_H,
    arrows={
        "confirm_harvest": frozenset({_H.ANNOUNCED}),
        "cancel_harvest": frozenset({_H.ANNOUNCED, _H.CONFIRMED}),
        "bring_harvest": frozenset({_H.CONFIRMED, _H.HARVESTING}),
        "close_harvest": frozenset({_H.ANNOUNCED, _H.CONFIRMED, _H.HARVESTING}),
    },
)
INTAKE = Machine(
    name="intake of produce",
    states=_I,
    arrows={
        "grade_intake": frozenset({_I.WEIGHED}),
        "ask_farmer": frozenset({_I.GRADED, _I.REGRADED}),
        "accept_intake": frozenset({_I.GRADED, _I.REGRADED}),
        "send_advance_code": frozenset({_I.ACCEPTED}),
        "pay_advance": frozenset({_I.ACCEPTED}),
        "photograph_intake": frozenset(_I) - {_I.REJECTED, _I.CORRECTED},
        "dispute_intake": frozenset({_I.GRADED}),
        "regrade_intake": frozenset({_I.DISPUTED}),
        "correct_intake": frozenset({_I.ACCEPTED}),
        "reject_intake": frozenset({_I.WEIGHED, _I.GRADED, _I.DISPUTED, _I.REGRADED}),
    },
)
LOT = Machine(
    name="lot of produce",
    states=_L,
    arrows={
        "fill_lot": frozenset({_L.OPEN}),
        "close_lot": frozenset({_L.OPEN}),
        "split_lot": frozenset({_L.OPEN, _L.CLOSED}),
        "sell_lot": frozenset({_L.CLOSED}),
        "dispatch_lot": frozenset({_L.ALLOCATED}),
        "deliver_lot": frozenset({_L.DISPATCHED}),
        "settle_lot": frozenset({_L.DELIVERED}),
        "retry_settlement": frozenset({_L.DELIVERED, _L.RECALLED}),
        "hold_lot": frozenset(set(_L) - {_L.ON_HOLD, _L.RECALLED}),
        "release_lot": frozenset({_L.ON_HOLD}),
        "recall_lot": frozenset(set(_L) - {_L.RECALLED}),
        "raise_claim": frozenset({_L.DELIVERED, _L.ON_HOLD, _L.RECALLED}),
    },
)
CLAIM = Machine(
    name="claim of a buyer",
    states=_C,
    arrows={"accept_claim": frozenset({_C.RAISED}), "reject_claim": frozenset({_C.RAISED})},
)
