"""The verbs of payments, receipts and refunds."""

from finance.payments.services.answers import (
    OnlyWhoTookIt,
    cancel_payment,
    pass_deadline,
    pass_deadlines,
    record_answer,
    reverse_payment,
    review_unknown,
    send_to_review,
)
from finance.payments.services.decisions import (
    EvidenceMissing,
    NothingProposed,
    ProposalChanged,
    decide_payment,
    propose_decision,
)
from finance.payments.services.receipts import issue_receipt, print_receipt
from finance.payments.services.refunds import (
    CodeProof,
    WitnessProof,
    grant_refund,
    hand_back_cash,
    notify_refund,
    send_refund_code,
)
from finance.payments.services.taking import (
    CeilingReached,
    FloatTooSmall,
    Order,
    start_payment,
    submit_payment,
    take_payment,
)

__all__ = [
    "CeilingReached",
    "CodeProof",
    "EvidenceMissing",
    "FloatTooSmall",
    "NothingProposed",
    "OnlyWhoTookIt",
    "Order",
    "ProposalChanged",
    "WitnessProof",
    "cancel_payment",
    "decide_payment",
    "grant_refund",
    "hand_back_cash",
    "issue_receipt",
    "notify_refund",
    "pass_deadline",
    "pass_deadlines",
    "print_receipt",
    "propose_decision",
    "record_answer",
    "reverse_payment",
    "review_unknown",
    "send_refund_code",
    "send_to_review",
    "start_payment",
    "submit_payment",
    "take_payment",
]
