"""Goods that buyers bring back, and the dated rules of what is refunded at the counter."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class ReturnPolicy(BaseModel):
    """What a county, or every county with this currency, refunds at the counter, and what the way back costs.

    An order follows the rules of the day on which its buyer agreed.
    """

    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
        help_text=_("Empty: in every county that has this currency."),
    )
    currency = CurrencyField(_("currency"))
    instant_ceiling_minor = models.BigIntegerField(_("refunded at the counter up to"))
    leg_minor = models.BigIntegerField(_("price of the way back"))
    carrier = models.SlugField(_("carrier of the way back"), max_length=40)
    bring_days = models.PositiveSmallIntegerField(
        _("days to bring the goods"), default=14, help_text=_("After the approval; the return ends if they are over.")
    )
    person_days = models.PositiveSmallIntegerField(
        _("days that count for a buyer"),
        default=30,
        help_text=_("In so many days a buyer is refunded at the counter at most so many times its ceiling."),
    )
    person_ceilings = models.PositiveSmallIntegerField(_("ceilings for a buyer in these days"), default=3)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule for returns")
        verbose_name_plural = _("rules for returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(instant_ceiling_minor__gte=0, leg_minor__gte=0), name="return_policy_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(bring_days__gte=1, person_days__gte=1, person_ceilings__gte=1),
                name="return_policy_counts_at_least_one_day",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="return_policy_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="county_has_one_return_policy_at_any_date",
                expressions=[
                    (HashOfKey("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or '*'} {self.currency} {self.from_date}"


class ReturnQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_purchase"


class Return(BaseModel):
    """Articles of one order that the buyer brings back together, for one reason: its lines say which, and how many.

    `value_minor` is what all of them cost; `leg_minor` the price of the way back, as the rules of the order say.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("return", "to be decided")
        APPROVED = "approved", pgettext_lazy("return", "approved")
        REJECTED = "rejected", pgettext_lazy("return", "rejected")
        CANCELLED = "cancelled", _("cancelled")
        DROPPED = "dropped", _("brought to the station")
        EXPIRED = "expired", pgettext_lazy("return", "not brought in time")
        IN_TRANSIT = "in_transit", _("on the way to the county centre")
        LOST = "lost", pgettext_lazy("return", "lost on the way back")
        RECEIVED = "received", _("at the county centre")
        NOT_ACCEPTED = "not_accepted", _("inspected, not accepted")
        INSPECTED = "inspected", _("inspected, to be replaced")
        REPLACED = "replaced", _("replacement on its way")
        REFUNDED = "refunded", _("inspected, money owed")
        SENT_BACK = "sent_back", _("sent back to the buyer")
        CLOSED = "closed", pgettext_lazy("return", "closed")

    class Reason(models.TextChoices):
        DEFECT = "defect", _("does not work")
        DAMAGED_IN_TRANSIT = "damaged_in_transit", _("damaged on the way")
        WRONG_ITEM = "wrong_item", _("not what was ordered")
        LATE = "late", _("came too late")
        CHANGE_OF_MIND = "change_of_mind", _("does not want it any more")

    class Resolution(models.TextChoices):
        REFUND = "refund", _("money back")
        REPLACE = "replace", _("the same article again")

    class Bearer(models.TextChoices):
        SUPPLIER = "supplier", _("the supplier")
        CARRIER = "carrier", _("the carrier")
        WAREHOUSE = "warehouse", _("the platform")
        BUYER = "buyer", _("the buyer")

    #: Who has given cause, and so pays the way back.
    BEARERS = {
        Reason.DEFECT: Bearer.SUPPLIER,
        Reason.DAMAGED_IN_TRANSIT: Bearer.CARRIER,
        Reason.WRONG_ITEM: Bearer.WAREHOUSE,
        Reason.LATE: Bearer.CARRIER,
        Reason.CHANGE_OF_MIND: Bearer.BUYER,
    }
    NEEDS_PHOTO = (Reason.DEFECT, Reason.DAMAGED_IN_TRANSIT, Reason.WRONG_ITEM)
    #: Something is wrong with the goods, so the same article again mends it.
    REPLACEABLE = NEEDS_PHOTO
    #: What comes of the goods is not known yet: nobody's share of them matures.
    OPEN = (
        Status.REQUESTED,
        Status.APPROVED,
        Status.DROPPED,
        Status.IN_TRANSIT,
        Status.RECEIVED,
        Status.NOT_ACCEPTED,
        Status.INSPECTED,
        Status.REPLACED,
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one return."))
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="returns", verbose_name=_("order of goods"))
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="goods_returns", verbose_name=_("station")
    )
    value_minor = models.BigIntegerField(_("value"))
    leg_minor = models.BigIntegerField(_("price of the way back"), default=0)
    leg_bearer = models.CharField(_("the way back is paid by"), max_length=9, choices=Bearer)
    carrier = models.SlugField(_("carrier of the way back"), max_length=40, blank=True)
    #: The parcel in which the goods go back, from the moment they are taken in.
    parcel = models.UUIDField(_("parcel"), null=True, blank=True, unique=True)
    parcel_number = models.CharField(_("number of the parcel"), max_length=32, blank=True)
    bring_until_date = models.DateField(_("to be brought until"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    is_instant = models.BooleanField(
        _("refunded at the counter"), help_text=_("The value is within what the station refunds at once.")
    )
    status = models.CharField(_("status"), max_length=16, choices=Status)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    resolution = models.CharField(
        _("what the buyer wants"), max_length=8, choices=Resolution, default=Resolution.REFUND
    )
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    withheld_minor = models.BigIntegerField(_("kept back for the way back"), default=0)
    requested_at = models.DateTimeField(_("requested at"))
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    unsettled_at = models.DateTimeField(
        _("not settled since"),
        null=True,
        blank=True,
        help_text=_("The goods were lost, or sent again; the money could not move."),
    )
    unsettled_code = models.SlugField(_("why it is not settled"), max_length=60, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("inspected by"),
    )
    decision_note = LineField(_("reason for the decision"), max_length=200, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return of goods")
        verbose_name_plural = _("returns of goods")
        constraints = [
            models.CheckConstraint(
                condition=Q(value_minor__gte=0, leg_minor__gte=0), name="return_is_about_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(refunded_at=None, refunded_minor=0, withheld_minor=0)
                | Q(refunded_at__isnull=False, refunded_minor__gte=0, withheld_minor__gte=0),
                name="return_says_when_its_money_was_granted",
            ),
            models.CheckConstraint(
                condition=~Q(status="refunded") | Q(refunded_at__isnull=False), name="refunded_return_has_its_money"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(refunded_at__isnull=False) | Q(replaced_at__isnull=False),
                name="closed_return_was_refunded_or_replaced",
            ),
            models.CheckConstraint(
                condition=Q(resolution="refund", replaced_at=None)
                | Q(resolution="replace", reason__in=["defect", "damaged_in_transit", "wrong_item"]),
                name="only_goods_with_a_fault_are_replaced",
            ),
            models.CheckConstraint(
                condition=~Q(status="replaced") | Q(replaced_at__isnull=False), name="replaced_return_says_since_when"
            ),
            models.CheckConstraint(
                condition=~Q(status="inspected")
                | Q(resolution="replace", refunded_at=None)
                | Q(unsettled_at__isnull=False, refunded_at=None),
                name="accepted_return_waits_for_goods_or_unmoved_money",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "approved", "rejected", "cancelled"])
                | Q(decided_by__isnull=False),
                name="dropped_return_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "expired"]) | Q(bring_until_date__isnull=False),
                name="approved_return_says_until_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["dropped", "in_transit", "received", "lost"]) | Q(parcel__isnull=False),
                name="goods_on_their_way_back_have_a_parcel",
            ),
            models.CheckConstraint(
                condition=~Q(status="lost") | Q(refunded_at__isnull=False), name="lost_return_has_its_money"
            ),
            models.CheckConstraint(
                condition=Q(unsettled_at=None, unsettled_code="")
                | (
                    Q(status__in=["dropped", "in_transit", "inspected", "replaced"], unsettled_at__isnull=False)
                    & ~Q(unsettled_code="")
                ),
                name="return_that_is_not_settled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["not_accepted", "inspected", "replaced", "refunded", "sent_back", "closed"],
                    inspected_by__isnull=False,
                )
                | Q(
                    status__in=[
                        *("requested", "approved", "rejected", "cancelled"),
                        *("expired", "dropped", "in_transit", "received", "lost"),
                    ],
                    inspected_by=None,
                ),
                name="return_has_an_inspector_exactly_when_inspected",
            ),
            TwoPersons(checker="inspected_by", makers=("requested_by",), name="inspector_is_not_the_requester"),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-id"], name="return_of_station"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def value(self) -> Money:
        """What the goods cost."""
        return Money(self.value_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What the buyer gets back."""
        return Money(self.refunded_minor, self.currency)

    @property
    def withheld(self) -> Money:
        """What was kept back of it for the way back."""
        return Money(self.withheld_minor, self.currency)

    @property
    def leg(self) -> Money:
        """What the way back costs whoever gave cause."""
        return Money(self.leg_minor, self.currency)

    @property
    def needs_photo(self) -> bool:
        """Whoever pays for it wants to see of each article what is wrong."""
        return self.reason in self.NEEDS_PHOTO

    @property
    def bearer(self) -> Bearer:
        """Who gave cause, and pays the way back, as it was when the return was asked for."""
        return self.Bearer(self.leg_bearer)


class ReturnLine(BaseModel):
    """So many pieces or grams of one article of one parcel that come back; `value_minor` is what they cost."""

    class Condition(models.TextChoices):
        AS_NEW = "as_new", _("as new")
        OPENED = "opened", _("opened")
        BROKEN = "broken", _("broken")
        EMPTY = "empty", _("empty or incomplete")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    goods_return = models.ForeignKey(Return, models.PROTECT, related_name="lines", verbose_name=_("return of goods"))
    part = models.ForeignKey(
        "orders.FulfilmentLine", models.PROTECT, related_name="returns", verbose_name=_("line of goods to send")
    )
    quantity = models.BigIntegerField(_("quantity"), help_text=_("In pieces, or in grams."))
    value_minor = models.BigIntegerField(_("value"))
    currency = CurrencyField(_("currency"))
    condition = models.CharField(_("condition"), max_length=8, choices=Condition, blank=True)
    photo = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    accepted_quantity = models.BigIntegerField(_("accepted"), null=True, blank=True)
    refunded_quantity = models.BigIntegerField(_("quantity refunded"), default=0)

    class Meta:
        verbose_name = _("line of a return")
        verbose_name_plural = _("lines of returns")
        constraints = [
            models.UniqueConstraint(fields=["goods_return", "part"], name="return_names_a_part_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, value_minor__gte=0), name="return_line_is_about_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(accepted_quantity=None)
                | (Q(accepted_quantity__gte=0, accepted_quantity__lte=F("quantity")) & ~Q(condition="")),
                name="accepted_never_exceeds_sent",
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__gte=0, refunded_quantity__lte=F("quantity")),
                name="refunded_never_exceeds_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.quantity}"

    @property
    def value(self) -> Money:
        """What these goods cost."""
        return Money(self.value_minor, self.currency)


class ReturnRefund(BaseModel):
    """The refund of a payment that a return has caused; an order that was paid in two steps is refunded in two."""

    goods_return = models.ForeignKey(Return, models.PROTECT, related_name="refunds", verbose_name=_("return of goods"))
    refund = models.OneToOneField(
        "finance.Refund", models.PROTECT, related_name="goods_return", verbose_name=_("refund")
    )

    class Meta:
        verbose_name = _("refund of a return")
        verbose_name_plural = _("refunds of returns")

    def __str__(self) -> str:
        return str(self.refund_id)
