"""The contract of a loan as it was signed, and the instalments of its plan with their dues."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField
from core.money import Money
from finance.loans.models.loans import Loan

NOTHING = Decimal(0)


class LoanContract(BaseModel):
    """A contract as it was signed; never changed (a trigger). `terms` are those of docs/loans.md as one document.

    A later version plans what is left anew: `principal_minor` is what was left then; one with a new rate says the whole
    plan from its start. The earlier ones stay.
    """

    class Manner(models.TextChoices):
        CODE = "code", _("by a code to the phone")
        SIGNATURE = "signature", _("by signature on paper")
        PREPAID = "prepaid", _("at the counter, by paying early")
        NOTICE = "notice", _("by notice of a new rate")

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="contracts", verbose_name=_("loan"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    product_version = models.ForeignKey(
        "finance.LoanProductVersion", models.PROTECT, related_name="+", verbose_name=_("terms of the product")
    )
    terms = models.JSONField(_("terms"))
    currency = CurrencyField(_("currency"))
    principal_minor = models.BigIntegerField(_("amount"))
    fee_minor = models.BigIntegerField(_("fee at pay-out"), default=0)
    total_interest_minor = models.BigIntegerField(_("interest"))
    apr_nominal_bp = models.PositiveIntegerField(_("a year, without compounding (0.01 %)"))
    apr_effective_bp = models.PositiveIntegerField(_("a year, all costs counted (0.01 %)"))
    penalty_ppm = models.PositiveIntegerField(_("penalty rate a year (ppm)"))
    penalty_grace_days = models.PositiveSmallIntegerField(_("days before a penalty"))
    penalty_cap_bp = models.PositiveIntegerField(_("penalty at most (0.01 % of the instalment)"), null=True, blank=True)
    manner = models.CharField(_("signed"), max_length=10, choices=Manner)
    paper = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed paper")
    )
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("explained by")
    )
    signed_at = models.DateTimeField(_("signed at"))
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    class Meta:
        verbose_name = _("loan contract")
        verbose_name_plural = _("loan contracts")
        constraints = [
            models.UniqueConstraint(fields=["loan", "version"], name="loan_contract_version_stands_once"),
            models.CheckConstraint(
                condition=Q(manner__in=["code", "prepaid", "notice"], paper=None)
                | Q(manner="signature", paper__isnull=False),
                name="signature_is_on_a_paper",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="loan_contract_replaces_the_one_before",
            ),
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0, principal_minor__gt=F("fee_minor")), name="contract_lends_more_than_fees"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} v{self.version}"

    @property
    def fee(self) -> Money:
        """What is kept back at pay-out."""
        return Money(self.fee_minor, self.currency)

    @property
    def received(self) -> Money:
        """What the borrower gets."""
        return Money(self.principal_minor - self.fee_minor, self.currency)


class LoanInstallment(BaseModel):
    """One row of a contract's plan, dated from the day of the pay-out: what is due, what of it is paid.

    `interest_accrued_minor` is what its passed nights have earned; `penalty_exact` the penalty before rounding. Where
    its rate changed, the nights after `accrues_from_date` earn what `accrued_before_minor` leaves of its interest.
    A night changes the running row of each loan: its page has room for it, and no index names what changes
    (`finance/sql/loan_storage.sql`).
    """

    class Status(models.TextChoices):
        UPCOMING = "upcoming", _("not due yet")
        DUE = "due", pgettext_lazy("instalment", "due")
        PARTLY_PAID = "partially_paid", pgettext_lazy("instalment", "partly paid")
        PAID = "paid", pgettext_lazy("instalment", "paid")
        OVERDUE = "overdue", pgettext_lazy("instalment", "late")
        WAIVED = "waived", pgettext_lazy("instalment", "written off")
        RESCHEDULED = "rescheduled", _("replaced by a new plan")

    OPEN = (Status.DUE, Status.PARTLY_PAID, Status.OVERDUE)

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="installments", db_index=False, verbose_name=_("loan"))
    contract = models.ForeignKey(
        LoanContract, models.PROTECT, related_name="installments", db_index=False, verbose_name=_("loan contract")
    )
    n = models.PositiveSmallIntegerField(_("number"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"))
    due_date = models.DateField(_("due on"))
    principal_minor = models.BigIntegerField(_("principal"))
    interest_minor = models.BigIntegerField(_("interest"))
    interest_accrued_minor = models.BigIntegerField(_("interest to date"), default=0)
    accrues_from_date = models.DateField(_("rate changed after"), null=True, blank=True)
    accrued_before_minor = models.BigIntegerField(_("interest before that"), default=0)
    penalty_minor = models.BigIntegerField(_("penalty"), default=0)
    penalty_exact = models.DecimalField(_("penalty, not rounded"), max_digits=24, decimal_places=8, default=NOTHING)
    principal_paid_minor = models.BigIntegerField(_("principal repaid"), default=0)
    interest_paid_minor = models.BigIntegerField(_("interest paid"), default=0)
    penalty_paid_minor = models.BigIntegerField(_("penalty paid"), default=0)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.UPCOMING)

    class Meta:
        verbose_name = _("instalment of a loan")
        verbose_name_plural = _("instalments of loans")
        constraints = [
            models.UniqueConstraint(fields=["contract", "n"], name="loan_instalment_stands_once"),
            models.CheckConstraint(
                condition=Q(
                    principal_paid_minor__gte=0,
                    principal_paid_minor__lte=F("principal_minor"),
                    interest_paid_minor__gte=0,
                    interest_paid_minor__lte=F("interest_accrued_minor"),
                    interest_accrued_minor__lte=F("interest_minor"),
                    penalty_paid_minor__gte=0,
                    penalty_paid_minor__lte=F("penalty_minor"),
                ),
                name="loan_instalment_is_paid_up_to_what_is_due",
            ),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date"), due_date__gte=F("end_date")),
                name="loan_instalment_ends_before_it_is_due",
            ),
            models.CheckConstraint(
                condition=Q(accrues_from_date=None, accrued_before_minor=0)
                | Q(accrues_from_date__gte=F("start_date"), accrues_from_date__lt=F("end_date"))
                & Q(accrued_before_minor__gte=0),
                name="rate_of_loan_instalment_changes_within_it",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid")
                | Q(principal_paid_minor=F("principal_minor"), interest_paid_minor=F("interest_minor")),
                name="paid_loan_instalment_is_paid_whole",
            ),
        ]
        indexes = [
            # With the first day, so that the row of a night is found without a look at those after it.
            models.Index(fields=["loan", "due_date", "start_date"], name="loan_instalment_in_order"),
            models.Index(
                fields=["due_date"],
                condition=Q(status__in=["due", "partially_paid", "overdue"]),
                name="loan_instalment_unpaid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.n}"

    def penalty_within(self, cap_bp: int | None) -> Decimal:
        """The penalty, not rounded, of at most so much of the instalment (0.01 %); the close says the same in SQL."""
        if cap_bp is None:
            return self.penalty_exact
        return min(self.penalty_exact, Decimal(self.principal_minor + self.interest_minor) * cap_bp / 10_000)

    @property
    def left_minor(self) -> int:
        """What of principal, interest and penalty is unpaid, in minor units."""
        principal = self.principal_minor - self.principal_paid_minor
        interest = self.interest_minor - self.interest_paid_minor
        return principal + interest + self.penalty_minor - self.penalty_paid_minor
