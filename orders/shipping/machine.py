"""The states of a parcel to the city, and the verbs that move it."""

from core.state_machines import Machine
from orders.shipping.models import Shipment

_S = Shipment.Status

SHIPMENT = Machine(
    name="parcel to the city",
    states=_S,
    arrows={
        "cancel_shipment": frozenset({_S.ACCEPTED}),
        "hand_on_shipment": frozenset({_S.ACCEPTED}),
        "note_delivered": frozenset({_S.HANDED_ON}),
        # What went astray before the carrier had it comes back, too, and what was not delivered after all.
        "note_returned": frozenset({_S.ACCEPTED, _S.HANDED_ON, _S.DELIVERED}),
        "hand_back_shipment": frozenset({_S.RETURNED}),
        "dispose_of_shipment": frozenset({_S.RETURNED}),
        "note_lost": frozenset({_S.ACCEPTED, _S.HANDED_ON}),
        # Once it is known what became of it: what is lost on the way is compensated by rule.
        "compensate_shipment": frozenset({_S.DELIVERED, _S.RETURNED, _S.HANDED_BACK, _S.DISPOSED, _S.CANCELLED}),
    },
)
