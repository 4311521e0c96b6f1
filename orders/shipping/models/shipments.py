"""A parcel that a villager sends to the city: what was paid, and what came of it. Where it is, its parcel says."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from orders.shipping.models.tariffs import ShippingRegion, ShippingTariff
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class ShipmentQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_shipment"


class Shipment(BaseModel):
    """One parcel to the city. Price, step of weight and region are those of the moment at which it was accepted."""

    class Status(models.TextChoices):
        ACCEPTED = "accepted", _("accepted and paid")
        HANDED_ON = "handed_on", pgettext_lazy("shipment", "with the carrier")
        DELIVERED = "delivered", pgettext_lazy("shipment", "delivered")
        RETURNED = "returned", _("back at the station")
        HANDED_BACK = "handed_back", _("returned to the sender")
        DISPOSED = "disposed", _("not fetched, disposed of")
        CANCELLED = "cancelled", pgettext_lazy("shipment", "cancelled")
        LOST = "lost", _("lost, compensated")

    #: Somebody still has it on the way.
    OPEN = (Status.ACCEPTED, Status.HANDED_ON, Status.RETURNED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one parcel."))
    parcel = models.OneToOneField("logistics.Parcel", models.PROTECT, related_name="shipment", verbose_name=_("parcel"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    sender = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    sender_name = LineField(_("sender"), max_length=80, blank=True, help_text=_("Empty once forgotten."))
    sender_phone = PhoneNumberField(_("phone of the sender"), blank=True)
    tariff = models.ForeignKey(ShippingTariff, models.PROTECT, related_name="+", verbose_name=_("tariff"))
    region = models.ForeignKey(ShippingRegion, models.PROTECT, related_name="+", verbose_name=_("region"))
    weight_g = models.PositiveIntegerField(_("weight in grams"))
    price_minor = models.BigIntegerField(_("price"))
    currency = CurrencyField(_("currency"))
    declared_minor = models.BigIntegerField(_("declared value"), default=0)
    limit_minor = models.BigIntegerField(
        _("compensation at most"), help_text=_("What is paid when it is lost, and at most when it is damaged.")
    )
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, related_name="shipment", verbose_name=_("payment")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACCEPTED)
    accepted_at = models.DateTimeField(_("accepted at"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("accepted by")
    )
    handed_on_at = models.DateTimeField(_("given to the carrier at"), null=True, blank=True)
    fetch_until_date = models.DateField(
        _("to be fetched until"), null=True, blank=True, help_text=_("By the sender, once it is back at the station.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    refunded_minor = models.BigIntegerField(_("price refunded"), default=0)
    compensated_minor = models.BigIntegerField(_("compensation"), default=0)
    compensated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compensation decided by"),
    )
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("disposed of by"),
    )
    disposal_record = LineField(
        _("record of the disposal"),
        max_length=400,
        blank=True,
        help_text=_("What was in it, what became of it, and who saw that."),
    )
    compensation_reason = LineField(_("reason for the compensation"), max_length=200, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel to the city")
        verbose_name_plural = _("parcels to the city")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, weight_g__gt=0, declared_minor__gte=0, limit_minor__gt=0),
                name="shipment_has_a_weight_and_a_price",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor=0) | Q(refunded_minor=F("price_minor")),
                name="shipment_is_refunded_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(compensated_minor__gte=0, compensated_minor__lte=F("limit_minor")),
                name="compensation_never_exceeds_the_limit",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | Q(handed_on_at=None, refunded_minor=F("price_minor")),
                name="cancelled_shipment_never_left_and_is_refunded",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["handed_on", "delivered"]) | Q(handed_on_at__isnull=False),
                name="shipment_with_a_carrier_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="lost") | Q(compensated_minor__gt=0, refunded_minor=F("price_minor")),
                name="lost_shipment_is_compensated_and_refunded",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "handed_on", "returned"], ended_at=None)
                | (~Q(status__in=["accepted", "handed_on", "returned"]) & Q(ended_at__isnull=False)),
                name="shipment_has_an_end_exactly_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["returned", "disposed"]) | Q(fetch_until_date__isnull=False),
                name="shipment_that_waits_for_its_sender_says_until_when",
            ),
            models.CheckConstraint(
                condition=(~Q(status="disposed") & Q(disposed_by=None, disposal_record=""))
                | (Q(status="disposed", disposed_by__isnull=False) & ~Q(disposal_record="")),
                name="disposed_shipment_has_a_record",
            ),
            TwoPersons(
                checker="disposed_by",
                makers=("accepted_by",),
                name="shipment_is_disposed_of_by_another_than_who_accepted_it",
            ),
            models.CheckConstraint(
                condition=Q(compensated_by=None, compensation_reason="")
                | (Q(compensated_by__isnull=False, compensated_minor__gt=0) & ~Q(compensation_reason="")),
                name="decided_compensation_has_an_amount_and_a_reason",
            ),
            TwoPersons(
                checker="compensated_by",
                makers=("accepted_by",),
                name="compensation_is_decided_by_another_than_who_accepted_the_parcel",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-id"], name="shipment_of_station"),
            models.Index(fields=["sender", "-id"], name="shipment_of_sender"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def price(self) -> Money:
        """What the sender paid."""
        return Money(self.price_minor, self.currency)

    @property
    def declared(self) -> Money:
        """What the sender said that it is worth; nothing where nobody said so."""
        return Money(self.declared_minor, self.currency)

    @property
    def limit(self) -> Money:
        """What is paid when it is lost, and at most when it is damaged."""
        return Money(self.limit_minor, self.currency)

    @property
    def compensated(self) -> Money:
        """What the sender was given for damage or loss, besides the price."""
        return Money(self.compensated_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What of the price went back to the sender."""
        return Money(self.refunded_minor, self.currency)
