"""A parcel: from whom it comes, for whom it waits, and in whose hands it is."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.scope import IsStationOf, StationScopedQuerySet, posts_granting
from stations.two_persons import TwoPersons

#: What is done only where the parcel is to be collected; every other verb belongs to both ends.
AT_DESTINATION = frozenset(
    {
        "logistics.collect_parcel",
        "logistics.extend_storage",
        "logistics.receive_at_station",
        "logistics.refuse_parcel",
        "logistics.reissue_code",
        "logistics.return_to_sender",
    }
)
#: What is done only where the parcel was sent.
AT_ORIGIN = frozenset({"logistics.receive_return_leg"})


class _AtDestination(StationScopedQuerySet):
    station_path = "to_station"


class _AtOrigin(StationScopedQuerySet):
    station_path = "from_station"


class ParcelQuerySet(StationScopedQuerySet):
    """Within reach of the station that sends, of the one where it is collected, and of the one that has it.

    What goes outside is not collected: its `to_station` is the county centre that gives it to the carrier.
    """

    station_path = "to_station"
    also_through = ("from_station", "custodian")
    read_verb = "logistics.read_parcel"

    def scope_of(self, user: Any, verb: str) -> Q:
        """As everywhere, but what belongs to one end of the way stays there."""
        if verb in AT_DESTINATION:
            return _AtDestination(self.model).scope_of(user, verb)
        if verb in AT_ORIGIN:
            return _AtOrigin(self.model).scope_of(user, verb)
        reach = Q(pk__in=[])
        for post in posts_granting(user, verb):
            if post.reach == "network":
                return Q()
            for column in self.paths_for(verb):
                if post.reach == "station":
                    reach |= Q(**{column: post.station_id})
                else:  # joins would read every parcel, since any of three columns may lead there
                    reach |= Q(IsStationOf(column, post.division_level, post.division_id))
        return reach

    def waiting(self) -> Self:
        """Those that the receiver can collect."""
        return self.filter(status=Parcel.Status.AVAILABLE_FOR_PICKUP)

    def on_shelf(self) -> Self:
        """Those that lie at the station where they were to be collected."""
        return self.filter(status__in=Parcel.ON_SHELF, custodian=F("to_station"))


class Parcel(BaseModel):
    """One parcel. `contents_ref` is the id by which its caller knows what is inside; only that caller hands it over."""

    class Status(models.TextChoices):
        PRE_TRANSIT = "pre_transit", _("registered")
        AT_COUNTY_HUB = "at_county_hub", _("at the county centre")
        AT_TOWNSHIP_HUB = "at_township_hub", _("at the township hub")
        IN_TRANSIT = "in_transit", _("on the way")
        OUT_FOR_DELIVERY = "out_for_delivery", _("on the way to the station")
        AVAILABLE_FOR_PICKUP = "available_for_pickup", _("ready to collect")
        COLLECTED = "collected", _("collected")
        DELIVERED = "delivered", pgettext_lazy("parcel", "delivered by the carrier")
        CANCELLED = "cancelled", pgettext_lazy("parcel", "returned to the sender at the counter")
        REFUSED = "refused", pgettext_lazy("parcel", "refused by the receiver")
        UNCOLLECTED = "uncollected", _("not collected in time")
        RETURN_TO_SENDER = "return_to_sender", _("on the way back")
        RETURNED = "returned", pgettext_lazy("parcel", "back with the sender")
        LOST = "lost", _("lost")

    class Trouble(models.TextChoices):
        DELAYED = "delayed", _("delayed")
        MISROUTED = "misrouted", _("sent to the wrong place")
        DAMAGED = "damaged", _("damaged")
        LOST = "lost", _("lost")

    class Proof(models.TextChoices):
        CODE = "code", _("pick-up code")
        ID_CHECK = "id_check", _("identity document, witness and photo")

    class RefusalReason(models.TextChoices):
        DAMAGED = "damaged", _("damaged")
        WRONG_ITEM = "wrong_item", _("not what was ordered")
        LATE = "late", _("came too late")
        NOT_ORDERED = "not_ordered", _("did not order it")
        CHANGE_OF_MIND = "change_of_mind", _("does not want it any more")

    #: The parcel itself gave cause: its receiver has no part in the refusal, and nobody at the counter either.
    JUSTIFIED = (RefusalReason.DAMAGED, RefusalReason.WRONG_ITEM, RefusalReason.LATE)
    IN_HAND = (
        Status.PRE_TRANSIT,
        Status.AT_COUNTY_HUB,
        Status.AT_TOWNSHIP_HUB,
        Status.AVAILABLE_FOR_PICKUP,
        Status.REFUSED,
        Status.UNCOLLECTED,
    )
    TO_SEND_BACK = (Status.REFUSED, Status.UNCOLLECTED)
    ON_SHELF = (Status.AVAILABLE_FOR_PICKUP, *TO_SEND_BACK)
    ON_ROAD = (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.RETURN_TO_SENDER)
    ENDED = (Status.COLLECTED, Status.DELIVERED, Status.CANCELLED, Status.RETURNED, Status.LOST)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    from_station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="parcels_sent", db_index=False, verbose_name=_("from")
    )
    to_station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="parcels", db_index=False, verbose_name=_("to")
    )
    contents_ref = models.UUIDField(_("contents"), null=True, blank=True)
    receiver = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    receiver_name = LineField(_("receiver"), max_length=120, blank=True)
    receiver_phone = PhoneNumberField(_("phone"), blank=True)
    goes_outside = models.BooleanField(_("goes to an address outside the network"), default=False)
    brings_back = models.BooleanField(
        _("brings goods back"),
        default=False,
        help_text=_("What was collected where it went comes back to where it was sent from."),
    )
    outside_address = LineField(_("address"), max_length=200, blank=True)
    outside_carrier = models.ForeignKey(
        "logistics.Carrier",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("parcel", "given to the carrier"),
    )
    carrier_number = LineField(_("number of the carrier"), max_length=40, blank=True)
    weight_g = models.PositiveIntegerField(_("weight in grams"), default=0)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PRE_TRANSIT)
    exception = models.CharField(_("trouble"), max_length=10, choices=Trouble, blank=True)
    cash_due_minor = models.BigIntegerField(_("cash to be paid"), default=0)
    currency = CurrencyField(_("currency"))
    cash_cleared_by = models.UUIDField(_("transfer of the cash"), null=True, blank=True)
    custodian = models.ForeignKey(
        "stations.Station",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("lies at"),
    )
    run = models.ForeignKey(
        "logistics.RouteRun",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parcels",
        verbose_name=_("on the run"),
    )
    registered_at = models.DateTimeField(_("registered at"))
    #: When the last scan that moved it was made, by the clock of whoever made it.
    scanned_at = models.DateTimeField(_("last scan"))
    available_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    storage_until_date = models.DateField(_("waits until"), null=True, blank=True)
    is_extended = models.BooleanField(_("waits longer"), default=False)
    proof = models.CharField(_("proof"), max_length=8, choices=Proof, blank=True)
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over by"),
    )
    witness = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    photo = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    contradicted_at = models.DateTimeField(
        _("contradicted by the carrier at"),
        null=True,
        blank=True,
        help_text=_("The carrier's system says something else than what is recorded, which was not examined."),
    )
    forgotten_at = models.DateTimeField(_("receiver forgotten at"), null=True, blank=True)
    key = models.CharField(max_length=120, unique=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="collected") | Q(cash_due_minor=0) | Q(cash_cleared_by__isnull=False),
                name="collected_parcel_has_its_cash",
            ),
            models.CheckConstraint(
                condition=Q(cash_due_minor=0) | Q(cash_due_minor__gt=0, contents_ref__isnull=False),
                name="parcel_with_cash_due_has_contents_of_a_caller",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "pre_transit",
                        "at_county_hub",
                        "at_township_hub",
                        "available_for_pickup",
                        "refused",
                        "uncollected",
                    ],
                    custodian__isnull=False,
                )
                | Q(
                    status__in=[
                        "in_transit",
                        "out_for_delivery",
                        "collected",
                        "delivered",
                        "cancelled",
                        "return_to_sender",
                        "returned",
                        "lost",
                    ],
                    custodian=None,
                ),
                name="parcel_has_one_custodian",
            ),
            models.CheckConstraint(
                condition=Q(run=None) | Q(status__in=["in_transit", "out_for_delivery", "return_to_sender"]),
                name="parcel_on_a_run_is_on_the_road",
            ),
            models.CheckConstraint(
                condition=Q(status="collected", proof="code", collected_by__isnull=False)
                | Q(
                    status="collected",
                    proof="id_check",
                    collected_by__isnull=False,
                    witness__isnull=False,
                    photo__isnull=False,
                )
                | (~Q(status="collected") & Q(proof="", collected_by=None, witness=None, photo=None)),
                name="parcel_has_a_proof_exactly_when_collected",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["available_for_pickup", "uncollected"])
                | Q(storage_until_date__isnull=False, available_at__isnull=False),
                name="waiting_parcel_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["collected", "delivered", "cancelled", "returned", "lost"], ended_at__isnull=False
                )
                | (~Q(status__in=["collected", "delivered", "cancelled", "returned", "lost"]) & Q(ended_at=None)),
                name="parcel_has_an_end_exactly_when_ended",
            ),
            models.CheckConstraint(
                condition=(Q(forgotten_at=None) & ~Q(receiver_name=""))
                | Q(forgotten_at__isnull=False, receiver_name="", receiver_phone="", ended_at__isnull=False),
                name="parcel_names_its_receiver_until_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(goes_outside=True)
                | Q(goes_outside=False, outside_address="", outside_carrier=None, carrier_number=""),
                name="only_a_parcel_that_goes_outside_has_an_address_and_a_carrier",
            ),
            models.CheckConstraint(
                condition=Q(goes_outside=False) | ~Q(outside_address="") | Q(forgotten_at__isnull=False),
                name="parcel_that_goes_outside_has_an_address_until_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(goes_outside=False)
                | ~Q(status__in=["available_for_pickup", "collected", "refused", "uncollected"]),
                name="parcel_that_goes_outside_is_not_collected_here",
            ),
            models.CheckConstraint(
                condition=Q(brings_back=False)
                | Q(
                    goes_outside=False,
                    cash_due_minor=0,
                    contents_ref__isnull=False,
                    status__in=["return_to_sender", "returned", "lost"],
                ),
                name="parcel_that_brings_goods_back_only_goes_back",
            ),
            models.CheckConstraint(
                condition=~Q(status="delivered") | Q(outside_carrier__isnull=False),
                name="delivered_parcel_was_given_to_a_carrier",
            ),
            TwoPersons(
                checker="witness",
                makers=("collected_by", "receiver"),
                name="hand_over_is_witnessed_by_a_third_person",
            ),
        ]
        indexes = [
            models.Index(fields=["to_station", "status", "-id"], name="parcel_of_station"),
            models.Index(fields=["to_station", "registered_at"], name="parcel_of_station_by_time"),
            models.Index(fields=["from_station", "registered_at"], name="parcel_sent_by_time"),
            models.Index(fields=["custodian", "status"], name="parcel_by_custodian"),
            models.Index(fields=["contents_ref"], name="parcel_by_contents"),
            models.Index(
                fields=["outside_carrier"],
                condition=Q(status="out_for_delivery", outside_carrier__isnull=False),
                name="parcel_with_outside_carrier",
            ),
            models.Index(
                fields=["contradicted_at"],
                condition=Q(contradicted_at__isnull=False),
                name="parcel_contradicted_by_carrier",
            ),
            models.Index(
                fields=["storage_until_date"],
                condition=Q(status="available_for_pickup"),
                name="parcel_waiting_until",
            ),
            models.Index(Right("receiver_phone", 4), name="parcel_by_phone_tail"),
            models.Index(
                fields=["ended_at"], condition=Q(forgotten_at=None, ended_at__isnull=False), name="parcel_to_forget"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cash_due(self) -> Money:
        """What the receiver pays at the hand-over."""
        return Money(self.cash_due_minor, self.currency)

    @property
    def is_with_carrier(self) -> bool:
        """Whether a carrier outside the network has it."""
        return self.outside_carrier_id is not None and self.status == self.Status.OUT_FOR_DELIVERY

    @property
    def has_ended(self) -> bool:
        """Whether nobody carries it any more."""
        return self.status in self.ENDED
