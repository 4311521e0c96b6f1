"""What parametric cover is measured by: weather stations, their readings, and the files in which readings arrive."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from finance.insurance.models.funds import CODE
from finance.insurance.models.products import IndexKind
from stations.scope import NetworkScopedQuerySet
from stations.two_persons import TwoPersons

READ = "finance.read_index"


class IndexSourceQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class IndexSource(BaseModel):
    """A weather station and what it measures for the people of a region; `backup` stands in where it says nothing.

    The reading of a window's last day is the window's index: the rain of the window so far (mm), its highest level of
    water so far (m), or its lowest or highest temperature so far (°C). For `grace_days` after that day its own reading
    is waited for, then that of the stand-in counts.
    """

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[CODE])
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("Chinese name"), max_length=80)
    kind = models.CharField(_("measures"), max_length=20, choices=IndexKind)
    region = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("region"))
    backup = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands in for it")
    )
    grace_days = models.PositiveSmallIntegerField(_("days before the stand-in counts"), default=5)

    objects = IndexSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("weather station")
        verbose_name_plural = _("weather stations")
        constraints = [
            models.CheckConstraint(condition=~Q(backup=F("id")), name="weather_station_does_not_stand_in_for_itself"),
            models.CheckConstraint(condition=Q(grace_days__lt=10), name="stand_in_counts_before_people_decide"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class IndexFileQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class IndexFile(BaseModel):
    """Readings that arrived together: loaded by one person, released by another, then never changed."""

    class Status(models.TextChoices):
        LOADED = "loaded", pgettext_lazy("readings", "to be released")
        RELEASED = "released", pgettext_lazy("readings", "released")
        DISCARDED = "discarded", pgettext_lazy("readings", "discarded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    rows = models.PositiveIntegerField(_("readings"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.LOADED)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("loaded by"))
    made_at = models.DateTimeField(_("loaded at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )
    checked_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = IndexFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of readings")
        verbose_name_plural = _("files of readings")
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(status="discarded"), name="file_of_readings_is_loaded_once"
            ),
            TwoPersons(checker="checker", makers=("maker",), name="readings_are_released_by_another_person"),
            models.CheckConstraint(
                condition=Q(status="released", checker__isnull=False, checked_at__isnull=False)
                | (~Q(status="released") & Q(checker=None, checked_at=None)),
                name="readings_are_released_by_somebody",
            ),
            models.CheckConstraint(condition=Q(rows__gt=0), name="file_of_readings_holds_some"),
        ]

    def __str__(self) -> str:
        return self.number


class IndexReadingQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class IndexReading(BaseModel):
    """What a weather station said of a day; counts once it is released, and is never changed afterwards (trigger)."""

    source = models.ForeignKey(IndexSource, models.PROTECT, related_name="readings", verbose_name=_("weather station"))
    date = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=10, decimal_places=2)
    file = models.ForeignKey(IndexFile, models.PROTECT, related_name="readings", verbose_name=_("file of readings"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = IndexReadingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("weather", "reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(fields=["source", "date"], name="weather_station_says_one_thing_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.value}"
