"""Daily files of companies, their lines, and what the lines of one kind come to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.money import Money
from stations.scope import NetworkScopedQuerySet


class ProviderFileQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_recon_item"


class ProviderFile(BaseModel):
    """A daily file that was read whole. A corrected file is the next sequence; it replaces nothing and is compared.

    `added_count`, `gone_count` and `changed_count` are lines against the sequence before.
    """

    provider = models.ForeignKey("core.Provider", models.PROTECT, related_name="+")
    file_date = models.DateField(_("file date"))
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    sha256 = models.CharField(max_length=64, unique=True)
    raw = models.ForeignKey(
        "core.DailyFile",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty once the raw file has been deleted."),
    )
    currency = models.CharField(_("currency"), max_length=3)
    line_count = models.PositiveIntegerField(_("lines"))
    total_minor = models.BigIntegerField(_("total"))
    fee_minor = models.BigIntegerField(_("fees"))
    to_decide_count = models.PositiveIntegerField(_("lines to decide individually"), default=0)
    added_count = models.PositiveIntegerField(_("lines added"), default=0)
    gone_count = models.PositiveIntegerField(_("lines removed"), default=0)
    changed_count = models.PositiveIntegerField(_("lines changed"), default=0)
    imported_at = models.DateTimeField(_("imported at"))

    objects = ProviderFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider file")
        verbose_name_plural = _("provider files")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "file_date", "sequence"], name="provider_file_stands_once_in_sequence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.file_date} {self.sequence}"


class ProviderLine(BaseModel):
    """One line of a provider's file; it matches at most one instruction of ours."""

    file = models.ForeignKey(ProviderFile, models.CASCADE, related_name="lines")
    line_no = models.PositiveIntegerField(_("line"))
    provider_ref = models.CharField(_("provider's reference"), max_length=64)
    our_ref = models.CharField(_("our reference"), max_length=64)
    kind = models.CharField(_("kind"), max_length=12)
    status = models.CharField(_("status"), max_length=12)
    amount_minor = models.BigIntegerField(_("amount"))
    fee_minor = models.BigIntegerField(_("fee"))
    completed_at = models.DateTimeField(_("completed at"))
    payment = models.ForeignKey("finance.Payment", models.PROTECT, null=True, blank=True, related_name="provider_lines")

    class Meta:
        verbose_name = _("line of a provider file")
        verbose_name_plural = _("lines of provider files")
        constraints = [
            models.UniqueConstraint(fields=["file", "line_no"], name="provider_line_stands_once"),
            models.UniqueConstraint(fields=["file", "our_ref", "status"], name="provider_line_says_a_status_once"),
        ]
        indexes = [models.Index(fields=["our_ref"], name="provider_line_by_reference")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line_no}"


class ProviderSumQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_recon_item"


class ProviderSum(BaseModel):
    """What the lines of one kind of a day's file come to, and the one bank line that settles it.

    `amount_minor` is what comes to our bank account, below nought what goes from it: succeeded less reversed and
    returned, less `fee_minor`, which is not paid over. Of a corrected file it is what an earlier one has not settled.
    `ledger_minor` is what our ledger says of the same payments.
    """

    file = models.ForeignKey(ProviderFile, models.CASCADE, related_name="sums")
    kind = models.CharField(_("kind"), max_length=12)
    amount_minor = models.BigIntegerField(_("amount"))
    fee_minor = models.BigIntegerField(_("fee retained"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=40)
    due_date = models.DateField(_("settled by"))
    bank_line = models.OneToOneField(
        "finance.BankStatementLine", models.PROTECT, null=True, blank=True, related_name="settled_sum"
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    ledger_minor = models.BigIntegerField(_("in our ledger"), null=True, blank=True)

    objects = ProviderSumQuerySet.as_manager()

    class Meta:
        verbose_name = _("sum of a provider file")
        verbose_name_plural = _("sums of provider files")
        constraints = [
            models.UniqueConstraint(fields=["file", "kind"], name="provider_sum_stands_once_per_kind"),
            models.CheckConstraint(
                condition=Q(bank_line=None) | Q(settled_at__isnull=False), name="provider_sum_knows_when_it_was_settled"
            ),
        ]
        indexes = [
            models.Index(fields=["due_date"], condition=Q(settled_at=None), name="provider_sum_unsettled"),
            models.Index(fields=["reference"], name="provider_sum_by_reference"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        """What is to be settled."""
        return Money(self.amount_minor, self.currency)

    @property
    def moved(self) -> Money:
        """What the bank moves, whichever way."""
        return Money(abs(self.amount_minor), self.currency)


class ProviderSumShare(BaseModel):
    """What of a sum belongs to one biller or operator.

    `amount_minor` is what its lines come to, above nought where we owe it, and `kept_minor` what of that is not paid
    over: the fee that it keeps, the margin that stays with us. Both lessen where more was taken back than paid.
    """

    sum = models.ForeignKey(ProviderSum, models.CASCADE, related_name="shares")
    party = models.CharField(_("account"), max_length=8, choices=[("biller", _("biller")), ("operator", _("operator"))])
    code = models.CharField(_("code"), max_length=20)
    amount_minor = models.BigIntegerField(_("amount"))
    kept_minor = models.BigIntegerField(_("not passed on"))

    class Meta:
        verbose_name = _("share of a sum")
        verbose_name_plural = _("shares of sums")
        constraints = [
            models.UniqueConstraint(fields=["sum", "party", "code"], name="provider_sum_has_one_share_of_each_party"),
        ]

    def __str__(self) -> str:
        return f"{self.sum_id} {self.party}:{self.code}"

    @property
    def owed_minor(self) -> int:
        """What is to be paid over, minor units; below nought it owes us."""
        return self.amount_minor - self.kept_minor
