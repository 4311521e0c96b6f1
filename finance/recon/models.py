"""Bank lines and provider files, and what does not agree."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from stations.scope import posts_granting


class BankStatementLineQuerySet(models.QuerySet):
    """Our own bank account belongs to no station: a post of the network or none."""

    read_verb = "finance.read_bank_statement"

    def open_to(self, user: Any, verb: str) -> Self:
        """All lines for a network post that carries the verb; nothing for anybody else."""
        return self.all() if any(post.reach == "network" for post in posts_granting(user, verb)) else self.none()


class BankStatementLine(BaseModel):
    """One line of our bank account, as imported. Every line posts, against suspense unless it is matched."""

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.CharField(_("bank account"), max_length=40)
    value_date = models.DateField(_("value date"))
    line_ref = models.CharField(_("line reference"), max_length=64)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    counterparty = models.CharField(_("counterparty"), max_length=120, blank=True)
    counterparty_tail = models.CharField(_("counterparty's account, last digits"), max_length=8, blank=True)
    text = models.CharField(_("text"), max_length=300, blank=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(_("imported at"))
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")

    objects = BankStatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "line_ref"], name="bank_line_stands_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="bank_line_amount_is_positive"),
        ]
        indexes = [models.Index(fields=["bank_account", "-value_date"], name="bank_line_by_date")]

    def __str__(self) -> str:
        return self.line_ref


class ProviderFile(BaseModel):
    """A daily file that was parsed whole. A corrected file is the next sequence and replaces nothing."""

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
        help_text=_("Empty once the raw file has been forgotten."),
    )
    currency = models.CharField(_("currency"), max_length=3)
    line_count = models.PositiveIntegerField(_("lines"))
    total_minor = models.BigIntegerField(_("total"))
    fee_minor = models.BigIntegerField(_("fees"))
    imported_at = models.DateTimeField(_("imported at"))

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
    """One line of a provider's file; it matches at most one payment."""

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


class ReconItem(BaseModel):
    """Something that two sides see differently, until people have explained it."""

    class Kind(models.TextChoices):
        MISSING_INTERNAL = "missing_internal", _("they have it, we do not")
        MISSING_PROVIDER = "missing_provider", _("we have it, they do not")
        AMOUNT = "amount", _("another amount")
        STATUS = "status", _("another state")
        DUPLICATE = "duplicate", _("twice")
        FEE = "fee", _("another fee")
        FILE = "file", _("file missing")
        LATE = "late", _("in a neighbouring day")
        CURRENCY = "currency", _("another currency")
        RULE = "rule", _("no commission rule fits")

    class Status(models.TextChoices):
        UNMATCHED = "unmatched", _("open")
        MATCHED = "matched", _("explained by itself")
        EXCEPTION = "exception", _("needs a person")
        ASSIGNED = "assigned", _("being worked on")
        RESOLVED = "resolved", _("resolved")
        WRITTEN_OFF = "written_off", _("written off")

    kind = models.CharField(_("kind"), max_length=18, choices=Kind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UNMATCHED)
    provider = models.ForeignKey("core.Provider", models.PROTECT, null=True, blank=True, related_name="+")
    payment = models.ForeignKey("finance.Payment", models.PROTECT, null=True, blank=True, related_name="recon_items")
    our_ref = models.CharField(max_length=64, blank=True)
    dedupe_key = models.CharField(max_length=160, unique=True)
    amount_diff_minor = models.BigIntegerField(_("difference"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    detail = models.JSONField(_("detail"), default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("reconciliation item")
        verbose_name_plural = _("reconciliation items")
        indexes = [models.Index(fields=["status", "opened_at"], name="recon_item_by_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.our_ref}"
