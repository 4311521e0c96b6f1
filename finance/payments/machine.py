"""The states of a payment and of a refund, and the verbs that move them."""

from core.state_machines import Machine
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
        "refund_payment": frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED}),
        "ask_reversal": frozenset({_P.SUCCEEDED}),
        # What the company says to being asked back: taken back, or paid as before.
        "record_reversal": frozenset({_P.REVERSAL_ASKED}),
        "reverse_payment": frozenset({_P.SUCCEEDED, _P.REVERSAL_ASKED}),
    },
)

REFUND = Machine(
    name="refund",
    states=_R,
    arrows={
        # Cash, at a counter.
        "notify_refund": frozenset({_R.GRANTED}),
        "send_refund_code": frozenset({_R.READY_FOR_CASH, _R.LOCKED}),
        "call_refund": frozenset({_R.READY_FOR_CASH, _R.LOCKED}),
        "hand_back_cash": frozenset({_R.READY_FOR_CASH}),
        "spend_refund": frozenset({_R.READY_FOR_CASH}),
        # Online, through the one who collected it.
        "submit_refund": frozenset({_R.GRANTED}),
        "record_refund": frozenset({_R.PENDING}),
        "retry_refund": frozenset({_R.FAILED}),
        # The payer's bank has taken the whole payment back, and this with it.
        "arrive_by_the_bank": frozenset({_R.GRANTED, _R.FAILED}),
    },
)
