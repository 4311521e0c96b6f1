"""What can be booked, and under which rules."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7

LONGEST_WINDOW_DAYS = 400


class BookingPolicy(BaseModel):
    """The rules of booking under one code; a change is a new revision, and no revision ever changes.

    A deadline is either so many minutes before the start, or a local time of the day before. Attendance: `recorded`
    (the desk says who came, a job who did not), `file` (the provider's file says it), `assumed` (came unless reported).
    """

    class Attendance(models.TextChoices):
        RECORDED = "recorded", _("recorded at the desk")
        FILE = "file", _("by the provider’s file")
        ASSUMED = "assumed", _("assumed")

    code = models.CharField(_("code"), max_length=40)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    opens_days_before = models.PositiveSmallIntegerField(_("opens days before"))
    release_local_time = models.TimeField(_("opens at"))
    closes_minutes_before = models.PositiveIntegerField(_("closes minutes before"), null=True, blank=True)
    closes_day_before_at = models.TimeField(_("closes on the day before at"), null=True, blank=True)
    cancel_minutes_before = models.PositiveIntegerField(_("free to cancel until minutes before"), null=True, blank=True)
    cancel_day_before_at = models.TimeField(_("free to cancel on the day before until"), null=True, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(_("a place is held minutes"), default=10)
    hold_max_minutes = models.PositiveSmallIntegerField(_("a place is held at most minutes"), default=30)
    answer_minutes = models.PositiveSmallIntegerField(
        _("a request is answered within minutes"), default=24 * 60, db_default=24 * 60
    )
    late_minutes = models.PositiveSmallIntegerField(_("may come late minutes"), default=0)
    noshow_grace_minutes = models.PositiveSmallIntegerField(_("absent minutes after the end"), default=30)
    attendance = models.CharField(_("attendance"), max_length=8, choices=Attendance, default=Attendance.RECORDED)

    class Meta:
        verbose_name = _("booking policy")
        verbose_name_plural = _("booking policies")
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="booking_policy_has_a_revision_once"),
            models.CheckConstraint(
                condition=Q(closes_minutes_before=None, closes_day_before_at__isnull=False)
                | Q(closes_minutes_before__isnull=False, closes_day_before_at=None),
                name="booking_policy_closes_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(cancel_minutes_before=None, cancel_day_before_at__isnull=False)
                | Q(cancel_minutes_before__isnull=False, cancel_day_before_at=None),
                name="booking_policy_has_one_deadline_to_cancel",
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__gte=1, hold_minutes__lte=models.F("hold_max_minutes")),
                name="booking_policy_holds_at_least_a_minute_and_at_most_its_maximum",
            ),
            models.CheckConstraint(condition=Q(answer_minutes__gte=1), name="booking_policy_gives_time_to_answer"),
            models.CheckConstraint(
                condition=Q(opens_days_before__lte=LONGEST_WINDOW_DAYS), name="booking_policy_opens_within_400_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.revision}"


class Offering(BaseModel):
    """What can be booked, by a label that everybody may read ("Appointment", "Lesson"), never by its subject.

    Places of sessions, or any period between two local times: on one day where `day_starts_at` is before `day_ends_at`
    (a room from 8 to 20), else from one day to a later one (a night from 14 to 12).
    """

    class Mode(models.TextChoices):
        SLOT = "slot", _("places of sessions")
        INTERVAL = "interval", _("any free period")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_kind = models.CharField(max_length=40)
    owner_ref = models.CharField(max_length=64)
    label = LineField(_("public label"), max_length=60)
    label_zh = LineField(_("public label in Chinese"), max_length=60)
    policy = models.ForeignKey(BookingPolicy, models.PROTECT, related_name="offerings")
    has_waitlist = models.BooleanField(_("has a waiting list"), default=False)
    mode = models.CharField(_("what is booked"), max_length=8, choices=Mode, default=Mode.SLOT, db_default="slot")
    day_starts_at = models.TimeField(_("a period starts no earlier than"), null=True, blank=True)
    day_ends_at = models.TimeField(_("a period ends no later than"), null=True, blank=True)
    longest_minutes = models.PositiveIntegerField(_("a period takes at most minutes"), null=True, blank=True)
    allows_series = models.BooleanField(_("can be booked in a series"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "owner_ref"], name="owner_has_one_offering"),
            models.CheckConstraint(condition=~Q(owner_kind="") & ~Q(owner_ref=""), name="offering_names_its_owner"),
            models.CheckConstraint(
                condition=Q(mode="slot", day_starts_at=None, day_ends_at=None, longest_minutes=None)
                | Q(mode="interval", day_starts_at__isnull=False, day_ends_at__isnull=False, longest_minutes__gte=1),
                name="offering_of_periods_says_their_hours_and_length",
            ),
        ]

    def __str__(self) -> str:
        return self.public_label

    @property
    def public_label(self) -> str:
        """The label in the reader's language."""
        return self.label_in(get_language() or "")

    def label_in(self, language: str) -> str:
        """The label in a language."""
        return self.label_zh if language.startswith("zh") else self.label
