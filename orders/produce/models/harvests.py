"""What farmers say that they will bring, and when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from stations.scope import StationScopedQuerySet


class HarvestNoticeQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_intake"


class HarvestNotice(BaseModel):
    """So many grams of a crop that a farmer will bring to a station between two dates, both included."""

    class Status(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        CONFIRMED = "confirmed", _("confirmed")
        HARVESTING = "harvesting", _("being brought")
        FULFILLED = "fulfilled", _("brought")
        SHORT = "short", _("less than announced")
        CANCELLED = "cancelled", _("cancelled")

    #: Fruit may still come for it.
    OPEN = (Status.ANNOUNCED, Status.CONFIRMED, Status.HARVESTING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    farmer = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="harvest_notices", verbose_name=_("farmer")
    )
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="harvest_notices", verbose_name=_("station")
    )
    crop = models.ForeignKey("orders.Crop", models.PROTECT, related_name="+", verbose_name=_("crop"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("last day"))
    expected_g = models.BigIntegerField(_("expected, in grams"))
    confirmed_g = models.BigIntegerField(_("confirmed, in grams"), null=True, blank=True)
    taken_in_g = models.BigIntegerField(_("taken in, in grams"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ANNOUNCED)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    announced_at = models.DateTimeField(_("announced at"))

    objects = HarvestNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("harvest notice")
        verbose_name_plural = _("harvest notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")), name="harvest_ends_no_earlier_than_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(expected_g__gt=0, taken_in_g__gte=0), name="harvest_is_about_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "harvesting", "fulfilled", "short"]) | Q(confirmed_g__gt=0),
                name="confirmed_harvest_says_how_much",
            ),
        ]
        indexes = [models.Index(fields=["station", "status", "from_date"], name="harvest_of_station")]

    def __str__(self) -> str:
        return f"{self.crop_id} {self.from_date}"
