"""The verbs of loans."""

from finance.loans.services.adjusting import AdjustmentAsked, AdjustmentDecided
from finance.loans.services.applying import (
    ApplicationStands,
    AssessmentMissing,
    BorrowerUnknown,
    ConsentNeeded,
    ProductNotOffered,
    assess_application,
    start_application,
    submit_application,
    withdraw_application,
)
from finance.loans.services.closing import LoanSkipped, close_book_day, close_until, is_skipped, schedule_closes
from finance.loans.services.collections import return_collections, settle_collections
from finance.loans.services.deciding import (
    ApprovalLimit,
    OneApproves,
    ReasonsUnfit,
    ReconsiderationOver,
    SecondAssessmentNeeded,
    appraise_application,
    approve_application,
    co_approve_application,
    expire_offers,
    latest_appraisal,
    needs_two,
    reconsider_application,
    reject_application,
)
from finance.loans.services.disbursed import record_disbursement_answer
from finance.loans.services.disbursing import (
    BorrowerAccountMissing,
    PayeeIsStaff,
    ask_about_disbursements,
    body_of_disbursement,
    disburse_loan,
    set_borrower_account,
)
from finance.loans.services.expiring import expire_plans, lapse_rates
from finance.loans.services.group_collecting import (
    Collected,
    LineCollected,
    NoMeeting,
    NothingCollected,
    PayerOutsideGroup,
    SheetChanged,
    SheetCollected,
    ShortfallUnexplained,
    collect_from_group,
    collect_line,
)
from finance.loans.services.group_deciding import GroupApplicationsChanged, approve_group_loans, to_approve_together
from finance.loans.services.grouping import (
    BorrowerOwesWrittenOff,
    GroupFull,
    GroupLeft,
    GroupMemberLate,
    GroupNameTaken,
    GroupNeeded,
    GroupOwesWrittenOff,
    GroupStandsUp,
    InAGroup,
    MemberOwes,
    MemberUnknown,
    add_group_member,
    appoint_group_leader,
    close_loan_group,
    form_loan_group,
    remove_group_member,
)
from finance.loans.services.mending import CloseStillFails, retry_close
from finance.loans.services.prepaying import (
    InstalmentsDiffer,
    PaysOnlyDues,
    PlanChanged,
    Prepayment,
    Stays,
    prepay_principal,
    quote_prepayment,
    stays_of,
)
from finance.loans.services.products import (
    InstallmentsMissing,
    activate_loan_product,
    discard_loan_product,
    draft_loan_product,
    retire_loan_product,
)
from finance.loans.services.provision_tables import (
    NoLender,
    RatesStand,
    RatesTooEarly,
    RatesUnfit,
    activate_provision_table,
    discard_provision_table,
    draft_provision_table,
)
from finance.loans.services.provisions import record_portfolio
from finance.loans.services.quotes import PriceAboveCeiling, Quote, TermsOutsideProduct, quote_loan
from finance.loans.services.rate_changing import (
    NoticeTooShort,
    RateAfterPlan,
    RateUnfit,
    approve_rate_change,
    earliest_start,
    propose_rate_change,
    quote_rate_change,
    rate_words,
    reject_rate_change,
)
from finance.loans.services.rate_plans import RatePlan, rate_plan_of
from finance.loans.services.recommendation_fees import accrue_recommendation_fees
from finance.loans.services.releasing import (
    GroupNotLiable,
    approve_group_release,
    is_group_liable,
    propose_group_release,
    reject_group_release,
)
from finance.loans.services.reminding import remind_borrowers
from finance.loans.services.repaying import (
    AmountOverDebt,
    LoanBeingClosed,
    PayoffChanged,
    debt_of,
    open_day,
    pay_off_loan,
    payoff_of,
    receive_repayment,
)
from finance.loans.services.restructuring import (
    PlanExpired,
    PlanOutsideProduct,
    Restructure,
    RestructuresUsedUp,
    approve_restructure,
    contract_of,
    plan_today,
    propose_restructure,
    quote_restructure,
    reject_restructure,
    send_restructure_code,
    sign_restructure,
)
from finance.loans.services.reversing import (
    DayIsOver,
    NotLatestReceipt,
    RestructuredSince,
    ReversalAsked,
    WaivedSince,
    WrittenOffSince,
    approve_reversal,
    propose_reversal,
    reject_reversal,
    reverse_receipt,
)
from finance.loans.services.scores import ConsentWithdrawn
from finance.loans.services.signing import (
    OfferExpired,
    SignatureMissing,
    SignedAlready,
    cancel_loan,
    send_signing_code,
    sign_contract,
)
from finance.loans.services.vintages import measure_vintages
from finance.loans.services.waiving import WaiverOverDue, approve_waiver, propose_waiver, reject_waiver, waivable
from finance.loans.services.writing_off import (
    MoreThanWrittenOff,
    NotRipeForWriteOff,
    approve_write_off,
    is_ripe_for_write_off,
    propose_write_off,
    receive_recovery,
    reject_write_off,
)
from finance.ties import OfficerIsTied
