"""Loans as they run, and a lender's book of them in a county."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from stations.accounts.models import User
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class LoanBook(BaseModel):
    """The loans of one lender in one county and currency. Its business date moves when a day is closed.

    `book` is the lender's own book in the ledger. Days are those of the county's stations.
    """

    lender = models.ForeignKey("finance.Lender", models.PROTECT, related_name="books", verbose_name=_("lender"))
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    currency = CurrencyField(_("currency"))
    zone = models.CharField(_("time zone"), max_length=40)
    book = models.ForeignKey("ledger.Book", models.PROTECT, related_name="+", verbose_name=_("book"))
    business_date = models.DateField(_("business date"))
    last_closed_date = models.DateField(_("closed until"))

    class Meta:
        verbose_name = _("loan book")
        verbose_name_plural = _("loan books")
        constraints = [
            models.UniqueConstraint(fields=["lender", "county", "currency"], name="lender_has_one_loan_book_a_county"),
            models.CheckConstraint(
                condition=Q(last_closed_date__lt=F("business_date")), name="loan_book_is_closed_before_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lender} {self.county}"


def _who(name: Any, *, optional: bool = True, db_index: bool = False) -> models.ForeignKey[User | None, User | None]:
    """A part that somebody had in a loan. Each index of this table is written every night for every loan."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=optional,
        blank=optional,
        related_name="+",
        db_index=db_index,
        verbose_name=name,
    )


class LoanQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_loan"

    def running(self) -> Self:
        """Those on which something is owed."""
        return self.filter(status=Loan.Status.ACTIVE)


class Loan(BaseModel):
    """One loan from its signature on. Amounts are minor units of its currency, sums since it was paid out.

    `number` is that of its application. `last_closed_date` is the last day whose interest and penalties are in it.
    `interest_suspended_minor` is income of the lender only once nothing of the loan is late any more.
    Until `watch_left` instalments in a row were paid on time, a restructured loan is classed as if it were still
    `watched_days` late.
    """

    class Status(models.TextChoices):
        APPROVED = "approved", pgettext_lazy("loan", "signed, not paid out")
        DISBURSING = "disbursing", _("with the bank")
        ACTIVE = "active", pgettext_lazy("loan", "running")
        REPAID = "closed_obligations_met", pgettext_lazy("loan", "repaid")
        CANCELLED = "cancelled", pgettext_lazy("loan", "cancelled")
        WRITTEN_OFF = "closed_written_off", pgettext_lazy("loan", "written off")

    PAID_OUT = (Status.ACTIVE, Status.REPAID, Status.WRITTEN_OFF)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    application = models.OneToOneField(
        "finance.LoanApplication", models.PROTECT, related_name="loan", verbose_name=_("loan application")
    )
    book = models.ForeignKey(
        LoanBook, models.PROTECT, related_name="loans", db_index=False, verbose_name=_("loan book")
    )
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="+", db_index=False, verbose_name=_("station")
    )
    borrower = models.ForeignKey("stations.Person", models.PROTECT, related_name="loans", verbose_name=_("borrower"))
    product = models.ForeignKey("finance.LoanProduct", models.PROTECT, related_name="+", verbose_name=_("product"))
    contract = models.OneToOneField(
        "finance.LoanContract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contract_of",
        verbose_name=_("contract"),
    )
    status = models.CharField(_("status"), max_length=24, choices=Status, default=Status.APPROVED)
    recommender = _who(_("recommended by"), optional=False, db_index=True)
    appraiser = _who(_("appraised by"), optional=False)
    approver = _who(_("approved by"), optional=False)
    approver2 = _who(_("also approved by"))
    disburser = _who(_("paid out by"))
    currency = CurrencyField(_("currency"))
    principal_minor = models.BigIntegerField(_("amount"))
    disbursed_on_date = models.DateField(_("paid out on"), null=True, blank=True)
    principal_disbursed_minor = models.BigIntegerField(_("paid out"), default=0)
    principal_paid_minor = models.BigIntegerField(_("principal repaid"), default=0)
    interest_accrued_minor = models.BigIntegerField(_("interest to date"), default=0)
    interest_paid_minor = models.BigIntegerField(_("interest paid"), default=0)
    interest_suspended_minor = models.BigIntegerField(_("interest not counted as earned"), default=0)
    penalty_due_minor = models.BigIntegerField(_("penalties to date"), default=0)
    penalty_paid_minor = models.BigIntegerField(_("penalties paid"), default=0)
    advance_minor = models.BigIntegerField(_("paid in advance"), default=0)
    principal_written_off_minor = models.BigIntegerField(_("principal written off"), default=0)
    interest_written_off_minor = models.BigIntegerField(_("interest written off"), default=0)
    penalty_written_off_minor = models.BigIntegerField(_("penalties written off"), default=0)
    recovered_minor = models.BigIntegerField(_("recovered since"), default=0)
    days_past_due = models.PositiveIntegerField(_("days late"), default=0)
    most_days_late = models.PositiveIntegerField(_("days late at most"), default=0)
    restructure_count = models.PositiveSmallIntegerField(_("times restructured"), default=0)
    watch_left = models.PositiveSmallIntegerField(_("instalments to be paid on time"), default=0)
    watched_days = models.PositiveIntegerField(_("days late when restructured"), default=0)
    last_closed_date = models.DateField(_("closed until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("running loan")
        verbose_name_plural = _("running loans")
        constraints = [
            TwoPersons(
                checker="disburser",
                makers=("recommender", "appraiser", "approver", "approver2"),
                name="loan_is_paid_out_by_a_fourth_person",
            ),
            models.CheckConstraint(condition=Q(principal_minor__gt=0), name="loan_is_of_something"),
            models.CheckConstraint(
                condition=Q(interest_suspended_minor=0)
                | Q(status="active", interest_suspended_minor__gt=0)
                & Q(interest_suspended_minor__lte=F("interest_accrued_minor")),
                name="interest_is_suspended_of_running_loans_only",
            ),
            models.CheckConstraint(
                condition=Q(
                    principal_disbursed_minor__gte=F("principal_paid_minor"),
                    interest_accrued_minor__gte=F("interest_paid_minor"),
                    penalty_due_minor__gte=F("penalty_paid_minor"),
                    principal_paid_minor__gte=0,
                    interest_paid_minor__gte=0,
                    penalty_paid_minor__gte=0,
                    advance_minor__gte=0,
                ),
                name="loan_is_not_paid_beyond_what_it_owes",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["active", "closed_obligations_met", "closed_written_off"],
                    disbursed_on_date__isnull=False,
                    last_closed_date__isnull=False,
                    disburser__isnull=False,
                    contract__isnull=False,
                    principal_disbursed_minor=F("principal_minor"),
                )
                | Q(
                    status__in=["approved", "disbursing", "cancelled"],
                    disbursed_on_date=None,
                    last_closed_date=None,
                    principal_disbursed_minor=0,
                ),
                name="loan_has_its_amount_exactly_when_paid_out",
            ),
            models.CheckConstraint(
                condition=~Q(status="disbursing") | Q(disburser__isnull=False), name="loan_is_sent_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(
                    status="closed_obligations_met",
                    principal_disbursed_minor=F("principal_paid_minor"),
                    interest_accrued_minor=F("interest_paid_minor"),
                    penalty_due_minor=F("penalty_paid_minor"),
                    advance_minor=0,
                )
                | Q(status="active", principal_disbursed_minor__gt=F("principal_paid_minor"))
                | Q(status="active", interest_accrued_minor__gt=F("interest_paid_minor"))
                | Q(status="active", penalty_due_minor__gt=F("penalty_paid_minor"))
                | ~Q(status__in=["active", "closed_obligations_met"]),
                name="loan_is_repaid_exactly_when_nothing_is_left",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="closed_written_off",
                    principal_disbursed_minor=F("principal_paid_minor") + F("principal_written_off_minor"),
                    interest_accrued_minor=F("interest_paid_minor") + F("interest_written_off_minor"),
                    penalty_due_minor=F("penalty_paid_minor") + F("penalty_written_off_minor"),
                    advance_minor=0,
                )
                | Q(
                    ~Q(status="closed_written_off"),
                    principal_written_off_minor=0,
                    interest_written_off_minor=0,
                    penalty_written_off_minor=0,
                ),
                name="loan_is_written_off_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    recovered_minor__gte=0,
                    recovered_minor__lte=F("principal_written_off_minor")
                    + F("interest_written_off_minor")
                    + F("penalty_written_off_minor"),
                ),
                name="loan_recovers_what_was_written_off",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["closed_obligations_met", "cancelled", "closed_written_off"], closed_at__isnull=False
                )
                | (~Q(status__in=["closed_obligations_met", "cancelled", "closed_written_off"]) & Q(closed_at=None)),
                name="loan_has_its_end_exactly_when_ended",
            ),
        ]
        indexes = [
            # Not by `last_closed_date`: every night would then write every index for every loan.
            models.Index(fields=["book", "id"], condition=Q(status="active"), name="running_loan_of_book"),
            models.Index(fields=["book", "days_past_due"], name="loan_by_days_late"),
            models.Index(fields=["station", "-id"], name="loan_of_station"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What is lent."""
        return Money(self.principal_minor, self.currency)

    @property
    def outstanding_minor(self) -> int:
        """Principal that is left, in minor units."""
        return self.principal_disbursed_minor - self.principal_paid_minor - self.principal_written_off_minor

    @property
    def outstanding(self) -> Money:
        """Principal that is left."""
        return Money(self.outstanding_minor, self.currency)

    @property
    def advance(self) -> Money:
        """What was paid and is not due yet."""
        return Money(self.advance_minor, self.currency)

    @property
    def class_days(self) -> int:
        """So many days late it is classed, 0 where it is current; the close says the same in SQL."""
        return max(self.days_past_due, self.watched_days if self.watch_left else 0)

    @property
    def penalty_left_minor(self) -> int:
        """Penalties that are unpaid, in minor units."""
        return self.penalty_due_minor - self.penalty_paid_minor - self.penalty_written_off_minor

    @property
    def written_off(self) -> Money:
        """What was given up when it was written off: principal, interest and penalties."""
        minor = self.principal_written_off_minor + self.interest_written_off_minor + self.penalty_written_off_minor
        return Money(minor, self.currency)

    @property
    def recovered(self) -> Money:
        """What came in since it was written off."""
        return Money(self.recovered_minor, self.currency)
