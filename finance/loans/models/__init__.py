"""The nouns of loans."""

from finance.loans.models.adjustments import LoanAdjustment
from finance.loans.models.applications import Appraisal, LoanApplication
from finance.loans.models.closing import CloseException, CloseRun, LoanAccrual
from finance.loans.models.contracts import LoanContract, LoanInstallment
from finance.loans.models.disbursements import LoanDisbursement
from finance.loans.models.groups import BorrowerGroup, CollectionSheet, GroupMember, SheetLine
from finance.loans.models.loans import Loan, LoanBook
from finance.loans.models.portfolio import LoanClass, PortfolioDay, ProvisionBand, ProvisionTable
from finance.loans.models.products import Lender, LoanProduct, LoanProductVersion, SeasonalRow
from finance.loans.models.receipts import LoanReceipt, ReceiptAllocation
from finance.loans.models.recommendation_fees import RecommendationFee
from finance.loans.models.reversals import LoanReversal
