"""What happened to a parcel, scan by scan, and the codes against which it is handed over."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from logistics.parcels.models.parcels import Parcel
from stations.scope import StationScopedQuerySet


class ParcelEventQuerySet(StationScopedQuerySet):
    station_path = "parcel__to_station"
    also_through = ("parcel__from_station",)
    read_verb = "logistics.read_parcel"


class ParcelEvent(BaseModel):
    """One step of a parcel: append-only. `made_at` is what the phone says, `received_at` when the system heard of it.

    A scan that came too late to move the parcel is stored and `is_out_of_order`. Another one that was wrong is annulled
    by a further event; nothing is deleted.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("registered")
        LOADED = "loaded", _("loaded")
        ARRIVED = "arrived", _("arrived at a hub")
        RECEIVED = "received", _("received at the station")
        CODE_SENT = "code_sent", _("new pick-up code")
        COLLECTED = "collected", _("handed over")
        REFUSED = "refused", pgettext_lazy("parcel", "refused by the receiver")
        UNCOLLECTED = "uncollected", _("not collected in time")
        EXTENDED = "extended", _("waits longer")
        SENT_BACK = "sent_back", _("sent back")
        RETURNED = "returned", pgettext_lazy("parcel", "back with the sender")
        TROUBLE = "trouble", _("trouble reported")
        ANNULLED = "annulled", _("scan annulled")
        HANDED_ON = "handed_on", pgettext_lazy("parcel", "given to the carrier")
        TRACKED = "tracked", _("scanned by the carrier")
        DELIVERED = "delivered", pgettext_lazy("parcel", "delivered by the carrier")
        BROUGHT_BACK = "brought_back", _("brought back by the carrier")
        CONTRADICTED = "contradicted", _("the carrier says something else")
        EXAMINED = "examined", _("contradiction examined")
        CANCELLED = "cancelled", pgettext_lazy("parcel", "returned to the sender at the counter")

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="events", db_index=False, verbose_name=_("parcel"))
    sequence = models.PositiveIntegerField(_("step"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    old_status = models.CharField(_("status before"), max_length=20, choices=Parcel.Status, blank=True)
    new_status = models.CharField(_("status"), max_length=20, choices=Parcel.Status)
    place = models.ForeignKey(
        "stations.Station", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("station")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    photo = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    #: The run that carried it when this happened: what a run took in and gave out is counted from these.
    run = models.ForeignKey(
        "logistics.RouteRun", models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("run")
    )
    reason = LineField(_("reason"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))
    received_at = models.DateTimeField(_("received at"))
    is_out_of_order = models.BooleanField(_("came too late"), default=False)
    key = models.CharField(max_length=120, unique=True)
    annuls = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="annulled_by", verbose_name=_("annuls")
    )

    objects = ParcelEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a parcel")
        verbose_name_plural = _("steps of parcels")
        constraints = [
            models.UniqueConstraint(fields=["parcel", "sequence"], name="parcel_step_stands_once"),
            models.CheckConstraint(
                condition=Q(kind="annulled", annuls__isnull=False) | (~Q(kind="annulled") & Q(annuls=None)),
                name="annulling_step_names_the_one_it_annuls",
            ),
            models.CheckConstraint(
                condition=Q(is_out_of_order=False) | Q(old_status=models.F("new_status")),
                name="scan_out_of_order_moves_nothing",
            ),
            models.UniqueConstraint(fields=["parcel"], condition=Q(kind="collected"), name="parcel_is_collected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.sequence} {self.kind}"


class PickupCodeQuerySet(StationScopedQuerySet):
    station_path = "parcel__to_station"
    read_verb = "logistics.read_parcel"


class PickupCode(BaseModel):
    """Six digits that were sent to the receiver; only a salted, slow hash of them is stored."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("sent")
        USED = "used", _("used")
        EXPIRED = "expired", _("expired")
        LOCKED = "locked", _("too many wrong tries")
        REISSUED = "reissued", _("replaced")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="codes", verbose_name=_("parcel"))
    code_hash = models.CharField(max_length=128)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ISSUED)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    issued_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("expires at"))
    proxy_name = LineField(_("collected by"), max_length=120, blank=True)

    objects = PickupCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pick-up code")
        verbose_name_plural = _("pick-up codes")
        constraints = [
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(status__in=["issued", "locked"]), name="one_live_code_per_parcel"
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=5) & (Q(status="locked", tries=5) | (~Q(status="locked"))),
                name="code_is_locked_after_five_tries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.status}"
