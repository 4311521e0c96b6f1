"""The states of a complaint, and the verbs that move it."""

from core.state_machines import Machine
from finance.complaints.models import Complaint

_S = Complaint.Status

COMPLAINT = Machine(
    name="complaint",
    states=_S,
    arrows={
        "assign_complaint": frozenset({_S.LOGGED, _S.ASSIGNED, _S.PENDING_WITH_PROVIDER, _S.ESCALATED}),
        "ask_provider": frozenset({_S.ASSIGNED}),
        "resolve_complaint": frozenset({_S.ASSIGNED, _S.PENDING_WITH_PROVIDER}),
        # Also from `logged`: that nobody was found to work on it is a missed clock, too.
        "escalate_complaint": frozenset({_S.LOGGED, _S.ASSIGNED, _S.PENDING_WITH_PROVIDER}),
        "reopen_complaint": frozenset({_S.RESOLVED}),
        "close_complaint": frozenset({_S.RESOLVED}),
        # Of an entry: finance decides, no company is asked.
        "decide_dispute": frozenset({_S.LOGGED, _S.ESCALATED}),
    },
)
