"""What a buyer says of goods that arrived bad, and what becomes of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, WordsField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class ShopClaimQuerySet(StationScopedQuerySet):
    station_path = "order__shop__station"
    read_verb = "orders.read_shop"


class ShopClaim(BaseModel):
    """The one claim about an order; amounts in minor units of `currency`. The words of the buyer are blank again when
    the buyer is forgotten.
    """

    class Status(models.TextChoices):
        RAISED = "raised", pgettext_lazy("shop claim", "to decide")
        ACCEPTED = "accepted", pgettext_lazy("shop claim", "accepted, money back")
        REFUSED = "refused", pgettext_lazy("shop claim", "refused")
        APPEALED = "appealed", pgettext_lazy("shop claim", "to decide again")
        REJECTED = "rejected", pgettext_lazy("shop claim", "refused for good")
        OVERTAKEN = "overtaken", pgettext_lazy("shop claim", "payment reversed by the bank")

    class Reason(models.TextChoices):
        SPOILED = "spoiled", _("spoiled")
        DAMAGED = "damaged", pgettext_lazy("shop claim", "damaged on the way")
        WRONG = "wrong", _("something else than ordered")
        MISSING = "missing", pgettext_lazy("shop claim", "something is missing")
        POOR = "poor", _("not as described")

    class Bearer(models.TextChoices):
        SELLER = "seller", pgettext_lazy("shop claim", "the farmer's side")
        CARRIER = "carrier", pgettext_lazy("shop claim", "the carrier")

    #: Not over: what the order earned waits.
    OPEN = (Status.RAISED, Status.REFUSED, Status.APPEALED)
    #: Somebody is to decide.
    TO_DECIDE = (Status.RAISED, Status.APPEALED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one claim."))
    order = models.OneToOneField(
        "orders.ShopOrder", models.PROTECT, related_name="claim", verbose_name=_("order of a shop")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RAISED)
    reason = models.CharField(_("what is wrong"), max_length=10, choices=Reason)
    words = WordsField(_("what the buyer says"), max_length=400, blank=True)
    asked_minor = models.BigIntegerField(_("refund requested"))
    currency = CurrencyField(_("currency"))
    raised_at = models.DateTimeField(_("claimed at"))
    bearer = models.CharField(_("who bears it"), max_length=10, choices=Bearer, blank=True)
    accepted_minor = models.BigIntegerField(_("accepted, of the goods"), default=0)
    freight_minor = models.BigIntegerField(_("delivery refunded"), default=0)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = LineField(_("why it was refused"), max_length=200, blank=True)
    appeal_until_at = models.DateTimeField(_("can be looked at again until"), null=True, blank=True)
    appeal_words = WordsField(_("what the buyer says to that"), max_length=400, blank=True)
    appealed_at = models.DateTimeField(_("asked to look again at"), null=True, blank=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided again by"),
    )
    appeal_note = LineField(_("why it was refused again"), max_length=200, blank=True)

    objects = ShopClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim about a shop order")
        verbose_name_plural = _("claims about shop orders")
        constraints = [
            models.CheckConstraint(condition=Q(asked_minor__gt=0), name="shop_claim_asks_for_something"),
            models.CheckConstraint(
                condition=Q(
                    status="accepted",
                    accepted_minor__gt=0,
                    accepted_minor__lte=F("asked_minor"),
                    freight_minor__gte=0,
                )
                & ~Q(bearer="")
                | ~Q(status="accepted") & Q(accepted_minor=0, freight_minor=0, bearer=""),
                name="shop_claim_gives_back_exactly_when_accepted",
            ),
            models.CheckConstraint(
                condition=Q(status="raised", decided_by=None, decided_at=None)
                | Q(status="overtaken")
                | ~Q(status__in=["raised", "overtaken"]) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="shop_claim_has_its_decider_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["refused", "appealed", "rejected"])
                | ~Q(decision_note="") & Q(appeal_until_at__isnull=False),
                name="refused_shop_claim_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="appealed") | Q(appealed_at__isnull=False),
                name="appealed_shop_claim_says_since_when",
            ),
            TwoPersons(
                checker="appeal_decided_by", makers=("decided_by",), name="shop_claim_is_looked_at_again_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["raised_at"], condition=Q(status__in=["raised", "appealed"]), name="shop_claim_open"),
            models.Index(fields=["appeal_until_at"], condition=Q(status="refused"), name="shop_claim_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"

    @property
    def asked(self) -> Money:
        """What of the price of the goods the buyer asks back."""
        return Money(self.asked_minor, self.currency)

    @property
    def given_back(self) -> Money:
        """What the buyer gets back, with the delivery where all goods were bad."""
        return Money(self.accepted_minor + self.freight_minor, self.currency)

    @property
    def is_to_decide(self) -> bool:
        """Whether somebody is to decide."""
        return self.status in self.TO_DECIDE


class ShopClaimPhoto(BaseModel):
    """A photo of the buyer; it is deleted when the buyer is forgotten."""

    claim = models.ForeignKey(
        "orders.ShopClaim", models.PROTECT, related_name="photos", verbose_name=pgettext_lazy("shop claim", "claim")
    )
    file = models.OneToOneField("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("photo"))

    class Meta:
        verbose_name = _("photo of a claim")
        verbose_name_plural = _("photos of claims")

    def __str__(self) -> str:
        return f"{self.claim_id} {self.file_id}"
