"""Stations: where they stand, when they open, what they do, and when they were last heard of."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import LineField
from core.language.formatting import name_of
from core.web.ranges import DateSpan, InstantSpan
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet
from stations.two_persons import TwoPersons


class SecondOfDay(Func):
    """A local time as seconds since midnight, for constraints."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::integer"
    output_field = models.IntegerField()


class ClockSpan(Func):
    """`[opens, closes)` of one day, in seconds, for constraints."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


class StationQuerySet(StationScopedQuerySet):
    station_path = ""
    read_verb = "stations.read_station"


class Station(BaseModel):
    """A county centre, township hub or village station.

    `township`, `county`, `prefecture` and `province` repeat what the tree says, so that reach is one equality.
    """

    class Kind(models.TextChoices):
        COUNTY_CENTRE = "county_centre", _("county centre")
        TOWNSHIP_HUB = "township_hub", _("township hub")
        VILLAGE_STATION = "village_station", _("village station")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        FITTING_OUT = "fitting_out", _("fitting out")
        TRIAL = "trial", _("trial")
        ACTIVE = "active", pgettext_lazy("station", "active")
        TEMPORARILY_CLOSED = "temporarily_closed", _("temporarily closed")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("permanently closed")

    code = models.CharField(_("code"), max_length=11, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = LineField(_("name"), max_length=120)
    name_local = LineField(_("local name"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    village = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    township = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    prefecture = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    province = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    address_line = LineField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    area_m2 = models.PositiveSmallIntegerField(_("floor area in m²"), default=30)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PLANNED)
    phone = PhoneNumberField(_("phone"), blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    opened_date = models.DateField(_("opened"), null=True, blank=True)
    closed_date = models.DateField(pgettext_lazy("station", "closed"), null=True, blank=True)
    reopens_date = models.DateField(_("expected to reopen"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    #: Since when without a silence of half an hour; spans that ended are `SeenSpan` rows.
    seen_since = models.DateTimeField(null=True, blank=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = [
            # What the name keys of its residents refer to.
            models.UniqueConstraint(fields=["id", "county"], name="station_stands_in_one_county"),
            models.CheckConstraint(condition=Q(code__regex=r"^\d{6}-\d{4}$"), name="station_code_is_county_and_serial"),
            models.CheckConstraint(
                condition=Q(kind="county_centre", parent=None) | (~Q(kind="county_centre") & Q(parent__isnull=False)),
                name="station_has_parent_unless_county_centre",
            ),
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(kind="county_centre") & ~Q(status="closed"),
                name="county_has_one_centre",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="station_coordinates_come_in_pairs",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_date__isnull=False) | (~Q(status="closed") & Q(closed_date=None)),
                name="station_has_closed_date_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(reopens_date=None) | Q(status="temporarily_closed"),
                name="station_is_expected_back_only_while_closed",
            ),
        ]
        indexes = [models.Index(fields=["county", "status"], name="station_of_county")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class StationClosingQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_station"


class StationClosing(BaseModel):
    """A station that somebody wants to close for good; a second person does it."""

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("closing", "requested")
        CONFIRMED = "confirmed", pgettext_lazy("closing", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("closing", "withdrawn")

    station = models.ForeignKey(Station, models.PROTECT, related_name="closings")
    successor = models.ForeignKey(Station, models.PROTECT, related_name="+", verbose_name=_("households go to"))
    reason = LineField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("requested at"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = StationClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing of a station")
        verbose_name_plural = _("closings of stations")
        constraints = [
            models.UniqueConstraint(
                fields=["station"], condition=Q(status="asked"), name="station_has_one_open_closing"
            ),
            models.CheckConstraint(condition=~Q(station=F("successor")), name="households_go_to_another_station"),
            models.CheckConstraint(
                condition=Q(status="asked", ended_by=None, ended_at=None)
                | (~Q(status="asked") & Q(ended_by__isnull=False, ended_at__isnull=False)),
                name="closing_has_an_end_exactly_when_it_is_not_asked",
            ),
            TwoPersons(
                checker="ended_by",
                makers=("asked_by",),
                condition=Q(status="confirmed"),
                name="station_is_closed_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.status}"


class SeenSpan(BaseModel):
    """From when to when a station was seen without a silence of half an hour; the running one stands on the station."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="+", db_index=False)
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), db_index=True)

    class Meta:
        verbose_name = _("span in which a station was seen")
        verbose_name_plural = _("spans in which stations were seen")
        constraints = [
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="seen_span_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["station", "to_at"], name="seen_spans_of_station")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.from_at}"


class OpeningHours(BaseModel):
    """One interval `[opens, closes)` of a weekday (1 Monday to 7 Sunday), local time; several a day are allowed."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="opening_hours_name_a_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_close_after_they_open"),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="opening_hours_end_after_they_begin"
            ),
            ExclusionConstraint(
                name="opening_hours_of_a_weekday_do_not_overlap",
                expressions=[
                    (F("station"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (ClockSpan(SecondOfDay("opens"), SecondOfDay("closes")), RangeOperators.OVERLAPS),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"


class OpeningException(BaseModel):
    """One date that differs from the week: other hours, or closed when both times are empty."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("opening exception")
        verbose_name_plural = _("opening exceptions")
        constraints = [
            models.UniqueConstraint(fields=["station", "date"], name="opening_exception_stands_once"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__gt=F("opens")),
                name="opening_exception_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.date}"


class Service(BaseModel):
    """What a station can do for people: the catalogue."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    app = models.CharField(_("app"), max_length=20)
    is_essential = models.BooleanField(_("essential"), default=False)
    needs_certificate = models.CharField(_("needs certificate"), max_length=24, blank=True)
    needs_money = models.BooleanField(_("needs money"), default=False)
    is_offline_capable = models.BooleanField(_("works offline"), default=False)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.code

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return name_of(self)


class StationService(BaseModel):
    """A service switched on at a station, from one instant to another."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="services")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), null=True, blank=True)
    switched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = LineField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("service of a station")
        verbose_name_plural = _("services of stations")
        constraints = [
            ExclusionConstraint(
                name="station_service_is_switched_on_once",
                expressions=[
                    (F("station"), RangeOperators.EQUAL),
                    (F("service"), RangeOperators.EQUAL),
                    (InstantSpan("from_at", "to_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="station_service_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.service_id}"


class ServicePauseQuerySet(DivisionScopedQuerySet):
    division_path = "division__path"
    read_verb = "stations.read_service_pause"

    def running(self, at: dt.datetime) -> Self:
        """Those that stop their service at this instant."""
        return self.filter(Q(to_at__gt=at) | Q(to_at=None), from_at__lte=at)


class ServicePause(BaseModel):
    """A service stopped in a division, or everywhere when there is none; it beats every switch."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="pauses")
    division = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ServicePauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("service pause")
        verbose_name_plural = _("service pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="service_pause_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="service_is_paused_once_per_division",
                expressions=[
                    (F("service"), RangeOperators.EQUAL),
                    (Coalesce("division", 0), RangeOperators.EQUAL),
                    (InstantSpan("from_at", "to_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.reason}"


class RegisterMissQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = "stations.read_register_miss"


class RegisterMiss(BaseModel):
    """A well-formed certificate number that somebody looked up and that we never issued: a row for the county."""

    number = models.CharField(_("number"), max_length=18)
    county = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = RegisterMissQuerySet.as_manager()

    class Meta:
        verbose_name = _("unknown certificate looked up")
        verbose_name_plural = _("unknown certificates looked up")

    def __str__(self) -> str:
        return self.number
