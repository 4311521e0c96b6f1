"""Who is insured: lists of people that are enrolled and funded together, and the policy of each."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.insurance.models.funds import Fund
from finance.insurance.models.products import FinancingShare, InsuranceProduct, InsuranceProductVersion
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet
from stations.two_persons import TwoPersons


class EnrolmentBatchQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = "finance.read_enrolment"


class EnrolmentBatch(BaseModel):
    """People of a county who are enrolled together, by one person; funded whole or not at all, by another.

    Of a file its hash is stored, not its lines: `report` says for each line what became of it, without a name.
    """

    class Source(models.TextChoices):
        POVERTY_FILE = "poverty_file", _("file of poor households")
        LIST = "list", _("list")
        SINGLE = "single", _("one person")
        RENEWAL = "renewal", _("renewal")

    class Status(models.TextChoices):
        IDLE = "idle", _("waits for its premiums")
        FUNDED = "funded", _("premiums paid")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    version = models.ForeignKey(InsuranceProductVersion, models.PROTECT, related_name="+", verbose_name=_("terms"))
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    source = models.CharField(_("source"), max_length=12, choices=Source)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, null=True, blank=True, unique=True)
    start_date = models.DateField(_("insured from"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.IDLE)
    rows = models.PositiveIntegerField(_("lines"))
    accepted = models.PositiveIntegerField(_("enrolled"))
    refused = models.PositiveIntegerField(_("refused"))
    report = models.JSONField(_("line by line"), default=list)
    premium_minor = models.BigIntegerField(_("premiums together"))
    currency = CurrencyField(_("currency"))
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("enrolled by"))
    made_at = models.DateTimeField(_("enrolled at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("funded by")
    )
    checked_at = models.DateTimeField(_("funded at"), null=True, blank=True)

    objects = EnrolmentBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            TwoPersons(checker="checker", makers=("maker",), name="policies_are_funded_by_another_person"),
            models.CheckConstraint(
                condition=Q(status="idle", checker=None, checked_at=None)
                | Q(status="funded", checker__isnull=False, checked_at__isnull=False),
                name="enrolment_is_funded_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(rows=F("accepted") + F("refused"), accepted__gt=0), name="enrolment_accounts_for_every_line"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="enrolment_by_status")]

    def __str__(self) -> str:
        return self.number

    @property
    def premium(self) -> Money:
        """What the premiums of all its people make."""
        return Money(self.premium_minor, self.currency)


class PolicyQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_policy"

    def alive(self) -> Self:
        """All but those that were cancelled."""
        return self.exclude(status=Policy.Status.CANCELLED)


class Policy(BaseModel):
    """One person's cover from `start_date` to `end_date`, both included; `station` is the person's own."""

    class Status(models.TextChoices):
        IDLE = "idle", _("waits for its premium")
        READY = "ready", pgettext_lazy("policy", "paid, not begun")
        ACTIVE = "active", pgettext_lazy("policy", "insured")
        SUSPENDED = "suspended", pgettext_lazy("policy", "suspended")
        EXPIRED = "expired", pgettext_lazy("policy", "ended")
        CANCELLED = "cancelled", pgettext_lazy("policy", "cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="policies", verbose_name=_("insured"))
    household = models.ForeignKey(
        "stations.Household", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="policies", verbose_name=_("enrolment"))
    product = models.ForeignKey(InsuranceProduct, models.PROTECT, related_name="+", verbose_name=_("insurance product"))
    version = models.ForeignKey(InsuranceProductVersion, models.PROTECT, related_name="+", verbose_name=_("terms"))
    start_date = models.DateField(_("insured from"))
    end_date = models.DateField(_("insured until"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.IDLE)
    renewal_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("renews")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gt=F("start_date")), name="policy_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["renewal_of"], condition=~Q(status="cancelled"), name="policy_is_renewed_once"
            ),
            ExclusionConstraint(
                name="policies_of_a_person_do_not_overlap",
                expressions=[
                    (F("product"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("start_date"),
                            F("end_date"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status="cancelled"),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-id"], name="policy_of_station"),
            models.Index(fields=["start_date"], condition=Q(status="ready"), name="policy_to_begin"),
            models.Index(fields=["end_date"], condition=Q(status="active"), name="policy_to_end"),
        ]

    def __str__(self) -> str:
        return self.number


class PolicyFundingQuerySet(StationScopedQuerySet):
    station_path = "policy__station"
    read_verb = "finance.read_policy"


class PolicyFunding(BaseModel):
    """What a fund paid of one policy's premium. Append-only; the parts of a policy make its premium."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="funding", verbose_name=_("policy"))
    source = models.CharField(_("paid by"), max_length=12, choices=FinancingShare.Source)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))

    objects = PolicyFundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding of a policy")
        verbose_name_plural = _("funding of policies")
        constraints = [
            models.UniqueConstraint(fields=["policy", "source"], name="source_funds_a_policy_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="funding_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount_minor}"

    @property
    def amount(self) -> Any:
        """What the fund paid."""
        return Money(self.amount_minor, self.currency)
