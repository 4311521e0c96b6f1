"""Table of contents: every noun this app stores."""

from finance.bills.models import BillAccount, BillCategory, Biller, BillerParameter, BillFetch, BillPayment
from finance.fees.models import (
    Adjustment,
    CommissionLine,
    CommissionPlan,
    CommissionRule,
    CommissionShare,
    LineHold,
    PayableLine,
    Tariff,
)
from finance.floats.models import (
    BankDay,
    FloatDay,
    FloatForecast,
    FloatTopUp,
    FloatTransfer,
    StationMoney,
    TopUpCash,
)
from finance.payments.models import Payment, PaymentDecision, Receipt, ReceiptPrint, Refund
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.recon.models import BankStatementLine, ProviderFile, ProviderLine, ReconItem
from finance.tills.models import CashCount, CashCountLine, CashDay, Denomination

__all__ = [
    "Adjustment",
    "BankDay",
    "BankStatementLine",
    "BillAccount",
    "BillCategory",
    "BillFetch",
    "BillPayment",
    "Biller",
    "BillerParameter",
    "CashCount",
    "CashCountLine",
    "CashDay",
    "CommissionLine",
    "CommissionPlan",
    "CommissionRule",
    "CommissionShare",
    "Denomination",
    "FloatDay",
    "FloatForecast",
    "FloatTopUp",
    "FloatTransfer",
    "LineHold",
    "PayableLine",
    "Payment",
    "PaymentDecision",
    "PayoutAccount",
    "PayoutBatch",
    "PayoutLine",
    "ProviderFile",
    "ProviderLine",
    "Receipt",
    "ReceiptPrint",
    "ReconItem",
    "Refund",
    "StationMoney",
    "Tariff",
    "TopUpCash",
]
