"""The fixed ways of vans and village buses: which stations in which order, on which days, at what time."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField

#: Monday is 1.
WEEK = [1, 2, 3, 4, 5, 6, 7]


def every_day() -> list[int]:
    """All days of the week."""
    return list(WEEK)


class Carrier(BaseModel):
    """Who drives, the county's own van or the village bus; or who takes parcels on to the city."""

    class Kind(models.TextChoices):
        VAN = "van", _("own van")
        BUS = "bus", _("village bus")
        COURIER = "courier", _("parcel carrier")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = LineField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    is_active = models.BooleanField(_("drives"), default=True)
    system = models.OneToOneField(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carrier",
        verbose_name=_("tracking system"),
        help_text=_("The provider whose callbacks say where its parcels are. Empty: people record what it says."),
    )

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")

    def __str__(self) -> str:
        return self.name


class Route(BaseModel):
    """A way that is driven again and again, from a hub to its stations and back; times are those of the hub's zone."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = LineField(_("name"), max_length=120)
    start = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("starts at"))
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="routes", verbose_name=_("carrier"))
    usual_driver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual driver"),
    )
    departure_time = models.TimeField(_("departs at"))
    late_after_minutes = models.PositiveSmallIntegerField(_("late after minutes"), default=30)
    is_active = models.BooleanField(_("is driven"), default=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")

    def __str__(self) -> str:
        return self.name


class RouteStop(BaseModel):
    """One station of a route, when the van is there, and on which days of the week (Monday is 1)."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="stops", verbose_name=_("route"))
    position = models.PositiveSmallIntegerField(_("position"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    planned_time = models.TimeField(_("planned time"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days of the week"), default=every_day)

    class Meta:
        verbose_name = _("stop of a route")
        verbose_name_plural = _("stops of routes")
        constraints = [
            models.UniqueConstraint(fields=["route", "position"], name="one_stop_of_a_route_at_a_position"),
            models.UniqueConstraint(fields=["route", "station"], name="route_stops_once_at_a_station"),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=WEEK, weekdays__len__gte=1), name="stop_has_days_of_the_week"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route_id} {self.position}"
