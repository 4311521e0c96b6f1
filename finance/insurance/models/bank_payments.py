"""What every payment of the insurance book over the bank has in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money


class BankPayment(BaseModel):
    """One try to pay over the bank; `our_ref` is the bank's reference too, `hold_transfer` sets the amount aside."""

    class Status(models.TextChoices):
        SENT = "sent", _("with the bank")
        PAID = "paid", pgettext_lazy("claim", "paid")
        FAILED = "failed", pgettext_lazy("claim payment", "not paid")
        RETURNED = "returned", _("came back")

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payer = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", verbose_name=_("paid from"))
    payout_account = models.ForeignKey(
        "finance.PayoutAccount", models.PROTECT, related_name="+", verbose_name=_("payout account")
    )
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.SENT)
    hold_transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")
    return_code = models.CharField(_("the bank's reason"), max_length=40, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.our_ref)

    @property
    def amount(self) -> Money:
        """What is paid."""
        return Money(self.amount_minor, self.currency)
