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
from finance.payments.services.charges import Charge, payment_key
from finance.payments.services.collecting import ExpiresTooEarly, NothingCollectedWith, collect_online, pay_url_of
from finance.payments.services.compensating import compensate, plan_compensations
from finance.payments.services.decisions import (
    EvidenceMissing,
    NothingProposed,
    ProposalChanged,
    decide_payment,
    outcomes_to_propose,
    propose_decision,
)
from finance.payments.services.forgetting import forget_payer_phones
from finance.payments.services.funding.till import CeilingReached
from finance.payments.services.giving_back import (
    Back,
    NotARefund,
    RefundExceedsPayment,
    refund_payment,
    refund_payments,
    takes_a_reversal,
    was_taken_back,
)
from finance.payments.services.goodwill import (
    GoodwillOffered,
    GoodwillTooMuch,
    NothingOffered,
    alone_left,
    approve_goodwill,
    most_left,
    offer_goodwill,
    open_offer,
    reject_goodwill,
)
from finance.payments.services.granting import (
    call_refund,
    chase_refund,
    grant_refund,
    grant_to_person,
    notify_refund,
)
from finance.payments.services.late import take_stored_payment
from finance.payments.services.merges import follow_record
from finance.payments.services.moving import move_all_funds, move_funds, pass_on_funds, take_back_funds, take_over_funds
from finance.payments.services.paying_back import record_refund, retry_refund, submit_refund
from finance.payments.services.prefund import tell_of_low_prefund
from finance.payments.services.receipts import issue_receipt, print_receipt
from finance.payments.services.recovering import (
    AlreadyRecovered,
    NothingToRecover,
    can_be_recovered,
    recover_compensation,
)
from finance.payments.services.refunds import (
    CodeProof,
    DocumentProof,
    PhoneBelongsToStaff,
    WitnessProof,
    hand_back_cash,
    send_refund_code,
)
from finance.payments.services.reversals import (
    NothingToAskBack,
    ReversalPeriodOver,
    ask_reversal,
    last_day_to_ask,
    record_reversal,
    review_reversals,
    send_reversal_code,
    submit_reversal,
)
from finance.payments.services.selling import CounterSale, Tender, prove_tender, sell
from finance.payments.services.starting import ProviderCall, start_payment, submit_payment
from finance.payments.services.taking import take_payment
from finance.payments.services.variances import MoreThanPaid, grant_variance_refund
