"""Sales of lots to buyers in the city."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet


class LotSaleQuerySet(StationScopedQuerySet):
    station_path = "lot__station"
    read_verb = "orders.read_lot"


class LotSale(BaseModel):
    """Grams of one grade of a lot to one buyer, at a price for 1,000 grams. Grams and price never change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one sale."))
    lot = models.ForeignKey("orders.Lot", models.PROTECT, related_name="sales", verbose_name=_("lot of produce"))
    grade = models.ForeignKey("orders.Grade", models.PROTECT, related_name="+", verbose_name=_("grade"))
    buyer = models.ForeignKey(
        "orders.ProduceBuyer", models.PROTECT, related_name="sales", verbose_name=_("buyer of produce")
    )
    grams = models.BigIntegerField(_("grams"))
    price_minor = models.BigIntegerField(_("price"), help_text=_("For 1,000 grams."))
    amount_minor = models.BigIntegerField(_("amount"))
    claimed_minor = models.BigIntegerField(_("of which claimed"), default=0)
    currency = CurrencyField(_("currency"))
    sold_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sold by"))
    sold_at = models.DateTimeField(_("sold at"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    claim_until_at = models.DateTimeField(_("claims until"), null=True, blank=True)

    objects = LotSaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale of a lot")
        verbose_name_plural = _("sales of lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(grams__gt=0, price_minor__gt=0, amount_minor__gt=0), name="lot_sale_is_above_nothing"
            ),
            models.CheckConstraint(
                condition=Q(claimed_minor__gte=0, claimed_minor__lte=models.F("amount_minor")),
                name="claims_never_exceed_the_sale",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at=None, claim_until_at=None, claimed_minor=0)
                | Q(delivered_at__isnull=False, claim_until_at__gt=models.F("delivered_at")),
                name="delivered_sale_can_be_claimed_for_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "id"], name="lot_sale_of_lot"),
            models.Index(fields=["grade", "-sold_at"], name="lot_sale_price_of_grade"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.grams}"

    @property
    def amount(self) -> Money:
        """What the buyer pays."""
        return Money(self.amount_minor, self.currency)

    @property
    def price(self) -> Money:
        """For 1,000 grams."""
        return Money(self.price_minor, self.currency)
