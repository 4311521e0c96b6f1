"""The rooms of a station, and what somebody has booked one of them for."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Resource, ResourceGroup
from stations.scope import StationScopedQuerySet, posts_granting

READ, BOOK, KEEP = "scheduling.read_rooms", "scheduling.book_room", "scheduling.keep_rooms"
READ_USE, GIVE_UP = "scheduling.read_room_use", "scheduling.give_up_room"
#: Every station of the county sees when rooms are free, and books or asks for them.
COUNTY_VERBS = frozenset({READ, BOOK})
#: What a booking of a room is, to the layer of bookings; and what a room is to calendars.
OWNER_KIND, ROOM_KIND = "scheduling.room_use", "scheduling.room"
#: Why what a station had booked or lent has ended with it.
STATION_CLOSED = "station-closed"
MOST_PEOPLE = 1000


def name_of(room: Resource) -> str:
    """What a room is called: a classroom has the name of its station, which says nothing beside it."""
    return str(room.get_kind_display()) if room.kind == Resource.Kind.CLASSROOM else room.name


class StationRoomsQuerySet(StationScopedQuerySet):
    read_verb = READ

    def scope_of(self, user: Any, verb: str) -> Q:
        """As everywhere, but reading and booking reach the county of a station post."""
        reached = super().scope_of(user, verb)
        if verb not in COUNTY_VERBS:
            return reached
        stations = [post.station_id for post in posts_granting(user, verb) if post.reach == "station"]
        if not stations:
            return reached
        Station = self.model._meta.get_field("station").related_model
        return reached | Q(station__county__in=Station.objects.filter(pk__in=stations).values("county"))

    def shown(self) -> Self:
        """With all that a row or a page shows."""
        return self.select_related("station__county", "group__offering__policy")


class StationRooms(BaseModel):
    """The rooms that a station lends: one group, of which any free room serves."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.OneToOneField("stations.Station", models.PROTECT, related_name="rooms", verbose_name=_("station"))
    group = models.OneToOneField(
        ResourceGroup, models.PROTECT, related_name="station_rooms", verbose_name=_("group of resources")
    )

    #: Of a list that counts them: how many rooms are lent.
    count: int

    objects = StationRoomsQuerySet.as_manager()

    class Meta:
        verbose_name = _("rooms of a station")
        verbose_name_plural = _("rooms of stations")

    def __str__(self) -> str:
        return str(self.station)


class RoomUseQuerySet(StationScopedQuerySet):
    station_path = "booking__station"
    read_verb = READ_USE

    def paths_for(self, verb: str) -> tuple[str, ...]:
        """The station that booked, and the one whose room it is; each has verbs of its own."""
        both = ("booking__station", "rooms__station")
        return {KEEP: both[1:], GIVE_UP: both[:1]}.get(verb, both)

    def shown(self) -> Self:
        """With all that a row or a page shows."""
        return self.select_related(
            *("booking__session__resource", "booking__session__offering", "booking__slot", "booking__policy"),
            *("booking__station__county", "booking__booked_by", "rooms__station__county", "rooms__group"),
        )


class RoomUse(BaseModel):
    """What a room is booked for. The booking has the status; nobody but the two stations reads the purpose."""

    class Purpose(models.TextChoices):
        CLASS = "class", pgettext_lazy("use of a room", "class or course")
        TALK = "talk", pgettext_lazy("use of a room", "talk")
        CLINIC = "clinic", pgettext_lazy("use of a room", "day of a visiting doctor")
        MEETING = "meeting", pgettext_lazy("use of a room", "meeting of the village")
        TRAINING = "training", pgettext_lazy("use of a room", "training of station staff")
        OTHER = "other", pgettext_lazy("use of a room", "something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="room_use", verbose_name=_("booking"))
    rooms = models.ForeignKey(StationRooms, models.PROTECT, related_name="uses", verbose_name=_("rooms of a station"))
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    people = models.PositiveSmallIntegerField(_("people expected"))

    objects = RoomUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a room")
        verbose_name_plural = _("uses of rooms")
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=MOST_PEOPLE), name="room_serves_1_to_1000"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.booking_id}"

    @property
    def room(self) -> Resource:
        """The room that it has."""
        return self.booking.session.resource

    @property
    def room_name(self) -> str:
        """What the room that it has is called."""
        return name_of(self.room)
