"""Bookings, who takes part in them, and places that are offered to those who wait."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.web.ranges import InstantSpan
from scheduling.calendars.models import BookingPolicy, Offering, Resource, Session, Slot
from scheduling.calendars.models.availability import MOST_WEEKS
from stations.scope import StationScopedQuerySet

MOST_PLACES = 500
FEWEST_OCCURRENCES, MOST_OCCURRENCES = 2, 104


class Series(BaseModel):
    """Bookings of one person that recur: every so many weeks, or every so many months on the same day.

    Dates follow from `first_date`, never from the one before; `clock` is the local time of the resource's zone. Exactly
    one of `count` and `until_date` says when it ends. Later dates that moved are a series that `continues` it.
    """

    class Frequency(models.TextChoices):
        WEEKLY = "weekly", pgettext_lazy("series", "weekly")
        MONTHLY = "monthly", pgettext_lazy("series", "monthly")

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("series", "active")
        ENDED = "ended", pgettext_lazy("series", "ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_kind = models.CharField(max_length=40)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="series")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="series")
    subject = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="+")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    frequency = models.CharField(_("rhythm"), max_length=7, choices=Frequency)
    every_n = models.PositiveSmallIntegerField(_("every so many"), default=1)
    first_date = models.DateField(_("first date"))
    clock = models.TimeField(_("time"))
    count = models.PositiveSmallIntegerField(_("how many times"), null=True, blank=True)
    until_date = models.DateField(_("last date"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.ACTIVE)
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name=_("continues")
    )
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("series of bookings")
        verbose_name_plural = _("series of bookings")
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "key"], name="series_is_made_once_for_a_key"),
            models.CheckConstraint(
                condition=Q(count__gte=1, count__lte=MOST_OCCURRENCES, until_date=None)
                | Q(count=None, until_date__isnull=False),
                name="series_ends_by_a_number_or_a_date",
            ),
            models.CheckConstraint(
                condition=Q(every_n__gte=1, every_n__lte=MOST_WEEKS), name="series_recurs_within_8_weeks_or_months"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.first_date}"


class BookingQuerySet(StationScopedQuerySet):
    pass


class Booking(BaseModel):
    """One booking of places in a slot, or a place in the line of a session. Its status is the only truth about it.

    Statuses are the codes of FHIR R4 `appointmentstatus`. `owner_kind` names the app that booked (`health.visit`).
    The instants are those of the policy in force when it was booked. `public_label` is what everybody may read.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("booking", "requested")
        PENDING = "pending", pgettext_lazy("booking", "place held")
        BOOKED = "booked", pgettext_lazy("booking", "booked")
        ARRIVED = "arrived", pgettext_lazy("booking", "arrived")
        CHECKED_IN = "checked-in", pgettext_lazy("booking", "checked in")
        FULFILLED = "fulfilled", pgettext_lazy("booking", "took place")
        NOSHOW = "noshow", pgettext_lazy("booking", "did not come")
        CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
        WAITLIST = "waitlist", pgettext_lazy("booking", "on the waiting list")
        ENTERED_IN_ERROR = "entered-in-error", pgettext_lazy("booking", "entered in error")

    class CancelledBy(models.TextChoices):
        RESIDENT = "resident", pgettext_lazy("cancelled by", "the resident")
        STATION = "station", pgettext_lazy("cancelled by", "the station")
        PROVIDER = "provider", pgettext_lazy("cancelled by", "the provider")
        SYSTEM = "system", pgettext_lazy("cancelled by", "the system")

    #: A place is counted in `Slot.held`, or in `Slot.booked`.
    HOLDING = (Status.PROPOSED, Status.PENDING)
    COUNTED = (Status.BOOKED, Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED, Status.NOSHOW)
    #: Still ahead.
    ACTIVE = (*HOLDING, Status.BOOKED, Status.ARRIVED, Status.CHECKED_IN, Status.WAITLIST)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(_("status"), max_length=16, choices=Status)
    owner_kind = models.CharField(max_length=40)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="bookings")
    policy = models.ForeignKey(BookingPolicy, models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings", db_index=False)
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, blank=True, related_name="bookings", db_index=False)
    subject = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("person")
    )
    quantity = models.PositiveSmallIntegerField(_("places"), default=1)
    sequence_no = models.PositiveIntegerField(_("number"), null=True, blank=True)
    hold_expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="bookings")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    exclusivity_key = models.CharField(max_length=120, blank=True)
    public_label = LineField(_("what"), max_length=60)
    public_place = LineField(_("where"), max_length=120, blank=True)
    free_cancel_until_at = models.DateTimeField(_("free to cancel until"), null=True, blank=True)
    arrive_by_at = models.DateTimeField(_("arrive by"), null=True, blank=True)
    noshow_after_at = models.DateTimeField(_("absent from"), null=True, blank=True)
    cancelled_by = models.CharField(_("cancelled by"), max_length=8, choices=CancelledBy, blank=True)
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    comment = LineField(_("comment"), max_length=200, blank=True)
    is_late = models.BooleanField(_("cancelled after the deadline"), default=False)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("moved to")
    )
    cancelled_for = models.ForeignKey(
        "scheduling.AvailabilityException",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cancelled_bookings",
        db_index=False,
        verbose_name=_("cancelled because of"),
    )
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="instead", verbose_name=_("in place of")
    )
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("series of bookings")
    )
    occurrence_no = models.PositiveSmallIntegerField(_("time in the series"), null=True, blank=True)
    is_detached = models.BooleanField(_("moved alone"), default=False)
    next_reminder_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    answer_by_at = models.DateTimeField(_("asked about a new time, until"), null=True, blank=True)
    priority = models.SmallIntegerField(_("priority in the line"), default=0)
    joined_at = models.DateTimeField(_("in the line since"), null=True, blank=True)
    offers_missed = models.PositiveSmallIntegerField(default=0)
    ical_uid = models.UUIDField(default=uuid7, editable=False)
    ical_sequence = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "key"], name="booking_is_made_once_for_a_key"),
            models.UniqueConstraint(fields=["session", "sequence_no"], name="number_is_given_once_in_a_session"),
            models.UniqueConstraint(
                fields=["exclusivity_key"],
                condition=~Q(exclusivity_key="")
                & Q(status__in=["proposed", "pending", "booked", "arrived", "checked-in", "waitlist"]),
                name="one_active_booking_for_an_exclusivity_key",
            ),
            models.UniqueConstraint(
                fields=["session", "subject"],
                condition=Q(status="waitlist", subject__isnull=False),
                name="person_waits_once_for_a_session",
            ),
            models.UniqueConstraint(
                fields=["slot", "subject"],
                condition=Q(status__in=["proposed", "pending", "booked", "arrived", "checked-in"])
                & Q(slot__isnull=False, subject__isnull=False),
                name="person_has_one_active_booking_of_a_slot",
            ),
            models.UniqueConstraint(
                fields=["series", "occurrence_no"],
                condition=Q(series__isnull=False) & ~Q(status__in=["cancelled", "entered-in-error"]),
                name="series_has_an_occurrence_once",
            ),
            models.CheckConstraint(
                condition=Q(series=None, occurrence_no=None, is_detached=False)
                | Q(series__isnull=False, occurrence_no__gte=1),
                name="booking_of_a_series_is_one_of_its_occurrences",
            ),
            models.CheckConstraint(
                condition=Q(slot__isnull=False) | Q(status__in=["waitlist", "cancelled", "entered-in-error"]),
                name="booking_has_a_slot_unless_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_PLACES), name="booking_has_1_to_500_places"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "pending"], hold_expires_at__isnull=False)
                | (~Q(status__in=["proposed", "pending"]) & Q(hold_expires_at=None)),
                name="booking_is_held_until_an_instant_exactly_while_it_is_held",
            ),
            models.CheckConstraint(
                condition=(Q(status="cancelled") & ~Q(cancelled_by="") & ~Q(reason_code=""))
                | (~Q(status="cancelled") & Q(cancelled_by="")),
                name="booking_names_who_cancelled_it_and_why",
            ),
            models.CheckConstraint(
                condition=Q(sequence_no__isnull=False)
                | ~Q(status__in=["booked", "arrived", "checked-in", "fulfilled", "noshow"]),
                name="booking_that_was_confirmed_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(sequence_no=None) | ~Q(status__in=["proposed", "pending", "waitlist"]),
                name="booking_has_no_number_before_it_is_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(status="waitlist") | Q(joined_at__isnull=False), name="booking_that_waits_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(is_late=False) | Q(cancelled_by="resident"), name="only_a_resident_cancels_late"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_for=None) | Q(status="cancelled", cancelled_by="provider"),
                name="booking_that_an_absence_ended_is_cancelled_by_the_provider",
            ),
            models.UniqueConstraint(
                fields=["instead_of"],
                condition=Q(instead_of__isnull=False)
                & Q(status__in=["proposed", "pending", "booked", "arrived", "checked-in"]),
                name="booking_that_an_absence_ended_has_one_in_its_place",
            ),
            models.CheckConstraint(
                condition=Q(next_reminder_at=None) | Q(status="booked"), name="only_what_is_booked_is_reminded_of"
            ),
            models.CheckConstraint(
                condition=Q(answer_by_at=None) | Q(status="booked"), name="only_what_is_booked_is_asked_about"
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(status="cancelled", reason_code="rescheduled"),
                name="booking_that_was_moved_is_cancelled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["station", "session"],
                condition=Q(status__in=["proposed", "pending", "booked", "arrived", "checked-in", "waitlist"]),
                name="booking_of_station",
            ),
            models.Index(fields=["slot", "status"], name="booking_of_slot"),
            models.Index(
                fields=["station", "session"],
                condition=Q(cancelled_by="provider"),
                name="booking_cancelled_by_provider",
            ),
            models.Index(
                fields=["hold_expires_at"], condition=Q(hold_expires_at__isnull=False), name="booking_held_until"
            ),
            models.Index(
                fields=["next_reminder_at"],
                condition=Q(next_reminder_at__isnull=False),
                name="booking_to_be_reminded_of",
            ),
            models.Index(
                fields=["answer_by_at"], condition=Q(answer_by_at__isnull=False), name="booking_asked_about_until"
            ),
            models.Index(
                fields=["noshow_after_at"],
                condition=Q(status__in=["booked", "arrived", "checked-in"]),
                name="booking_whose_end_is_due",
            ),
            models.Index(
                fields=["cancelled_for", "station"],
                condition=Q(cancelled_for__isnull=False),
                name="booking_of_absence",
            ),
            models.Index(
                fields=["session", "-priority", "joined_at", "id"],
                condition=Q(status="waitlist"),
                name="booking_line_of_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_label} {self.sequence_no or ''}".strip()


class Participant(BaseModel):
    """Somebody who takes part in a booking; the database lets nobody be in two places at once."""

    class Role(models.TextChoices):
        SUBJECT = "subject", _("the person it is for")
        GUARDIAN = "guardian", _("guardian")
        ATTENDEE = "attendee", _("attendee")
        PROVIDER = "provider", pgettext_lazy("participant", "provider")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="participants")
    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    is_active = models.BooleanField(default=True)
    may_overlap = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["booking", "person"], name="person_takes_part_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="participation_ends_after_it_starts"),
            ExclusionConstraint(
                name="person_is_in_one_place_at_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (InstantSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True, may_overlap=False),
            ),
        ]
        indexes = [models.Index(fields=["person", "starts_at"], name="participant_by_start")]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id}"


class Offer(BaseModel):
    """A freed place that waits for the answer of the first in line; it is counted in `Slot.held` meanwhile."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("offer", "open")
        ACCEPTED = "accepted", pgettext_lazy("offer", "accepted")
        DECLINED = "declined", pgettext_lazy("offer", "declined")
        EXPIRED = "expired", pgettext_lazy("offer", "expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="offers")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="offers")
    quantity = models.PositiveSmallIntegerField(_("places"))
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("answer by"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)

    class Meta:
        verbose_name = _("offer of a place")
        verbose_name_plural = _("offers of places")
        constraints = [
            models.UniqueConstraint(
                fields=["booking"], condition=Q(status="open"), name="one_open_offer_for_each_who_waits"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="offer_ends_after_it_is_made"),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(status="open"), name="offer_open_until")]

    def __str__(self) -> str:
        return self.status
