"""What happened to a batch, a payout, an account, as people read it."""

from typing import Any

from core.history import changes_of
from core.web.timeline import Entry, entries_of
from finance.payouts.display import reason
from stations.accounts.queries import names_of as people_of


def history_of(found: Any, statuses: Any) -> list[Entry]:
    """Every change of its state, with who made it, and the bank's reasons in words."""
    changes = list(changes_of(found))
    return entries_of(changes, statuses, names=people_of(changes), reasons=reason)
