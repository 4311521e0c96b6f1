"""Where an approved claim is paid, and each try to pay it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from finance.insurance.models.claims import Claim, OfClaimQuerySet, who_did
from stations.two_persons import TwoPersons

#: What `core.crypto` authenticates with the numbers of payees' accounts.
ACCOUNT_CONTEXT = "finance_claimaccount.account"


class ClaimAccount(BaseModel):
    """The bank account of the one who is paid; its number is encrypted and found again only by its index."""

    claim = models.OneToOneField(Claim, models.CASCADE, primary_key=True, related_name="account")
    bank_code = models.CharField(_("bank"), max_length=14)
    holder_name = LineField(_("name of the holder"), max_length=80)
    account_cipher = models.BinaryField(editable=False)
    account_key_no = models.PositiveSmallIntegerField(editable=False)
    account_index = models.BinaryField(editable=False, db_index=True)
    account_tail = models.CharField(_("end of the number"), max_length=4)
    corrected_by = who_did(_("corrected by"))

    class Meta:
        verbose_name = _("account of a claim")
        verbose_name_plural = _("accounts of claims")

    def __str__(self) -> str:
        return self.account_tail


class ClaimAccountKey(BaseModel):
    """The key of one claim's own under which the account's number is encrypted; destroyed when its person is erased."""

    account = models.OneToOneField(ClaimAccount, models.CASCADE, primary_key=True, related_name="data_key")
    key = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("key of a claim's account")
        verbose_name_plural = _("keys of claims' accounts")

    def __str__(self) -> str:
        return str(self.account_id)


class ClaimPayment(BaseModel):
    """One try to pay an approved claim over the bank; `our_ref` is the bank's reference too."""

    class Status(models.TextChoices):
        SENT = "sent", _("with the bank")
        PAID = "paid", pgettext_lazy("claim", "paid")
        FAILED = "failed", pgettext_lazy("claim payment", "not paid")
        RETURNED = "returned", _("came back")

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payments", verbose_name=_("claim"))
    payer = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", verbose_name=_("paid from"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.SENT)
    hold_transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")
    return_code = models.CharField(_("the bank's reason"), max_length=40, blank=True)
    account_tail = models.CharField(_("end of the account's number"), max_length=4, blank=True)
    account_by = who_did(_("account corrected by"))
    sent_by = who_did(_("sent by"), optional=False)
    sent_at = models.DateTimeField(_("sent at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of a claim")
        verbose_name_plural = _("payments of claims")
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(status__in=["sent", "paid"]), name="claim_is_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(status="sent", ended_at=None) | (~Q(status="sent") & Q(ended_at__isnull=False)),
                name="claim_payment_has_its_end",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="claim_payment_is_an_amount"),
            TwoPersons(checker="sent_by", makers=("account_by",), name="nobody_pays_to_an_account_that_they_corrected"),
        ]

    def __str__(self) -> str:
        return str(self.our_ref)

    @property
    def amount(self) -> Money:
        """What is paid."""
        return Money(self.amount_minor, self.currency)
