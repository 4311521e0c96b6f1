"""Table of contents: every noun this app stores."""

from finance.bills.models import BillAccount, BillCategory, Biller, BillerParameter, BillFetch, BillPayment
from finance.complaints.models import Complaint
from finance.credit.models import (
    Assessment,
    ConflictCheck,
    CreditFact,
    ExposureCounter,
    ExposureEntry,
    ExposureLimit,
    Scorecard,
    ScorecardAttribute,
    ScorecardBin,
    ScoreLine,
    ScoreRun,
)
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
    TopUpUndo,
)
from finance.loans.models import (
    Appraisal,
    Lender,
    Loan,
    LoanApplication,
    LoanBook,
    LoanContract,
    LoanDisbursement,
    LoanInstallment,
    LoanProduct,
    LoanProductVersion,
    SeasonalRow,
)
from finance.payments.models import (
    CompensationRecovery,
    CompensationRule,
    Goodwill,
    MergedPayer,
    Payment,
    PaymentDecision,
    Receipt,
    ReceiptPrint,
    Refund,
    RefundCall,
    Reversal,
    ReversalCode,
)
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.recharge.models import Operator, Plan, Recharge
from finance.recon.models import (
    BankExplanation,
    BankReturn,
    BankStatement,
    BankStatementLine,
    ProviderFile,
    ProviderLine,
    ProviderSum,
    ProviderSumShare,
    ReconItem,
    ReconTally,
    RiskRow,
)
from finance.settlement.models import (
    DayClose,
    InstalledCountry,
    PayeeAccount,
    PayeeDay,
    PayeeKind,
    SettleChunk,
    Statement,
    StatementTerms,
    TaxRule,
)
from finance.tills.models import (
    CashCount,
    CashCountLine,
    CashDay,
    CashDue,
    CashDueNotice,
    CashReport,
    CashThreshold,
    CashWatch,
    Denomination,
    KnownError,
    LossCase,
    OverShort,
    OverShortMove,
    Remittance,
    TillCustody,
)
