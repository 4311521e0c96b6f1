"""Who is paid by which county, on which terms and less which tax."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey


class PayeeKind(models.TextChoices):
    """As what somebody is paid: it decides tax, period and minimum."""

    PARTNER = "partner", _("partner")
    HELPER = "helper", _("helper")
    COUNTY = "county", _("county")
    HUB = "hub", _("township hub")
    TUTOR = "tutor", _("tutor")
    GUIDE = "guide", _("guide")
    SUPPLIER = "supplier", _("supplier")
    FARMER = "farmer", _("farmer")
    CARRIER = "carrier", _("carrier")
    LENDER = "lender", _("lender")


class TaxRule(BaseModel):
    """What is withheld from one kind of payee in one country, from one date to another.

    `table` belongs to the method, amounts in minor units, rates in basis points: `flat_bp` has `bp`;
    `labour_brackets` has `free`, `less` (taken off up to `less_until`), `less_bp` (taken off from there on) and
    `brackets`, each `[up to, rate]`, the last without an end. docs/money.md has an example of each.
    """

    class Method(models.TextChoices):
        FLAT_BP = "flat_bp", _("one rate")
        LABOUR_BRACKETS = "labour_brackets", _("brackets of labour income")

    country = models.CharField(_("country"), max_length=2)
    payee_kind = models.CharField(_("payee"), max_length=8, choices=PayeeKind)
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("method"), max_length=16, choices=Method)
    table = models.JSONField(_("table"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rule")
        verbose_name_plural = _("tax rules")
        constraints = [
            ExclusionConstraint(
                name="payee_kind_has_one_tax_rule_at_any_date",
                expressions=[
                    (HashOfKey("country", "payee_kind", "currency"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="tax_rule_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.payee_kind} {self.method}"


class StatementTerms(BaseModel):
    """How often one kind of payee gets a statement, and below which amount it is carried; dated.

    A week is Monday to Sunday, a day that of the county. Where no row holds there is no statement, and nothing is paid.
    """

    class Period(models.TextChoices):
        DAILY = "daily", _("daily")
        WEEKLY = "weekly", _("weekly")
        MONTHLY = "monthly", _("monthly")

    country = models.CharField(_("country"), max_length=2)
    payee_kind = models.CharField(_("payee"), max_length=8, choices=PayeeKind)
    currency = models.CharField(_("currency"), max_length=3)
    period = models.CharField(_("period"), max_length=8, choices=Period, default=Period.WEEKLY)
    minimum_minor = models.BigIntegerField(_("paid from"), default=1)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("statement terms")
        verbose_name_plural = _("statement terms")
        constraints = [
            ExclusionConstraint(
                name="payee_kind_has_one_period_at_any_date",
                expressions=[
                    (HashOfKey("country", "payee_kind", "currency"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(minimum_minor__gte=1), name="statement_minimum_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="statement_terms_end_after_they_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.payee_kind} {self.period}"


class PayeeAccount(BaseModel):
    """An account on which somebody earns, as what, and the one county that settles it.

    `payee` is what the payee's accounts of the ledger are known by after the colon: a user's hex, `county-321324`.
    What belongs to no county is settled by the one of the head office.
    """

    account = models.OneToOneField("ledger.Account", models.PROTECT, primary_key=True, related_name="+")
    payee = models.CharField(_("payee"), max_length=64)
    kind = models.CharField(_("kind"), max_length=8, choices=PayeeKind)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("account of a payee")
        verbose_name_plural = _("accounts of payees")
        indexes = [
            models.Index(fields=["county", "account"], name="payee_account_of_county"),
            models.Index(fields=["payee"], name="payee_account_of_payee"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"
