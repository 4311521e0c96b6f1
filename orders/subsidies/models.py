"""What a county gives to the partner of a station for each parcel, and to whom it gave it."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField
from core.money import Money
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet


class SubsidyProgrammeQuerySet(DivisionScopedQuerySet):
    division_path = "division__path"
    read_verb = "orders.read_subsidy"


class SubsidyProgramme(BaseModel):
    """So much for each parcel that is handed over at a station, or sent to the city, until the budget is used up.

    What was used is the sum of its parcels; the database adds each of them.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = LineField(_("name"), max_length=80)
    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
    )
    currency = CurrencyField(_("currency"))
    inbound_minor = models.BigIntegerField(_("for a parcel that is handed over"), default=0)
    outbound_minor = models.BigIntegerField(_("for a parcel that goes to the city"), default=0)
    budget_minor = models.BigIntegerField(_("budget"))
    used_minor = models.BigIntegerField(_("used"), default=0, editable=False)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = SubsidyProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidy programme")
        verbose_name_plural = _("subsidy programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(inbound_minor__gte=0, outbound_minor__gte=0)
                & (Q(inbound_minor__gt=0) | Q(outbound_minor__gt=0)),
                name="subsidy_is_for_one_kind_of_parcel_at_least",
            ),
            models.CheckConstraint(
                condition=Q(used_minor__gte=0, used_minor__lte=F("budget_minor")),
                name="subsidy_never_exceeds_its_budget",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="subsidy_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="county_has_one_subsidy_for_parcels_at_any_date",
                expressions=[
                    (HashOfKey("currency"), RangeOperators.EQUAL),
                    (F("division"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def inbound(self) -> Money:
        """For a parcel that is handed over at a station."""
        return Money(self.inbound_minor, self.currency)

    @property
    def outbound(self) -> Money:
        """For a parcel that is given to the carrier."""
        return Money(self.outbound_minor, self.currency)

    @property
    def budget(self) -> Money:
        """The most that the county gives."""
        return Money(self.budget_minor, self.currency)

    @property
    def used(self) -> Money:
        """What partners were given of it."""
        return Money(self.used_minor, self.currency)

    @property
    def left(self) -> Money:
        """What is left of it."""
        return self.budget - self.used


class ParcelSubsidyQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_subsidy"


class ParcelSubsidy(BaseModel):
    """What one parcel brought its partner; nothing where the budget was used up. Append-only."""

    class Direction(models.TextChoices):
        INBOUND = "inbound", pgettext_lazy("parcel", "handed over")
        OUTBOUND = "outbound", pgettext_lazy("parcel", "to the city")

    programme = models.ForeignKey(
        SubsidyProgramme, models.PROTECT, related_name="parcels", verbose_name=_("subsidy programme")
    )
    parcel = models.OneToOneField("logistics.Parcel", models.PROTECT, related_name="subsidy", verbose_name=_("parcel"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    partner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("partner"))
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    accrued_at = models.DateTimeField(_("accrued at"))

    objects = ParcelSubsidyQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidy of a parcel")
        verbose_name_plural = _("subsidies of parcels")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="subsidy_of_a_parcel_is_not_negative"),
        ]
        indexes = [models.Index(fields=["station", "-accrued_at"], name="parcel_subsidy_of_station")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.parcel_id}"

    @property
    def amount(self) -> Money:
        """What the partner was given."""
        return Money(self.amount_minor, self.currency)
