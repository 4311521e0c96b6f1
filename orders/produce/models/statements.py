"""What a farmer gets for a lot, and what was deducted on the way."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from orders.produce.models.reference import DeductionRow
from stations.scope import StationScopedQuerySet

BASIS_POINTS = 10_000


class FarmerStatementQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_intake"


class FarmerStatement(BaseModel):
    """One farmer's part of one lot. Gross is what city buyers paid for the fruit; the reserve comes back later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lot = models.ForeignKey("orders.Lot", models.PROTECT, related_name="statements", verbose_name=_("lot of produce"))
    farmer = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="farmer_statements", verbose_name=_("farmer")
    )
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="farmer_statements", verbose_name=_("station")
    )
    grams = models.BigIntegerField(_("sold, in grams"))
    gross_minor = models.BigIntegerField(_("city buyers paid"))
    deducted_minor = models.BigIntegerField(_("deducted"))
    reserve_minor = models.BigIntegerField(_("kept back for claims"))
    net_minor = models.BigIntegerField(_("paid out at delivery"))
    lost_minor = models.BigIntegerField(_("lost to claims"), default=0)
    released_minor = models.BigIntegerField(_("returned of the reserve"), default=0)
    currency = CurrencyField(_("currency"))
    made_at = models.DateTimeField(_("made at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = FarmerStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("farmer's statement")
        verbose_name_plural = _("farmers' statements")
        constraints = [
            models.UniqueConstraint(fields=["lot", "farmer"], name="farmer_has_one_statement_of_a_lot"),
            models.CheckConstraint(
                condition=Q(gross_minor=F("net_minor") + F("deducted_minor") + F("reserve_minor")),
                name="gross_is_net_plus_deductions_plus_reserve",
            ),
            models.CheckConstraint(
                condition=Q(grams__gt=0, gross_minor__gt=0, net_minor__gte=0, deducted_minor__gte=0),
                name="farmer_statement_is_above_nothing",
            ),
            models.CheckConstraint(
                condition=Q(
                    reserve_minor__gte=F("lost_minor") + F("released_minor"), lost_minor__gte=0, released_minor__gte=0
                ),
                name="farmers_lose_at_most_their_reserve",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, released_minor=0)
                | Q(settled_at__isnull=False, reserve_minor=F("lost_minor") + F("released_minor")),
                name="settled_statement_has_no_reserve_left",
            ),
        ]
        indexes = [models.Index(fields=["farmer", "-made_at"], name="farmer_statement_of_farmer")]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.farmer_id}"

    @property
    def gross(self) -> Money:
        """What city buyers paid."""
        return Money(self.gross_minor, self.currency)

    @property
    def reserve(self) -> Money:
        """What was kept back for claims."""
        return Money(self.reserve_minor, self.currency)

    @property
    def net(self) -> Money:
        """What the farmer got at delivery."""
        return Money(self.net_minor, self.currency)

    @property
    def lost(self) -> Money:
        """What buyers' claims took of the reserve."""
        return Money(self.lost_minor, self.currency)

    @property
    def released(self) -> Money:
        """What came back of the reserve."""
        return Money(self.released_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What the farmer has got so far."""
        return self.net + self.released

    @property
    def deducted(self) -> Money:
        """All deductions together."""
        return Money(self.deducted_minor, self.currency)

    @property
    def share_bp(self) -> int:
        """The farmer's share of the city price, in basis points, half-up."""
        return (self.paid.minor * BASIS_POINTS * 2 + self.gross_minor) // (self.gross_minor * 2)

    @property
    def per_kg(self) -> Money:
        """What the farmer has got for 1,000 grams, half-up."""
        return Money((self.paid.minor * 1_000 * 2 + self.grams) // (self.grams * 2), self.currency)


class StatementDeduction(BaseModel):
    """One deduction of a statement: from what it was calculated, and who got it."""

    statement = models.ForeignKey(
        FarmerStatement, models.PROTECT, related_name="deductions", verbose_name=_("farmer's statement")
    )
    code = models.CharField(_("deduction"), max_length=16, choices=DeductionRow.Code)
    basis = models.CharField(_("calculated"), max_length=16, choices=DeductionRow.Basis)
    value = models.PositiveIntegerField(_("value"))
    basis_quantity = models.BigIntegerField(_("from"), help_text=_("Grams, or the gross in minor units."))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    account = models.CharField(_("paid to"), max_length=80)

    class Meta:
        verbose_name = _("deduction of a statement")
        verbose_name_plural = _("deductions of statements")
        constraints = [
            models.UniqueConstraint(fields=["statement", "code"], name="statement_deducts_each_code_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="statement_deduction_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What was deducted."""
        return Money(self.amount_minor, self.currency)
