"""The verbs of payouts."""

from finance.payouts.services.accounts import (
    BankDetails,
    NameDiffers,
    NoFloatThere,
    PayoutStationUnfit,
    PersonUnknown,
    SameAccount,
    activate_accounts,
    activate_payout_account,
    confirm_payout_account,
    forget_accounts,
    reject_payout_account,
    release_payout_account,
    restrict_payout_account,
    set_bank_account,
    set_cash_at_station,
    set_own_float,
)
from finance.payouts.services.answers import ask_about_payouts, body_of_payout, record_payout_answer
from finance.payouts.services.batches import (
    AccountChanged,
    NoPayoutBank,
    NothingToPayOut,
    PayeesStopped,
    PayoutsStopped,
    approve_payout_batch,
    calculate_payout_batch,
    cancel_payout_batch,
    create_payout_batch,
    prepare_payout_batch,
)
from finance.payouts.services.files import (
    NothingForTheBank,
    PayoutFile,
    body_of_file,
    export_payout_batch,
    file_of,
    record_file_answer,
    release_payout_batch,
)
from finance.payouts.services.lines import (
    NoPayoutAccount,
    StatementCarried,
    WithdrawalStands,
    payout_of_withdrawal,
    reissue_payout,
)
from finance.payouts.services.returns import ReturnMatched, ReturnUnfit, match_return, match_return_by_reference
from finance.payouts.services.waiting import end_waiting, take_back_cash
