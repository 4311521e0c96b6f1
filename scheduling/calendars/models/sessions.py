"""Sessions of a resource on a date, their slots with a number of places, and what they claim."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.web.ranges import InstantSpan
from scheduling.calendars.models.offerings import Offering
from scheduling.calendars.models.resources import Resource

if TYPE_CHECKING:
    import datetime as dt

LARGEST_CAPACITY = 1000


class PartOfDay(models.TextChoices):
    """When on a day, as people say it."""

    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")
    OTHER = "other", _("other")


class SessionQuerySet(models.QuerySet):
    def on_sale(self, at: "dt.datetime") -> Self:
        """Those whose places can be booked at this instant."""
        return self.filter(unavailable_because="", opens_at__lte=at, closes_at__gt=at)


class Session(BaseModel):
    """One resource, one offering, one period; `local_date` is the date of its start in the resource's zone.

    That it is planned, open, closed or ended follows from its instants; only that it is unavailable is stored.
    `next_sequence` is the next number to be given; a number is never given twice. A period that was booked is a session
    of one place, made with its booking and ended with it (`is_period`).
    """

    class Unavailable(models.TextChoices):
        LEAVE = "leave", pgettext_lazy("availability", "away")
        CLOSED = "closed", pgettext_lazy("availability", "closed")
        TEMPLATE = "template", _("the weekly hours have changed")
        ENDED = "ended", pgettext_lazy("availability", "released")

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="sessions", db_index=False)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="sessions", db_index=False)
    rule = models.ForeignKey(
        "scheduling.AvailabilityRule", models.PROTECT, null=True, blank=True, related_name="sessions", db_index=False
    )
    exception = models.ForeignKey(
        "scheduling.AvailabilityException", models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    local_date = models.DateField(_("date"))
    part_of_day = models.CharField(_("part of day"), max_length=9, choices=PartOfDay)
    opens_at = models.DateTimeField(_("can be booked from"))
    closes_at = models.DateTimeField(_("can be booked until"))
    unavailable_because = models.CharField(_("unavailable"), max_length=8, choices=Unavailable, blank=True)
    next_sequence = models.PositiveIntegerField(default=1)
    is_out_of_template = models.BooleanField(_("outside the weekly hours"), default=False)
    is_period = models.BooleanField(_("a period of one booking"), default=False, db_default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "local_date"], condition=Q(rule__isnull=False), name="rule_makes_one_session_a_day"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(exception__isnull=False, unavailable_because__in=["leave", "closed"])
                | Q(exception=None, unavailable_because__in=["", "template", "ended"]),
                name="session_is_away_exactly_when_an_exception_says_so",
            ),
            models.CheckConstraint(
                condition=Q(is_period=True, rule=None) | Q(is_period=False) & ~Q(unavailable_because="ended"),
                name="only_a_period_of_a_booking_ends_with_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["offering", "starts_at"], condition=Q(unavailable_because=""), name="session_of_offering"
            ),
            models.Index(fields=["resource", "local_date"], name="session_of_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} {self.part_of_day}"


class SlotQuerySet(models.QuerySet):
    def with_free(self) -> Self:
        """With `free`: how many places can still be taken."""
        return self.annotate(free=F("capacity") - F("booked") - F("held"))


class Slot(BaseModel):
    """Places of one period of a session. Counters change in single conditional UPDATEs, never read, added and saved.

    `capacity` is what is on sale; `ceiling` is the highest number that was ever promised and is not returned yet.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("slot", "open")
        UNAVAILABLE = "unavailable", pgettext_lazy("slot", "unavailable")
        ENTERED_IN_ERROR = "entered-in-error", pgettext_lazy("slot", "entered in error")

    session = models.ForeignKey(Session, models.CASCADE, related_name="slots", db_index=False)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.OPEN)
    capacity = models.PositiveSmallIntegerField(_("places"))
    ceiling = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField(default=0)
    held = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(booked__gte=0, held__gte=0, ceiling__gte=F("booked") + F("held")),
                name="slot_never_has_more_people_than_places",
            ),
            models.CheckConstraint(
                condition=Q(capacity__lte=F("ceiling"), ceiling__lte=LARGEST_CAPACITY),
                name="slot_sells_no_more_than_its_ceiling",
            ),
            ExclusionConstraint(
                name="slots_of_a_session_never_overlap",
                expressions=[
                    (F("session"), RangeOperators.EQUAL),
                    (InstantSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
            # A booking refers to both columns (`tables.sql`); it is the index of a session's slots, too.
            models.UniqueConstraint(fields=["session", "id"], name="slot_is_of_one_session"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Claim(BaseModel):
    """A session has a resource for a period, the buffers around it included.

    One constraint keeps all sessions of all owners apart: of a doctor, of a tutor and the classroom, of a guide.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="claims")
    session = models.ForeignKey(Session, models.CASCADE, related_name="claims")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    is_exclusive = models.BooleanField()
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="claim_ends_after_it_starts"),
            models.UniqueConstraint(fields=["session", "resource"], name="session_claims_a_resource_once"),
            ExclusionConstraint(
                name="resource_serves_one_claim_at_a_time",
                expressions=[
                    (F("resource"), RangeOperators.EQUAL),
                    (InstantSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True, is_exclusive=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.starts_at:%Y-%m-%d %H:%M}"
