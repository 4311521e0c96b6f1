"""What the drawer holds, how its day stands, and what its differences mean for accounts."""

from finance.tills.queries.charges import (
    charges_by_account,
    charges_of,
    disputes_held_by_holder,
    disputes_held_of,
)
from finance.tills.queries.drawers import (
    UNDECIDED,
    TillState,
    denominations,
    is_as_left,
    is_near_ceiling,
    last_count,
    till_balance,
    till_state,
)

__all__ = [
    "UNDECIDED",
    "TillState",
    "charges_by_account",
    "charges_of",
    "denominations",
    "disputes_held_by_holder",
    "disputes_held_of",
    "is_as_left",
    "is_near_ceiling",
    "last_count",
    "till_balance",
    "till_state",
]
