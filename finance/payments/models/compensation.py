"""What a villager is given for having waited: by rule, without a claim."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField
from core.money import Money
from core.web.ranges import DateSpan
from finance.payments.models.payments import Payment
from finance.payments.models.refunds import Refund


class CompensationRule(BaseModel):
    """From the day after `due_days` on, every calendar day of waiting counts `per_day`, up to `cap`."""

    country = models.CharField(_("country"), max_length=2)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Payment.Purpose)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    due_days = models.PositiveSmallIntegerField(_("days that may pass"), default=1)
    per_day_minor = models.BigIntegerField(_("for every day after them"))
    cap_minor = models.BigIntegerField(_("at most"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("compensation rule")
        verbose_name_plural = _("compensation rules")
        constraints = [
            ExclusionConstraint(
                name="purpose_has_one_compensation_rule_at_any_date",
                expressions=[
                    (F("country"), RangeOperators.EQUAL),
                    (F("purpose"), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(per_day_minor__gt=0), name="compensation_of_a_day_is_positive"),
            models.CheckConstraint(
                condition=Q(cap_minor__gte=F("per_day_minor")), name="compensation_cap_holds_at_least_a_day"
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")),
                name="compensation_rule_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.purpose}"

    @property
    def per_day(self) -> Money:
        """For every day after those that may pass."""
        return Money(self.per_day_minor, self.currency)

    @property
    def cap(self) -> Money:
        """The most for one payment."""
        return Money(self.cap_minor, self.currency)


class CompensationRecovery(BaseModel):
    """A compensation that its company bears, because it was the company that was slow; never changed."""

    refund = models.OneToOneField(Refund, models.PROTECT, related_name="recovery")
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    reason = LineField(_("reason"), max_length=200)
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("recovered compensation")
        verbose_name_plural = _("recovered compensations")

    def __str__(self) -> str:
        return str(self.refund_id)
