"""What of deductibles and ceilings is used: counters that change in one conditional UPDATE."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField
from finance.insurance.models.claims import Claim
from finance.insurance.models.index_payouts import IndexPayout
from finance.insurance.models.products import InsuranceProduct, Peril


class CoverageCounter(BaseModel):
    """What of a deductible or ceiling is used in a policy year, by one event, person, household or payer."""

    class Kind(models.TextChoices):
        DEDUCTIBLE = "deductible", _("deductible")
        CEILING = "ceiling", _("ceiling")

    class Scope(models.TextChoices):
        EVENT = "event", _("event")
        PERSON_YEAR = "person_year", _("person and year")
        HOUSEHOLD_YEAR = "household_year", _("household and year")
        FUND_YEAR = "fund_year", _("fund and year")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    scope = models.CharField(_("about"), max_length=16, choices=Scope)
    scope_ref = models.CharField(_("whose"), max_length=80)
    product = models.ForeignKey(InsuranceProduct, models.PROTECT, related_name="+", verbose_name=_("insurance product"))
    peril = models.CharField(_("peril"), max_length=16, choices=Peril, blank=True)
    year_start_date = models.DateField(_("year from"))
    used_minor = models.BigIntegerField(_("used"), default=0)
    limit_minor = models.BigIntegerField(_("at most"))
    currency = CurrencyField(_("currency"))

    class Meta:
        verbose_name = _("use of a ceiling")
        verbose_name_plural = _("uses of ceilings")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "scope_ref", "product", "peril", "year_start_date"],
                name="ceiling_is_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(used_minor__gte=0, used_minor__lte=F("limit_minor")), name="ceiling_is_not_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope}"


class CounterEntry(BaseModel):
    """What a claim, or a payout of an index, takes of a counter or gives back; the counter is the sum. Append-only."""

    class Kind(models.TextChoices):
        USED = "used", _("used")
        GIVEN_BACK = "given_back", _("returned")

    counter = models.ForeignKey(
        CoverageCounter, models.PROTECT, related_name="entries", verbose_name=_("use of a ceiling")
    )
    claim = models.ForeignKey(
        Claim, models.PROTECT, null=True, blank=True, related_name="counted", verbose_name=_("claim")
    )
    payout = models.ForeignKey(
        IndexPayout, models.PROTECT, null=True, blank=True, related_name="counted", verbose_name=_("payout of an index")
    )
    turn = models.PositiveSmallIntegerField(_("approval"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount_minor = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("change of a ceiling")
        verbose_name_plural = _("changes of ceilings")
        constraints = [
            models.UniqueConstraint(fields=["claim", "counter", "kind", "turn"], name="ceiling_changes_once_a_claim"),
            models.UniqueConstraint(fields=["payout", "counter", "kind"], name="ceiling_changes_once_a_payout"),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, payout=None) | Q(claim=None, payout__isnull=False),
                name="ceiling_changes_by_a_claim_or_a_payout",
            ),
            models.CheckConstraint(
                condition=Q(kind="used", amount_minor__gt=0) | Q(kind="given_back", amount_minor__lt=0),
                name="ceiling_change_has_its_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
