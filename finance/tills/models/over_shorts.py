"""Cash that is too much or too little: a question with an owner, clocks and two people, never a silent deduction."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import WordsField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons

#: A charge waits so long after the notice.
NOTICE = dt.timedelta(days=7)


class OverShortQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_over_short"

    def unsettled(self) -> Self:
        """Those that somebody still has to answer or decide."""
        return self.exclude(status__in=OverShort.SETTLED)


class OverShort(BaseModel):
    """What a count found beside the books: `amount` is counted less expected, so a shortage is below nothing.

    `holder` had the drawer; without one the difference is the station's and charged to nobody.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("not explained yet")
        EXPLAINED = "explained", _("explained")
        CHARGE_PROPOSED = "charge_proposed", _("charge proposed")
        CHARGED = "charged", _("charged")
        DISPUTED = "disputed", _("disputed")
        ABSORBED = "absorbed", _("absorbed by the company")
        RETURNED = "returned", _("returned to its owner")
        CLEARED = "cleared", _("explained by cash that arrived later")

    class Found(models.TextChoices):
        OPENING = "opening", _("when the day was opened")
        HAND_OVER = "hand_over", _("when the till was handed over")
        CLOSING = "closing", _("when the day was closed")
        REMITTANCE = "remittance", _("when delivered cash was counted")
        LATE = "late", _("when a device sent late cash")

    class Asked(models.TextChoices):
        ABSORB = "absorb", _("let the company absorb it")
        RETURN = "return", _("return it to its owner")

    SETTLED = ("absorbed", "returned", "cleared", "charged")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="over_shorts")
    found = models.CharField(_("found"), max_length=12, choices=Found)
    cash_day = models.ForeignKey("finance.CashDay", models.PROTECT, null=True, blank=True, related_name="over_shorts")
    remittance = models.ForeignKey(
        "finance.Remittance", models.PROTECT, null=True, blank=True, related_name="over_shorts"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="over_shorts"
    )
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    late_minor = models.BigIntegerField(
        _("of which recovered"), default=0, help_text="Cash of a device that had not reached us when it was counted."
    )
    currency = models.CharField(_("currency"), max_length=3)
    found_at = models.DateTimeField(_("found at"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.OPEN)
    explanation = WordsField(_("explanation"), blank=True)
    explained_at = models.DateTimeField(_("explained at"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(_("charge proposed at"), null=True, blank=True)
    notice_at = models.DateTimeField(_("informed at"), null=True, blank=True)
    charged_at = models.DateTimeField(_("charged at"), null=True, blank=True)
    dispute_text = WordsField(_("dispute"), blank=True)
    disputed_at = models.DateTimeField(_("disputed at"), null=True, blank=True)
    asked_for = models.CharField(_("requested"), max_length=8, choices=Asked, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("requested at"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = WordsField(_("decision"), blank=True)
    owner_payment = models.ForeignKey(
        "finance.Payment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The payment whose payer the money belongs to.",
    )
    refund = models.OneToOneField("finance.Refund", models.PROTECT, null=True, blank=True, related_name="over_short")
    files = models.ManyToManyField("core.StoredFile", blank=True, related_name="+")

    objects = OverShortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash difference")
        verbose_name_plural = _("cash differences")
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="over_short_is_a_difference"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, late_minor__gte=0, late_minor__lte=F("amount_minor"))
                | Q(amount_minor__lt=0, late_minor=0),
                name="over_short_finds_again_at_most_what_was_too_much",
            ),
            models.CheckConstraint(
                condition=Q(found__in=["opening", "hand_over", "closing"], cash_day__isnull=False)
                | Q(found="remittance", remittance__isnull=False)
                | Q(found="late", cash_day__isnull=False),
                name="over_short_says_where_it_was_found",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["charge_proposed", "charged"])
                | Q(
                    amount_minor__lt=0,
                    holder__isnull=False,
                    proposed_by__isnull=False,
                    proposed_at__isnull=False,
                    notice_at__isnull=False,
                ),
                name="over_short_is_charged_to_who_held_the_till_and_was_told",
            ),
            models.CheckConstraint(
                condition=(Q(status="charged", charged_at__gte=F("notice_at") + NOTICE) & ~Q(decided_by=None))
                | (~Q(status="charged") & Q(charged_at=None)),
                name="over_short_is_charged_seven_days_after_the_notice",
            ),
            TwoPersons(
                checker="decided_by",
                makers=("proposed_by", "holder"),
                condition=Q(status="charged"),
                name="over_short_is_proposed_and_charged_by_two_people",
            ),
            TwoPersons(checker="proposed_by", makers=("holder",), name="nobody_proposes_a_charge_of_his_own"),
            models.CheckConstraint(
                condition=Q(asked_for="", asked_by=None, asked_at=None)
                | (~Q(asked_for="") & Q(asked_by__isnull=False, asked_at__isnull=False)),
                name="over_short_is_asked_for_by_somebody",
            ),
            TwoPersons(
                checker="decided_by", makers=("asked_by",), name="over_short_is_asked_and_decided_by_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["absorbed", "returned"])
                | Q(
                    status="absorbed", asked_for="return", decided_by=None
                )  # its owner has come; one of two has said so
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & (Q(asked_by__isnull=False) | Q(disputed_at__isnull=False))
                ),
                name="over_short_is_let_go_by_two_people_or_after_a_dispute",
            ),
            models.CheckConstraint(
                condition=~Q(status="disputed") | (~Q(dispute_text="") & Q(disputed_at__isnull=False)),
                name="over_short_is_disputed_in_words",
            ),
            models.CheckConstraint(
                condition=Q(status="returned", refund__isnull=False, amount_minor__gt=0)
                | (~Q(status="returned") & Q(refund=None)),
                name="over_short_has_a_refund_exactly_when_returned",
            ),
            models.CheckConstraint(
                condition=~Q(status="cleared") | Q(late_minor=F("amount_minor")),
                name="over_short_is_cleared_once_all_was_found_again",
            ),
        ]
        indexes = [
            models.Index(
                fields=["station", "found_at"],
                condition=~Q(status__in=["absorbed", "returned", "cleared", "charged"]),
                name="over_short_unsettled",
            ),
            models.Index(fields=["holder"], name="over_short_of_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.amount}"

    @property
    def amount(self) -> Money:
        """Counted less expected: a shortage is below nothing."""
        return Money(self.amount_minor, self.currency)

    @property
    def left(self) -> Money:
        """What of it nobody has found again."""
        return Money(self.amount_minor - self.late_minor, self.currency)

    @property
    def found_again(self) -> Money:
        """What of it a device had kept."""
        return Money(self.late_minor, self.currency)

    @property
    def is_short(self) -> bool:
        """Whether cash was missing."""
        return self.amount_minor < 0


class OverShortMove(BaseModel):
    """One posting on an account of differences: of a difference, or of a loss. `amount` is what it added there."""

    class Kind(models.TextChoices):
        FOUND = "found", _("found")
        LATE = "late", _("recovered")
        CHARGED = "charged", _("charged")
        CHARGE_REVERSED = "charge_reversed", _("charge reversed")
        ABSORBED = "absorbed", _("absorbed by the company")
        RETURNED = "returned", _("refunded")
        INSURED = "insured", _("paid by the insurer")

    over_short = models.ForeignKey(OverShort, models.PROTECT, null=True, blank=True, related_name="moves")
    loss_case = models.ForeignKey("finance.LossCase", models.PROTECT, null=True, blank=True, related_name="moves")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")
    over_short_account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", help_text="The other account.")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("posting of a difference")
        verbose_name_plural = _("postings of differences")
        constraints = [
            models.CheckConstraint(
                condition=Q(over_short__isnull=False, loss_case=None) | Q(over_short=None, loss_case__isnull=False),
                name="over_short_move_is_of_a_difference_or_a_loss",
            ),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="over_short_move_is_of_an_amount"),
        ]
        indexes = [
            models.Index(
                fields=["account", "posted_at"],
                condition=Q(kind__in=["charged", "charge_reversed"]),
                name="over_short_charge_of_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
