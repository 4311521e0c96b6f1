"""Presales of a harvest, the notices that they are of, and the boxes that residents ordered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class PresaleCycleQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_presale"


class PresaleCycle(BaseModel):
    """Boxes of one grade that a county sells before the harvest; the price is for a box, in minor units of `currency`.

    `ordered` is the sum of the orders that were not withdrawn: the database adds it up. `available` is how many boxes
    the harvest gave of them. `settled_at` is when the money of the last order was shared or given back.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("presale", "open for orders")
        CLOSED = "closed", pgettext_lazy("presale", "closed, to be allotted")
        ALLOTTED = "allotted", pgettext_lazy("presale", "allotted")
        DELIVERED = "delivered", pgettext_lazy("presale", "at the stations")
        CANCELLED = "cancelled", pgettext_lazy("presale", "cancelled")

    #: Fruit of its harvests is promised to its buyers.
    LIVE = (Status.OPEN, Status.CLOSED, Status.ALLOTTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one presale."))
    number = models.CharField(_("number"), max_length=32, unique=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="presales", verbose_name=_("lies at"))
    crop = models.ForeignKey("orders.Crop", models.PROTECT, related_name="+", verbose_name=_("crop"))
    grade = models.ForeignKey("orders.Grade", models.PROTECT, related_name="+", verbose_name=_("grade"))
    currency = CurrencyField(_("currency"))
    box_g = models.PositiveIntegerField(_("a box, in grams"))
    price_minor = models.BigIntegerField(_("price of a box"))
    expected_g = models.BigIntegerField(_("expected, in grams"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opens_at = models.DateTimeField(_("opened at"))
    closes_at = models.DateTimeField(_("orders until before"))
    closes_date = models.DateField(_("last day"), help_text=_("The day of the close, of the station's calendar."))
    delivery_date = models.DateField(_("to be collected from"))
    ordered = models.PositiveIntegerField(_("ordered, in boxes"), default=0)
    order_count = models.PositiveIntegerField(_("orders"), default=0)
    available = models.PositiveIntegerField(_("harvested, in boxes"), null=True, blank=True)
    lot = models.OneToOneField(
        "orders.Lot", models.PROTECT, null=True, blank=True, related_name="presale", verbose_name=_("lot of produce")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    allotted_at = models.DateTimeField(_("allotted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("delivered or cancelled at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("all orders settled at"), null=True, blank=True)
    recalled_at = models.DateTimeField(
        _("refunded after a recall since"),
        null=True,
        blank=True,
        help_text=_("Its boxes were delivered, and then their lot was called back."),
    )

    objects = PresaleCycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("presale of a harvest")
        verbose_name_plural = _("presales of harvests")
        constraints = [
            models.CheckConstraint(
                condition=Q(ordered__gte=0, expected_g__gte=F("ordered") * F("box_g")),
                name="ordered_boxes_never_exceed_the_harvest",
            ),
            models.CheckConstraint(
                condition=Q(box_g__gt=0, price_minor__gt=0, expected_g__gte=F("box_g")),
                name="presale_is_about_more_than_nothing",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="presale_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(delivery_date__gt=F("closes_date")), name="presale_is_delivered_after_its_close"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="presale_has_a_close_exactly_when_not_open",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["allotted", "delivered"], available__gt=0, available__lte=F("ordered"))
                & Q(lot__isnull=False, allotted_at__isnull=False)
                | Q(status__in=["open", "closed"], available=None, lot=None, allotted_at=None)
                | Q(status="cancelled"),
                name="allotted_presale_has_its_lot",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["delivered", "cancelled"], ended_at__isnull=False)
                | (~Q(status__in=["delivered", "cancelled"]) & Q(ended_at=None)),
                name="presale_has_an_end_exactly_when_it_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status="delivered") | Q(settled_at__isnull=False), name="delivered_presale_is_settled"
            ),
            models.CheckConstraint(
                condition=Q(recalled_at=None) | Q(status="delivered"), name="only_delivered_boxes_are_recalled"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-id"], name="presale_of_station"),
            models.Index(fields=["closes_at"], condition=Q(status="open"), name="presale_that_closes"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def price(self) -> Money:
        """What a box costs."""
        return Money(self.price_minor, self.currency)

    def cost(self, boxes: int) -> Money:
        """What so many boxes cost."""
        return Money(self.price_minor * boxes, self.currency)

    @property
    def most(self) -> int:
        """How many boxes the harvest is expected to give."""
        return self.expected_g // self.box_g

    @property
    def left(self) -> int:
        """How many boxes can still be ordered."""
        return self.most - self.ordered

    @property
    def is_cut(self) -> bool:
        """Whether the harvest gave fewer boxes than were ordered."""
        return self.available is not None and self.available < self.ordered


class PresaleHarvest(BaseModel):
    """A harvest notice whose fruit a presale sells. Append-only."""

    presale = models.ForeignKey(
        PresaleCycle, models.PROTECT, related_name="harvests", verbose_name=_("presale of a harvest")
    )
    notice = models.ForeignKey(
        "orders.HarvestNotice", models.PROTECT, related_name="presales", verbose_name=_("harvest notice")
    )

    class Meta:
        verbose_name = _("harvest of a presale")
        verbose_name_plural = _("harvests of presales")
        constraints = [models.UniqueConstraint(fields=["presale", "notice"], name="presale_names_a_harvest_once")]

    def __str__(self) -> str:
        return f"{self.presale_id} {self.notice_id}"


class PresaleOrderQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_presale_order"


class PresaleOrder(BaseModel):
    """So many boxes for one resident, paid when they were ordered; amounts in minor units of `currency`.

    `allotted` is how many of the boxes there are; `returned_minor` of `held_minor` is owed back.
    """

    class Status(models.TextChoices):
        PAID = "paid", pgettext_lazy("presale order", "paid, waits for the harvest")
        ALLOTTED = "allotted", pgettext_lazy("presale order", "allotted")
        HANDED_OVER = "handed_over", pgettext_lazy("presale order", "handed over")
        WITHDRAWN = "withdrawn", pgettext_lazy("presale order", "withdrawn, refunded")
        DECLINED = "declined", pgettext_lazy("presale order", "declined after the cut, refunded")
        RETURNED = "returned", pgettext_lazy("presale order", "no boxes, refunded")

    #: The buyer has money in it, or boxes to collect.
    LIVE = (Status.PAID, Status.ALLOTTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one order."))
    presale = models.ForeignKey(
        PresaleCycle, models.PROTECT, related_name="orders", verbose_name=_("presale of a harvest")
    )
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="presale_orders", verbose_name=_("collected at")
    )
    villager = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    boxes = models.PositiveIntegerField(_("boxes"))
    allotted = models.PositiveIntegerField(_("allotted, in boxes"), null=True, blank=True)
    held_minor = models.BigIntegerField(_("paid"))
    returned_minor = models.BigIntegerField(_("refunded of it"), default=0)
    currency = CurrencyField(_("currency"))
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, related_name="presale_order", verbose_name=_("payment")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PAID)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    ordered_at = models.DateTimeField(_("ordered at"))
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = PresaleOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of a presale")
        verbose_name_plural = _("orders of presales")
        constraints = [
            models.CheckConstraint(condition=Q(boxes__gt=0, held_minor__gt=0), name="presale_order_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(allotted=None) | Q(allotted__gte=0, allotted__lte=F("boxes")),
                name="allotted_never_exceeds_ordered",
            ),
            models.CheckConstraint(
                condition=Q(returned_minor__gte=0, returned_minor__lte=F("held_minor")),
                name="presale_order_returns_at_most_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(status="paid", returned_minor=0, ended_at=None, handed_by=None)
                | Q(status="allotted", allotted__gt=0, ended_at=None, handed_by=None)
                & Q(returned_minor__lt=F("held_minor"))
                | Q(status="handed_over", allotted__gt=0, ended_at__isnull=False, handed_by__isnull=False)
                | Q(
                    status__in=["withdrawn", "declined", "returned"],
                    ended_at__isnull=False,
                    handed_by=None,
                    returned_minor=F("held_minor"),
                ),
                name="presale_order_is_held_or_handed_over_or_given_back_whole",
            ),
            TwoPersons(checker="handed_by", makers=("villager",), name="nobody_hands_boxes_to_themselves"),
        ]
        indexes = [
            models.Index(fields=["presale", "status", "id"], name="presale_order_of_presale"),
            models.Index(fields=["station", "status", "-id"], name="presale_order_of_station"),
            models.Index(fields=["villager", "-id"], name="presale_order_of_villager"),
        ]

    def __str__(self) -> str:
        return f"{self.presale_id} {self.boxes}"

    @property
    def held(self) -> Money:
        """What was paid."""
        return Money(self.held_minor, self.currency)

    @property
    def returned(self) -> Money:
        """What of it is owed back."""
        return Money(self.returned_minor, self.currency)

    @property
    def spent(self) -> Money:
        """What is paid for the boxes that there are."""
        return self.held - self.returned


class PresaleClaimQuerySet(StationScopedQuerySet):
    station_path = "order__station"
    read_verb = "orders.read_presale_order"


class PresaleClaim(BaseModel):
    """Boxes that a buyer says are bad; `amount_minor` is their price. One person writes it down, another decides it.

    `buyer_claim` keeps the farmers' reserve for it, where that had not gone back to them. The words of the buyer are
    blank again when the buyer is forgotten.
    """

    class Status(models.TextChoices):
        RAISED = "raised", pgettext_lazy("presale claim", "to be decided")
        ACCEPTED = "accepted", pgettext_lazy("presale claim", "accepted, money back")
        REFUSED = "refused", pgettext_lazy("presale claim", "refused")
        RECALLED = "recalled", pgettext_lazy("presale claim", "refunded with the recall")

    class Reason(models.TextChoices):
        SPOILED = "spoiled", _("spoiled")
        DAMAGED = "damaged", pgettext_lazy("shop claim", "damaged on the way")
        WRONG = "wrong", _("something else than ordered")
        MISSING = "missing", pgettext_lazy("shop claim", "something is missing")
        POOR = "poor", _("not as described")

    class Bearer(models.TextChoices):
        FARMERS = "farmers", _("the farmers, up to their reserve")
        CARRIER = "carrier", _("the carrier")
        PLATFORM = "platform", _("the platform")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one claim."))
    order = models.ForeignKey(PresaleOrder, models.PROTECT, related_name="claims", verbose_name=_("order of a presale"))
    boxes = models.PositiveIntegerField(_("bad boxes"))
    amount_minor = models.BigIntegerField(_("price of these boxes"))
    currency = CurrencyField(_("currency"))
    reason = models.CharField(_("what is wrong"), max_length=8, choices=Reason)
    words = LineField(_("what the buyer says"), max_length=200, blank=True)
    photo = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("photo"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.RAISED)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    raised_at = models.DateTimeField(_("claimed at"))
    buyer_claim = models.OneToOneField(
        "orders.BuyerClaim",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="presale_claim",
        verbose_name=_("claim of a buyer"),
    )
    bearer = models.CharField(_("who bears it"), max_length=8, choices=Bearer, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = LineField(_("why it was refused"), max_length=200, blank=True)

    objects = PresaleClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim about boxes")
        verbose_name_plural = _("claims about boxes")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="raised"), name="presale_order_has_one_open_claim"
            ),
            models.CheckConstraint(condition=Q(boxes__gt=0, amount_minor__gt=0), name="presale_claim_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(status="raised", decided_by=None, decided_at=None)
                | Q(status__in=["accepted", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(status="recalled", decided_by=None, decided_at__isnull=False),
                name="presale_claim_has_its_decider_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=(Q(status="accepted") & ~Q(bearer="")) | (~Q(status="accepted") & Q(bearer="")),
                name="presale_claim_has_a_bearer_exactly_when_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(decision_note=""), name="refused_presale_claim_says_why"
            ),
            TwoPersons(checker="decided_by", makers=("raised_by",), name="presale_claim_is_decided_by_another_person"),
        ]
        indexes = [models.Index(fields=["raised_at"], condition=Q(status="raised"), name="presale_claim_open")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"

    @property
    def amount(self) -> Money:
        """What these boxes have cost."""
        return Money(self.amount_minor, self.currency)
