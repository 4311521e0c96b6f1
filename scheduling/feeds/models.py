"""The address under which the calendar of a person or a room is read without a login."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from scheduling.calendars.models import Resource

SEND = "scheduling.send_calendar"


class CalendarFeed(BaseModel):
    """A secret address of the calendar of a person or a resource (`core.signed_refs`); a new one ends the one before.

    `ref` is the half that is stored: without the system's key nobody makes the address from it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="calendar_feeds")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="calendar_feeds")
    ref = models.CharField(max_length=8, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="person_has_one_calendar_feed"),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(ended_at=None), name="resource_has_one_calendar_feed"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, resource=None) | Q(person=None, resource__isnull=False),
                name="calendar_feed_is_of_a_person_or_a_resource",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.resource_id}"
