"""When a resource is available: week by week, and on which days it is otherwise."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import ExtractHour, ExtractMinute
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from core.web.ranges import DateSpan, InstantSpan
from scheduling.calendars.models.offerings import Offering
from scheduling.calendars.models.resources import Resource
from scheduling.calendars.models.sessions import LARGEST_CAPACITY, PartOfDay

SUNDAY = 7
MOST_WEEKS = 8


class MinutesOfDay(Func):
    """From one local time to another, as minutes of the day."""

    function = "NUMRANGE"
    output_field = DecimalRangeField()


def _minute(field: str) -> models.expressions.CombinedExpression:
    return ExtractHour(field) * 60 + ExtractMinute(field)


class HolidayCalendar(BaseModel):
    """The holidays of a country or region, and the weekends that it makes workdays."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = LineField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday calendar")
        verbose_name_plural = _("holiday calendars")

    def __str__(self) -> str:
        return self.code


class Holiday(BaseModel):
    """A date that differs from its weekday: a holiday, or a workday in place of `follows_weekday`."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("holiday")
        MAKEUP_WORKDAY = "makeup_workday", _("make-up workday")

    calendar = models.ForeignKey(HolidayCalendar, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    name = LineField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    follows_weekday = models.PositiveSmallIntegerField(_("follows the weekday"), null=True, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="holiday_stands_once_in_a_calendar"),
            models.CheckConstraint(
                condition=Q(kind="holiday", follows_weekday=None)
                | Q(kind="makeup_workday", follows_weekday__gte=1, follows_weekday__lte=SUNDAY),
                name="makeup_workday_follows_a_weekday",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class AvailabilityRule(BaseModel):
    """Every so many weeks on a weekday (ISO, 1 is Monday) between two local times, from a date until before another.

    `slot_minutes` cuts a session into slots; empty means one slot of `capacity` places for all of it.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="rules")
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="rules")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("until"))
    from_date = models.DateField(_("valid from"))
    to_date = models.DateField(_("valid until before"), null=True, blank=True)
    every_n_weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1)
    anchor_date = models.DateField(_("counted from the week of"))
    part_of_day = models.CharField(_("part of day"), max_length=9, choices=PartOfDay)
    slot_minutes = models.PositiveSmallIntegerField(_("minutes of a slot"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places of a slot"), default=1)
    needs = models.ManyToManyField(Resource, blank=True, related_name="needed_by_rules", verbose_name=_("also needs"))

    class Meta:
        verbose_name = _("weekly availability")
        verbose_name_plural = _("weekly availabilities")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=SUNDAY), name="rule_has_an_iso_weekday"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="rule_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=LARGEST_CAPACITY), name="rule_has_1_to_1000_places"
            ),
            models.CheckConstraint(
                condition=Q(every_n_weeks__gte=1, every_n_weeks__lte=MOST_WEEKS), name="rule_repeats_within_8_weeks"
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes=None) | Q(slot_minutes__gte=1), name="rule_has_slots_of_at_least_a_minute"
            ),
            # An empty period is a rule that was replaced before it began.
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="rule_ends_no_earlier_than_it_begins"
            ),
            ExclusionConstraint(
                name="weekly_rules_of_a_resource_never_overlap",
                expressions=[
                    (F("resource"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (MinutesOfDay(_minute("opens_at"), _minute("closes_at")), RangeOperators.OVERLAPS),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(every_n_weeks=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"


class AvailabilityException(BaseModel):
    """A period in which a resource is away or closed, or works although it is a holiday (`extra`)."""

    class Kind(models.TextChoices):
        EXTRA = "extra", _("works although it is a holiday")
        CLOSED = "closed", pgettext_lazy("availability", "closed")
        LEAVE = "leave", pgettext_lazy("availability", "away")

    #: Kinds that take places from sale.
    AWAY = (Kind.CLOSED, Kind.LEAVE)

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="exceptions")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    reason_code = models.CharField(_("reason"), max_length=40)
    note = LineField(_("note for staff"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by; empty: the system of the provider"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception of availability")
        verbose_name_plural = _("exceptions of availability")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="exception_ends_after_it_starts"),
            ExclusionConstraint(
                name="exceptions_of_a_kind_never_overlap",
                expressions=[
                    (F("resource"), RangeOperators.EQUAL),
                    (F("kind"), RangeOperators.EQUAL),
                    (InstantSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d}"
