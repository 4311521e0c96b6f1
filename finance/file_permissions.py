"""Who may look at the photos and papers of money: the one who reads what they belong to."""

from django.db.models import Q

from core.files.models import StoredFile
from finance.credit.models import Assessment
from finance.insurance.models import Claim
from finance.loans.models import LoanApplication
from finance.payments.models import Payment, PaymentDecision, Refund
from finance.tills.models import LossCase, OverShort, Remittance
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The proof of a refund, the evidence of a decision, a difference or a loss, a bank's slip, a visit, a claim."""
    visits = Assessment.objects.filter(photos=file).values("application_ref")
    refunds = Refund.objects.open_to(user, "finance.read_refund").filter(photo=file)
    payments = Payment.objects.open_to(user, "finance.read_payment")
    held = (
        OverShort.objects.open_to(user, "finance.read_over_short").filter(files=file),
        LossCase.objects.open_to(user, "finance.read_loss_case").filter(files=file),
        Remittance.objects.open_to(user, "finance.read_remittance").filter(slip_photo=file),
        Claim.objects.open_to(user, "finance.read_claim").filter(
            Q(evidence__file=file) | Q(decisions__photos=file) | Q(appeal__photos=file)
        ),
        LoanApplication.objects.open_to(user, "finance.read_loan_application").filter(pk__in=visits),
    )
    if any(rows.exists() for rows in held):
        return True
    return refunds.exists() or PaymentDecision.objects.filter(evidence=file, payment__in=payments).exists()
