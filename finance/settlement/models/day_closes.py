"""What matured on which day.

No line of commission or payable is ever marked: what has matured is a sum per account and day, and which lines stand
behind a statement follows from its two instants.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from stations.scope import DivisionScopedQuerySet
from stations.two_persons import TwoPersons


class DayCloseQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = "finance.read_book_day"

    def unclosed(self) -> Self:
        """Those that are not settled to the end."""
        return self.exclude(status=DayClose.Status.CLOSED)


class DayClose(BaseModel):
    """One business date of one county, settled in the night after it.

    It takes what matured in `(from_at, to_at]`; the first of a county has no beginning. `listed` says what was still
    open when it was settled and stops nothing; `stopped_by` names the findings of a held one.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("close", "open")
        CLOSING = "closing", _("being settled")
        HELD = "held", pgettext_lazy("day", "on hold")
        CLOSED = "closed", _("closed")

    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)
    business_date = models.DateField(_("business date"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    from_at = models.DateTimeField(_("from"), null=True, blank=True)
    to_at = models.DateTimeField(_("to"))
    listed = models.JSONField(_("listed"), default=dict, blank=True)
    stopped_by = models.JSONField(_("blocked by"), default=list, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("requested at"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DayCloseQuerySet.as_manager()

    class Meta:
        verbose_name = _("day close")
        verbose_name_plural = _("day closes")
        constraints = [
            models.UniqueConstraint(fields=["county", "business_date"], name="county_closes_a_day_once"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at=None, closed_by=None)),
                name="day_close_has_its_instant_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None, asked_at=None, reason="", closed_by=None)
                | (Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(reason="")),
                name="day_is_closed_by_people_only_with_a_reason",
            ),
            TwoPersons(checker="closed_by", makers=("asked_by",), name="day_is_closed_by_another_person"),
            models.CheckConstraint(
                condition=Q(from_at=None) | Q(to_at__gt=F("from_at")), name="day_close_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["business_date", "status"], name="day_close_by_date"),
            models.Index(fields=["county"], condition=~Q(status="closed"), name="day_close_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} {self.business_date}"


class SettleChunk(models.Model):
    """Up to 2,000 accounts of one county, ids `from_payee` to `to_payee`, both included: settled in one transaction."""

    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)
    business_date = models.DateField(_("business date"))
    from_payee = models.BigIntegerField(_("from account"))
    to_payee = models.BigIntegerField(_("to account"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("chunk of a settlement")
        verbose_name_plural = _("chunks of settlements")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "business_date", "from_payee"], name="settlement_chunk_is_done_once"
            ),
            models.CheckConstraint(condition=Q(to_payee__gte=F("from_payee")), name="settlement_chunk_is_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} {self.business_date} {self.from_payee}"


class PayeeDay(models.Model):
    """What matured for one account on one business date, minor units; `reversed_minor` is of lines that take back.

    Append-only, written once by the settlement of that day.
    """

    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", db_index=False)
    business_date = models.DateField(_("business date"))
    matured_minor = models.BigIntegerField(_("matured"))
    reversed_minor = models.BigIntegerField(_("reversed"))

    class Meta:
        verbose_name = _("payee's day")
        verbose_name_plural = _("payees' days")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "business_date"],
                include=["matured_minor", "reversed_minor"],
                name="account_matures_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.business_date}"
