"""How much cash one person brings in a day: from a threshold on, finance reports it; the counter says nothing."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from core.money import Money
from core.web.ranges import DateSpan
from stations.scope import NetworkScopedQuerySet
from stations.two_persons import TwoPersons


class CashThreshold(BaseModel):
    """From how much cash of one person in one day a report is due, by country and date."""

    country = models.CharField(_("country"), max_length=2)
    currency = models.CharField(_("currency"), max_length=3)
    threshold_minor = models.BigIntegerField(_("threshold"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("threshold of cash reports")
        verbose_name_plural = _("thresholds of cash reports")
        constraints = [
            models.CheckConstraint(condition=Q(threshold_minor__gt=0), name="cash_threshold_is_positive"),
            ExclusionConstraint(
                name="country_has_one_cash_threshold_at_any_date",
                expressions=[
                    (F("country"), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.threshold_minor}"


class CashWatch(BaseModel):
    """The cash that one person has paid on one business date, at all stations together."""

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="+")
    business_date = models.DateField(_("business date"))
    currency = models.CharField(_("currency"), max_length=3)
    cash_minor = models.BigIntegerField(_("cash"), default=0)

    class Meta:
        verbose_name = _("cash of a person in a day")
        verbose_name_plural = _("cash of people by day")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "business_date", "currency"], name="cash_of_a_person_stands_once_a_day"
            ),
            models.CheckConstraint(condition=Q(cash_minor__gte=0), name="cash_of_a_person_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.cash}"

    @property
    def cash(self) -> Money:
        """What the person brought that day."""
        return Money(self.cash_minor, self.currency)


class CashReportQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_cash_report"


class CashReport(BaseModel):
    """A report that is due because a person's cash reached the threshold.

    Finance files it with the authority: one person enters the number that the authority gave, another confirms it.
    """

    class Status(models.TextChoices):
        DUE = "due", pgettext_lazy("cash report", "to file")
        ENTERED = "entered", pgettext_lazy("cash report", "to confirm")
        FILED = "filed", pgettext_lazy("cash report", "filed")

    watch = models.OneToOneField(CashWatch, models.PROTECT, related_name="report")
    threshold_minor = models.BigIntegerField(_("threshold"))
    opened_at = models.DateTimeField(_("due since"))
    filing_number = LineField(_("number of the filing"), max_length=60, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("number entered by"),
    )
    entered_at = models.DateTimeField(_("number entered at"), null=True, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)

    objects = CashReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash report")
        verbose_name_plural = _("cash reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at=None, filed_by=None)
                | (Q(filed_at__isnull=False, filed_by__isnull=False) & ~Q(filing_number="")),
                name="cash_report_is_filed_under_a_number",
            ),
            models.CheckConstraint(
                condition=Q(entered_at=None, entered_by=None)
                | (Q(entered_at__isnull=False, entered_by__isnull=False) & ~Q(filing_number="")),
                name="cash_report_is_entered_with_a_number",
            ),
            TwoPersons(checker="filed_by", makers=("entered_by",), name="cash_report_is_confirmed_by_another_person"),
        ]

    def __str__(self) -> str:
        return str(self.watch_id)

    @property
    def threshold(self) -> Money:
        """From how much cash of one person in a day this report is due."""
        return Money(self.threshold_minor, self.watch.currency)

    @property
    def status(self) -> Status:
        """How far the filing is."""
        if self.filed_at is not None:
            return self.Status.FILED
        return self.Status.ENTERED if self.entered_at is not None else self.Status.DUE
