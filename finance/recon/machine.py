"""The states of a reconciliation item, and the verbs that move it."""

from core.state_machines import Machine
from finance.recon.models import ReconItem

_S = ReconItem.Status
_OPEN = frozenset({_S.UNMATCHED, _S.EXCEPTION, _S.ASSIGNED})

RECON_ITEM = Machine(
    name="reconciliation item",
    states=_S,
    arrows={
        # The other side was found after all: by itself.
        "match_recon_item": _OPEN,
        "assign_recon_item": _OPEN,
        "resolve_recon_item": frozenset({_S.ASSIGNED}),
        "write_off_recon_item": frozenset({_S.ASSIGNED}),
    },
)
