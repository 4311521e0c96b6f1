"""The verbs of floats: filled, lent, taken out, foreseen, and the rules that they keep."""

from finance.floats.services.cash import (
    CashNotCounted,
    CodeSignature,
    NoCentre,
    NoPhoneToSign,
    NothingCounted,
    PinSignature,
    count_topup_cash,
    take_topup_cash,
)
from finance.floats.services.forecasts import (
    forecast_need,
    foresee_county,
    foresee_later,
    import_bank_days,
    record_days,
    tell_low,
)
from finance.floats.services.limits import (
    FloatStopped,
    FloatTooSmall,
    NoPartnerHere,
    NothingToAdd,
    NothingToMove,
    NotYourFloat,
    OverFloatMax,
    PartnerChanged,
    TurnedAway,
    WithdrawalTooLarge,
)
from finance.floats.services.rules import (
    LIMITS,
    FloatHoldsPending,
    LimitsNotInOrder,
    ModeStartsToday,
    NothingChanges,
    RulesInThePast,
    check_rules,
    set_station_money,
)
from finance.floats.services.topups import (
    REFERENCE_ALPHABET,
    BankLineTaken,
    BankLineUnfit,
    credit_topup,
    match_by_reference,
    match_topup,
    record_topup,
    reject_topup,
    request_topup,
    stop_topups,
)
from finance.floats.services.transfers import (
    NotTheReceiver,
    NotTheSender,
    SameStation,
    TooFarAway,
    TransferExpired,
    accept_float,
    decline_float,
    expire_float,
    recall_float,
    send_float,
    stop_transfers,
)
from finance.floats.services.undoing import (
    FloatSpent,
    TopUpInCash,
    UndoAsked,
    UndoNotAsked,
    ask_undo_topup,
    undo_topup,
)
from finance.floats.services.withdrawals import clear_float, withdraw_float
