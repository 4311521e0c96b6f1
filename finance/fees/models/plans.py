"""Commission plans as data: which sales earn what, and who gets which part of it."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from stations.scope import NetworkScopedQuerySet
from stations.two_persons import TwoPersons


class PlanQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_commission_plan"


class CommissionPlan(BaseModel):
    """One version of the rules by which a network pays; an approved one is never edited.

    All versions of a code are of one country and currency, and only contracts of stations with that currency name it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        RETIRED = "retired", _("retired")

    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    country = models.CharField(_("country"), max_length=2)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("commission plan")
        verbose_name_plural = _("commission plans")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="commission_plan_version_stands_once"),
            models.CheckConstraint(
                condition=Q(status="draft", approved_by=None) | (~Q(status="draft") & Q(approved_by__isnull=False)),
                name="commission_plan_is_approved_by_somebody",
            ),
            TwoPersons(
                checker="approved_by", makers=("created_by",), name="commission_plan_is_approved_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="commission_plan_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="commission_plan_has_one_currency",
                expressions=[("code", "="), ("currency", "<>")],
            ),
            ExclusionConstraint(
                name="commission_plan_has_one_country",
                expressions=[("code", "="), ("country", "<>")],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class CommissionRule(BaseModel):
    """Which sales earn what in total. The first rule by position that fits decides."""

    class TotalKind(models.TextChoices):
        PERCENT = "percent", _("percent of the base")
        FLAT = "flat", _("flat")
        MARGIN = "margin", _("retail less wholesale")

    plan = models.ForeignKey(CommissionPlan, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(_("position"))
    service = models.CharField(_("service"), max_length=60)
    party = models.CharField(
        _("biller or operator"), max_length=20, blank=True, help_text=_("Its code; empty for the whole service.")
    )
    station_level = models.CharField(_("station level"), max_length=16, blank=True)
    amount_from_minor = models.BigIntegerField(_("from amount (included)"), default=0)
    amount_to_minor = models.BigIntegerField(_("to amount (not included)"), null=True, blank=True)
    total_kind = models.CharField(_("kind"), max_length=8, choices=TotalKind)
    total_value = models.BigIntegerField(_("basis points or minor units"))
    floor_minor = models.BigIntegerField(_("at least"), null=True, blank=True)
    cap_minor = models.BigIntegerField(_("at most"), null=True, blank=True)
    window_days = models.PositiveSmallIntegerField(_("days until it is yours"), default=0)
    once_per_target_minutes = models.PositiveSmallIntegerField(_("minutes in which parts count as one"), default=0)

    class Meta:
        verbose_name = _("commission rule")
        verbose_name_plural = _("commission rules")
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="commission_rule_has_its_position"),
            models.CheckConstraint(
                condition=~Q(total_kind="percent") | Q(total_value__gte=0, total_value__lte=10_000),
                name="commission_rule_percent_is_at_most_the_whole",
            ),
            models.CheckConstraint(condition=Q(total_value__gte=0), name="commission_rule_is_not_negative"),
            models.CheckConstraint(
                condition=Q(amount_to_minor=None) | Q(amount_to_minor__gt=F("amount_from_minor")),
                name="commission_rule_band_is_in_order",
            ),
            models.CheckConstraint(
                condition=Q(floor_minor=None) | Q(cap_minor=None) | Q(cap_minor__gte=F("floor_minor")),
                name="commission_rule_floor_is_below_cap",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.position} {self.service}"


class CommissionShare(BaseModel):
    """Who gets which part of the total, in order, each rounded down; the rest is the platform's."""

    class Beneficiary(models.TextChoices):
        PARTNER = "partner", _("partner")
        HELPER = "helper", _("helper")
        COUNTY = "county", _("county")
        HUB = "hub", _("township hub")
        CARRIER = "carrier", _("carrier")
        PLATFORM = "platform", _("platform")

    class Kind(models.TextChoices):
        PERCENT_OF_TOTAL = "percent_of_total", _("percent of the total")
        PERCENT_OF_BASE = "percent_of_base", _("percent of the base")
        FLAT = "flat", _("flat")

    rule = models.ForeignKey(CommissionRule, models.CASCADE, related_name="shares")
    position = models.PositiveSmallIntegerField(_("position"))
    beneficiary = models.CharField(_("beneficiary"), max_length=8, choices=Beneficiary)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    value = models.BigIntegerField(_("basis points or minor units"))

    class Meta:
        verbose_name = _("commission share")
        verbose_name_plural = _("commission shares")
        # The order decides who gets what where too little is left.
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["rule", "position"], name="commission_share_has_its_position"),
            models.CheckConstraint(
                condition=Q(kind="flat", value__gte=0) | Q(value__gte=0, value__lte=10_000),
                name="commission_share_percent_is_at_most_the_whole",
            ),
            models.CheckConstraint(
                condition=~Q(beneficiary="helper"), name="helper_is_paid_from_the_partner_share_by_contract"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary} {self.value}"
