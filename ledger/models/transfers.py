"""Money that moved: transfers, their keys for ever, and how much of each was given back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import Money
from ledger.models.accounts import Account, Book


class TransferKey(models.Model):
    """The for-ever unique keys of a transfer, and the target of every foreign key to one. Append-only.

    Transfers are partitioned by month, and a partitioned table can neither be the target of a foreign key to `id`
    alone nor hold a unique constraint without its partition column. Written by the ledger's trigger only.
    """

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    pending_id = models.UUIDField(_("hold"), null=True)
    reversal_of = models.UUIDField(_("reversal of"), null=True)
    event_type = models.CharField(_("event type"), max_length=40)
    event_id = models.CharField(_("event"), max_length=64)
    leg_no = models.PositiveIntegerField(_("leg"))
    fingerprint = models.BinaryField()

    class Meta:
        verbose_name = _("transfer key")
        verbose_name_plural = _("transfer keys")
        constraints = [
            # Partial, so that the many transfers without a hold or reversal cost these indexes nothing.
            models.UniqueConstraint(
                fields=["pending_id"], condition=Q(pending_id__isnull=False), name="hold_is_resolved_once"
            ),
            models.UniqueConstraint(
                fields=["reversal_of"], condition=Q(reversal_of__isnull=False), name="transfer_is_reversed_once"
            ),
            models.UniqueConstraint(fields=["event_type", "event_id", "leg_no"], name="event_leg_is_posted_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Transfer(models.Model):
    """Money moved, held, or let go between two accounts; amount in minor units. Append-only, partitioned by month.

    `recorded_at` is the database's clock; `effective_at` is when the cause happened; `business_date` is a day of the
    book. The database's primary key is (id, recorded_at); TransferKey keeps `id` unique for ever. `reversal_of` gives
    a whole transfer back, `refund_of` a part of one. Legs of one group were one INSERT.
    """

    class Kind(models.TextChoices):
        POSTED = "posted", _("posted")
        PENDING = "pending", _("held")
        POST = "post", _("hold posted")
        VOID = "void", _("hold voided")
        EXPIRE = "expire", _("hold expired")

    class MadeByKind(models.TextChoices):
        PERSON = "person", _("a person")
        SYSTEM = "system", _("the system")
        PROVIDER = "provider", _("a provider")
        STAFF = "staff", _("staff")

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.BigIntegerField(_("amount in minor units"))
    pending_id = models.UUIDField(_("hold"), null=True)
    reversal_of = models.UUIDField(_("reversal of"), null=True)
    refund_of = models.UUIDField(_("refund of"), null=True)
    event_type = models.CharField(_("event type"), max_length=40)
    event_id = models.CharField(_("event"), max_length=64)
    leg_no = models.PositiveIntegerField(_("leg"))
    group_id = models.UUIDField(_("group"))
    business_date = models.DateField(_("business date"))
    effective_at = models.DateTimeField(_("effective at"))
    expires_at = models.DateTimeField(_("expires at"), null=True)
    made_by_kind = models.CharField(_("made by"), max_length=8, choices=MadeByKind)
    made_by = models.UUIDField(null=True)
    reason = models.CharField(_("reason"), max_length=60)
    # Computed by the database from what the transfer says; nobody can write it.
    fingerprint = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)


class RefundCounter(models.Model):
    """How much of a transfer was given back, less what was posted the other way; minor units.

    `slack_minor` is 0, and on the leg that takes the rest (revenue or expense) the number of legs of its event, for
    the cents that rounding moves. A reversal in full counts here too, so that it never mixes with partial refunds.
    """

    transfer = models.OneToOneField(TransferKey, models.PROTECT, primary_key=True, related_name="refund_counter")
    amount_minor = models.BigIntegerField(_("amount in minor units"))
    refunded_minor = models.BigIntegerField(_("refunded, in minor units"), default=0)
    slack_minor = models.BigIntegerField(_("tolerance in minor units"), default=0)
    is_reversed = models.BooleanField(_("reversed in full"), default=False)

    class Meta:
        verbose_name = _("refund counter")
        verbose_name_plural = _("refund counters")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    refunded_minor__gte=-F("slack_minor"), refunded_minor__lte=F("amount_minor") + F("slack_minor")
                ),
                name="refunds_stay_within_their_transfer",
            ),
            models.CheckConstraint(
                condition=Q(is_reversed=False) | Q(refunded_minor=F("amount_minor")),
                name="reversed_transfer_is_given_back_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.transfer_id)
