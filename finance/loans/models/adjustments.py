"""What two people change about a loan: a new plan or rate, a waiver, its write-off, the release of its group."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from finance.loans.models.loans import LoanQuerySet
from stations.two_persons import TwoPersons


class AdjustmentQuerySet(LoanQuerySet):
    station_path = "loan__station"


class LoanAdjustment(BaseModel):
    """One change that a credit officer asks for and another person decides on. Amounts are minor units of the loan.

    The three amounts are what was given up by a write-off or waiver (which asks for `asked_minor`), or what a new plan
    carries to its first day besides its own principal, on this business date of the lender's book. A new plan has so
    many `installments`, the first `grace_principal` of them without principal; it is agreed first, and done when the
    borrower has signed it, up to and with `sign_by_date` (of the station). A new rate (`rate_ppm`) is agreed first, the
    borrower is told on `notified_date`, and it is done when the book comes to the night of `valid_from_date`. A release
    ends the promise of a group for a loan that was written off; it gives up nothing of the debt.
    """

    class Kind(models.TextChoices):
        WRITE_OFF = "write_off", pgettext_lazy("loan", "write-off")
        RESTRUCTURE = "restructure", pgettext_lazy("loan", "new plan")
        WAIVE_PENALTY = "waive_penalty", _("waiver of penalties")
        WAIVE_INTEREST = "waive_interest", _("waiver of interest")
        RATE_CHANGE = "rate_change", pgettext_lazy("loan", "new rate")
        RELEASE_GROUP = "release_group", _("release of the group")

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("adjustment", "waits for a second person")
        AGREED = "agreed", _("agreed, not in force yet")
        DONE = "done", pgettext_lazy("adjustment", "done")
        REFUSED = "refused", pgettext_lazy("adjustment", "not done")
        EXPIRED = "expired", pgettext_lazy("adjustment", "lapsed")

    WAIVERS = (Kind.WAIVE_PENALTY, Kind.WAIVE_INTEREST)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    loan = models.ForeignKey("finance.Loan", models.PROTECT, related_name="adjustments", verbose_name=_("loan"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    reason = LineField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    sign_by_date = models.DateField(_("to be signed until"), null=True, blank=True)
    asked_minor = models.BigIntegerField(_("asked to waive"), null=True, blank=True)
    business_date = models.DateField(_("business date"), null=True, blank=True)
    principal_minor = models.BigIntegerField(_("principal"), default=0)
    interest_minor = models.BigIntegerField(_("interest"), default=0)
    penalty_minor = models.BigIntegerField(_("penalty"), default=0)

    installments = models.PositiveSmallIntegerField(_("instalments"), null=True, blank=True)
    grace_principal = models.PositiveSmallIntegerField(_("of them without principal"), null=True, blank=True)
    rate_ppm = models.PositiveIntegerField(_("new rate (ppm)"), null=True, blank=True)
    valid_from_date = models.DateField(_("holds from"), null=True, blank=True)
    notified_date = models.DateField(_("borrower told on"), null=True, blank=True)
    new_contract = models.OneToOneField(
        "finance.LoanContract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="made_by_adjustment",
        verbose_name=_("new plan"),
    )

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment of a loan")
        verbose_name_plural = _("adjustments of loans")
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(status__in=["asked", "agreed"]), name="loan_is_adjusted_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["loan"], condition=Q(status="done", kind="write_off"), name="loan_is_written_off_once"
            ),
            models.UniqueConstraint(
                fields=["loan"], condition=Q(status="done", kind="release_group"), name="group_is_released_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="release_group") | Q(principal_minor=0, interest_minor=0, penalty_minor=0),
                name="release_of_a_group_gives_up_nothing",
            ),
            TwoPersons(checker="decided_by", makers=("asked_by",), name="loan_is_adjusted_by_a_second_person"),
            models.CheckConstraint(
                condition=Q(status="asked", decided_by=None, decided_at=None)
                | Q(
                    status__in=["agreed", "done", "refused", "expired"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="loan_adjustment_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="restructure", status__in=["agreed", "expired"]) | Q(sign_by_date__isnull=False),
                name="agreed_plan_is_signed_by_a_date",
            ),
            models.CheckConstraint(
                condition=Q(kind="rate_change", rate_ppm__isnull=False, valid_from_date__isnull=False)
                & (Q(notified_date__lt=F("valid_from_date")) | Q(notified_date=None, status__in=["asked", "refused"]))
                | Q(~Q(kind="rate_change"), rate_ppm=None, valid_from_date=None, notified_date=None),
                name="borrower_is_told_before_a_new_rate_holds",
            ),
            models.CheckConstraint(
                condition=Q(kind="waive_penalty", asked_minor__isnull=False, asked_minor__gt=0)
                & Q(principal_minor=0, interest_minor=0)
                & ~Q(status="done", penalty_minor__lt=F("asked_minor"))
                | Q(kind="waive_interest", asked_minor__isnull=False, asked_minor__gt=0)
                & Q(principal_minor=0, penalty_minor=0)
                & ~Q(status="done", interest_minor__lt=F("asked_minor"))
                | Q(kind__in=["write_off", "restructure", "rate_change", "release_group"], asked_minor=None),
                name="loan_adjustment_waives_what_was_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(status="done", business_date__isnull=False)
                & Q(principal_minor__gte=0, interest_minor__gte=0, penalty_minor__gte=0)
                | Q(~Q(status="done"), business_date=None, principal_minor=0, interest_minor=0, penalty_minor=0),
                name="loan_adjustment_has_amounts_exactly_when_done",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["write_off", "waive_penalty", "waive_interest", "release_group"])
                & Q(installments=None, grace_principal=None)
                & Q(new_contract=None, sign_by_date=None)
                & ~Q(status__in=["agreed", "expired"])
                | Q(kind="rate_change", installments=None, grace_principal=None, sign_by_date=None)
                & (Q(status="done", new_contract__isnull=False) | Q(~Q(status="done"), new_contract=None))
                | Q(kind="restructure", installments__gt=F("grace_principal"), new_contract__isnull=False)
                & Q(status="done")
                | Q(kind="restructure", installments__gt=F("grace_principal"), new_contract=None) & ~Q(status="done"),
                name="loan_has_a_new_plan_exactly_when_restructured",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(status="asked"), name="loan_adjustment_waiting"),
            models.Index(fields=["sign_by_date"], condition=Q(status="agreed"), name="loan_adjustment_to_sign"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.kind}"

    @property
    def principal(self) -> Money:
        """The principal that was written off, or carried."""
        return Money(self.principal_minor, self.loan.currency)

    @property
    def asked(self) -> Money:
        """What somebody asks to waive; nothing of another kind."""
        return Money(self.asked_minor or 0, self.loan.currency)

    @property
    def given_up(self) -> Money:
        """What was written off, or carried to the new plan, in all."""
        return Money(self.principal_minor + self.interest_minor + self.penalty_minor, self.loan.currency)
