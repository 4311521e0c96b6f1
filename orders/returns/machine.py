"""The states of a return, and the verbs that move it."""

from core.state_machines import Machine
from orders.returns.models import Return

_S = Return.Status

RETURN = Machine(
    name="return of goods",
    states=_S,
    arrows={
        "approve_return": frozenset({_S.REQUESTED}),
        "reject_return": frozenset({_S.REQUESTED}),
        "cancel_return": frozenset({_S.REQUESTED, _S.APPROVED}),
        "drop_return": frozenset({_S.APPROVED}),
        "expire_return": frozenset({_S.APPROVED}),
        "send_return": frozenset({_S.DROPPED}),
        # A van's scans may be heard of in any order, so goods arrive that are not known to have left.
        "receive_return": frozenset({_S.DROPPED, _S.IN_TRANSIT}),
        "lose_return": frozenset({_S.DROPPED, _S.IN_TRANSIT}),
        "inspect_return": frozenset({_S.RECEIVED}),
        "send_back_return": frozenset({_S.NOT_ACCEPTED}),
        "replace_return": frozenset({_S.INSPECTED}),
        "refund_return": frozenset({_S.INSPECTED}),
        "close_return": frozenset({_S.REFUNDED, _S.REPLACED}),
        # After a settlement that was refused.
        "settle_return": frozenset({_S.DROPPED, _S.IN_TRANSIT, _S.INSPECTED, _S.REPLACED}),
        "end_return_unpaid": frozenset({_S.DROPPED, _S.IN_TRANSIT, _S.INSPECTED, _S.REPLACED}),
    },
)
