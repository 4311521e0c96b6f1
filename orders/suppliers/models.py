"""What the order systems of suppliers are told, and what they are asked to confirm."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import NetworkScopedQuerySet


class SupplierWebhookQuerySet(NetworkScopedQuerySet):
    read_verb = "orders.read_supplier_webhook"


class SupplierWebhook(BaseModel):
    """One event that the order system of a supplier is told of, once; its id is that of the event.

    It names articles, quantities and the station, and nothing of the buyer.
    """

    class Kind(models.TextChoices):
        PLACED = "placed", _("ordered")
        CANCELLED = "cancelled", _("cancelled")
        RETURNED = "returned", _("brought back")

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("webhook", "waiting")
        DELIVERED = "delivered", pgettext_lazy("webhook", "delivered")
        FAILED = "failed", pgettext_lazy("webhook", "failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    supplier = models.ForeignKey("orders.Supplier", models.PROTECT, related_name="webhooks", verbose_name=_("supplier"))
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="webhooks", verbose_name=_("order of goods"))
    kind = models.CharField(_("event"), max_length=9, choices=Kind)
    about = models.UUIDField(_("about"), help_text=_("The order, or the return of goods, that it tells of."))
    body = models.JSONField(_("body"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WAITING)
    round = models.PositiveSmallIntegerField(
        _("round"), default=1, help_text=_("Sending it again begins another round of attempts.")
    )
    round_began_at = models.DateTimeField(_("round began at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    made_at = models.DateTimeField(_("at"))
    delivered_at = models.DateTimeField(pgettext_lazy("webhook", "delivered at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=60, blank=True)

    objects = SupplierWebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook to a supplier")
        verbose_name_plural = _("webhooks to suppliers")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "kind", "about"], name="supplier_is_told_of_an_event_once"),
            models.CheckConstraint(
                condition=Q(status="delivered", delivered_at__isnull=False)
                | (~Q(status="delivered") & Q(delivered_at=None)),
                name="webhook_says_when_it_was_delivered",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", next_attempt_at__isnull=False)
                | (~Q(status="waiting") & Q(next_attempt_at=None)),
                name="webhook_has_a_next_attempt_exactly_while_it_waits",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(last_error=""), name="failed_webhook_says_why"),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(status="failed"), name="webhook_failed"),
            models.Index(fields=["order", "-id"], name="webhook_of_order"),
            models.Index(fields=["delivered_at"], condition=Q(delivered_at__isnull=False), name="webhook_by_delivery"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class SupplierOrderQuerySet(NetworkScopedQuerySet):
    read_verb = "orders.read_supplier_webhook"


class SupplierOrder(BaseModel):
    """What the order system of a supplier is asked to confirm: its part of an order; the id is our reference.

    Silence is `unknown`, and enquired. What it confirms and nobody wants any more is released there.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("supplier order", "to be sent")
        UNKNOWN = "unknown", pgettext_lazy("supplier order", "no answer, enquired")
        PENDING = "pending", pgettext_lazy("supplier order", "not decided yet")
        CONFIRMED = "confirmed", pgettext_lazy("supplier order", "confirmed")
        PARTLY = "partly", pgettext_lazy("supplier order", "confirmed in part")
        REFUSED = "refused", pgettext_lazy("supplier order", "refused")
        RELEASING = "releasing", pgettext_lazy("supplier order", "being released")
        RELEASED = "released", pgettext_lazy("supplier order", "released")
        FAILED = "failed", pgettext_lazy("supplier order", "to be examined")

    #: Somebody is still to be called.
    OPEN = (Status.WAITING, Status.UNKNOWN, Status.PENDING, Status.RELEASING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    supplier = models.ForeignKey(
        "orders.Supplier", models.PROTECT, related_name="supplier_orders", verbose_name=_("supplier")
    )
    fulfilment = models.OneToOneField(
        "orders.Fulfilment", models.PROTECT, related_name="supplier_order", verbose_name=_("goods to send")
    )
    body = models.JSONField(_("body"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WAITING)
    supplier_ref = LineField(_("supplier's reference"), max_length=64, blank=True)
    round = models.PositiveSmallIntegerField(
        _("round"), default=1, help_text=_("Releasing it begins another round of attempts.")
    )
    round_began_at = models.DateTimeField(_("round began at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    made_at = models.DateTimeField(_("at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=60, blank=True)

    objects = SupplierOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order to a supplier")
        verbose_name_plural = _("orders to suppliers")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "unknown", "pending", "releasing"], next_attempt_at__isnull=False)
                | (~Q(status__in=["waiting", "unknown", "pending", "releasing"]) & Q(next_attempt_at=None)),
                name="supplier_order_has_a_next_attempt_exactly_while_it_is_open",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "partly", "refused"]) | Q(answered_at__isnull=False),
                name="supplier_order_says_when_it_was_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(last_error=""), name="failed_supplier_order_says_why"
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(status="failed"), name="supplier_order_failed")]

    def __str__(self) -> str:
        return str(self.pk)
