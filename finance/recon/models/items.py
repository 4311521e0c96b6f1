"""What does not agree, and how much of it is open."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons

CLOSED = ("matched", "resolved", "written_off")


class ReconItemQuerySet(StationScopedQuerySet):
    """What concerns a payment is also of its county; all else is of the network."""

    station_path = "payment__station"
    read_verb = "finance.read_recon_item"

    def still_open(self) -> Self:
        """Those that nobody and nothing has explained."""
        return self.filter(status__in=ReconItem.OPEN)


class ReconItem(BaseModel):
    """Something that two sides see differently, until it has been explained.

    `amount_diff_minor` is what they say less what we say. `detail` holds codes, dates and counts, never a name.
    """

    class Kind(models.TextChoices):
        MISSING_INTERNAL = "missing_internal", _("only they have it")
        MISSING_PROVIDER = "missing_provider", _("only we have it")
        AMOUNT = "amount", _("amount differs")
        STATUS = "status", _("status differs")
        DUPLICATE = "duplicate", _("duplicate")
        FEE = "fee", _("fee differs")
        FILE = "file", _("file missing")
        LATE = "late", _("in an adjacent day")
        CURRENCY = "currency", _("currency differs")
        RULE = "rule", _("no commission rule fits")

    class Status(models.TextChoices):
        UNMATCHED = "unmatched", _("unmatched")
        MATCHED = "matched", _("explained automatically")
        EXCEPTION = "exception", _("needs attention")
        ASSIGNED = "assigned", _("in progress")
        RESOLVED = "resolved", _("resolved")
        WRITTEN_OFF = "written_off", _("written off")

    class Side(models.TextChoices):
        OURS = "ours", _("our books")
        PROVIDER = "provider", _("the company")
        BANK = "bank", _("the bank")
        LEDGER = "ledger", _("the ledger")

    OPEN = (Status.UNMATCHED, Status.EXCEPTION, Status.ASSIGNED)

    kind = models.CharField(_("kind"), max_length=18, choices=Kind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UNMATCHED)
    sides = ArrayField(
        models.CharField(max_length=8, choices=Side), verbose_name=_("sides"), default=list, blank=True, size=3
    )
    provider = models.ForeignKey("core.Provider", models.PROTECT, null=True, blank=True, related_name="+")
    payment = models.ForeignKey("finance.Payment", models.PROTECT, null=True, blank=True, related_name="recon_items")
    our_ref = models.CharField(max_length=64, blank=True)
    dedupe_key = models.CharField(max_length=160, unique=True)
    subject_date = models.DateField(_("of the day"), null=True, blank=True)
    amount_diff_minor = models.BigIntegerField(_("difference"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    detail = models.JSONField(_("detail"), default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    reason_code = models.CharField(_("reason"), max_length=24, blank=True)
    reason = LineField(_("in words"), max_length=200, blank=True)
    write_off_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReconItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("reconciliation item")
        verbose_name_plural = _("reconciliation items")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CLOSED, closed_at__isnull=False) | (~Q(status__in=CLOSED) & Q(closed_at=None)),
                name="recon_item_has_an_end_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(status="assigned") | Q(owner__isnull=False), name="recon_item_has_an_owner_when_assigned"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["resolved", "written_off"]) | ~Q(reason_code=""),
                name="recon_item_has_a_reason_when_people_closed_it",
            ),
            models.CheckConstraint(
                condition=~Q(status="written_off")
                | Q(write_off_asked_by__isnull=False, closed_by__isnull=False, transfer__isnull=False),
                name="recon_item_written_off_has_its_transfer",
            ),
            TwoPersons(
                checker="closed_by",
                makers=("write_off_asked_by",),
                condition=Q(status="written_off"),
                name="recon_item_is_written_off_by_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "opened_at"], name="recon_item_by_age"),
            models.Index(
                fields=["opened_at", "id"],
                condition=Q(status__in=["unmatched", "exception", "assigned"]),
                name="recon_item_open",
            ),
            models.Index(
                fields=["kind", "opened_at", "id"],
                condition=Q(status__in=["unmatched", "exception", "assigned"]),
                name="recon_item_open_of_kind",
            ),
            models.Index(
                fields=["our_ref"],
                condition=Q(status__in=["unmatched", "exception", "assigned"]),
                name="recon_item_open_of_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.our_ref}"

    @property
    def is_open(self) -> bool:
        """Whether somebody or something still has to explain it."""
        return self.status in self.OPEN

    @property
    def difference(self) -> Money:
        """What they say less what we say."""
        return Money(self.amount_diff_minor, self.currency)


class ReconTally(BaseModel):
    """How many items of a kind were opened in an hour and are open still, as changes to be added up.

    Written by triggers alone (migration 0004), so that a page never counts ten million rows; `recon.add_up_tallies`
    makes few rows of many. Unexplained bank lines count under the kind `bank_line`.
    """

    kind = models.CharField(max_length=18)
    opened_hour = models.DateTimeField()
    change = models.BigIntegerField()

    class Meta:
        verbose_name = _("count of open items")
        verbose_name_plural = _("counts of open items")

    def __str__(self) -> str:
        return f"{self.kind} {self.opened_hour} {self.change}"
