"""Where payees are paid, the batches in which they are, and each single payment with what became of it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from stations.accounts.models import User
from stations.scope import NetworkScopedQuerySet
from stations.two_persons import TwoPersons

#: What `core.crypto` authenticates with the numbers of this slice.
ACCOUNT_CONTEXT = "finance_payoutaccount.account"
FILE_CONTEXT = "finance_payoutbatch.file"


class OfPayeesQuerySet(NetworkScopedQuerySet):
    """Finance reads all of them; everybody else reads their own, on pages of their own."""

    def seen_by(self, user: User) -> Self:
        """All that finance may read; one's own for everybody else."""
        return self.open_to(user, self.read_verb) | self.filter(payee=user.pk.hex)


class PayoutAccountQuerySet(OfPayeesQuerySet):
    read_verb = "finance.read_payout_account"

    def standing(self) -> Self:
        """Those that no later one has replaced."""
        return self.filter(replaced_at=None)


class PayoutAccount(BaseModel):
    """Where one payee wants to be paid. Never edited: a change is a new row, usable three days later.

    `payee` is what the payee's accounts of the ledger are known by after the colon: a user's hex, `county-321324`.
    """

    class Kind(models.TextChoices):
        BANK = "bank", _("bank account")
        CASH_AT_STATION = "cash_at_station", _("cash at a station")
        FLOAT = "float", _("into the float")

    class Status(models.TextChoices):
        PENDING = "pending", _("in its waiting period")
        ACTIVE = "active", pgettext_lazy("payout", "in use")
        RESTRICTED = "restricted", _("stopped")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payee = models.CharField(_("payee"), max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    bank_code = models.CharField(_("bank"), max_length=14, blank=True)
    holder_name = LineField(_("name of the holder"), max_length=80, blank=True)
    account_cipher = models.BinaryField(null=True, blank=True, editable=False)
    account_key_no = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    account_tail = models.CharField(_("end of the number"), max_length=4, blank=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    usable_from = models.DateTimeField(_("usable from"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = PayoutAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout account")
        verbose_name_plural = _("payout accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["payee"], condition=Q(replaced_at=None), name="payee_has_one_standing_payout_account"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="bank", station=None, account_cipher__isnull=False, account_key_no__isnull=False)
                    & ~Q(bank_code="")
                    & ~Q(holder_name="")
                    & ~Q(account_tail="")
                )
                | Q(
                    kind__in=["cash_at_station", "float"],
                    station__isnull=False,
                    account_cipher=None,
                    account_key_no=None,
                    bank_code="",
                    account_tail="",
                ),
                name="payout_account_holds_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=Q(kind="bank") | Q(user__isnull=False), name="payout_in_cash_or_float_is_to_a_person"
            ),
            TwoPersons(
                checker="confirmed_by", makers=("set_by",), name="payout_account_is_confirmed_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(usable_from__gt=F("set_at")), name="payout_account_waits_before_it_is_usable"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["restricted", "rejected"]) | ~Q(reason=""),
                name="payout_account_says_why_it_is_stopped",
            ),
        ]
        indexes = [
            models.Index(fields=["usable_from"], condition=Q(status="pending"), name="payout_account_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_tail}".strip()

    @property
    def is_usable(self) -> bool:
        """Whether money may go there now."""
        return self.status == self.Status.ACTIVE and self.replaced_at is None


class PayoutAccountKey(BaseModel):
    """The key of one bank account's own under which its number is encrypted; destroyed when its owner is forgotten."""

    account = models.OneToOneField(PayoutAccount, models.CASCADE, primary_key=True, related_name="data_key")
    key = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("key of a payout account")
        verbose_name_plural = _("keys of payout accounts")

    def __str__(self) -> str:
        return str(self.account_id)


class PayoutBatchQuerySet(NetworkScopedQuerySet):
    """Batches are finance's: a post of the network or none."""

    read_verb = "finance.read_payout_batch"


class PayoutBatch(BaseModel):
    """Payouts that are released together: put together by one finance officer, approved by another."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("payout", "open")
        CALCULATED = "calculated", _("calculated")
        APPROVED = "approved", _("approved")
        EXPORTED = "exported", _("file written")
        SUBMITTED = "submitted", _("with the bank")
        SETTLED = "settled", pgettext_lazy("payout", "paid")
        PARTIALLY_SETTLED = "partially_settled", _("partly paid")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    country = models.CharField(_("country"), max_length=2)
    currency = models.CharField(_("currency"), max_length=3)
    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("Empty: the whole network."),
    )
    bank_account = models.CharField(_("our bank account"), max_length=40)
    provider = models.ForeignKey("core.Provider", models.PROTECT, related_name="+", verbose_name=_("bank"))
    status = models.CharField(_("status"), max_length=18, choices=Status, default=Status.OPEN)
    line_count = models.PositiveIntegerField(_("payouts"), default=0)
    total_minor = models.BigIntegerField(_("total"), default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    calculated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    calculated_at = models.DateTimeField(_("calculated at"), null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    exported_at = models.DateTimeField(_("file written at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("received by the bank at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    file_ref = models.UUIDField(_("reference of the file"), default=uuid7, unique=True, editable=False)
    file_cipher = models.BinaryField(null=True, blank=True, editable=False)
    file_key_no = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)

    objects = PayoutBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout batch")
        verbose_name_plural = _("payout batches")
        constraints = [
            TwoPersons(
                checker="approved_by",
                makers=("created_by", "calculated_by"),
                name="payout_batch_is_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "calculated", "cancelled"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payout_batch_is_approved_before_money_moves",
            ),
            models.CheckConstraint(
                condition=Q(exported_at=None, file_cipher=None, file_key_no=None, file_sha256="")
                | (
                    Q(exported_at__isnull=False, file_cipher__isnull=False, file_key_no__isnull=False)
                    & ~Q(file_sha256="")
                ),
                name="payout_batch_has_its_file_exactly_when_exported",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["exported", "submitted"]) | Q(exported_at__isnull=False),
                name="payout_batch_is_written_before_it_leaves",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["settled", "partially_settled", "cancelled"], finished_at__isnull=False)
                | (~Q(status__in=["settled", "partially_settled", "cancelled"]) & Q(finished_at=None)),
                name="payout_batch_has_finish_exactly_when_ended",
            ),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="payout_batch_total_is_not_negative"),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="payout_batch_by_status")]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What all its payouts make."""
        return Money(self.total_minor, self.currency)


class PayoutLineQuerySet(OfPayeesQuerySet):
    read_verb = "finance.read_payout"

    def counted(self) -> Self:
        """Those that belong to their batch: neither left out of it nor cancelled with it."""
        return self.exclude(status=PayoutLine.Status.LEFT_OUT)

    def waiting(self) -> Self:
        """Those that the next batch takes: withdrawals, and what is paid again."""
        return self.filter(batch=None, status=PayoutLine.Status.DRAFT)


class PayoutLine(BaseModel):
    """One payment to one payee. Without a statement it is a withdrawal from a float; without a batch it waits for one.

    `account` is debited. `our_ref` is the bank's reference too. What failed or came back is paid by a new line that
    `reissues` it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("waiting for approval")
        APPROVED = "approved", _("approved")
        PROCESSING = "processing", _("with the bank")
        PAID = "paid", pgettext_lazy("payout", "paid")
        FAILED = "failed", pgettext_lazy("payout", "not paid")
        RETURNED = "returned", _("came back")
        REISSUED = "reissued", _("paid again")
        LEFT_OUT = "left_out", _("excluded")

    LIVE = (Status.DRAFT, Status.APPROVED, Status.PROCESSING, Status.PAID)
    WITH_THE_BANK = (Status.APPROVED, Status.PROCESSING)
    UNPAID = (Status.FAILED, Status.RETURNED, Status.REISSUED, Status.LEFT_OUT)

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, blank=True, related_name="lines")
    line_no = models.PositiveIntegerField(_("line of the file"), null=True, blank=True)
    payee = models.CharField(_("payee"), max_length=64)
    statement = models.ForeignKey(
        "finance.Statement", models.PROTECT, null=True, blank=True, related_name="payouts", db_index=False
    )
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    payout_account = models.ForeignKey(PayoutAccount, models.PROTECT, null=True, blank=True, related_name="lines")
    county = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    hold_transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")
    return_code = models.CharField(_("the bank's reason"), max_length=40, blank=True)
    reissues = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reissued_as")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    objects = PayoutLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_amount_is_positive"),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(status__in=["draft", "approved", "processing", "paid"]),
                name="statement_is_in_one_live_payout",
            ),
            models.UniqueConstraint(fields=["batch", "line_no"], name="payout_line_number_stands_once_in_its_batch"),
            models.CheckConstraint(
                condition=Q(batch__isnull=False) | Q(status="draft"), name="payout_waits_for_a_batch_only_as_a_draft"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "processing"]) | Q(hold_transfer__isnull=False),
                name="payout_is_held_while_the_bank_has_it",
            ),
            models.CheckConstraint(
                condition=Q(batch=None) | Q(payout_account__isnull=False), name="payout_in_a_batch_knows_where_it_goes"
            ),
            models.CheckConstraint(
                condition=(Q(status__in=["failed", "returned", "reissued", "left_out"]) & ~Q(return_code=""))
                | (~Q(status__in=["failed", "returned", "reissued", "left_out"]) & Q(return_code="")),
                name="payout_has_a_reason_exactly_when_it_did_not_stay_paid",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["paid", "returned"]) | Q(paid_at__isnull=False),
                name="payout_was_paid_before_it_came_back",
            ),
            models.CheckConstraint(condition=~Q(reissues=F("our_ref")), name="payout_does_not_reissue_itself"),
        ]
        indexes = [
            models.Index(fields=["batch", "status"], name="payout_of_batch"),
            models.Index(fields=["payee", "-our_ref"], name="payout_of_payee"),
            models.Index(fields=["statement", "status"], name="payout_of_statement"),
            models.Index(fields=["account"], condition=Q(status="paid"), name="payout_paid_of_account"),
            models.Index(fields=["made_at"], condition=Q(batch=None), name="payout_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.our_ref)

    @property
    def amount(self) -> Money:
        """What is paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_withdrawal(self) -> bool:
        """Whether a partner takes money out of the float."""
        return self.statement_id is None

    @property
    def waits_again(self) -> bool:
        """Whether it outlives a batch that is called off: somebody asked for it, and it stands for itself."""
        return self.is_withdrawal or self.reissues_id is not None
