"""What the drawer holds, how its day stands, how old its cash is, and what its differences mean for accounts."""

from finance.tills.queries.ages import CashAge, cash_ages, ceilings_of, oldest_cash_date, threshold_on
from finance.tills.queries.charges import (
    charges_by_account,
    charges_of,
    disputes_held_by_holder,
    disputes_held_of,
)
from finance.tills.queries.devices import devices_unsent, devices_waiting
from finance.tills.queries.drawers import (
    TillState,
    denominations,
    is_as_left,
    is_near_ceiling,
    last_count,
    till_balance,
    till_state,
    undecided_at,
)
from finance.tills.queries.large_cash import cash_payments_of
from finance.tills.queries.sheets import ProviderState, Sheet, sheet_of
