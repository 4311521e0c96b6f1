"""Bags: several parcels for one station under one seal; its scan is a scan of each of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from stations.scope import StationScopedQuerySet


class BagQuerySet(StationScopedQuerySet):
    station_path = "to_station"
    also_through = ("from_station",)
    read_verb = "logistics.read_parcel"


class Bag(BaseModel):
    """A bag under its seal; what is in it says when it was taken out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seal = models.CharField(_("seal"), max_length=20, unique=True)
    from_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("from"))
    to_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("to"))
    packed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("packed by")
    )
    packed_at = models.DateTimeField(_("packed at"))
    key = models.CharField(max_length=120, unique=True)

    objects = BagQuerySet.as_manager()

    class Meta:
        verbose_name = _("bag")
        verbose_name_plural = _("bags")
        constraints = [
            models.CheckConstraint(condition=~Q(from_station=F("to_station")), name="bag_goes_to_another_station"),
        ]

    def __str__(self) -> str:
        return self.seal


class BagParcelQuerySet(StationScopedQuerySet):
    station_path = "bag__to_station"
    also_through = ("bag__from_station",)
    read_verb = "logistics.read_parcel"


class BagParcel(BaseModel):
    """A parcel in a bag, until it is taken out."""

    bag = models.ForeignKey(Bag, models.PROTECT, related_name="contents", verbose_name=_("bag"))
    parcel = models.ForeignKey("logistics.Parcel", models.PROTECT, related_name="+", verbose_name=_("parcel"))
    taken_out_at = models.DateTimeField(_("taken out at"), null=True, blank=True)

    objects = BagParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel in a bag")
        verbose_name_plural = _("parcels in bags")
        constraints = [
            models.UniqueConstraint(fields=["parcel"], condition=Q(taken_out_at=None), name="parcel_lies_in_one_bag"),
        ]

    def __str__(self) -> str:
        return f"{self.bag_id} {self.parcel_id}"
