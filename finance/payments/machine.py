"""The states of a payment and of a refund, and the verbs that move them."""

from core.machines import Machine
from finance.payments.models import Payment, Refund

_P, _R = Payment.Status, Refund.Status

PAYMENT = Machine(
    name="payment",
    states=_P,
    arrows={
        "submit_payment": frozenset({_P.HELD}),
        "cancel_payment": frozenset({_P.HELD}),
        # What a provider says, from wherever it comes. From `held` too: a callback may overtake our own mark.
        "record_answer": frozenset({_P.HELD, _P.SUBMITTED, _P.PENDING, _P.UNKNOWN, _P.MANUAL_REVIEW}),
        "pass_deadline": frozenset({_P.PENDING}),
        "send_to_review": frozenset({_P.UNKNOWN}),
        "decide_payment": frozenset({_P.MANUAL_REVIEW}),
        "reverse_payment": frozenset({_P.SUCCEEDED, _P.REVERSAL_ASKED}),
    },
)

REFUND = Machine(
    name="cash refund",
    states=_R,
    arrows={
        "notify_refund": frozenset({_R.GRANTED}),
        "send_refund_code": frozenset({_R.READY_FOR_CASH, _R.LOCKED}),
        "hand_back_cash": frozenset({_R.READY_FOR_CASH}),
        "spend_refund": frozenset({_R.READY_FOR_CASH}),
    },
)
