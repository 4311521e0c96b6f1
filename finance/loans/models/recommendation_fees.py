"""What a lender pays for a loan that a partner has recommended: at the pay-out, at half term, and when it is repaid."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from finance.loans.models.loans import LoanQuerySet


class FeeQuerySet(LoanQuerySet):
    station_path = "loan__station"


class RecommendationFee(BaseModel):
    """One stage of the fee of a loan, once; its row is the event of the commission, which has its own lines.

    `base_minor` is that stage's part of the amount that was lent; the rule of the plan says what it earns. A stage that
    was missed earns nothing; one that was taken back may be reached again.
    """

    class Stage(models.TextChoices):
        PAID_OUT = "paid_out", _("paid out")
        HALF_TERM = "half_term", _("half of the term")
        REPAID = "repaid", pgettext_lazy("stage of a fee", "repaid")

    class Status(models.TextChoices):
        EARNED = "earned", pgettext_lazy("recommendation fee", "earned")
        MISSED = "missed", _("not earned: too late at half term")
        REVERSED = "reversed", pgettext_lazy("recommendation fee", "reversed")

    #: What part of the fee each stage is (0.01 %); the last one takes the rest.
    SHARES_BP: dict[Any, int] = {Stage.PAID_OUT: 4_000, Stage.HALF_TERM: 3_000, Stage.REPAID: 3_000}

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    loan = models.ForeignKey("finance.Loan", models.PROTECT, related_name="recommendation_fees", verbose_name=_("loan"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    status = models.CharField(_("status"), max_length=8, choices=Status)
    base_minor = models.BigIntegerField(_("part of the amount"))
    business_date = models.DateField(_("business date"))
    reversed_date = models.DateField(_("reversed on"), null=True, blank=True)

    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee for a recommended loan")
        verbose_name_plural = _("fees for recommended loans")
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "stage"],
                condition=~Q(status="reversed"),
                name="recommendation_earns_each_stage_once",
            ),
            models.CheckConstraint(
                condition=Q(base_minor__gt=0) & (Q(stage="half_term") | ~Q(status="missed")),
                name="recommendation_fee_is_missed_at_half_term_only",
            ),
            models.CheckConstraint(
                condition=Q(status="reversed", reversed_date__isnull=False)
                | Q(~Q(status="reversed"), reversed_date=None),
                name="recommendation_fee_says_when_it_was_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.stage}"
