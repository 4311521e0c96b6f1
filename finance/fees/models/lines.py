"""What was earned, as facts that nobody edits, and what holds them back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from finance.fees.models.plans import CommissionRule, CommissionShare
from stations.scope import StationScopedQuerySet


class LineQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_own_earnings"


class CommissionLine(BaseModel):
    """What one sale earned one payee; immutable. Corrections are new lines with `reverses`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_type = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    rule = models.ForeignKey(CommissionRule, models.PROTECT, null=True, related_name="lines")
    beneficiary = models.CharField(_("beneficiary"), max_length=8, choices=CommissionShare.Beneficiary)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(
        "ledger.Account",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("The account that paid for it."),
    )
    payee = models.UUIDField(null=True, blank=True, help_text=_("The user who earned it; empty for a county."))
    service = models.CharField(_("service"), max_length=60)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="commission_lines")
    base_minor = models.BigIntegerField(_("base"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    taken_at = models.DateTimeField(_("received at"))
    accrued_at = models.DateTimeField(_("earned at"))
    eligible_at = models.DateTimeField(_("yours from"))
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    part = models.CharField(max_length=40, blank=True, default="")
    target = models.CharField(max_length=120, blank=True, default="")
    explanation = models.JSONField(_("explanation"))

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("commission line")
        verbose_name_plural = _("commission lines")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "event_id", "beneficiary", "service"],
                condition=Q(reverses=None, part=""),
                name="event_accrues_once_per_beneficiary_and_service",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="commission_line_does_not_reverse_itself"),
        ]
        indexes = [
            models.Index(
                # Settlement reads nothing else of a line.
                fields=["account", "eligible_at"],
                include=["amount_minor", "reverses"],
                name="commission_line_matures",
            ),
            models.Index(fields=["event_id", "event_type"], name="commission_line_by_event"),
            models.Index(fields=["payee", "-id"], name="commission_line_of_payee"),
            models.Index(fields=["station", "target", "taken_at"], name="commission_line_of_target"),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What was earned, or taken back when negative."""
        return Money(self.amount_minor, self.currency)


class PayableLine(BaseModel):
    """The same for amounts that an app above computed: a supplier's part, a farmer's statement. Immutable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_type = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(
        "ledger.Account",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("The account that paid for it."),
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    accrued_at = models.DateTimeField(_("earned at"))
    eligible_at = models.DateTimeField(_("due from"))
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    unfunded = models.BooleanField(_("unfunded"), default=False)
    explanation = models.JSONField(_("explanation"))

    class Meta:
        verbose_name = _("payable line")
        verbose_name_plural = _("payable lines")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "event_id", "account"],
                condition=Q(reverses=None),
                name="event_is_payable_once_per_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "eligible_at"], include=["amount_minor", "reverses"], name="payable_line_matures"
            ),
            models.Index(fields=["event_id", "event_type"], name="payable_line_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.amount_minor}"


class LineHold(BaseModel):
    """A line that waits for a reason. One open hold per line; the line itself is never updated."""

    commission_line = models.ForeignKey(CommissionLine, models.PROTECT, null=True, blank=True, related_name="holds")
    payable_line = models.ForeignKey(PayableLine, models.PROTECT, null=True, blank=True, related_name="holds")
    reason = LineField(_("reason"), max_length=200)
    held_at = models.DateTimeField(_("held at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold on a line")
        verbose_name_plural = _("holds on lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(commission_line=None, payable_line__isnull=False)
                | Q(commission_line__isnull=False, payable_line=None),
                name="line_hold_names_one_line",
            ),
            models.UniqueConstraint(
                fields=["commission_line"], condition=Q(released_at=None), name="commission_line_has_one_open_hold"
            ),
            models.UniqueConstraint(
                fields=["payable_line"], condition=Q(released_at=None), name="payable_line_has_one_open_hold"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(released_at__gte=F("held_at")),
                name="line_hold_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["released_at"], name="line_hold_by_release")]

    def __str__(self) -> str:
        return self.reason
