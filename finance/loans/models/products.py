"""Who lends, and on which terms: products whose versions are never edited once somebody has borrowed on them."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField
from core.money import Money
from stations.network.models import Station
from stations.two_persons import TwoPersons


class ProductQuerySet(models.QuerySet):
    """Products are those of a country: who works at a station of it, or over one, sees them."""

    read_verb = "finance.read_loan_product"

    def open_to(self, user: Any, verb: str) -> Self:
        """The products of the countries in which a post of this person carries the verb."""
        stations = Station.objects.open_to(user, verb)
        return self.filter(country__in=stations.order_by().values("county__country"))


class Lender(BaseModel):
    """The bank that decides on loans and bears them; one currency each."""

    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("Chinese name"), max_length=80)
    company_code = models.CharField(_("company number"), max_length=32, unique=True)
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))
    provider = models.ForeignKey(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bank that pays out"),
        help_text=_("Empty: signed loans are not paid out yet."),
    )

    class Meta:
        verbose_name = _("lender")
        verbose_name_plural = _("lenders")

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class LoanProduct(BaseModel):
    """A kind of loan of one lender, in its country and currency; its terms are those of its versions."""

    lender = models.ForeignKey(Lender, models.PROTECT, related_name="products", verbose_name=_("lender"))
    code = models.CharField(_("code"), max_length=40)
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("Chinese name"), max_length=60)
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan product")
        verbose_name_plural = _("loan products")
        constraints = [models.UniqueConstraint(fields=["lender", "code"], name="lender_has_a_product_once")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class VersionQuerySet(ProductQuerySet):
    def open_to(self, user: Any, verb: str) -> Self:
        """Those of the products that are open to this person."""
        return self.filter(product__in=LoanProduct.objects.all().open_to(user, verb))

    def active(self) -> Self:
        """Those that are offered."""
        return self.filter(status=LoanProductVersion.Status.ACTIVE)


class LoanProductVersion(BaseModel):
    """The terms of a product. Amounts are minor units of its currency, rates parts per million (docs/loans.md).

    Drawn up by one person, put in force by another, never edited afterwards: a new version follows it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", pgettext_lazy("loan product", "offered")
        RETIRED = "retired", _("retired")

    class PrincipalMethod(models.TextChoices):
        ANNUITY_PROGRESSIVE = "annuity_progressive", _("equal instalments")
        ANNUITY_RELEVELED = "annuity_releveled", _("equal instalments, levelled each time")
        ANNUITY_CEILED = "annuity_ceiled", _("equal instalments in whole units")
        EQUAL_PRINCIPAL = "equal_principal", _("equal principal")
        EVEN_REMAINING = "even_remaining", _("even share of what is left")
        FIXED_SHARE = "fixed_share", _("fixed share, the rest at the end")
        BULLET = "bullet", _("interest each time, principal at the end")
        SEASONAL = "seasonal", _("by the harvest")

    class InterestMethod(models.TextChoices):
        DECLINING = "declining", _("on what is left")
        FLAT = "flat", _("on the whole amount")

    class DayCount(models.TextChoices):
        THIRTY_360 = "thirty_360", "30/360"
        ACTUAL_ACTUAL = "actual_actual", "actual/actual"
        ACTUAL_365 = "actual_365", "actual/365"
        ACTUAL_364 = "actual_364", "actual/364"
        ACTUAL_360 = "actual_360", "actual/360"
        PER_PERIOD = "per_period", _("rate of one period")

    class Rounding(models.TextChoices):
        HALF_EVEN = "half_even", _("half to even")
        HALF_UP = "half_up", _("half up")

    class Unit(models.TextChoices):
        DAY = "day", _("day")
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    class GraceOnInterest(models.TextChoices):
        PAY = "pay", _("paid")
        FREE = "free", _("free")
        CAPITALISE = "capitalise", _("added to the principal")

    class BusinessDayRule(models.TextChoices):
        NONE = "none", _("the day itself")
        FOLLOWING_WEEKDAY = "following_weekday", _("the next weekday")
        FOLLOWING_BUSINESS_DAY = "following_business_day", _("the next working day")

    class Prepayment(models.TextChoices):
        REDUCE_INSTALMENT = "reduce_instalment", _("lower instalments")
        REDUCE_TERM = "reduce_term", _("fewer instalments")

    product = models.ForeignKey(LoanProduct, models.PROTECT, related_name="versions", verbose_name=_("loan product"))
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    amount_min_minor = models.BigIntegerField(_("smallest amount"))
    amount_default_minor = models.BigIntegerField(_("usual amount"))
    amount_max_minor = models.BigIntegerField(_("largest amount"))
    amount_max_first_minor = models.BigIntegerField(_("largest amount of a first loan"))
    installments_offered = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("numbers of instalments"))
    rate_min_ppm = models.PositiveIntegerField(_("lowest rate (ppm)"))
    rate_default_ppm = models.PositiveIntegerField(_("usual rate (ppm)"))
    rate_max_ppm = models.PositiveIntegerField(_("highest rate (ppm)"))
    principal_method = models.CharField(_("how it is repaid"), max_length=20, choices=PrincipalMethod)
    interest_method = models.CharField(
        _("interest is charged"), max_length=10, choices=InterestMethod, default=InterestMethod.DECLINING
    )
    day_count = models.CharField(_("day count"), max_length=14, choices=DayCount)
    rounding = models.CharField(_("rounding"), max_length=10, choices=Rounding, default=Rounding.HALF_UP)
    money_step_minor = models.BigIntegerField(_("amounts are multiples of"), default=1)
    every_count = models.PositiveSmallIntegerField(_("every"), default=1)
    every_unit = models.CharField(_("unit"), max_length=6, choices=Unit, default=Unit.MONTH)
    grace_principal_max = models.PositiveSmallIntegerField(_("most instalments without principal"), default=0)
    grace_interest = models.CharField(
        _("interest in that time"), max_length=12, choices=GraceOnInterest, default=GraceOnInterest.PAY
    )
    fixed_share_ppm = models.PositiveIntegerField(_("fixed share (ppm)"), default=0)
    business_day_rule = models.CharField(
        _("due on"), max_length=24, choices=BusinessDayRule, default=BusinessDayRule.FOLLOWING_BUSINESS_DAY
    )
    fee_payout_bp = models.PositiveSmallIntegerField(_("fee at pay-out (0.01 %)"), default=0)
    penalty_ppm = models.PositiveIntegerField(_("penalty rate a year (ppm)"))
    penalty_grace_days = models.PositiveSmallIntegerField(_("days before a penalty"), default=3)
    penalty_cap_bp = models.PositiveIntegerField(_("penalty at most (0.01 % of the instalment)"), null=True, blank=True)
    prepayment = models.CharField(
        _("paying more means"), max_length=18, choices=Prepayment, default=Prepayment.REDUCE_INSTALMENT
    )
    restructures_max = models.PositiveSmallIntegerField(_("restructurings at most"), default=1)
    apr_max_bp = models.PositiveIntegerField(_("true yearly cost at most (0.01 %)"))
    needs_group = models.BooleanField(_("lent to members of a group only"), default=False)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    made_at = models.DateTimeField(_("drawn up at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    checked_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a loan product")
        verbose_name_plural = _("versions of loan products")
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="loan_product_version_stands_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(status="active"), name="loan_product_offers_one_version"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", checker=None, checked_at=None)
                | (~Q(status="draft") & Q(checker__isnull=False, checked_at__isnull=False)),
                name="loan_product_version_is_approved_by_somebody",
            ),
            TwoPersons(checker="checker", makers=("maker",), name="loan_product_version_is_approved_by_another_person"),
            models.CheckConstraint(
                condition=Q(
                    amount_min_minor__gt=0,
                    amount_default_minor__gte=F("amount_min_minor"),
                    amount_max_first_minor__gte=F("amount_default_minor"),
                    amount_max_minor__gte=F("amount_max_first_minor"),
                ),
                name="loan_product_amounts_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(rate_default_ppm__gte=F("rate_min_ppm"), rate_max_ppm__gte=F("rate_default_ppm")),
                name="loan_product_rates_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(installments_offered__len__gte=1), name="loan_product_offers_a_number_of_installments"
            ),
            models.CheckConstraint(
                condition=Q(money_step_minor__gt=0, every_count__gt=0, fixed_share_ppm__lte=1_000_000),
                name="loan_product_counts_in_steps_and_periods",
            ),
            models.CheckConstraint(condition=Q(fee_payout_bp__lte=10_000), name="loan_fee_is_at_most_the_loan"),
        ]

    def __str__(self) -> str:
        return f"{self.product} v{self.version}"

    @property
    def currency(self) -> str:
        """The currency of the product."""
        return self.product.currency

    @property
    def offered_as(self) -> str:
        """The name of the product, and whom it is lent to where that is not everybody."""
        name = self.product.shown_name
        return gettext("%(loan)s (members of a group)") % {"loan": name} if self.needs_group else name

    @property
    def smallest(self) -> Money:
        """The least that is lent."""
        return Money(self.amount_min_minor, self.currency)

    @property
    def usual(self) -> Money:
        """What is offered first."""
        return Money(self.amount_default_minor, self.currency)

    @property
    def largest(self) -> Money:
        """The most that is lent."""
        return Money(self.amount_max_minor, self.currency)


class SeasonalRow(BaseModel):
    """What share of principal, and of flat interest, one row of a seasonal version pays (ppm)."""

    version = models.ForeignKey(
        LoanProductVersion,
        models.CASCADE,
        related_name="seasonal_rows",
        verbose_name=_("version of a loan product"),
    )
    n = models.PositiveSmallIntegerField(_("number"))
    principal_ppm = models.PositiveIntegerField(_("share of the principal (ppm)"))
    interest_ppm = models.PositiveIntegerField(_("share of the interest (ppm)"))

    class Meta:
        verbose_name = _("seasonal row")
        verbose_name_plural = _("seasonal rows")
        constraints = [
            models.UniqueConstraint(fields=["version", "n"], name="seasonal_row_stands_once"),
            models.CheckConstraint(
                condition=Q(n__gte=1, principal_ppm__lte=1_000_000, interest_ppm__lte=1_000_000),
                name="seasonal_row_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.n}"
