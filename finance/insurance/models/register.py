"""What anybody may read: sums of a month for each payer, and single payouts without anything that tells who it was."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.database.db import present
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.insurance.models.claim_payments import ClaimPayment
from finance.insurance.models.funds import Fund, Insurer
from finance.insurance.models.index_payouts import IndexPayment


class RegisterMonthQuerySet(models.QuerySet):
    def with_received_to_date(self) -> Self:
        """Each knows what its payer had received by the end of it (`received_to_date`, in minor units)."""
        earlier = RegisterMonth.objects.filter(
            Q(fund=OuterRef("fund")) | Q(insurer=OuterRef("insurer")), month_date__lte=OuterRef("month_date")
        )
        total = earlier.order_by().values("currency").annotate(minor=Sum("received_minor")).values("minor")
        return self.annotate(received_to_date=Subquery(total))


class OfPayer(BaseModel):
    """Something of one fund or of one insurer."""

    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund"))
    insurer = models.ForeignKey(
        Insurer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("insurer")
    )

    class Meta:
        abstract = True

    @property
    def payer(self) -> Fund | Insurer:
        """Whose it is."""
        return self.fund or present(self.insurer)

    @property
    def payer_code(self) -> str:
        """What the register knows that fund or insurer by."""
        return self.fund.code if self.fund else present(self.insurer).company_code


class RegisterMonth(OfPayer):
    """One payer's month: what came in, what went out, and how claims were decided. Made by a job, never changed.

    Premiums are what a fund has paid, or what funds have paid for those whom an insurer insures.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month_date = models.DateField(_("month"))
    currency = CurrencyField(_("currency"))
    received_minor = models.BigIntegerField(_("received"))
    premiums_minor = models.BigIntegerField(_("premiums"))
    claims_minor = models.BigIntegerField(_("claims paid"))
    left_minor = models.BigIntegerField(_("left"))
    decided = models.PositiveIntegerField(_("claims decided"))
    rejected = models.PositiveIntegerField(_("claims declined"))
    appealed = models.PositiveIntegerField(_("claims appealed"))
    median_days = models.PositiveIntegerField(_("days to decide, median"), null=True, blank=True)

    #: Of a list that adds it: what the payer had received by the end of the month, in minor units.
    received_to_date: int

    objects = RegisterMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("month of the register")
        verbose_name_plural = _("months of the register")
        constraints = [
            models.CheckConstraint(
                condition=Q(fund__isnull=False, insurer=None) | Q(fund=None, insurer__isnull=False),
                name="register_is_of_a_fund_or_of_an_insurer",
            ),
            models.UniqueConstraint(
                fields=["fund", "insurer", "month_date"], nulls_distinct=False, name="month_of_a_payer_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_date:%Y-%m}"

    @property
    def loss_ratio_bp(self) -> int | None:
        """Claims that an insurer paid, of its premiums, in basis points; of a fund, and without premiums, none."""
        return share_bp(self.claims_minor, self.premiums_minor) if self.insurer_id else None

    @property
    def rejected_bp(self) -> int | None:
        """Of what was decided, what was declined."""
        return share_bp(self.rejected, self.decided)

    @property
    def appealed_bp(self) -> int | None:
        """Of what was decided, what was appealed."""
        return share_bp(self.appealed, self.decided)

    def paid_out_bp(self, received_to_date: int) -> int | None:
        """Of all that had come in by the end of the month, what had gone out; none where more is left than is known."""
        gone = received_to_date - self.left_minor
        return share_bp(gone, received_to_date) if gone >= 0 else None


def share_bp(part: int, whole: int) -> int | None:
    """A share in basis points, half up; none of nothing."""
    return (2 * part * 10_000 + whole) // (2 * whole) if whole else None


class RegisterRow(OfPayer):
    """One payout as everybody may see it; a payout that came back later has a second row that takes it off."""

    class Group(models.TextChoices):
        HEALTH = "health", _("health")
        DISASTER = "disaster", _("disaster")
        SCHOOL = "school", _("school")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month_date = models.DateField(_("month"))
    place = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("place"))
    group = models.CharField(_("what for"), max_length=8, choices=Group)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    payment = models.ForeignKey(ClaimPayment, models.PROTECT, null=True, related_name="+", editable=False)
    index_payment = models.ForeignKey(IndexPayment, models.PROTECT, null=True, related_name="+", editable=False)
    is_correction = models.BooleanField(_("correction"), default=False)

    class Meta:
        verbose_name = _("row of the register")
        verbose_name_plural = _("rows of the register")
        constraints = [
            models.UniqueConstraint(fields=["payment", "is_correction"], name="payout_stands_once_in_the_register"),
            models.UniqueConstraint(
                fields=["index_payment", "is_correction"], name="index_payout_stands_once_in_the_register"
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, index_payment=None) | Q(payment=None, index_payment__isnull=False),
                name="register_is_of_a_claim_or_of_an_index",
            ),
            models.CheckConstraint(
                condition=Q(is_correction=False, amount_minor__gt=0) | Q(is_correction=True, amount_minor__lt=0),
                name="correction_of_the_register_takes_off",
            ),
        ]
        indexes = [models.Index(fields=["-month_date", "-id"], name="register_by_month")]

    def __str__(self) -> str:
        return f"{self.month_date:%Y-%m} {self.group}"

    @property
    def amount(self) -> Money:
        """What was paid, or taken off."""
        return Money(self.amount_minor, self.currency)
