"""The verbs of insurance."""

from finance.insurance.services.appeals import (
    AppealExists,
    AppealTooLate,
    JudgeTookPart,
    JudgeUnfit,
    assign_appeal,
    file_appeal,
    restore_claim,
    uphold_rejection,
)
from finance.insurance.services.bank import NoPayingBank, ask_about_payments
from finance.insurance.services.checking import check_claim, is_drawn
from finance.insurance.services.clocks import mind_claim_clocks
from finance.insurance.services.correcting import (
    ACCOUNT_CORRECTED,
    AccountFailed,
    AccountOfOthers,
    AccountStands,
    PayeeTooClose,
    correct_claim_account,
    needs_another_account,
)
from finance.insurance.services.deciding import (
    AcceptedTooMuch,
    AmountChanged,
    CheckFailed,
    ClaimLimit,
    ClaimReasonsUnfit,
    ReviewOpen,
    answer_documents,
    approve_claim,
    ask_for_documents,
    deliver_review,
    latest_checks,
    process_claim,
    reject_claim,
    return_to_assessor,
    reverse_approval,
)
from finance.insurance.services.enrolment import (
    FAULTS,
    AgeOutside,
    EnrolmentFileUnreadable,
    FileEnrolled,
    LineRepeated,
    MovedAway,
    NameDiffersInList,
    NoLineAccepted,
    PersonGone,
    PersonNotFound,
    PolicyOverlap,
    StartPast,
    VersionNotInForce,
    end_of_term,
    enrol_list,
    enrol_people,
    enrol_person,
)
from finance.insurance.services.filing import (
    CONSENT,
    OF_COST,
    BenefitUnfit,
    Bill,
    BillReused,
    ClaimAmountMissing,
    ClaimStands,
    DocumentReused,
    EventInFuture,
    GradeMissing,
    HolderNameDiffers,
    InsuranceConsentMissing,
    InsuranceConsentWithdrawn,
    PapersMissing,
    PayeeUnfit,
    PayTo,
    add_evidence,
    enter_claim,
    is_looked_at,
    papers_missing,
    rests,
    start_claim,
    withdraw_claim,
)
from finance.insurance.services.forgetting import forget_claims
from finance.insurance.services.funds import (
    FundTooSmall,
    FundUnfit,
    ReceiptRecorded,
    fund_policies,
    record_contribution,
)
from finance.insurance.services.index_estates import (
    HeirUnknown,
    PayeeLives,
    ask_to_return_payout,
    confirm_heir,
    decline_estate,
    name_heir,
    return_payout,
)
from finance.insurance.services.index_paying import (
    body_of_index_payment,
    pay_index_payouts,
    record_index_payment,
    set_policy_account,
)
from finance.insurance.services.index_proposals import (
    NotParametric,
    OtherIndex,
    WindowBegun,
    WindowOrder,
    WindowOverlap,
    WindowTooFar,
    approve_index_window,
    ask_to_cancel_index_window,
    cancel_index_window,
    keep_index_window,
    propose_index_window,
    withdraw_index_window,
)
from finance.insurance.services.index_readings import (
    IndexFileLoaded,
    ReadingsRefused,
    discard_index_file,
    load_index_readings,
    release_index_file,
)
from finance.insurance.services.index_windows import (
    amount_by_index,
    settle_index_windows,
    wait_for_reading,
)
from finance.insurance.services.paying import (
    AccountForgotten,
    ClaimsFloatTooSmall,
    PayeeGone,
    PaymentDisputed,
    body_of_payment,
    close_claims,
    record_claim_payment,
    send_claim_payment,
)
from finance.insurance.services.policies import cancel_policy, resume_policy, start_policies, suspend_policy
from finance.insurance.services.premiums import (
    InsurerAccountMissing,
    MonthNotOver,
    NoPremiumsOwed,
    PremiumsStated,
    body_of_premium,
    draw_premium_statement,
    record_premium_payment,
    send_premiums,
    set_insurer_account,
)
from finance.insurance.services.products import (
    activate_insurance_product,
    draft_insurance_product,
    retire_insurance_product,
)
from finance.insurance.services.reading import log_claim_read
from finance.insurance.services.register import build_register
from finance.insurance.services.renewing import NothingToRenew, renew_enrolment, tell_of_renewals
from finance.insurance.services.resting import CONSENT_WITHDRAWN, rest_claims
from finance.insurance.services.valuing import CeilingExhausted, Valuation, left_of_family, value_claim
