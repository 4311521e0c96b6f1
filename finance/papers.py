"""Who may look at the photos and papers of money: whoever reads what they belong to."""

from typing import Any

from finance.payments.models import Payment, PaymentDecision, Refund


def may_see(user: Any, file: Any) -> bool:
    """The proof photo of a refund, and the evidence of a decision about a payment."""
    refunds = Refund.objects.open_to(user, "finance.read_refund").filter(photo=file)
    payments = Payment.objects.open_to(user, "finance.read_payment")
    return refunds.exists() or PaymentDecision.objects.filter(evidence=file, payment__in=payments).exists()
