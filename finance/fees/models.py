"""Commission: plans as data, lines as facts, and the words that explain each of them."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from core.spans import DateSpan
from stations.scope import StationScopedQuerySet, posts_granting


class OfTheHouseQuerySet(models.QuerySet):
    """What belongs to no station: a post of the network or none."""

    read_verb = ""

    def open_to(self, user: Any, verb: str) -> Self:
        """All of them, for a post of the network that carries the verb."""
        return self if any(post.reach == "network" for post in posts_granting(user, verb)) else self.none()


class PlanQuerySet(OfTheHouseQuerySet):
    read_verb = "finance.read_commission_plan"


class CommissionPlan(BaseModel):
    """One version of the rules by which a network pays; an approved one is never edited."""

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
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="commission_plan_is_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="commission_plan_ends_after_it_begins"
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
        _("biller or operator"), max_length=20, blank=True, help_text=_("Its code; empty for all of the service.")
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


class LineQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_own_earnings"


class CommissionLine(BaseModel):
    """What one sale earned one payee; immutable. Corrections are new lines with `reverses`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_type = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    rule = models.ForeignKey(CommissionRule, models.PROTECT, null=True, related_name="lines")
    beneficiary = models.CharField(_("beneficiary"), max_length=8, choices=CommissionShare.Beneficiary)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(
        "ledger.Account", models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("What paid for it.")
    )
    payee = models.UUIDField(null=True, blank=True, help_text=_("The user who earned it; empty for a county."))
    service = models.CharField(_("service"), max_length=60)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="commission_lines")
    base_minor = models.BigIntegerField(_("base"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    taken_at = models.DateTimeField(_("taken at"))
    accrued_at = models.DateTimeField(_("earned at"))
    eligible_at = models.DateTimeField(_("yours from"))
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    part = models.CharField(max_length=40, blank=True, default="")
    target = models.CharField(max_length=120, blank=True, default="")
    explanation = models.JSONField(_("explanation"))

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("commission line")
        verbose_name_plural = _("commission lines")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "event_id", "beneficiary", "service"],
                condition=Q(reverses=None, part=""),
                name="event_accrues_once_per_beneficiary_and_service",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="commission_line_does_not_reverse_itself"),
        ]
        indexes = [
            models.Index(
                # Settlement reads nothing else of a line.
                fields=["account", "eligible_at"],
                include=["amount_minor", "reverses"],
                name="commission_line_matures",
            ),
            models.Index(fields=["event_id", "event_type"], name="commission_line_by_event"),
            models.Index(fields=["payee", "-id"], name="commission_line_of_payee"),
            models.Index(fields=["station", "target", "taken_at"], name="commission_line_of_target"),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What was earned, or taken back when negative."""
        return Money(self.amount_minor, self.currency)


class PayableLine(BaseModel):
    """The same for amounts that an app above computed: a supplier's part, a farmer's statement. Immutable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_type = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(
        "ledger.Account", models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("What paid for it.")
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    accrued_at = models.DateTimeField(_("earned at"))
    eligible_at = models.DateTimeField(_("due from"))
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    unfunded = models.BooleanField(_("unfunded"), default=False)
    explanation = models.JSONField(_("explanation"))

    class Meta:
        verbose_name = _("payable line")
        verbose_name_plural = _("payable lines")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "event_id", "account"],
                condition=Q(reverses=None),
                name="event_is_payable_once_per_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "eligible_at"], include=["amount_minor", "reverses"], name="payable_line_matures"
            ),
            models.Index(fields=["event_id", "event_type"], name="payable_line_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.amount_minor}"


class LineHold(BaseModel):
    """A line that waits for a reason. One open hold per line; the line itself is never updated."""

    commission_line = models.ForeignKey(CommissionLine, models.PROTECT, null=True, blank=True, related_name="holds")
    payable_line = models.ForeignKey(PayableLine, models.PROTECT, null=True, blank=True, related_name="holds")
    reason = LineField(_("reason"), max_length=200)
    held_at = models.DateTimeField(_("held at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold on a line")
        verbose_name_plural = _("holds on lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(commission_line=None, payable_line__isnull=False)
                | Q(commission_line__isnull=False, payable_line=None),
                name="line_hold_names_one_line",
            ),
            models.UniqueConstraint(
                fields=["commission_line"], condition=Q(released_at=None), name="commission_line_has_one_open_hold"
            ),
            models.UniqueConstraint(
                fields=["payable_line"], condition=Q(released_at=None), name="payable_line_has_one_open_hold"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(released_at__gte=F("held_at")),
                name="line_hold_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["released_at"], name="line_hold_by_release")]

    def __str__(self) -> str:
        return self.reason


class AdjustmentQuerySet(OfTheHouseQuerySet):
    """A payee's account belongs to no station."""

    read_verb = "finance.read_adjustment"

    def approved_for(self, account: Any, event_type: str, event_id: str) -> Self:
        """Those that have already corrected this event on this account."""
        return self.filter(account=account, event_type=event_type, event_id=event_id, status=Adjustment.Status.APPROVED)


class Adjustment(BaseModel):
    """A correction of one event on a payee's account, made by one person and checked by another."""

    class Reason(models.TextChoices):
        ACCRUAL_MISSING = "accrual_missing", _("something earned was missing")
        ACCRUAL_WRONG = "accrual_wrong", _("something earned was wrong")
        DUPLICATE = "duplicate", _("counted twice")
        AGREED = "agreed", _("agreed with the payee")
        PRICING_ERROR = "pricing_error", _("our price was wrong")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    event_type = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    text = LineField(_("in words"), max_length=300)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PROPOSED)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="adjustment_is_of_an_amount"),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("made_by")),
                name="adjustment_is_checked_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", transfer__isnull=False, checked_by__isnull=False)
                | (~Q(status="approved") & Q(transfer=None)),
                name="adjustment_has_transfer_exactly_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What is added to the payee's account, or taken from it when negative."""
        return Money(self.amount_minor, self.currency)


class TariffQuerySet(OfTheHouseQuerySet):
    """Prices hang on the wall of every station: whoever works anywhere reads all of them, the network sets them."""

    read_verb = "finance.read_tariff"

    def open_to(self, user: Any, verb: str) -> Self:
        """All of them to read, for any post that carries the verb; to change, for a post of the network."""
        if verb == self.read_verb and posts_granting(user, verb):
            return self
        return super().open_to(user, verb)

    def around(self, tariff: "Tariff") -> Self:
        """Those of the same service, currency and place."""
        return self.filter(service=tariff.service, currency=tariff.currency, division=tariff.division_id)


class Tariff(BaseModel):
    """What the villager may be charged for a service, from one date to another."""

    class Kind(models.TextChoices):
        FLAT = "flat", _("flat")
        PERCENT = "percent", _("percent")

    class State(models.TextChoices):
        COMING = "coming", _("from a later day on")
        IN_FORCE = "in_force", _("in force")
        PAST = "past", _("over")

    class Act(models.TextChoices):
        SET = "set", _("set")
        FOLLOWED = "followed", _("followed by another price")
        ENDED = "ended", _("ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    service = models.CharField(_("service"), max_length=60)
    division = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.BigIntegerField(_("basis points or minor units"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    cap_minor = models.BigIntegerField(_("at most"), null=True, blank=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = TariffQuerySet.as_manager()

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="flat", value__gte=0) | Q(kind="percent", value__gte=0, value__lte=10_000),
                name="tariff_percent_is_at_most_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="tariff_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="service_has_one_tariff_at_a_place_and_date",
                expressions=[
                    (F("service"), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.service

    @property
    def cap(self) -> Money | None:
        """The most that is charged."""
        return None if self.cap_minor is None else Money(self.cap_minor, self.currency)

    def state_on(self, date: dt.date) -> "Tariff.State":
        """Whether it holds on a date, before it begins, or after its end."""
        if date < self.from_date:
            return self.State.COMING
        return self.State.IN_FORCE if self.to_date is None or date < self.to_date else self.State.PAST
