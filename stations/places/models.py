"""Divisions of the state, their names over time, and what became of them."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Replace
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.web.ranges import DateSpan
from stations.scope import DivisionScopedQuerySet


class HashOfKey(Func):
    """Several texts as one 64-bit number, for constraints: GiST compares numbers five times faster than texts."""

    function = "HASHTEXTEXTENDED"
    template = "%(function)s(%(expressions)s, 0)"
    arg_joiner = " || ' ' || "
    output_field = models.BigIntegerField()


class DivisionQuerySet(DivisionScopedQuerySet):
    read_verb = "stations.read_service_pause"

    def at(self, date: dt.date) -> Self:
        """Those that exist on this date."""
        return self.filter(Q(valid_to__gt=date) | Q(valid_to=None), valid_from__lte=date)

    def current(self) -> Self:
        """Those that have not ended."""
        return self.filter(valid_to=None)


class Division(BaseModel):
    """A province, prefecture, county, township or village, as the state counts them.

    Codes are the key, names are not: thousands of village names repeat inside one county. One code may stand at two
    or three levels, so the key is (country, code, level). Dates are half open, `[valid_from, valid_to)`.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")
        VILLAGE = "village", _("village")

    country = models.CharField(_("country"), max_length=2)
    code = models.CharField(_("code"), max_length=12)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=120)
    romanised = models.CharField(_("romanised"), max_length=240, blank=True)
    initials = models.CharField(_("initials"), max_length=60, blank=True)
    is_romanised_by_hand = models.BooleanField(default=False)
    # The index `division_children` begins with the parent.
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False)
    path = models.CharField(max_length=80, help_text=_("Ids from the province down, each followed by a slash."))
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=40)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        constraints = [
            ExclusionConstraint(
                name="division_stands_once_at_any_date",
                expressions=[
                    (HashOfKey("country", "level", "code"), RangeOperators.EQUAL),
                    (DateSpan("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="division_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent=None) | (~Q(level="province") & Q(parent__isnull=False)),
                name="division_has_parent_unless_province",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="division_coordinates_come_in_pairs",
            ),
        ]
        indexes = [
            models.Index(fields=["country", "code", "level"], name="division_key"),
            models.Index(fields=["parent", "name"], name="division_children"),
            models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="division_path"),
            models.Index(
                fields=["country", "level", "short_name"],
                opclasses=["text_ops", "text_ops", "text_pattern_ops"],
                name="division_by_name",
            ),
            models.Index(
                fields=["country", "level", "initials"],
                opclasses=["text_ops", "text_ops", "text_pattern_ops"],
                name="division_by_initials",
            ),
            models.Index(
                F("country"),
                F("level"),
                OpClass(Lower(Replace("romanised", Value(" "))), "text_pattern_ops"),
                name="division_by_pinyin",
            ),
        ]

    #: From the widest to the narrowest; a parent stands further left.
    LEVELS = tuple(Level.values)

    def __str__(self) -> str:
        return self.short_name


class DivisionName(BaseModel):
    """The name of a division from one date to another; a rename with the same code adds a row."""

    division = models.ForeignKey(Division, models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=120)
    romanised = models.CharField(_("romanised"), max_length=240, blank=True)
    initials = models.CharField(_("initials"), max_length=60, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("division name")
        verbose_name_plural = _("division names")
        constraints = [
            ExclusionConstraint(
                name="division_has_one_name_at_any_date",
                expressions=[
                    (F("division"), RangeOperators.EQUAL),
                    (DateSpan("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="division_name_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionSuccession(BaseModel):
    """What became of a division whose code ended."""

    class Kind(models.TextChoices):
        RECODED = "recoded", _("new code")
        SPLIT = "split", _("split")
        MERGED = "merged", _("merged")
        ABSORBED = "absorbed", _("absorbed")

    old = models.ForeignKey(Division, models.PROTECT, related_name="successions")
    new = models.ForeignKey(Division, models.PROTECT, related_name="predecessions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    effective_date = models.DateField(_("effective date"))
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="succession_stands_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_has_two_divisions"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class NameEnding(BaseModel):
    """How a full official name becomes a short one: `村民委员会` -> `村`. Data per country, longest ending first."""

    country = models.CharField(_("country"), max_length=2)
    ending = models.CharField(_("ending"), max_length=20)
    short = models.CharField(_("short"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("name ending")
        verbose_name_plural = _("name endings")
        constraints = [models.UniqueConstraint(fields=["country", "ending"], name="name_ending_stands_once")]

    def __str__(self) -> str:
        return self.ending


class BusinessDay(BaseModel):
    """Whether a date is a working day in a country, from the official calendar or from a forecast of it."""

    country = models.CharField(_("country"), max_length=2)
    date = models.DateField(_("date"))
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=80)
    official = models.BooleanField(_("official"))

    class Meta:
        verbose_name = _("business day")
        verbose_name_plural = _("business days")
        constraints = [models.UniqueConstraint(fields=["country", "date"], name="business_day_stands_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.date}"
