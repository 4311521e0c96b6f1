"""What sending a parcel to the city costs: the carrier's zones, and in each zone the steps of weight."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField
from core.language import formatting
from core.money import Money
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey


class ShippingTariff(BaseModel):
    """The prices of one carrier in a county, or in every county with this currency, between two dates.

    What is lost was worth what its sender declared, up to the ceiling; what nobody declared, so many times its price.
    """

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
    carrier = models.ForeignKey(
        "logistics.Carrier",
        models.PROTECT,
        limit_choices_to={"kind": "courier"},
        related_name="+",
        verbose_name=_("carrier"),
    )
    currency = CurrencyField(_("currency"))
    compensation_ceiling_minor = models.BigIntegerField(_("compensation at most"))
    undeclared_times = models.PositiveSmallIntegerField(
        _("times the price"), default=3, help_text=_("The compensation where no value was declared.")
    )
    fetch_days = models.PositiveSmallIntegerField(
        _("days to fetch what came back"),
        default=30,
        help_text=_("So long a parcel that could not be delivered waits for its sender at the station."),
    )
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("tariff of parcels to the city")
        verbose_name_plural = _("tariffs of parcels to the city")
        constraints = [
            models.CheckConstraint(
                condition=Q(compensation_ceiling_minor__gt=0), name="compensation_ceiling_is_above_nothing"
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="shipping_tariff_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="county_has_one_shipping_tariff_at_any_date",
                expressions=[
                    (HashOfKey("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or '*'} {self.currency} {self.from_date}"

    @property
    def compensation_ceiling(self) -> Money:
        """The most that is paid for one parcel."""
        return Money(self.compensation_ceiling_minor, self.currency)


class ShippingZone(BaseModel):
    """Addresses that cost the same."""

    tariff = models.ForeignKey(ShippingTariff, models.PROTECT, related_name="zones", verbose_name=_("tariff"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)

    class Meta:
        verbose_name = pgettext_lazy("parcels", "zone of prices")
        verbose_name_plural = pgettext_lazy("parcels", "zones of prices")
        constraints = [
            models.UniqueConstraint(fields=["tariff", "position"], name="tariff_has_one_zone_at_a_position"),
        ]

    def __str__(self) -> str:
        return formatting.name_of(self)


class ShippingRegion(BaseModel):
    """A province or city of a zone, as it stands in an address."""

    tariff = models.ForeignKey(ShippingTariff, models.PROTECT, related_name="regions", verbose_name=_("tariff"))
    zone = models.ForeignKey(ShippingZone, models.PROTECT, related_name="regions", verbose_name=_("zone"))
    name = LineField(_("name"), max_length=60)

    class Meta:
        verbose_name = pgettext_lazy("parcels", "region of a zone")
        verbose_name_plural = pgettext_lazy("parcels", "regions of a zone")
        constraints = [
            models.UniqueConstraint(fields=["tariff", "name"], name="region_lies_in_one_zone_of_a_tariff"),
        ]

    def __str__(self) -> str:
        return self.name


class ShippingStep(BaseModel):
    """In a zone, a parcel of up to so many grams costs so much."""

    zone = models.ForeignKey(ShippingZone, models.PROTECT, related_name="steps", verbose_name=_("zone"))
    up_to_g = models.PositiveIntegerField(_("up to grams"))
    price_minor = models.BigIntegerField(_("price"))

    class Meta:
        verbose_name = _("step of weight")
        verbose_name_plural = _("steps of weight")
        constraints = [
            models.UniqueConstraint(fields=["zone", "up_to_g"], name="zone_has_one_price_up_to_a_weight"),
            models.CheckConstraint(
                condition=Q(up_to_g__gt=0, price_minor__gt=0), name="step_of_weight_costs_more_than_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.up_to_g} g"
