"""The states of a book loan, a reservation, a stock-take and a crate, and the verbs that move them."""

from core.state_machines import Machine
from education.libraries.models import BookCrate, Hold, Loan, StockTake

_L, _H, _S, _C = Loan.Status, Hold.Status, StockTake.Status, BookCrate.Status

LOAN = Machine(
    name="book loan",
    states=_L,
    arrows={
        "renew_loan": frozenset({_L.ISSUED, _L.OVERDUE}),
        "mark_lost": frozenset({_L.OVERDUE}),
    },
)
HOLD = Machine(name="book hold", states=_H, arrows={"cancel_hold": frozenset({_H.PLACED})})
STOCK_TAKE = Machine(
    name="stock-take",
    states=_S,
    arrows={"scan_copy": frozenset({_S.OPEN}), "close_stock_take": frozenset({_S.OPEN})},
)
CRATE = Machine(
    name="crate of books",
    states=_C,
    arrows={
        "pack_copy": frozenset({_C.PACKING}),
        "unpack_copy": frozenset({_C.PACKING}),
        "cancel_crate": frozenset({_C.PACKING}),
        "send_crate": frozenset({_C.PACKING}),
        "receive_crate": frozenset({_C.IN_TRANSIT}),
        "count_copy": frozenset({_C.ARRIVED}),
        "close_crate": frozenset({_C.ARRIVED}),
    },
)
