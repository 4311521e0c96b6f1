"""The states of a county's day and of a statement."""

from core.state_machines import Machine
from finance.settlement.models import DayClose, Statement

_D, _S = DayClose.Status, Statement.Status

DAY_CLOSE = Machine(
    name="day close",
    states=DayClose.Status,
    arrows={
        # A settlement that was cut off begins again where it stopped.
        "begin_close": frozenset({_D.OPEN, _D.HELD, _D.CLOSING}),
        "finish_close": frozenset({_D.CLOSING}),
        "close_book_day": frozenset({_D.HELD}),
    },
)

STATEMENT = Machine(
    name="statement",
    states=Statement.Status,
    arrows={
        "close_statement": frozenset({_S.CALCULATED}),
        "pay_statement": frozenset({_S.CLOSED}),
        "carry_statement": frozenset({_S.CLOSED}),
    },
)
