"""How good a lender's loans are, day by day, and how much is set aside for those that may not come back."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.access import may_everywhere
from core.base import BaseModel
from core.fields import CurrencyField
from core.money import Money
from finance.loans.models.products import ProductQuerySet
from stations.scope import DivisionScopedQuerySet
from stations.two_persons import TwoPersons

READ = "finance.read_portfolio"
RATES, EDIT_RATES = "finance.read_provision_rates", "finance.edit_provision_rates"


class LoanClass(models.TextChoices):
    """The five classes of a bank’s loans, and those for which a country has no rates."""

    NORMAL = "normal", pgettext_lazy("class of loans", "normal")
    SPECIAL_MENTION = "special_mention", _("special mention")
    SUBSTANDARD = "substandard", _("substandard")
    DOUBTFUL = "doubtful", _("doubtful")
    LOSS = "loss", pgettext_lazy("class of loans", "loss")
    UNCLASSIFIED = "unclassified", _("not classified")


class TableQuerySet(ProductQuerySet):
    """Rates are those of a country, as products are; they are changed by posts of the whole network."""

    read_verb = RATES

    def open_to(self, user: Any, verb: str) -> Self:
        """The rates of the countries in which a post carries the verb; to change them it reaches the network."""
        reached = super().open_to(user, verb)
        return reached if verb == RATES or may_everywhere(user, verb) else reached.none()


class ProvisionTable(BaseModel):
    """The provision rates of a country from a date on: drawn up by one person, put in force by another (`TwoPersons`).

    A table in force replaces all that begin before it, and never changes.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("provision rates", "draft")
        ACTIVE = "active", pgettext_lazy("provision rates", "in force")
        DISCARDED = "discarded", pgettext_lazy("provision rates", "discarded")

    country = models.CharField(_("country"), max_length=2)
    from_date = models.DateField(_("from"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    made_at = models.DateTimeField(_("drawn up at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    checked_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name = _("table of provision rates")
        verbose_name_plural = _("tables of provision rates")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "from_date"], condition=Q(status="active"), name="provision_table_begins_once_a_day"
            ),
            TwoPersons(checker="checker", makers=("maker",), name="provision_table_is_approved_by_a_second_person"),
            models.CheckConstraint(
                condition=Q(status="active", checker__isnull=False, checked_at__isnull=False)
                | Q(status__in=["draft", "discarded"], checker=None, checked_at=None),
                name="provision_table_is_in_force_exactly_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.from_date}"


class ProvisionBand(BaseModel):
    """From how many days late a loan of a country is of which class, and the share that is set aside for it.

    A band ends where the next of its table begins, so that they leave no gap.
    """

    table = models.ForeignKey(
        ProvisionTable, models.PROTECT, related_name="bands", verbose_name=_("table of provision rates")
    )
    from_day = models.PositiveIntegerField(_("from so many days late"))
    class_code = models.CharField(_("class"), max_length=16, choices=LoanClass)
    rate_bp = models.PositiveIntegerField(_("provision rate (0.01 %)"))

    class Meta:
        verbose_name = _("provision rate")
        verbose_name_plural = _("provision rates")
        constraints = [
            models.UniqueConstraint(fields=["table", "from_day"], name="provision_band_stands_once"),
            models.UniqueConstraint(fields=["table", "class_code"], name="loan_class_has_one_band"),
            models.CheckConstraint(
                condition=Q(rate_bp__lte=10_000) & ~Q(class_code="unclassified"),
                name="provision_is_at_most_the_loan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_day} {self.class_code}"


class PortfolioQuerySet(DivisionScopedQuerySet):
    """Days of books: who reaches the county of the book sees them."""

    division_path = "book__county__path"
    read_verb = READ


class PortfolioDay(BaseModel):
    """The loans of one class and product when a day of their book was closed. Amounts are minor units of `currency`.

    `par1_minor` is the whole principal left of loans that are at least a day late, the others of loans that are more
    than 30, 60 and 90 days late; restructured loans are in all of them.
    """

    book = models.ForeignKey("finance.LoanBook", models.PROTECT, related_name="days", verbose_name=_("loan book"))
    product = models.ForeignKey("finance.LoanProduct", models.PROTECT, related_name="+", verbose_name=_("product"))
    business_date = models.DateField(_("business date"))
    class_code = models.CharField(_("class"), max_length=16, choices=LoanClass)
    currency = CurrencyField(_("currency"))
    loans = models.PositiveIntegerField(_("loans"))
    gross_minor = models.BigIntegerField(_("principal left"))
    par1_minor = models.BigIntegerField(_("late"))
    par30_minor = models.BigIntegerField(_("more than 30 days late"))
    par60_minor = models.BigIntegerField(_("more than 60 days late"))
    par90_minor = models.BigIntegerField(_("more than 90 days late"))
    restructured_minor = models.BigIntegerField(_("restructured"), default=0)
    provision_minor = models.BigIntegerField(_("provision"))

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a loan portfolio")
        verbose_name_plural = _("days of loan portfolios")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "business_date", "product", "class_code"], name="portfolio_has_each_day_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor__gte=F("par1_minor"),
                    par1_minor__gte=F("par30_minor"),
                    par30_minor__gte=F("par60_minor"),
                    par60_minor__gte=F("par90_minor"),
                    par90_minor__gte=F("restructured_minor"),
                    restructured_minor__gte=0,
                    provision_minor__gte=0,
                    provision_minor__lte=F("gross_minor"),
                ),
                name="portfolio_at_risk_is_part_of_what_is_lent",
            ),
        ]
        indexes = [models.Index(fields=["-business_date", "-id"], name="portfolio_newest_first")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.business_date} {self.class_code}"

    @property
    def gross(self) -> Money:
        """Principal that is left."""
        return Money(self.gross_minor, self.currency)

    @property
    def provision(self) -> Money:
        """What is set aside."""
        return Money(self.provision_minor, self.currency)
