"""Links by which somebody without a login pays for an order."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from core.signed_refs import new_ref
from finance.payments.models import Payment
from stations.scope import StationScopedQuerySet


class PaymentLinkQuerySet(StationScopedQuerySet):
    station_path = "order__station"
    read_verb = "orders.read_purchase"


class PaymentLink(BaseModel):
    """What is to be paid in advance of one order, by whoever has the link; amounts in minor units of `currency`.

    Only half of its address is stored; the other is a signature under a key (`core.signed_refs`).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("waiting to be paid")
        PAID = "paid", _("paid")
        LATE = "late", _("paid too late, refunded")
        REVERSED = "reversed", _("reversed by the payer's bank")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="links", verbose_name=_("order of goods"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    phone = PhoneNumberField(_("phone of the payer"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    payment = models.OneToOneField(
        "finance.Payment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payment_link",
        verbose_name=_("payment"),
        help_text=_("The newest attempt; another begins only when it has failed."),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = PaymentLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment link")
        verbose_name_plural = _("payment links")
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(status="open"), name="order_has_one_open_link"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="link_asks_for_more_than_nothing"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="link_expires_after_it_was_made"),
            models.CheckConstraint(
                condition=~Q(status__in=["paid", "late", "reversed"]) | Q(payment__isnull=False),
                name="paid_link_has_its_payment",
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="link_has_ended_exactly_when_not_open",
            ),
        ]
        indexes = [models.Index(fields=["order", "-id"], name="payment_link_of_order")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def amount(self) -> Money:
        """What is paid by it."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it can still be paid, as far as its own state says."""
        return self.status == self.Status.OPEN

    @property
    def is_being_paid(self) -> bool:
        """Whether somebody has begun to pay: the end is not known, or has not reached the order yet."""
        return self.payment is not None and self.payment.status in (*Payment.UNDECIDED, Payment.Status.SUCCEEDED)

    @property
    def state_words(self) -> str:
        """How far it is, in words."""
        if self.is_open and self.is_being_paid:
            return gettext("being paid")
        return str(self.Status(self.status).label)
