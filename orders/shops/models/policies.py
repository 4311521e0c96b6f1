"""The dated rules of shops: who gets what, what delivery costs, and how long each step may take."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey


class ShopPolicy(BaseModel):
    """Shares in basis points of the goods, delivery in minor units for each seller's parcel, and how long steps take.

    Of a county, or of every county with this currency. A shop keeps the shares to which its farmer agreed; an order
    keeps the days and the price of delivery of the day on which it was made.
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
    currency = CurrencyField(_("currency"))
    platform_bp = models.PositiveSmallIntegerField(_("for the platform, in 1/10,000"), default=300)
    pack_help_bp = models.PositiveSmallIntegerField(_("for packing at the station, in 1/10,000"), default=500)
    freight_minor = models.BigIntegerField(_("price of delivery"))
    carrier = models.SlugField(_("carrier"), max_length=40)
    pack_days = models.PositiveSmallIntegerField(_("days to pack"), default=2)
    send_hours = models.PositiveSmallIntegerField(
        _("hours to send what is packed"), default=48, help_text=_("Then the buyer gets the money back.")
    )
    arrive_days = models.PositiveSmallIntegerField(
        _("days until it counts as delivered"), default=10, help_text=_("Where neither buyer nor station said so.")
    )
    claim_days = models.PositiveSmallIntegerField(_("days in which buyers complain"), default=2)
    instant_claim_minor = models.BigIntegerField(
        _("refunded by the station up to"),
        default=0,
        help_text=_("In smallest units. Above it the county decides on goods that arrived bad; 0: on all."),
    )
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule for shops")
        verbose_name_plural = _("rules for shops")
        constraints = [
            models.CheckConstraint(
                condition=Q(platform_bp__lt=10_000 - F("pack_help_bp")), name="shop_policy_leaves_the_farmer_something"
            ),
            models.CheckConstraint(
                condition=Q(freight_minor__gte=0, instant_claim_minor__gte=0), name="shop_policy_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(pack_days__gt=0, send_hours__gt=0, arrive_days__gt=0),
                name="shop_policy_leaves_time_to_pack_and_arrive",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="shop_policy_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="county_has_one_shop_policy_at_any_date",
                expressions=[
                    (HashOfKey("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or '*'} {self.currency} {self.from_date}"
