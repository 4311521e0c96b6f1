"""Payments, receipts, refunds and what is given for waiting."""

from finance.payments.models.compensation import CompensationRecovery, CompensationRule
from finance.payments.models.goodwill import Goodwill
from finance.payments.models.merges import MergedPayer
from finance.payments.models.payments import Payment, PaymentDecision
from finance.payments.models.receipts import Receipt, ReceiptPrint
from finance.payments.models.refunds import Refund, RefundCall
from finance.payments.models.reversals import Reversal, ReversalCode
