"""The states of payout accounts, batches and payouts, and the verbs that move them."""

from core.state_machines import Machine
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine

_A, _B, _L = PayoutAccount.Status, PayoutBatch.Status, PayoutLine.Status

ACCOUNT = Machine(
    name="payout account",
    states=_A,
    arrows={
        "confirm_payout_account": frozenset({_A.PENDING}),
        "activate_payout_account": frozenset({_A.PENDING}),
        "restrict_payout_account": frozenset({_A.PENDING, _A.ACTIVE}),
        "release_payout_account": frozenset({_A.RESTRICTED}),
        "reject_payout_account": frozenset({_A.PENDING, _A.RESTRICTED}),
    },
)

BATCH = Machine(
    name="payout batch",
    states=_B,
    arrows={
        "calculate_payout_batch": frozenset({_B.OPEN, _B.CALCULATED}),
        "approve_payout_batch": frozenset({_B.CALCULATED}),
        "export_payout_batch": frozenset({_B.APPROVED}),
        "submit_payout_batch": frozenset({_B.EXPORTED}),
        "cancel_payout_batch": frozenset({_B.OPEN, _B.CALCULATED, _B.APPROVED}),
    },
)

LINE = Machine(
    name="payout",
    states=_L,
    arrows={
        "approve_payout": frozenset({_L.DRAFT}),
        # The bank's word. From `approved` too: a callback may overtake our own mark that the file has arrived.
        "record_payout_answer": frozenset({_L.APPROVED, _L.PROCESSING}),
        "return_payout": frozenset({_L.PAID}),
        "leave_out_payout": frozenset({_L.DRAFT, _L.APPROVED}),
        "reissue_payout": frozenset({_L.FAILED, _L.RETURNED}),
    },
)
