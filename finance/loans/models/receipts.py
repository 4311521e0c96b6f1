"""What was paid on loans, and on what it was set."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.loans.models.loans import LoanQuerySet


class ReceiptQuerySet(LoanQuerySet):
    station_path = "loan__station"

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.exclude(reversals__status="done")


class LoanReceipt(BaseModel):
    """Money that was paid on a loan, by the borrower or anyone else. `value_date` is the business date of the loan,
    or the day of the meeting to which it was brought, some days before.

    What of it is not due yet stays as advance; the close of a day sets it on what falls due. Unallocated: the close had
    skipped the loan, and the money is set on it with its date when the missing days are closed. `released_minor` is
    suspended interest that was earned with it: afterwards nothing of the loan was late.
    """

    class Kind(models.TextChoices):
        REPAYMENT = "repayment", _("repayment")
        PAYOFF = "payoff", _("paid off")
        PREPAYMENT = "prepayment", _("paid early")
        RECOVERY = "recovery", _("paid after the write-off")

    class Status(models.TextChoices):
        POSTED = "posted", _("set on the loan")
        UNALLOCATED = "unallocated", _("not set on the loan yet")

    #: What lay in advance is used with these.
    USE_ADVANCE = (Kind.PAYOFF, Kind.PREPAYMENT)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    loan = models.ForeignKey("finance.Loan", models.PROTECT, related_name="receipts", verbose_name=_("loan"))
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, related_name="loan_receipt", verbose_name=_("payment")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.POSTED)
    amount_minor = models.BigIntegerField(_("amount"))
    advance_minor = models.BigIntegerField(_("of it in advance"), default=0)
    released_minor = models.BigIntegerField(_("suspended interest earned"), default=0)
    currency = CurrencyField(_("currency"))
    new_contract = models.OneToOneField(
        "finance.LoanContract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="made_by_receipt",
        verbose_name=_("new plan"),
    )
    value_date = models.DateField(_("value date"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    taken_at = models.DateTimeField(_("taken at"))

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan receipt")
        verbose_name_plural = _("loan receipts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, advance_minor__gte=0, advance_minor__lte=F("amount_minor"))
                & Q(released_minor__gte=0),
                name="loan_receipt_is_of_something",
            ),
            models.CheckConstraint(
                condition=Q(kind="prepayment", new_contract__isnull=False)
                | (~Q(kind="prepayment") & Q(new_contract=None)),
                name="loan_receipt_has_a_new_plan_exactly_when_paid_early",
            ),
            models.CheckConstraint(
                condition=~Q(status="unallocated") | Q(kind="repayment", advance_minor=0, released_minor=0),
                name="unallocated_loan_receipt_is_set_on_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(kind="recovery") | Q(status="posted", advance_minor=0),
                name="recovery_of_a_loan_is_never_in_advance",
            ),
        ]
        indexes = [models.Index(fields=["loan", "-id"], name="loan_receipt_of_loan")]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.value_date}"

    @property
    def lies_in(self) -> str:
        """The account of the lender's book that holds it, where it is set on no instalment."""
        if self.status == self.Status.UNALLOCATED:
            return "loan_unallocated"
        return "recovery_income" if self.kind == self.Kind.RECOVERY else ""

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)


class ReceiptAllocation(BaseModel):
    """On which part of which instalment money was set: of a receipt, or of what was paid in advance (no receipt).

    With a `reversal` it `takes_off` so much of another.
    """

    class Part(models.TextChoices):
        PENALTY = "penalty", _("penalty")
        INTEREST = "interest", _("interest")
        PRINCIPAL = "principal", _("principal")

    receipt = models.ForeignKey(
        LoanReceipt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="allocations",
        verbose_name=_("loan receipt"),
    )
    installment = models.ForeignKey(
        "finance.LoanInstallment", models.PROTECT, related_name="allocations", verbose_name=_("instalment of a loan")
    )
    reversal = models.ForeignKey(
        "finance.LoanReversal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="allocations",
        verbose_name=_("reversed loan receipt"),
    )
    takes_off = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="taken_off_by", verbose_name=_("takes off")
    )
    part = models.CharField(_("part"), max_length=10, choices=Part)
    amount_minor = models.BigIntegerField(_("amount"))
    on_date = models.DateField(_("on"))

    class Meta:
        verbose_name = _("allocation of a loan receipt")
        verbose_name_plural = _("allocations of loan receipts")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="loan_allocation_is_of_something"),
            models.CheckConstraint(
                condition=Q(reversal=None, takes_off=None)
                | Q(receipt=None, reversal__isnull=False, takes_off__isnull=False),
                name="loan_allocation_sets_on_or_takes_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.installment_id} {self.part}"
