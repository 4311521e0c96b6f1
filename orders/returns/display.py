"""How returns are shown: the colours of their states."""

from orders.returns.models import Return

_S = Return.Status
KINDS = {
    _S.REJECTED: "info",
    _S.CANCELLED: "info",
    _S.NOT_ACCEPTED: "bad",
    _S.SENT_BACK: "info",
    _S.CLOSED: "ok",
    _S.REFUNDED: "ok",
}


def kind_of(found: Return) -> str:
    """The colour of a return's state."""
    return KINDS.get(_S(found.status), "wait")
