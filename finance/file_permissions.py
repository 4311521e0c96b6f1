"""Who may look at the photos and papers of money: the one who reads what they belong to."""

from core.files.models import StoredFile
from finance.payments.models import Payment, PaymentDecision, Refund
from finance.tills.models import LossCase, OverShort, Remittance
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The proof of a refund, the evidence of a decision, what was added to a difference or a loss, a bank's slip."""
    refunds = Refund.objects.open_to(user, "finance.read_refund").filter(photo=file)
    payments = Payment.objects.open_to(user, "finance.read_payment")
    of_the_drawer = (
        OverShort.objects.open_to(user, "finance.read_over_short").filter(files=file),
        LossCase.objects.open_to(user, "finance.read_loss_case").filter(files=file),
        Remittance.objects.open_to(user, "finance.read_remittance").filter(slip_photo=file),
    )
    if any(rows.exists() for rows in of_the_drawer):
        return True
    return refunds.exists() or PaymentDecision.objects.filter(evidence=file, payment__in=payments).exists()
