"""What anybody may read: sums of a month for each payer, and single payouts without anything that tells who it was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.insurance.models.claim_payments import ClaimPayment
from finance.insurance.models.funds import Fund, Insurer
from finance.insurance.models.index_payouts import IndexPayment


class RegisterMonth(BaseModel):
    """One payer's month: what came in, what went out, and how claims were decided. Made by a job, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund"))
    insurer = models.ForeignKey(
        Insurer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("insurer")
    )
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


class RegisterRow(BaseModel):
    """One payout as everybody may see it; a payout that came back later has a second row that takes it off."""

    class Group(models.TextChoices):
        HEALTH = "health", _("health")
        DISASTER = "disaster", _("disaster")
        SCHOOL = "school", _("school")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund"))
    insurer = models.ForeignKey(
        Insurer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("insurer")
    )
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
