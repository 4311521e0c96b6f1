"""The states of an order and of what is sent for it, and the verbs that move them."""

from core.state_machines import Machine
from orders.purchases.models import Fulfilment, Order

_S, _F = Order.Status, Fulfilment.Status

ORDER = Machine(
    name="order of goods",
    states=_S,
    arrows={
        "request_consent": frozenset({_S.DRAFT, _S.AWAITING_CONSENT}),
        "give_consent": frozenset({_S.AWAITING_CONSENT}),
        "take_purchase_payment": frozenset({_S.PLACED}),
        "offer_payment_link": frozenset({_S.DRAFT, _S.AWAITING_CONSENT, _S.PLACED}),
        "cancel_payment_link": frozenset({_S.AWAITING_CONSENT, _S.PLACED}),
        "pay_by_link": frozenset({_S.AWAITING_CONSENT, _S.PLACED}),
        "hand_over_purchase": frozenset({_S.PLACED}),
        "cancel_purchase": frozenset({_S.DRAFT, _S.AWAITING_CONSENT, _S.PLACED}),
        "recall_purchase": frozenset({_S.PLACED}),
        "write_off_purchase": frozenset({_S.PLACED}),
        "complete_purchase": frozenset({_S.PLACED}),
        "expire_purchase": frozenset({_S.DRAFT, _S.AWAITING_CONSENT, _S.PLACED}),
    },
)
FULFILMENT = Machine(
    name="goods to send",
    states=_F,
    arrows={
        "confirm_fulfilment": frozenset({_F.PENDING}),
        "lapse_fulfilment": frozenset({_F.PENDING}),
        "refuse_fulfilment": frozenset({_F.PENDING, _F.ALLOCATED}),
        "ship_fulfilment": frozenset({_F.ALLOCATED}),
        "receive_fulfilment": frozenset({_F.ALLOCATED}),
        "pick_fulfilment": frozenset({_F.ALLOCATED}),
        "pack_fulfilment": frozenset({_F.PICKED}),
        "dispatch_fulfilment": frozenset({_F.PACKED}),
        "deliver_fulfilment": frozenset({_F.DISPATCHED}),
        "miss_fulfilment": frozenset({_F.DISPATCHED}),
        "return_fulfilment": frozenset({_F.DISPATCHED, _F.NOT_TAKEN}),
        "lose_fulfilment": frozenset({_F.DISPATCHED, _F.NOT_TAKEN}),
        "cancel_fulfilment": frozenset({_F.PENDING, _F.ALLOCATED, _F.PICKED}),
        "note_supplier_informed": frozenset({_F.CANCELLED}),
        "give_back_fulfilment": frozenset({_F.RETURNED, _F.CANCELLED}),
    },
)
