"""The states of a promotion, and the verbs that move it."""

from core.state_machines import Machine
from orders.promotions.models import Promotion

_S = Promotion.Status

PROMOTION = Machine(
    name="promotion",
    states=_S,
    arrows={
        "send_coupon_code": frozenset({_S.PREPARED}),
        "agree_coupon": frozenset({_S.PREPARED}),
        "agree_to_promotion": frozenset({_S.PREPARED}),
        "record_supplier_agreement": frozenset({_S.PREPARED}),
        "approve_promotion": frozenset({_S.PREPARED}),
        "reject_promotion": frozenset({_S.PREPARED}),
        "end_promotion": frozenset({_S.APPROVED}),
    },
)
