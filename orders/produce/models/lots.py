"""Lots: what is sold together, from which intakes it comes, and what holds it back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from stations.scope import StationScopedQuerySet


class LotQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_lot"


class Lot(BaseModel):
    """Fruit of one crop that lies in one warehouse and is sold together. Grades stay apart in it (`LotGrade`)."""

    class Status(models.TextChoices):
        OPEN = "open", _("being filled")
        CLOSED = "closed", _("for sale")
        MOVED = "moved", _("in other lots")
        ALLOCATED = "allocated", _("sold")
        DISPATCHED = "dispatched", _("on its way")
        DELIVERED = "delivered", _("delivered")
        SETTLED = "settled", _("settled")
        ON_HOLD = "on_hold", _("on hold")
        RECALLED = "recalled", _("recalled")

    #: Still to be sold or delivered.
    LIVE = (Status.OPEN, Status.CLOSED, Status.ALLOCATED, Status.DISPATCHED)
    #: Nobody gets any of it, for now or ever.
    STOPPED = (Status.ON_HOLD, Status.RECALLED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=32, unique=True)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one lot."))
    crop = models.ForeignKey("orders.Crop", models.PROTECT, related_name="lots", verbose_name=_("crop"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="lots", verbose_name=_("lies at"))
    currency = CurrencyField(_("currency"))
    best_before_date = models.DateField(_("best before"))
    set_aside_for = models.CharField(
        _("reserved for the presale"),
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text=_("The presale's number: nothing of such a lot is sold, split or moved otherwise."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot of produce")
        verbose_name_plural = _("lots of produce")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["delivered", "settled"]) | Q(delivered_at__isnull=False),
                name="delivered_lot_says_when",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(delivered_at__isnull=False), name="lot_is_delivered_before_settled"
            ),
        ]
        indexes = [models.Index(fields=["station", "status", "-id"], name="lot_of_station")]

    def __str__(self) -> str:
        return self.code


class LotGrade(BaseModel):
    """How much of a grade a lot has, in grams: brought in, moved on to other lots, and sold.

    All three are the sums of sources and sales, by triggers.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="grades", verbose_name=_("lot of produce"))
    grade = models.ForeignKey("orders.Grade", models.PROTECT, related_name="+", verbose_name=_("grade"))
    grams = models.BigIntegerField(_("grams"), default=0)
    grams_moved = models.BigIntegerField(_("in other lots, in grams"), default=0)
    grams_sold = models.BigIntegerField(_("sold, in grams"), default=0)

    class Meta:
        verbose_name = _("grade of a lot")
        verbose_name_plural = _("grades of lots")
        constraints = [
            models.UniqueConstraint(fields=["lot", "grade"], name="lot_has_a_grade_once"),
            models.CheckConstraint(
                condition=Q(grams_moved__gte=0, grams_sold__gte=0, grams__gte=F("grams_moved") + F("grams_sold")),
                name="sold_and_moved_grams_never_exceed_the_lot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.grade_id}"

    @property
    def free_g(self) -> int:
        """What can still be sold or moved."""
        return self.grams - self.grams_moved - self.grams_sold


class LotSource(BaseModel):
    """Where grams of a lot come from: an intake, or an older lot. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="sources", verbose_name=_("lot of produce"))
    grade = models.ForeignKey("orders.Grade", models.PROTECT, related_name="+", verbose_name=_("grade"))
    intake_grade = models.ForeignKey(
        "orders.IntakeGrade",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lot_sources",
        verbose_name=_("grade of an intake"),
    )
    parent_lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("from the lot")
    )
    grams = models.BigIntegerField(_("grams"))

    class Meta:
        verbose_name = _("source of a lot")
        verbose_name_plural = _("sources of lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(intake_grade__isnull=False, parent_lot=None)
                | Q(intake_grade=None, parent_lot__isnull=False),
                name="lot_source_is_an_intake_or_a_lot",
            ),
            models.CheckConstraint(condition=Q(grams__gt=0), name="lot_source_is_above_nothing"),
            # Identifiers sort by time: what comes from an older lot alone never comes from itself.
            models.CheckConstraint(
                condition=Q(parent_lot=None) | Q(parent_lot__lt=F("lot")), name="parent_lots_are_older"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.grams}"


class LotHold(BaseModel):
    """Why a lot is not sold for now (hold), or is called back (recall), and at which lot that began."""

    class Kind(models.TextChoices):
        HOLD = "hold", _("hold")
        RECALL = "recall", _("recall")

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="holds", verbose_name=_("lot of produce"))
    root = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_("began at the lot"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    reason = LineField(_("reason"), max_length=200)
    status_before = models.CharField(_("status before"), max_length=10, choices=Lot.Status)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    opened_at = models.DateTimeField(_("since"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold on a lot")
        verbose_name_plural = _("holds on lots")
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "root", "kind"], condition=Q(closed_at=None), name="hold_stops_a_lot_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="lot_hold_says_who_ended_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.lot_id}"
