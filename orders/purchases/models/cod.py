"""Cash on delivery: what somebody may order before paying, and what happened when parcels were not taken."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField
from core.money import Money
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class CodPolicy(BaseModel):
    """The limits of cash on delivery in one county, or in every county with this currency, between two dates."""

    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
        help_text=_("Empty: in every county that has this currency."),
    )
    currency = CurrencyField(_("currency"))
    order_ceiling_minor = models.BigIntegerField(_("at most for one order"))
    villager_ceiling_minor = models.BigIntegerField(_("at most unpaid for one buyer"))
    walk_in_ceiling_minor = models.BigIntegerField(_("at most for a buyer without a file"))
    deposit_from_points = models.PositiveSmallIntegerField(_("deposit from so many points"), default=2)
    deposit_bp = models.PositiveSmallIntegerField(_("deposit in basis points"), default=3_000)
    prepay_from_points = models.PositiveSmallIntegerField(_("paid in advance from so many points"), default=4)
    window_days = models.PositiveSmallIntegerField(_("days that points count"), default=180)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule for cash on delivery")
        verbose_name_plural = _("rules for cash on delivery")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    order_ceiling_minor__gte=0,
                    villager_ceiling_minor__gte=0,
                    walk_in_ceiling_minor__gte=0,
                    deposit_bp__lte=10_000,
                    prepay_from_points__gte=F("deposit_from_points"),
                ),
                name="cod_limits_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="cod_policy_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="county_has_one_cod_policy_at_any_date",
                expressions=[
                    (HashOfKey("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or '*'} {self.currency} {self.from_date}"


class CodStanding(BaseModel):
    """What one buyer has ordered and not paid yet, by cash on delivery, against the ceiling of the last order."""

    villager = models.OneToOneField(
        "stations.Person", models.PROTECT, primary_key=True, related_name="cod_standing", verbose_name=_("buyer")
    )
    currency = CurrencyField(_("currency"))
    outstanding_minor = models.BigIntegerField(_("not paid yet"), default=0)
    ceiling_minor = models.BigIntegerField(_("at most"))

    class Meta:
        verbose_name = _("open cash on delivery of a buyer")
        verbose_name_plural = _("open cash on delivery of buyers")
        constraints = [
            models.CheckConstraint(
                condition=Q(outstanding_minor__gte=0, outstanding_minor__lte=F("ceiling_minor")),
                name="outstanding_never_exceeds_ceiling",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.villager_id} {self.outstanding_minor}"

    @property
    def outstanding(self) -> Money:
        """What was ordered and is not paid yet."""
        return Money(self.outstanding_minor, self.currency)


class CodRefusalQuerySet(StationScopedQuerySet):
    station_path = "order__station"
    read_verb = "orders.read_purchase"


class CodRefusal(BaseModel):
    """A parcel by cash on delivery that its buyer did not take, and the points for it: append-only."""

    parcel = models.UUIDField(_("parcel"), unique=True)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="refusals", verbose_name=_("order of goods"))
    villager = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="cod_refusals", verbose_name=_("buyer")
    )
    reason = LineField(_("reason"), max_length=40)
    points = models.PositiveSmallIntegerField(_("points"))
    at = models.DateTimeField(_("at"))

    objects = CodRefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel not taken")
        verbose_name_plural = _("parcels not taken")
        indexes = [models.Index(fields=["villager", "at"], name="cod_refusal_of_villager")]

    def __str__(self) -> str:
        return f"{self.parcel} {self.points}"


class CodWaiverQuerySet(StationScopedQuerySet):
    station_path = "refusal__order__station"
    read_verb = "orders.read_purchase"


class CodWaiver(BaseModel):
    """The county lets the points of one parcel that was not taken count no more: append-only."""

    refusal = models.OneToOneField(
        CodRefusal, models.PROTECT, related_name="waiver", verbose_name=_("parcel not taken")
    )
    villager = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("buyer"))
    order_taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("order taken by")
    )
    reason = LineField(_("reason"), max_length=200)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("waived by")
    )
    at = models.DateTimeField(_("at"))

    objects = CodWaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waived point of a parcel")
        verbose_name_plural = _("waived points of parcels")
        constraints = [
            TwoPersons(
                checker="waived_by",
                makers=("order_taken_by", "villager"),
                name="points_are_waived_by_another_than_seller_and_buyer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.refusal_id)
