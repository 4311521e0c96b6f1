"""The states of a book loan, a reservation and a stock-take, and the verbs that move them."""

from core.state_machines import Machine
from education.libraries.models import Hold, Loan, StockTake

_L, _H, _S = Loan.Status, Hold.Status, StockTake.Status

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
