"""The sides of transfers on their accounts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models.accounts import Account
from ledger.models.transfers import TransferKey


class Entry(models.Model):
    """One side of a transfer on one account, numbered without gaps by `version`. Append-only.

    `posted_delta` and `pending_delta` are what the transfer added to its own `side` (letting a hold go is negative).
    `posted_after` is the posted balance on the account's normal side, `pending_after` its pending outflow: what was
    available then is their difference. `entered_at` is the database's clock once the account was locked, never before
    the entry before it: only so do times follow versions. All sums are minor units.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_constraint=False, db_index=False)
    version = models.BigIntegerField(_("version"))
    transfer = models.ForeignKey(TransferKey, models.PROTECT, related_name="entries", db_index=False)
    side = models.CharField(_("side"), max_length=6, choices=Account.Side)
    posted_delta = models.BigIntegerField(_("posted"))
    pending_delta = models.BigIntegerField(_("pending"))
    posted_after = models.BigIntegerField(_("posted afterwards"))
    pending_after = models.BigIntegerField(_("pending outflow afterwards"))
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="account_version_is_entered_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="entry_versions_start_at_one"),
        ]
        indexes = [models.Index(fields=["account", "entered_at", "version"], name="entry_by_time")]

    def __str__(self) -> str:
        return f"{self.account_id} #{self.version}"


class QueuedEntry(models.Model):
    """One side of a transfer on a queued account, waiting for the roll-up that gives it a version.

    Counters and the sum of these rows, read in one snapshot, are the account's balance.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="queue", db_constraint=False)
    transfer = models.ForeignKey(TransferKey, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(_("side"), max_length=6, choices=Account.Side)
    posted_delta = models.BigIntegerField(_("posted"))
    pending_delta = models.BigIntegerField(_("pending"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("queued entry")
        verbose_name_plural = _("queued entries")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.transfer_id}"
