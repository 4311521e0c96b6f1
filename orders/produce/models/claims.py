"""What buyers claim for bad fruit, and who bears it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class BuyerClaimQuerySet(StationScopedQuerySet):
    station_path = "sale__lot__station"
    read_verb = "orders.read_lot"


class BuyerClaim(BaseModel):
    """What a buyer wants back of a sale. One person writes it down, another decides it."""

    class Status(models.TextChoices):
        RAISED = "raised", _("to be decided")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sale = models.ForeignKey("orders.LotSale", models.PROTECT, related_name="claims", verbose_name=_("sale of a lot"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    reason = LineField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.RAISED)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    raised_at = models.DateTimeField(_("raised at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = LineField(_("decision"), max_length=200, blank=True)

    objects = BuyerClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim of a buyer")
        verbose_name_plural = _("claims of buyers")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="buyer_claim_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(status="raised", decided_by=None, decided_at=None)
                | Q(status__in=["accepted", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
                name="decided_claim_says_by_whom",
            ),
            TwoPersons(checker="decided_by", makers=("raised_by",), name="buyer_claim_is_decided_by_another_person"),
        ]
        indexes = [
            models.Index(fields=["raised_at"], condition=Q(status="raised"), name="buyer_claim_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What the buyer wants back."""
        return Money(self.amount_minor, self.currency)


class ClaimPart(BaseModel):
    """A farmer's part of an accepted claim: from the reserve, and what the platform bears beyond it."""

    claim = models.ForeignKey(BuyerClaim, models.PROTECT, related_name="parts", verbose_name=_("claim of a buyer"))
    statement = models.ForeignKey(
        "orders.FarmerStatement", models.PROTECT, related_name="claim_parts", verbose_name=_("farmer's statement")
    )
    amount_minor = models.BigIntegerField(_("amount"))
    reserve_minor = models.BigIntegerField(_("of which from the reserve"))
    currency = CurrencyField(_("currency"))

    class Meta:
        verbose_name = _("part of a claim")
        verbose_name_plural = _("parts of claims")
        constraints = [
            models.UniqueConstraint(fields=["claim", "statement"], name="claim_meets_a_statement_once"),
            models.CheckConstraint(
                condition=Q(reserve_minor__gte=0, reserve_minor__lte=F("amount_minor")),
                name="claim_part_takes_at_most_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount_minor}"

    @property
    def from_reserve(self) -> Money:
        """What the farmer bears."""
        return Money(self.reserve_minor, self.currency)
