"""The rules of a station's money, and how its float is filled."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from core.spans import DateSpan
from stations.scope import StationScopedQuerySet


class StationMoneyQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_float"

    def on(self, date):
        """The row that holds on this date."""
        return self.filter(Q(to_date__gt=date) | Q(to_date=None), from_date__lte=date)


class StationMoney(BaseModel):
    """How a station pays providers: prepaid from the partner's float, or postpaid with company cash in the till."""

    class Mode(models.TextChoices):
        PREPAID = "prepaid", _("prepaid")
        POSTPAID = "postpaid", _("postpaid")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="money_rules")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    mode = models.CharField(_("mode"), max_length=8, choices=Mode)
    ceiling_minor = models.BigIntegerField(_("ceiling of the till"), default=5_000_00)
    warn_bp = models.PositiveSmallIntegerField(_("warning, basis points of the ceiling"), default=8_000)
    float_min_minor = models.BigIntegerField(_("least float"), default=500_00)
    float_max_minor = models.BigIntegerField(_("most float"), default=20_000_00)
    cash_min_minor = models.BigIntegerField(_("least cash"), default=200_00)
    cash_max_minor = models.BigIntegerField(_("most cash"), default=10_000_00)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = StationMoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("money rules of a station")
        verbose_name_plural = _("money rules of stations")
        constraints = [
            ExclusionConstraint(
                name="station_has_one_money_rule_at_any_date",
                expressions=[
                    (F("station"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(ceiling_minor__gt=0), name="till_ceiling_is_positive"),
            models.CheckConstraint(condition=Q(warn_bp__lte=10_000), name="till_warning_is_a_part_of_the_ceiling"),
            models.CheckConstraint(
                condition=Q(float_min_minor__gte=0, float_max_minor__gte=F("float_min_minor")),
                name="float_limits_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(cash_min_minor__gte=0, cash_max_minor__gte=F("cash_min_minor")),
                name="cash_limits_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.mode}"


class FloatTopUpQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_topup"


class FloatTopUp(BaseModel):
    """Money that a partner puts into the float: asked for, seen on the bank line, credited by another person."""

    class Via(models.TextChoices):
        BANK = "bank", _("bank transfer")
        CASH = "cash", _("cash at the county centre")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("asked for")
        FUNDS_SEEN = "funds_seen", _("money has arrived")
        CREDITED = "credited", _("added to the float")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="topups")
    via = models.CharField(_("by"), max_length=8, choices=Via)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=8, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topups_requested")
    requested_at = models.DateTimeField(_("asked at"))
    bank_line = models.OneToOneField(
        "finance.BankStatementLine", models.PROTECT, null=True, blank=True, related_name="topup"
    )
    matched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    credited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = FloatTopUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("float top-up")
        verbose_name_plural = _("float top-ups")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="topup_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(matched_by=None) | Q(credited_by=None) | ~Q(matched_by=F("credited_by")),
                name="topup_is_matched_and_credited_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(credited_by=None) | ~Q(credited_by=F("requested_by")),
                name="topup_is_not_credited_by_who_asked",
            ),
            models.CheckConstraint(
                condition=Q(status="credited", transfer__isnull=False) | (~Q(status="credited") & Q(transfer=None)),
                name="topup_has_transfer_exactly_when_credited",
            ),
            models.CheckConstraint(
                condition=~Q(status="funds_seen") | Q(bank_line__isnull=False), name="topup_seen_has_a_bank_line"
            ),
        ]
        indexes = [
            models.Index(
                fields=["station", "-requested_at"],
                condition=Q(status__in=["requested", "funds_seen"]),
                name="topup_open",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        """What the partner says he paid in."""
        return Money(self.amount_minor, self.currency)
