"""The states of what lives in this slice, and the verbs that move it."""

from core.state_machines import Machine
from finance.insurance.models import (
    Appeal,
    Claim,
    EnrolmentBatch,
    IndexFile,
    IndexPayout,
    IndexWindow,
    InsuranceProductVersion,
    Policy,
    PremiumStatement,
)

_V = InsuranceProductVersion.Status

VERSION = Machine(
    name="insurance product version",
    states=_V,
    arrows={
        "activate_insurance_product": frozenset({_V.DRAFT}),
        "retire_insurance_product": frozenset({_V.ACTIVE}),
    },
)

_B = EnrolmentBatch.Status

ENROLMENT = Machine(name="enrolment", states=_B, arrows={"fund_policies": frozenset({_B.IDLE})})

_P = Policy.Status

POLICY = Machine(
    name="policy",
    states=_P,
    arrows={
        "start_policies": frozenset({_P.READY}),
        "expire_policies": frozenset({_P.ACTIVE, _P.SUSPENDED}),
        "suspend_policy": frozenset({_P.ACTIVE}),
        "resume_policy": frozenset({_P.SUSPENDED}),
        "cancel_policy": frozenset({_P.IDLE, _P.READY, _P.SUSPENDED}),
    },
)

_C = Claim.Status

CLAIM = Machine(
    name="claim",
    states=_C,
    arrows={
        "add_evidence": frozenset({_C.DRAFT}),
        "enter_claim": frozenset({_C.DRAFT}),
        "check_claim": frozenset({_C.ENTERED, _C.CHECKED}),
        "ask_for_documents": frozenset({_C.ENTERED, _C.CHECKED}),
        "answer_documents": frozenset({_C.ENTERED, _C.CHECKED, _C.PROCESSED}),
        "deliver_review": frozenset({_C.CHECKED}),
        "process_claim": frozenset({_C.CHECKED}),
        "approve_claim": frozenset({_C.PROCESSED}),
        "reject_claim": frozenset({_C.PROCESSED}),
        "return_to_assessor": frozenset({_C.PROCESSED}),
        "send_claim_payment": frozenset({_C.VALUATED}),
        "correct_claim_account": frozenset({_C.VALUATED}),
        "reverse_approval": frozenset({_C.VALUATED}),
        "record_claim_payment": frozenset({_C.PAYMENT_PENDING, _C.PAID, _C.CLOSED}),
        "close_claim": frozenset({_C.PAID}),
        "withdraw_claim": frozenset({_C.DRAFT, _C.ENTERED, _C.CHECKED, _C.PROCESSED}),
        "file_appeal": frozenset({_C.REJECTED}),
    },
)

_A = Appeal.Status

APPEAL = Machine(
    name="appeal",
    states=_A,
    arrows={
        "assign_appeal": frozenset({_A.FILED, _A.ASSIGNED}),
        "uphold_rejection": frozenset({_A.ASSIGNED}),
        "restore_claim": frozenset({_A.ASSIGNED}),
    },
)

_R = PremiumStatement.Status

PREMIUMS = Machine(
    name="statement of premiums",
    states=_R,
    arrows={
        "send_premiums": frozenset({_R.DRAWN}),
        "record_premium_payment": frozenset({_R.SENT, _R.PAID}),
    },
)

_F = IndexFile.Status

READINGS = Machine(
    name="file of readings",
    states=_F,
    arrows={"release_index_file": frozenset({_F.LOADED}), "discard_index_file": frozenset({_F.LOADED})},
)

_W = IndexWindow.Status

WINDOW = Machine(
    name="window of an index",
    states=_W,
    arrows={
        "settle_index_windows": frozenset({_W.OPEN, _W.PAYING}),
        "approve_index_window": frozenset({_W.PROPOSED}),
        "withdraw_index_window": frozenset({_W.PROPOSED}),
        "ask_to_cancel_index_window": frozenset({_W.OPEN, _W.MISSING}),
        "cancel_index_window": frozenset({_W.CANCELLING}),
        "keep_index_window": frozenset({_W.CANCELLING}),
        "wait_for_reading": frozenset({_W.MISSING}),
    },
)

_O = IndexPayout.Status

PAYOUT = Machine(
    name="payout of an index",
    states=_O,
    arrows={
        "pay_index_payouts": frozenset({_O.DUE, _O.ACCOUNT_MISSING}),
        "name_heir": frozenset({_O.ACCOUNT_MISSING}),
        "ask_to_return_payout": frozenset({_O.ACCOUNT_MISSING}),
        "confirm_heir": frozenset({_O.HEIR_NAMED}),
        "return_payout": frozenset({_O.NO_HEIR}),
        "decline_estate": frozenset({_O.HEIR_NAMED, _O.NO_HEIR}),
        "record_index_payment": frozenset({_O.SENT, _O.PAID}),
    },
)
