"""A repayment that is taken back: at the counter on its own day, later by two people of finance."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from finance.loans.models.loans import LoanQuerySet
from stations.two_persons import TwoPersons


class ReversalQuerySet(LoanQuerySet):
    station_path = "receipt__loan__station"


class LoanReversal(BaseModel):
    """One receipt that is to be taken back, and why. `penalty_minor` is what the nights since then cost after all.

    On the business date of the receipt the counter does it alone (`at_counter`); later one asks, another decides.
    """

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("reversal", "waits for a second person")
        DONE = "done", pgettext_lazy("reversal", "reversed")
        REFUSED = "refused", pgettext_lazy("reversal", "not reversed")

    STANDING = (Status.ASKED, Status.DONE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(
        "finance.LoanReceipt", models.PROTECT, related_name="reversals", verbose_name=_("loan receipt")
    )
    reason = LineField(_("reason"), max_length=200)
    at_counter = models.BooleanField(_("at the counter"), default=False)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    penalty_minor = models.BigIntegerField(_("penalty"), default=0)

    objects = ReversalQuerySet.as_manager()

    class Meta:
        verbose_name = _("reversed loan receipt")
        verbose_name_plural = _("reversed loan receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(status__in=["asked", "done"]), name="loan_receipt_is_taken_back_once"
            ),
            TwoPersons(
                checker="decided_by", makers=("asked_by",), name="loan_receipt_is_taken_back_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=Q(at_counter=True, status="done", decided_by=None, decided_at__isnull=False)
                | Q(at_counter=False, status="asked", decided_by=None, decided_at=None)
                | Q(
                    at_counter=False,
                    status__in=["done", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="loan_reversal_is_decided_by_two_or_at_the_counter",
            ),
            models.CheckConstraint(
                condition=Q(penalty_minor=0) | Q(penalty_minor__gt=0, status="done"),
                name="loan_reversal_costs_what_the_nights_cost",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(status="asked"), name="loan_reversal_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.status}"
