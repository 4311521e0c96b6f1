"""One payment of a buyer in the city for goods of one or several shops."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from core.signed_refs import new_ref
from finance.payments.models import Payment
from stations.scope import StationScopedQuerySet


class ShopCheckoutQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_shop"


class ShopCheckout(BaseModel):
    """One payment, with an order for each seller; amounts in minor units of `currency`.

    The money is among the customer funds of `station`, that of the first seller. The buyer has no file: name, phone and
    address are blank again half a year after everything has ended. Only half of the address of the buyer's page is
    stored (`core.signed_refs`).
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("checkout", "waiting to be paid")
        PAID = "paid", pgettext_lazy("checkout", "paid")
        EXPIRED = "expired", pgettext_lazy("checkout", "not paid in time")
        LATE = "late", pgettext_lazy("checkout", "paid too late, refunded")
        REVERSED = "reversed", pgettext_lazy("checkout", "reversed by the payer's bank")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one payment."))
    number = models.CharField(_("number"), max_length=32, unique=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    buyer_name = LineField(_("name of the buyer"), max_length=80, blank=True)
    buyer_phone = PhoneNumberField(_("phone of the buyer"), blank=True)
    address = LineField(_("address"), max_length=240, blank=True)
    language = models.CharField(_("language"), max_length=10)
    total_minor = models.BigIntegerField(_("total"))
    currency = CurrencyField(_("currency"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("taken in the name of"),
        help_text=_("Who opened the shop of the first seller: the buyer has no login."),
    )
    network = models.BinaryField(
        null=True,
        blank=True,
        help_text=_("Keyed hash of the network address it was ordered from; none once it is not open any more."),
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    payment = models.OneToOneField(
        "finance.Payment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shop_checkout",
        verbose_name=_("payment"),
        help_text=_("The newest attempt; another begins only when it has failed."),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    objects = ShopCheckoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment for shops")
        verbose_name_plural = _("payments for shops")
        constraints = [
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="checkout_asks_for_more_than_nothing"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="checkout_expires_after_it_was_made"),
            models.CheckConstraint(
                condition=~Q(status__in=["paid", "late", "reversed"]) | Q(payment__isnull=False),
                name="paid_checkout_has_its_payment",
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="checkout_has_ended_exactly_when_not_open",
            ),
            models.CheckConstraint(
                condition=Q(status="open") | Q(network=None), name="ended_checkout_forgets_its_network"
            ),
        ]
        indexes = [
            models.Index(fields=["buyer_phone"], condition=Q(status="open"), name="open_checkout_of_phone"),
            models.Index(fields=["network"], condition=Q(status="open"), name="open_checkout_of_network"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What is paid at once."""
        return Money(self.total_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it can still be paid, as far as its own state says."""
        return self.status == self.Status.OPEN

    @property
    def is_being_paid(self) -> bool:
        """Whether the buyer has begun to pay: the end is not known, or has not reached the orders yet."""
        return self.payment is not None and self.payment.status in (*Payment.UNDECIDED, Payment.Status.SUCCEEDED)
