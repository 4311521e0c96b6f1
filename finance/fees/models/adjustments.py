"""Corrections of what was earned, made by one person and checked by another."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from ledger.models import Account
from stations.scope import NetworkScopedQuerySet
from stations.two_persons import TwoPersons


class AdjustmentQuerySet(NetworkScopedQuerySet):
    """A payee's account belongs to no station."""

    read_verb = "finance.read_adjustment"

    def approved_for(self, account: Account, event_type: str, event_id: str) -> Self:
        """Those that have already corrected this event on this account."""
        return self.filter(account=account, event_type=event_type, event_id=event_id, status=Adjustment.Status.APPROVED)


class Adjustment(BaseModel):
    """A correction of one event on a payee's account, made by one person and checked by another."""

    class Reason(models.TextChoices):
        ACCRUAL_MISSING = "accrual_missing", _("earnings are missing")
        ACCRUAL_WRONG = "accrual_wrong", _("earnings are wrong")
        DUPLICATE = "duplicate", _("counted twice")
        AGREED = "agreed", _("agreed with the payee")
        PRICING_ERROR = "pricing_error", _("our price was wrong")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    event_type = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    text = LineField(_("in words"), max_length=300)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PROPOSED)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    eligible_at = models.DateTimeField(
        _("effective from"),
        null=True,
        blank=True,
        help_text=_("Never before the payment it corrects; later while that one is waiting."),
    )
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="adjustment_is_of_an_amount"),
            TwoPersons(checker="checked_by", makers=("made_by",), name="adjustment_is_checked_by_another_person"),
            models.CheckConstraint(
                condition=Q(status="approved", transfer__isnull=False, checked_by__isnull=False)
                | (~Q(status="approved") & Q(transfer=None)),
                name="adjustment_has_transfer_exactly_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", eligible_at__isnull=False, eligible_at__gte=F("checked_at"))
                | (~Q(status="approved") & Q(eligible_at=None)),
                name="adjustment_counts_from_its_approval_or_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What is added to the payee's account, or taken from it when negative."""
        return Money(self.amount_minor, self.currency)
