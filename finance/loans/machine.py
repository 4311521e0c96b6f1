"""The states of what lives in this slice, and the verbs that move it."""

from core.state_machines import Machine
from finance.loans.models import BorrowerGroup, Loan, LoanApplication, LoanProductVersion, ProvisionTable

_V = LoanProductVersion.Status

PRODUCT_VERSION = Machine(
    name="loan product version",
    states=_V,
    arrows={
        "activate_loan_product": frozenset({_V.DRAFT}),
        "discard_loan_product": frozenset({_V.DRAFT}),
        "retire_loan_product": frozenset({_V.ACTIVE}),
    },
)

PROVISION_TABLE = Machine(
    name="table of provision rates",
    states=ProvisionTable.Status,
    arrows={
        "activate_provision_table": frozenset({ProvisionTable.Status.DRAFT}),
        "discard_provision_table": frozenset({ProvisionTable.Status.DRAFT}),
    },
)

_A = LoanApplication.Status

APPLICATION = Machine(
    name="loan application",
    states=_A,
    arrows={
        "submit_application": frozenset({_A.DRAFT}),
        "record_assessment": frozenset({_A.DRAFT, _A.SUBMITTED, _A.APPRAISED}),
        "withdraw_application": frozenset({_A.DRAFT, _A.SUBMITTED, _A.APPRAISED, _A.APPROVED}),
        "appraise_application": frozenset({_A.SUBMITTED}),
        "approve_application": frozenset({_A.APPRAISED}),
        "co_approve_application": frozenset({_A.APPRAISED}),
        "reject_application": frozenset({_A.SUBMITTED, _A.APPRAISED}),
        "reconsider_application": frozenset({_A.REJECTED}),
        "expire_application": frozenset({_A.APPROVED}),
        "sign_contract": frozenset({_A.APPROVED}),
        "take_up": frozenset({_A.APPROVED}),
    },
)

LOAN_GROUP = Machine(
    name="group of borrowers",
    states=BorrowerGroup.Status,
    arrows={
        "add_group_member": frozenset({BorrowerGroup.Status.ACTIVE}),
        "appoint_group_leader": frozenset({BorrowerGroup.Status.ACTIVE}),
        "remove_group_member": frozenset({BorrowerGroup.Status.ACTIVE}),
        "approve_group_loans": frozenset({BorrowerGroup.Status.ACTIVE}),
        "collect_from_group": frozenset({BorrowerGroup.Status.ACTIVE}),
        "close_loan_group": frozenset({BorrowerGroup.Status.ACTIVE}),
    },
)

_L = Loan.Status

LOAN = Machine(
    name="loan",
    states=_L,
    arrows={
        "disburse_loan": frozenset({_L.APPROVED}),
        "confirm_disbursement": frozenset({_L.DISBURSING}),
        "fail_disbursement": frozenset({_L.DISBURSING}),
        "cancel_loan": frozenset({_L.APPROVED}),
        "receive_repayment": frozenset({_L.ACTIVE}),
        "pay_off_loan": frozenset({_L.ACTIVE}),
        "prepay_principal": frozenset({_L.ACTIVE}),
        "retry_close": frozenset({_L.ACTIVE}),
        "propose_write_off": frozenset({_L.ACTIVE}),
        "approve_write_off": frozenset({_L.ACTIVE}),
        "reject_write_off": frozenset({_L.ACTIVE, _L.REPAID}),
        "propose_restructure": frozenset({_L.ACTIVE}),
        "approve_restructure": frozenset({_L.ACTIVE}),
        "reject_restructure": frozenset({_L.ACTIVE, _L.REPAID}),
        "sign_restructure": frozenset({_L.ACTIVE}),
        "propose_waiver": frozenset({_L.ACTIVE}),
        "approve_waiver": frozenset({_L.ACTIVE}),
        "reject_waiver": frozenset({_L.ACTIVE, _L.REPAID}),
        "propose_rate_change": frozenset({_L.ACTIVE}),
        "approve_rate_change": frozenset({_L.ACTIVE}),
        "reject_rate_change": frozenset({_L.ACTIVE, _L.REPAID}),
        "receive_recovery": frozenset({_L.WRITTEN_OFF}),
        "propose_group_release": frozenset({_L.WRITTEN_OFF}),
        "approve_group_release": frozenset({_L.WRITTEN_OFF}),
        "reject_group_release": frozenset({_L.WRITTEN_OFF}),
        "reverse_receipt": frozenset({_L.ACTIVE, _L.REPAID, _L.WRITTEN_OFF}),
        "propose_reversal": frozenset({_L.ACTIVE, _L.REPAID, _L.WRITTEN_OFF}),
        "approve_reversal": frozenset({_L.ACTIVE, _L.REPAID, _L.WRITTEN_OFF}),
        "reject_reversal": frozenset({_L.ACTIVE, _L.REPAID, _L.WRITTEN_OFF}),
    },
)
