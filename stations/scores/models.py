"""What happened at stations, day by day, and what it adds up to."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from stations.scope import StationScopedQuerySet


class StationFact(BaseModel):
    """One thing that happened at a station, told by an event of another app. Append-only; once per event and kind."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("service")
        MONEY_SERVICE = "money_service", _("service with money")
        FLOAT_OUT = "float_out", _("turned away: float too low")
        PARCEL_OFFERED = "parcel_offered", _("parcel offered")
        PARCEL_REFUSED = "parcel_refused", _("parcel refused")
        COMPLAINT = "complaint", _("complaint upheld")
        INCOME = "income", _("income")

    event_id = models.BigIntegerField()
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="facts", db_index=False)
    local_date = models.DateField(_("day"))
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        verbose_name = _("fact of a station")
        verbose_name_plural = _("facts of stations")
        constraints = [models.UniqueConstraint(fields=["event_id", "kind"], name="station_fact_stands_once_per_event")]
        indexes = [models.Index(fields=["station", "local_date"], name="station_facts_of_day")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.local_date} {self.kind}"


class StationDayQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_score"


class StationDay(BaseModel):
    """One day of a station in figures: minutes it should be open and was seen, and what it did."""

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="days")
    date = models.DateField(_("day"))
    open_minutes = models.PositiveIntegerField(_("minutes published"), default=0)
    seen_minutes = models.PositiveIntegerField(_("minutes seen"), default=0)
    services = models.PositiveIntegerField(_("services"), default=0)
    money_services = models.PositiveIntegerField(_("services with money"), default=0)
    float_outs = models.PositiveIntegerField(_("turned away: float too low"), default=0)
    offered_parcels = models.PositiveIntegerField(_("parcels offered"), default=0)
    refused_parcels = models.PositiveIntegerField(_("parcels refused"), default=0)
    upheld_complaints = models.PositiveIntegerField(_("complaints upheld"), default=0)
    income_minor = models.BigIntegerField(_("income"), default=0)

    objects = StationDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a station")
        verbose_name_plural = _("days of stations")
        constraints = [
            models.UniqueConstraint(fields=["station", "date"], name="station_day_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.date}"


class KpiScoreQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_score"


class KpiScore(BaseModel):
    """The score of a calendar month, with the numbers that it was made of, so that it explains itself for ever."""

    class Grade(models.TextChoices):
        GOOD = "good", _("good")
        WATCH = "watch", _("watch")
        SUPPORT = "support", _("support")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="scores")
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    parts = models.JSONField(_("parts"), help_text=_("Letter -> numerator, denominator, and value as a decimal."))
    exact = models.DecimalField(_("before rounding"), max_digits=9, decimal_places=6)
    score = models.PositiveSmallIntegerField(_("score"))
    grade = models.CharField(_("grade"), max_length=8, choices=Grade)
    formula_version = models.PositiveSmallIntegerField(_("version of the formula"), default=1)

    objects = KpiScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of a station")
        verbose_name_plural = _("scores of stations")
        constraints = [
            models.UniqueConstraint(fields=["station", "month"], name="station_has_one_score_a_month"),
            models.CheckConstraint(condition=Q(score__lte=100), name="score_is_of_a_hundred"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.month} {self.score}"


class EarlyWarningQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_score"

    def standing(self) -> Self:
        """Those that nobody has dealt with yet."""
        return self.filter(closed_at=None)


class EarlyWarning(BaseModel):
    """A sign that a station needs help; it opens a visit, and ends when the visit is done."""

    class Kind(models.TextChoices):
        INCOME_FALLING = "income_falling", pgettext_lazy("warning", "Income is falling")
        INACTIVE = "inactive", pgettext_lazy("warning", "Few days with a service")
        FLOAT_OUT = "float_out", pgettext_lazy("warning", "Float keeps running out")
        SILENT = "silent", pgettext_lazy("warning", "No contact")
        COMPLAINTS = "complaints", pgettext_lazy("warning", "Upheld complaints")
        REFUSALS = "refusals", pgettext_lazy("warning", "Many parcels refused")
        FRAUD = "fraud", pgettext_lazy("warning", "A false declaration was found")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="warnings")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    opened_at = models.DateTimeField(_("opened at"))
    figures = models.JSONField(_("figures"), default=dict, help_text=_("What was counted, and against what."))
    visit = models.OneToOneField("stations.SupportVisit", models.PROTECT, related_name="warning")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = EarlyWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind"], condition=Q(closed_at=None), name="station_has_one_open_warning_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind}"
