"""What can be booked or is needed for it: a doctor, a tutor, a classroom, a booth, a guide, a vehicle."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from scheduling.calendars.models.offerings import Offering
from stations.scope import StationScopedQuerySet

LONGEST_BUFFER = 120


class ResourceQuerySet(StationScopedQuerySet):
    read_verb = "scheduling.keep_rooms"


class Resource(BaseModel):
    """Somebody or something with a calendar; local times are those of its `zone` (IANA).

    `owner_kind` and `owner_ref` name the row of the app that owns it (`health.doctor`, its id); this layer never
    looks there. `valid_until_date` (a licence, a vetting) is the last local date that can be booked.
    """

    class Kind(models.TextChoices):
        PRACTITIONER = "practitioner", _("practitioner")
        TUTOR = "tutor", _("tutor")
        CLASSROOM = "classroom", _("classroom")
        MEETING_ROOM = "meeting_room", _("meeting room")
        BOOTH = "booth", _("call booth")
        GUIDE = "guide", _("guide")
        ROOM = "room", _("guest room")
        VEHICLE = "vehicle", _("vehicle")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = LineField(_("name"), max_length=120)
    zone = models.CharField(_("time zone"), max_length=40)
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="resources")
    person = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="+")
    owner_kind = models.CharField(max_length=40)
    owner_ref = models.CharField(max_length=64)
    is_exclusive = models.BooleanField(_("serves one session at a time"), default=True)
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    holiday_calendar = models.ForeignKey(
        "scheduling.HolidayCalendar", models.PROTECT, null=True, blank=True, related_name="resources"
    )
    works_on_makeup_days = models.BooleanField(_("works on make-up workdays"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "owner_ref"], name="owner_has_one_resource"),
            # What a claim copies, it refers to: see the foreign key in `tables.sql`.
            models.UniqueConstraint(fields=["id", "is_exclusive"], name="resource_is_exclusive_or_not"),
            models.CheckConstraint(condition=~Q(owner_kind="") & ~Q(owner_ref=""), name="resource_names_its_owner"),
            models.CheckConstraint(
                condition=Q(buffer_before_minutes__lte=LONGEST_BUFFER, buffer_after_minutes__lte=LONGEST_BUFFER),
                name="resource_buffers_are_at_most_two_hours",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "name"], name="resource_of_station"),
            models.Index(fields=["zone"], name="resource_in_zone"),
        ]

    def __str__(self) -> str:
        return self.name


class ResourceGroup(BaseModel):
    """Resources of which any free one serves: whoever books a period of the offering gets one of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_kind = models.CharField(max_length=40)
    owner_ref = models.CharField(max_length=64)
    name = LineField(_("name"), max_length=120)
    offering = models.OneToOneField(Offering, models.PROTECT, related_name="group")
    members = models.ManyToManyField(
        Resource, through="scheduling.GroupMember", related_name="groups", verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("group of resources")
        verbose_name_plural = _("groups of resources")
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "owner_ref"], name="owner_has_one_group"),
            models.CheckConstraint(condition=~Q(owner_kind="") & ~Q(owner_ref=""), name="group_names_its_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(BaseModel):
    """A resource is one of a group, once."""

    group = models.ForeignKey(ResourceGroup, models.CASCADE, related_name="places", db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="memberships")

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        constraints = [
            models.UniqueConstraint(fields=["group", "resource"], name="resource_is_in_a_group_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.resource_id}"
