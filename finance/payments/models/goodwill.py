"""What is given beside a payment because something went wrong that no rule pays for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from finance.payments.models.payments import Payment
from finance.payments.models.refunds import Refund
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class GoodwillQuerySet(StationScopedQuerySet):
    station_path = "payment__station"
    read_verb = "finance.read_payment"


class Goodwill(BaseModel):
    """Money that one person of finance offers for a payment: given at once up to a limit, above it by a second person.

    `alone_minor` is the limit of one person when it was offered; what this payment was given alone before counts.
    """

    class Status(models.TextChoices):
        OFFERED = "offered", _("waits for a second person")
        GIVEN = "given", pgettext_lazy("goodwill", "given")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="goodwill")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    alone_minor = models.BigIntegerField(_("maximum for one approver"))
    needs_two = models.BooleanField(_("needs two people"))
    reason = LineField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OFFERED)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, blank=True, related_name="goodwill")

    objects = GoodwillQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill")
        verbose_name_plural = _("goodwill")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="goodwill_is_positive"),
            models.CheckConstraint(
                condition=Q(needs_two=True, amount_minor__gt=F("alone_minor"))
                | Q(needs_two=False, amount_minor__lte=F("alone_minor")),
                name="goodwill_needs_two_exactly_above_the_limit",
            ),
            TwoPersons(
                checker="decided_by",
                makers=("offered_by",),
                condition=Q(status="given", needs_two=True),
                name="goodwill_above_the_limit_is_given_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(status="given", refund__isnull=False) | (~Q(status="given") & Q(refund=None)),
                name="goodwill_has_its_refund_exactly_when_given",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", decided_by=None, decided_at=None)
                | (~Q(status="offered") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="goodwill_has_its_decider_exactly_when_decided",
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status="offered"), name="payment_has_one_open_offer_of_goodwill"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def amount(self) -> Money:
        """What is offered."""
        return Money(self.amount_minor, self.currency)
