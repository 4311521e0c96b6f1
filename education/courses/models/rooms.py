"""Whether the room of a broadcast saw its teacher: stretches in which its link was up."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from core.web.ranges import InstantSpan
from education.courses.models.classes import ClassSession

#: A device that says nothing for so long has lost its link when it last spoke.
SILENCE = dt.timedelta(seconds=45)


class BroadcastLink(BaseModel):
    """The link of a room was up from `from_at` to `to_at`, or is up. A device says so every 15 seconds (`seen_at`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="links", verbose_name=_("lesson of a class"))
    from_at = models.DateTimeField(_("up from"))
    seen_at = models.DateTimeField(_("last seen up"))
    to_at = models.DateTimeField(_("up until"), null=True, blank=True)
    by_device = models.BooleanField(_("said by a device"))

    class Meta:
        verbose_name = _("link of a room")
        verbose_name_plural = _("links of rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("from_at")) & (Q(to_at=None) | Q(to_at__gte=F("seen_at"))),
                name="link_of_a_room_ends_after_it_was_seen",
            ),
            ExclusionConstraint(
                name="room_has_one_link_at_a_time",
                expressions=[
                    (F("session"), RangeOperators.EQUAL),
                    (InstantSpan("from_at", "to_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
