"""Cash on its way between a station and its county, or to the bank."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class RemittanceQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_remittance"

    def under_way(self) -> Self:
        """Those that have not arrived."""
        return self.filter(status__in=["declared", "in_transit"])


class Remittance(BaseModel):
    """So much cash, declared, signed for by two people, counted where it arrives.

    `to_county` goes from the station to the county's centre or the bank, `to_station` is the change fund.
    """

    class Direction(models.TextChoices):
        TO_COUNTY = "to_county", _("to the county")
        TO_STATION = "to_station", _("change for the station")

    class Via(models.TextChoices):
        CARRIER = "carrier", _("carried by a person")
        BANK_SLIP = "bank_slip", _("paid in at the bank")

    class Status(models.TextChoices):
        DECLARED = "declared", _("declared")
        IN_TRANSIT = "in_transit", _("in transit")
        RECEIVED = "received", _("received")
        MATCHED = "matched", _("arrived in full")
        SHORT = "short", _("less arrived")
        OVER = "over", _("more arrived")
        LOST = "lost", _("lost in transit")
        CANCELLED = "cancelled", _("cancelled")

    ARRIVED = ("matched", "short", "over")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="remittances")
    centre = models.ForeignKey("stations.Station", models.PROTECT, related_name="+")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    via = models.CharField(_("method"), max_length=10, choices=Via)
    carrier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=8, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DECLARED)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(_("declared at"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)
    taken_at = models.DateTimeField(_("received at"), null=True, blank=True, help_text="When the carrier signed.")
    slip_photo = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    handed_transfer = models.OneToOneField(
        "ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    received_minor = models.BigIntegerField(_("received"), null=True, blank=True)
    received_pieces = models.JSONField(default=dict, blank=True, help_text="Pieces by value in minor units.")
    bank_line = models.OneToOneField(
        "finance.BankStatementLine", models.PROTECT, null=True, blank=True, related_name="remittance"
    )

    objects = RemittanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("remittance")
        verbose_name_plural = _("remittances")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="remittance_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(via="carrier", slip_photo=None, bank_line=None)
                | Q(via="bank_slip", direction="to_county", carrier=None, taken_at=None),
                name="remittance_is_carried_or_paid_in",
            ),
            models.CheckConstraint(
                condition=Q(status="declared", handed_transfer=None)
                | Q(status="cancelled", handed_transfer=None)
                | (
                    Q(handed_transfer__isnull=False, given_by__isnull=False, given_at__isnull=False)
                    & (
                        Q(via="carrier", carrier__isnull=False, taken_at__isnull=False)
                        | Q(via="bank_slip", slip_photo__isnull=False)
                    )
                ),
                name="remittance_leaves_with_two_signatures_or_a_slip",
            ),
            TwoPersons(checker="given_by", makers=("carrier",), name="remittance_is_given_and_carried_by_two_people"),
            TwoPersons(
                checker="received_by",
                makers=("given_by",),
                condition=Q(via="carrier"),
                name="remittance_is_given_and_counted_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status="matched", received_minor=F("amount_minor"))
                | Q(status="short", received_minor__lt=F("amount_minor"))
                | Q(status="over", received_minor__gt=F("amount_minor"))
                | Q(status="received", received_minor__isnull=False)
                | Q(status__in=["declared", "in_transit", "lost", "cancelled"], received_minor=None),
                name="remittance_status_agrees_with_what_arrived",
            ),
        ]
        indexes = [
            models.Index(
                fields=["station", "declared_at"],
                condition=Q(status__in=["declared", "in_transit"]),
                name="remittance_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        """What was declared."""
        return Money(self.amount_minor, self.currency)

    @property
    def received(self) -> Money | None:
        """What was counted where it arrived."""
        return None if self.received_minor is None else Money(self.received_minor, self.currency)

    @property
    def leaves(self) -> Any:
        """The station whose drawer it leaves."""
        return self.station if self.direction == self.Direction.TO_COUNTY else self.centre

    @property
    def arrives(self) -> Any:
        """The station where it is counted."""
        return self.centre if self.direction == self.Direction.TO_COUNTY else self.station
