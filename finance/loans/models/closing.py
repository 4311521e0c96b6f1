"""The close of a day: one row for a loan and day, one run for a book and day."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from finance.loans.models.loans import LoanQuerySet


class LoanAccrual(BaseModel):
    """What one night added to one loan, in minor units, and how late the loan was afterwards.

    `is_suspended`: the loan is so late that its interest is not counted as earned; `released_minor` is what of earlier
    nights was earned with this close, because nothing of the loan is late any more.
    """

    # Every night writes a row of each loan: what can be found by a constraint's index has no other.
    loan = models.ForeignKey(
        "finance.Loan", models.PROTECT, related_name="accruals", db_index=False, verbose_name=_("loan")
    )
    business_date = models.DateField(_("business date"))
    interest_minor = models.BigIntegerField(_("interest"), default=0)
    penalty_minor = models.BigIntegerField(_("penalty"), default=0)
    days_past_due = models.PositiveIntegerField(_("days late"), default=0)
    is_suspended = models.BooleanField(_("interest not counted as earned"), default=False)
    released_minor = models.BigIntegerField(_("suspended interest earned"), default=0)

    class Meta:
        verbose_name = _("day of a loan")
        verbose_name_plural = _("days of loans")
        constraints = [
            models.UniqueConstraint(fields=["loan", "business_date"], name="loan_has_each_day_once"),
            models.CheckConstraint(
                condition=Q(interest_minor__gte=0, penalty_minor__gte=0, released_minor__gte=0),
                name="loan_day_takes_nothing_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.business_date}"


class ExceptionQuerySet(LoanQuerySet):
    station_path = "loan__station"

    def open(self) -> Self:
        """Those of which nobody has closed the day since."""
        return self.filter(resolved_at=None)


class CloseException(BaseModel):
    """A loan of which a day could not be closed, and why: it is skipped, and the others are closed without it.

    Its missing days are closed, one by one, when the lender has looked at it.
    """

    loan = models.ForeignKey("finance.Loan", models.PROTECT, related_name="close_exceptions", verbose_name=_("loan"))
    business_date = models.DateField(_("business date"))
    error = LineField(_("why"), max_length=200)
    found_at = models.DateTimeField(_("found at"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    resolved_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan skipped by a close")
        verbose_name_plural = _("loans skipped by closes")
        constraints = [
            models.UniqueConstraint(fields=["loan", "business_date"], name="loan_is_skipped_once_a_day"),
            models.UniqueConstraint(fields=["loan"], condition=Q(resolved_at=None), name="loan_is_skipped_once"),
            models.CheckConstraint(
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="loan_skipped_is_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.business_date}"


class CloseRun(BaseModel):
    """The close of one day of one loan book."""

    class Status(models.TextChoices):
        CLOSING = "closing", _("being closed")
        CLOSED = "closed", pgettext_lazy("day", "closed")
        WITH_EXCEPTIONS = "closed_with_exceptions", _("closed, some loans skipped")

    book = models.ForeignKey("finance.LoanBook", models.PROTECT, related_name="runs", verbose_name=_("loan book"))
    business_date = models.DateField(_("business date"))
    status = models.CharField(_("status"), max_length=24, choices=Status, default=Status.CLOSING)
    loans = models.PositiveIntegerField(_("loans"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("close of a loan book")
        verbose_name_plural = _("closes of loan books")
        constraints = [
            models.UniqueConstraint(fields=["book", "business_date"], name="loan_book_closes_each_day_once"),
            models.CheckConstraint(
                condition=Q(status="closing", ended_at=None) | (~Q(status="closing") & Q(ended_at__isnull=False)),
                name="loan_close_has_its_end_exactly_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.business_date}"
