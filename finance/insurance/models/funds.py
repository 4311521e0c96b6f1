"""Who bears claims and who pays premiums: insurers, funds, and what was given to them."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.network.models import Station
from stations.places.models import Division

CODE = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$")


class OfCountryQuerySet(models.QuerySet):
    """Rows of a country: a post at a station of it, or over one, opens them."""

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of the countries in which a post of this person carries the verb."""
        stations = Station.objects.open_to(user, verb)
        return self.filter(country__in=stations.order_by().values("county__country"))


class InsurerQuerySet(OfCountryQuerySet):
    read_verb = "finance.read_fund"


class Insurer(BaseModel):
    """The company that bears claims from what it has put up beforehand (its claims float); one currency each."""

    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("Chinese name"), max_length=80)
    company_code = models.CharField(_("company number"), max_length=32, unique=True)
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))

    objects = InsurerQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurer")
        verbose_name_plural = _("insurers")

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class FundQuerySet(OfCountryQuerySet):
    read_verb = "finance.read_fund"

    def given_for(self, place: Division) -> Self:
        """Those whose money is for people of this place: of its region, or of the whole country."""
        above = [int(pk) for pk in place.path.split("/") if pk]
        return self.filter(Q(region=None) | Q(region__in=above), country=place.country)


class Fund(BaseModel):
    """Money given for premiums (or claims) of a region; what it holds is its account of the insurance book."""

    class Kind(models.TextChoices):
        POVERTY = "poverty", _("poverty fund")
        CROWD = "crowd", _("crowd fund")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    code = models.CharField(_("code"), max_length=32, unique=True, validators=[CODE])
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("Chinese name"), max_length=80)
    region = models.ForeignKey(
        "stations.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class ContributionQuerySet(models.QuerySet):
    read_verb = "finance.read_fund"

    def open_to(self, user: Any, verb: str) -> Self:
        """Those to funds and insurers that are open to this person."""
        funds, insurers = Fund.objects.all().open_to(user, verb), Insurer.objects.all().open_to(user, verb)
        return self.filter(Q(fund__in=funds) | Q(insurer__in=insurers))


class Contribution(BaseModel):
    """Money that arrived for a fund, or that an insurer put up for claims. Append-only.

    `receipt_ref` is what the bank calls the receipt; one receipt counts once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name=_("fund")
    )
    insurer = models.ForeignKey(
        Insurer, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name=_("insurer")
    )
    giver_name = LineField(_("given by"), max_length=80)
    giver_public = models.BooleanField(_("the name may be shown"), default=False)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    receipt_ref = models.CharField(_("reference of the bank"), max_length=64, unique=True)
    received_date = models.DateField(_("received on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.CheckConstraint(
                condition=Q(fund__isnull=False, insurer=None) | Q(fund=None, insurer__isnull=False),
                name="contribution_goes_to_a_fund_or_to_an_insurer",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="contribution_is_an_amount"),
        ]
        indexes = [models.Index(fields=["fund", "-id"], name="contribution_of_fund")]

    def __str__(self) -> str:
        return self.receipt_ref

    @property
    def amount(self) -> Money:
        """What was given."""
        return Money(self.amount_minor, self.currency)
