"""What somebody says went wrong with a payment, or with an entry on their account."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class ComplaintQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_complaint"

    def open(self) -> Self:
        """Those that still wait for somebody."""
        return self.filter(status__in=Complaint.OPEN)


class Complaint(BaseModel):
    """One complaint about a payment, or one dispute of an entry; it is open until somebody says how it ended."""

    class Kind(models.TextChoices):
        MONEY_TAKEN_NOT_SERVED = "money_taken_not_served", _("paid, but nothing received")
        WRONG_AMOUNT = "wrong_amount", _("wrong amount")
        OVERCHARGED = "overcharged", _("charged more than on the slip")
        DUPLICATE = "duplicate", _("paid twice")
        RECEIPT = "receipt", _("slip missing or wrong")
        OTHER = "other", _("something else")

    class Channel(models.TextChoices):
        COUNTER = "counter", _("at the counter")
        SMS = "sms", _("by message")

    class Status(models.TextChoices):
        LOGGED = "logged", _("recorded")
        ASSIGNED = "assigned", _("in progress")
        PENDING_WITH_PROVIDER = "pending_with_provider", _("the company is being asked")
        ESCALATED = "escalated", _("overdue")
        RESOLVED = "resolved", _("answered")
        CLOSED = "closed", pgettext_lazy("complaint", "closed")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("upheld")
        NOT_UPHELD = "not_upheld", _("nothing was wrong")

    OPEN = (Status.LOGGED, Status.ASSIGNED, Status.PENDING_WITH_PROVIDER, Status.ESCALATED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    payment = models.ForeignKey(
        "finance.Payment", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("payment")
    )
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(
        _("disputed amount"), default=0, help_text=_("What the entry deducted from the account; 0 for a payment.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="complaints")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    text = LineField(_("in words"), max_length=500, blank=True)
    channel = models.CharField(_("source"), max_length=8, choices=Channel, default=Channel.COUNTER)
    status = models.CharField(_("status"), max_length=24, choices=Status, default=Status.LOGGED)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    logged_at = models.DateTimeField(_("recorded at"))
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assign_due_at = models.DateTimeField(_("to be assigned by"))
    provider_due_at = models.DateTimeField(_("the company answers by"), null=True, blank=True)
    due_at = models.DateTimeField(_("answer due by"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    answer = LineField(_("answer"), max_length=500, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    times_reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, entry=None, amount_minor=0)
                | Q(payment=None, entry__isnull=False, amount_minor__gt=0),
                name="complaint_is_about_a_payment_or_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["resolved", "closed"],
                    outcome__in=["upheld", "not_upheld"],
                    resolved_at__isnull=False,
                    resolved_by__isnull=False,
                )
                | (~Q(status__in=["resolved", "closed"]) & Q(outcome="", resolved_at=None, resolved_by=None)),
                name="complaint_has_outcome_exactly_when_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["assigned", "pending_with_provider"]) | Q(assignee__isnull=False),
                name="complaint_being_worked_on_has_its_worker",
            ),
            models.CheckConstraint(
                condition=Q(status="pending_with_provider", provider_due_at__isnull=False)
                | ~Q(status="pending_with_provider"),
                name="complaint_has_the_company_clock_while_it_is_asked",
            ),
            TwoPersons(
                checker="resolved_by",
                makers=("logged_by",),
                condition=Q(entry__isnull=False),
                name="dispute_is_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(channel="sms", logged_by=None) | Q(channel="counter", logged_by__isnull=False),
                name="complaint_at_the_counter_names_who_wrote_it_down",
            ),
            models.UniqueConstraint(
                fields=["payment", "kind"],
                condition=Q(status__in=["logged", "assigned", "pending_with_provider", "escalated"]),
                name="payment_has_one_open_complaint_of_a_kind",
            ),
            models.UniqueConstraint(fields=["entry"], name="entry_is_disputed_once"),
        ]
        indexes = [
            models.Index(fields=["station", "-id"], name="complaint_of_station"),
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=["logged", "assigned", "pending_with_provider", "escalated"]),
                name="complaint_open_by_clock",
            ),
            models.Index(fields=["resolved_at"], condition=Q(status="resolved"), name="complaint_to_be_closed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What the disputed entry took."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.status in self.OPEN

    @property
    def next_due_at(self) -> dt.datetime:
        """The clock that runs out first."""
        if self.status == self.Status.LOGGED:
            return min(self.assign_due_at, self.due_at)
        if self.status == self.Status.PENDING_WITH_PROVIDER:
            return min(self.provider_due_at or self.due_at, self.due_at)
        return self.due_at
