"""The verbs of commission: plans, lines, corrections."""

from finance.fees.services.accruing import FeeQuote, Sale, prepare_accrual, quote_fees, store_accrual
from finance.fees.services.adjustments import (
    AboveEvent,
    AccountNotAdjustable,
    DisputeOpen,
    EventUnknown,
    NothingToCorrect,
    PricingErrorNotTheirs,
    approve_adjustment,
    propose_adjustment,
    reject_adjustment,
)
from finance.fees.services.drafts import (
    Part,
    PlanOfOtherCountry,
    RuleMissing,
    RuleUnclear,
    discard_commission_plan,
    draft_commission_plan,
    raise_rule,
    remove_rule,
    write_rule,
)
from finance.fees.services.earning import accrue_fees
from finance.fees.services.plans import (
    PlanInForce,
    PlanIsEmpty,
    PlanStartsTooEarly,
    approve_commission_plan,
    retire_commission_plan,
)
from finance.fees.services.returning import MoreThanStands, Step, prepare_return, reverse_fees, reverse_lines
from finance.fees.services.reversing import prepare_reversal
from finance.fees.services.tariffs import (
    TariffEndsOddly,
    TariffStands,
    TariffStartsTooEarly,
    end_tariff,
    set_tariff,
    withdraw_tariff,
)
