"""Payments, receipts, refunds and accounts over the API."""

from finance.payments.api.payments import PaymentOut, payment_out
