"""The rules of a station's money, how its float is filled and lent, and how much of it will be needed."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from core.web.ranges import DateSpan, holds_on
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class StationMoneyQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_float"

    def on(self, date: dt.date) -> Self:
        """The row that holds on this date."""
        return self.filter(holds_on(date))


class StationMoney(BaseModel):
    """How a station pays providers: prepaid from the partner's float, or postpaid with company cash in the till."""

    class Mode(models.TextChoices):
        PREPAID = "prepaid", _("prepaid")
        POSTPAID = "postpaid", _("postpaid")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="money_rules")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    mode = models.CharField(_("mode"), max_length=8, choices=Mode)
    ceiling_minor = models.BigIntegerField(_("till ceiling"))
    warn_bp = models.PositiveSmallIntegerField(_("warning, basis points of the ceiling"), default=8_000)
    float_min_minor = models.BigIntegerField(_("minimum float"))
    float_max_minor = models.BigIntegerField(_("maximum float"))
    cash_min_minor = models.BigIntegerField(_("minimum cash"))
    cash_max_minor = models.BigIntegerField(_("maximum cash"))
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
        REQUESTED = "requested", _("requested")
        FUNDS_SEEN = "funds_seen", _("money has arrived")
        CREDITED = "credited", _("added to the float")
        REJECTED = "rejected", _("rejected")
        UNDONE = "undone", _("undone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="topups")
    via = models.CharField(_("method"), max_length=8, choices=Via)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=8, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topups_requested")
    requested_at = models.DateTimeField(_("requested at"))
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
            TwoPersons(
                checker="credited_by",
                makers=("matched_by", "requested_by"),
                name="topup_is_credited_by_who_neither_asked_nor_matched",
            ),
            models.CheckConstraint(
                condition=Q(status="credited", transfer__isnull=False)
                | Q(status="undone")
                | (~Q(status__in=["credited", "undone"]) & Q(transfer=None)),
                name="topup_has_transfer_exactly_when_credited",
            ),
            models.CheckConstraint(
                condition=~Q(status="funds_seen") | Q(bank_line__isnull=False), name="topup_seen_has_a_bank_line"
            ),
            models.CheckConstraint(
                condition=~Q(status="undone") | Q(bank_line=None), name="topup_undone_leaves_its_bank_line_free"
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


class TopUpCash(BaseModel):
    """Notes that a clerk of the county centre counted for a top-up, and how the partner signs for the sum."""

    class SignedWith(models.TextChoices):
        CODE = "code", _("code")
        PIN = "pin", _("PIN")

    topup = models.OneToOneField(FloatTopUp, models.PROTECT, related_name="cash")
    centre = models.ForeignKey("stations.Station", models.PROTECT, related_name="+")
    counted_minor = models.BigIntegerField(_("counted"))
    currency = models.CharField(_("currency"), max_length=3)
    lines = models.JSONField(_("pieces by value"))
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(_("counted at"))
    code_hash = models.CharField(max_length=128, blank=True)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("code ends at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    signed_with = models.CharField(_("signed with"), max_length=4, choices=SignedWith, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("cash for a top-up")
        verbose_name_plural = _("cash for top-ups")
        constraints = [
            models.CheckConstraint(condition=Q(counted_minor__gt=0), name="topup_cash_is_positive"),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None, signed_with="")
                | (Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_with="")),
                name="topup_cash_is_signed_whole_or_not_at_all",
            ),
            TwoPersons(
                checker="signed_by", makers=("counted_by",), name="topup_cash_is_counted_and_signed_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topup_id} {self.counted}"

    @property
    def counted(self) -> Money:
        """What the notes add up to."""
        return Money(self.counted_minor, self.currency)


class FloatTransferQuerySet(StationScopedQuerySet):
    station_path, also_through = "from_station", ("to_station",)
    read_verb = "finance.read_float_transfer"


class FloatTransfer(BaseModel):
    """Float that one partner lends another: held until the receiver answers, given free after a day."""

    class Status(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        RECALLED = "recalled", _("recalled")
        EXPIRED = "expired", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    from_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="floats_sent")
    to_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="floats_received")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.SENT)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("waits until"))
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    hold_transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")

    objects = FloatTransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("float transfer")
        verbose_name_plural = _("float transfers")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="float_transfer_is_positive"),
            models.CheckConstraint(
                condition=~Q(from_station=F("to_station")), name="float_transfer_is_between_two_stations"
            ),
            TwoPersons(checker="receiver", makers=("sent_by",), name="float_transfer_is_between_two_people"),
            models.CheckConstraint(
                condition=Q(status="sent", answered_at=None, answered_by=None)
                | (~Q(status="sent") & Q(answered_at__isnull=False)),
                name="float_transfer_has_ended_unless_sent",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(answered_by=F("receiver")),
                name="float_transfer_is_accepted_by_its_receiver",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="float_transfer_waits_for_a_time"),
        ]
        indexes = [
            models.Index(fields=["from_station", "-id"], name="float_transfer_sent"),
            models.Index(fields=["to_station", "-id"], name="float_transfer_received"),
        ]

    def __str__(self) -> str:
        return f"{self.from_station_id} → {self.to_station_id} {self.amount}"

    @property
    def amount(self) -> Money:
        """How much is lent."""
        return Money(self.amount_minor, self.currency)


class BankDayQuerySet(models.QuerySet):
    read_verb = "finance.read_bank_day"


class BankDay(BaseModel):
    """A date on which the banks of a country differ from the week: shut on a weekday, or at work on a weekend."""

    country = models.CharField(_("country"), max_length=2)
    date = models.DateField(_("date"))
    is_working = models.BooleanField(_("banks open"))
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)

    objects = BankDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank day")
        verbose_name_plural = _("bank days")
        constraints = [models.UniqueConstraint(fields=["country", "date"], name="bank_day_stands_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.date}"


class FloatDayQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_float"


class FloatDay(BaseModel):
    """One business date of a station's float: what left it for services, and how often it was too small."""

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="float_days")
    date = models.DateField(_("date"))
    is_open = models.BooleanField(_("the station was open"))
    used_minor = models.BigIntegerField(_("used"), default=0)
    refusals = models.PositiveIntegerField(_("refused: float too low"), default=0)

    objects = FloatDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a float")
        verbose_name_plural = _("days of floats")
        constraints = [
            # With what the forecast reads, so that two months of a station are one page of the index.
            models.UniqueConstraint(
                fields=["station", "date"], include=["is_open", "used_minor"], name="float_day_stands_once"
            ),
            models.CheckConstraint(condition=Q(used_minor__gte=0), name="float_day_use_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.date}"


class FloatForecastQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_float"


class FloatForecast(BaseModel):
    """What a station's float will have to cover from tomorrow to the next bank day, as known on `date`.

    `basis` says for each day how its figure came about: `usual` (80th percentile of the same weekdays), `mean` (of the
    last open days), `least` (nothing known), `closed`; amounts in minor units.
    """

    class Level(models.TextChoices):
        OK = "ok", _("enough")
        LOW = "low", _("low")
        CRITICAL = "critical", _("very low")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="float_forecasts")
    date = models.DateField(_("date"))
    currency = models.CharField(_("currency"), max_length=3)
    need_minor = models.BigIntegerField(_("need"))
    available_minor = models.BigIntegerField(_("can be used"))
    until_date = models.DateField(_("next bank day"))
    days_of_cover = models.DecimalField(_("days of cover"), max_digits=12, decimal_places=1, null=True, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    suggested_minor = models.BigIntegerField(_("suggested top-up"))
    basis = models.JSONField(_("how it was calculated"))
    made_at = models.DateTimeField(_("made at"))

    objects = FloatForecastQuerySet.as_manager()

    class Meta:
        verbose_name = _("float forecast")
        verbose_name_plural = _("float forecasts")
        constraints = [
            models.UniqueConstraint(fields=["station", "date"], name="float_forecast_stands_once"),
            models.CheckConstraint(
                condition=Q(need_minor__gte=0, suggested_minor__gte=0), name="float_forecast_is_not_negative"
            ),
            models.CheckConstraint(condition=Q(until_date__gt=F("date")), name="float_forecast_looks_ahead"),
            models.CheckConstraint(
                condition=Q(days_of_cover=None) | Q(need_minor__gt=0), name="float_covers_days_only_of_a_need"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.date} {self.level}"

    @property
    def days(self) -> int:
        """How many days lie ahead until a bank works, that one included."""
        return (self.until_date - self.date).days

    @property
    def need(self) -> Money:
        """What the days ahead will take."""
        return Money(self.need_minor, self.currency)

    @property
    def available(self) -> Money:
        """What could be used when the forecast was made."""
        return Money(self.available_minor, self.currency)

    @property
    def suggested(self) -> Money:
        """How much to fill up."""
        return Money(self.suggested_minor, self.currency)
