"""How parcels to the city are shown: the colours of their states."""

from orders.shipping.models import Shipment

_S = Shipment.Status
KINDS = {
    _S.DELIVERED: "ok",
    _S.HANDED_BACK: "info",
    _S.DISPOSED: "info",
    _S.CANCELLED: "info",
    _S.LOST: "bad",
}


def kind_of(found: Shipment) -> str:
    """The colour of its state."""
    return KINDS.get(_S(found.status), "wait")
