"""The verbs of commission: plans, lines, corrections."""

from finance.fees.services.accruing import Accrual, FeeQuote, Sale, prepare_accrual, quote_fees, store_accrual
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

__all__ = [
    "AboveEvent",
    "AccountNotAdjustable",
    "Accrual",
    "DisputeOpen",
    "EventUnknown",
    "FeeQuote",
    "MoreThanStands",
    "NothingToCorrect",
    "PlanInForce",
    "PlanIsEmpty",
    "PlanStartsTooEarly",
    "PricingErrorNotTheirs",
    "Sale",
    "Step",
    "accrue_fees",
    "approve_adjustment",
    "approve_commission_plan",
    "prepare_accrual",
    "prepare_return",
    "prepare_reversal",
    "propose_adjustment",
    "quote_fees",
    "reject_adjustment",
    "retire_commission_plan",
    "reverse_fees",
    "reverse_lines",
    "store_accrual",
]
