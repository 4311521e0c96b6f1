"""Loans on their way to the borrower: one row for each try, known to the bank by its reference."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.loans.models.loans import LoanQuerySet


class DisbursementQuerySet(LoanQuerySet):
    station_path = "loan__station"


class LoanDisbursement(BaseModel):
    """One try to pay a loan out to the borrower's own account. `amount_minor` is what the borrower gets.

    `hold_transfer` sets it aside in the lender's book until the bank has said what became of it.
    """

    class Status(models.TextChoices):
        SENT = "sent", _("with the bank")
        PAID = "paid", pgettext_lazy("payout", "paid")
        FAILED = "failed", pgettext_lazy("payout", "not paid")

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    loan = models.ForeignKey("finance.Loan", models.PROTECT, related_name="disbursements", verbose_name=_("loan"))
    payout_account = models.ForeignKey(
        "finance.PayoutAccount", models.PROTECT, related_name="+", verbose_name=_("payout account")
    )
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    hold_transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.SENT)
    code = models.CharField(_("the bank's reason"), max_length=40, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("paid out by")
    )
    sent_at = models.DateTimeField(_("sent at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = _("pay-out of a loan")
        verbose_name_plural = _("pay-outs of loans")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="loan_pay_out_is_of_something"),
            models.UniqueConstraint(
                fields=["loan"], condition=Q(status__in=["sent", "paid"]), name="loan_is_paid_out_once"
            ),
            models.CheckConstraint(
                condition=Q(status="sent", answered_at=None) | (~Q(status="sent") & Q(answered_at__isnull=False)),
                name="loan_pay_out_has_its_answer_exactly_when_ended",
            ),
        ]

    def __str__(self) -> str:
        return str(self.our_ref)

    @property
    def amount(self) -> Money:
        """What the borrower gets."""
        return Money(self.amount_minor, self.currency)
